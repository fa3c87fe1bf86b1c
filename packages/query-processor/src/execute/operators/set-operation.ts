/**
 * INTERSECT and EXCEPT: counts each distinct row on both sides, then answers by the counts. Rows
 * that memory has no room for are counted afterwards, partition by partition of their hash.
 */
import type { MaybePromise } from "@firstlight/common";
import { SegmentedMap, isPromise } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import type { SetOperationNode } from "../../plan/plan-node.ts";
import { SpillPartitions, partitionCount } from "../../spill/spill-partitions.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import type { Tape } from "../../spill/tape.ts";
import type { MapKey } from "../hash-key.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain, eachRow } from "../operator.ts";

interface Counted {
  readonly row: Row;
  left: number;
  right: number;
}

interface Waiting {
  readonly tape: Tape;
  readonly level: number;
}

/** Rows that wait have their side before them. */
const LEFT = 0;
const RIGHT = 1;
const SHIFT = 1;
const ENTRY_BYTES = 100;

class SetOperation extends ProducingOperator {
  readonly #node: SetOperationNode;
  readonly #left: Operator;
  readonly #right: Operator;
  readonly #key: ReturnType<typeof groupKey>;
  readonly #counts = new SegmentedMap<MapKey, Counted>();
  /** As they came. */
  #inOrder: Counted[] = [];
  readonly #share: SpillableShare;
  #partitions: SpillPartitions | undefined;
  readonly #waiting: Waiting[] = [];
  #level = 0;
  #result: Iterator<Row> | undefined;

  constructor(
    run: Run,
    node: SetOperationNode,
    sides: { left: Operator; right: Operator },
    key: ReturnType<typeof groupKey>,
  ) {
    super(run);
    this.#share = new SpillableShare(run.memory);
    this.#node = node;
    this.#left = sides.left;
    this.#right = sides.right;
    this.#key = key;
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#counts.clear();
    this.#inOrder = [];
    this.#share.release();
    this.#partitions?.free();
    for (const { tape } of this.#waiting) tape.free();
    this.#waiting.length = 0;
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#result !== undefined) return this.emitFrom(this.#result) || this.#goOn();
    const left = drain(this.run, this.#left, (rows) => this.#countAll(rows, LEFT));
    const rest = (): MaybePromise<boolean> => {
      const right = drain(this.run, this.#right, (rows) => this.#countAll(rows, RIGHT));
      return isPromise(right) ? right.then(() => this.#answer()) : this.#answer();
    };
    return isPromise(left) ? left.then(rest) : rest();
  }

  #countAll(rows: readonly Row[], side: number): MaybePromise<void> {
    const done = eachRow(this.run, rows, (row) => this.#count(row, side));
    return isPromise(done) ? done.then(() => this.#relieve()) : this.#relieve();
  }

  #count(row: Row, side: number): void {
    const key = this.#key(row, this.run.evaluation);
    let counted = this.#counts.get(key);
    if (counted === undefined) {
      if (this.#partitions !== undefined) this.#wait(this.#partitions, key, row, side);
      if (side === RIGHT || this.#partitions !== undefined) return;
      counted = { row, left: 0, right: 0 };
      this.#share.take(rowBytes(row) + keyBytes(key) + ENTRY_BYTES);
      this.#counts.set(key, counted);
      this.#inOrder.push(counted);
    }
    if (side === LEFT) counted.left++;
    else counted.right++;
  }

  #wait(partitions: SpillPartitions, key: MapKey, row: Row, side: number): void {
    const partition = partitions.partitionOf(key);
    // A right row counts only where a left one waits.
    if (side === RIGHT && partitions.tape(partition) === undefined) return;
    partitions.append(partition, [side, ...row]);
  }

  #relieve(): MaybePromise<void> {
    const { file } = this.run.memory;
    if (this.#partitions !== undefined) return file.relieved();
    if (!this.#share.isOver) return undefined;
    const count = partitionCount(file, this.#share.allowedBytes);
    this.#partitions = new SpillPartitions(file, count, this.#level);
    return undefined;
  }

  #copies({ left, right }: Counted): number {
    const { operation, all } = this.#node;
    if (operation === "intersect") return all ? Math.min(left, right) : right > 0 ? 1 : 0;
    return all ? Math.max(0, left - right) : right === 0 ? 1 : 0;
  }

  #answer(): boolean {
    this.#divide();
    this.#result = this.#answers();
    return true;
  }

  *#answers(): Generator<Row> {
    for (const counted of this.#inOrder) {
      const copies = this.#copies(counted);
      for (let i = 0; i < copies; i++) yield counted.row;
    }
  }

  #divide(): void {
    const partitions = this.#partitions;
    this.#partitions = undefined;
    partitions?.finish();
    for (let at = 0; at < (partitions?.count ?? 0); at++) {
      const tape = partitions?.tape(at);
      if (tape !== undefined) this.#waiting.push({ tape, level: this.#level + 1 });
    }
  }

  /** The counts are through: goes on with what waits; false when nothing does. */
  #goOn(): MaybePromise<boolean> {
    this.#counts.clear();
    this.#inOrder = [];
    this.#share.release();
    const next = this.#waiting.pop();
    if (next === undefined) return false;
    this.#level = next.level;
    const read = drain(this.run, new TapeRows(next.tape, true), (rows) => {
      for (const row of rows) this.#count(row.slice(SHIFT), row[0] as number);
      return this.#relieve();
    });
    return isPromise(read) ? read.then(() => this.#answer()) : this.#answer();
  }
}

export function openSetOperation(node: SetOperationNode, left: Opener, right: Opener): Opener {
  const key = groupKey(
    node.types.map((type, index): Expr => ({
      kind: "slot",
      index,
      type,
      typmod: -1,
      position: -1,
    })),
  );
  return (run) => new SetOperation(run, node, { left: left(run), right: right(run) }, key);
}
