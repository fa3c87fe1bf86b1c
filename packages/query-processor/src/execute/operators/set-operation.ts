/**
 * INTERSECT and EXCEPT: counts each distinct row on both sides, then answers by the counts. Rows
 * that memory has no room for are counted afterwards, partition by partition of their hash.
 */
import type { MaybePromise } from "@firstlight/common";
import { SegmentedMap, isPromise } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import type { SetOperationNode } from "../../plan/plan-node.ts";
import { Overflow } from "../../spill/overflow.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import type { MapKey } from "../hash-key.ts";
import { hasLongKey } from "../flat-values.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain, eachKeyedRow } from "../operator.ts";

interface Counted {
  readonly row: Row;
  left: number;
  right: number;
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
  readonly #hasLongKey: boolean;
  readonly #counts = new SegmentedMap<MapKey, Counted>();
  /** As they came. */
  #inOrder: Counted[] = [];
  readonly #share: SpillableShare;
  readonly #overflow: Overflow;
  #result: Iterator<Row> | undefined;

  constructor(
    run: Run,
    node: SetOperationNode,
    sides: { left: Operator; right: Operator },
    key: { readonly of: ReturnType<typeof groupKey>; readonly isLong: boolean },
  ) {
    super(run);
    this.#share = new SpillableShare(run.memory);
    this.#overflow = new Overflow(run.memory);
    this.#node = node;
    this.#left = sides.left;
    this.#right = sides.right;
    this.#key = key.of;
    this.#hasLongKey = key.isLong;
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#counts.clear();
    this.#inOrder = [];
    this.#share.release();
    this.#overflow.free();
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
    const count = (row: Row, key: MapKey): void => this.#count(row, key, side);
    const done = eachKeyedRow(this.run, rows, this.#key, count, this.#hasLongKey);
    const overflow = this.#overflow;
    const relieve = (): MaybePromise<void> => overflow.relieve(this.#share);
    return isPromise(done) ? done.then(relieve) : relieve();
  }

  #count(row: Row, key: MapKey, side: number): void {
    let counted = this.#counts.get(key);
    if (counted === undefined) {
      if (this.#overflow.isOpen) this.#wait(key, row, side);
      if (side === RIGHT || this.#overflow.isOpen) return;
      counted = { row, left: 0, right: 0 };
      this.#share.take(rowBytes(row) + keyBytes(key) + ENTRY_BYTES);
      this.#counts.set(key, counted);
      this.#inOrder.push(counted);
    }
    if (side === LEFT) counted.left++;
    else counted.right++;
  }

  #wait(key: MapKey, row: Row, side: number): void {
    // A right row counts only where a left one waits.
    if (side === LEFT || this.#overflow.mayHold(key)) this.#overflow.append(key, [side, ...row]);
  }

  #copies({ left, right }: Counted): number {
    const { operation, all } = this.#node;
    if (operation === "intersect") return all ? Math.min(left, right) : right > 0 ? 1 : 0;
    return all ? Math.max(0, left - right) : right === 0 ? 1 : 0;
  }

  #answer(): boolean {
    this.#overflow.divide();
    this.#result = this.#answers();
    return true;
  }

  *#answers(): Generator<Row> {
    for (const counted of this.#inOrder) {
      const copies = this.#copies(counted);
      for (let i = 0; i < copies; i++) yield counted.row;
    }
  }

  /** The counts are through: goes on with what waits; false when nothing does. */
  #goOn(): MaybePromise<boolean> {
    this.#counts.clear();
    this.#inOrder = [];
    this.#share.release();
    const tape = this.#overflow.next();
    if (tape === undefined) return false;
    const read = drain(this.run, new TapeRows(tape, true), (rows) => {
      for (const each of rows) {
        const row = each.slice(SHIFT);
        this.#count(row, this.#key(row, this.run.evaluation), each[0] as number);
      }
      return this.#overflow.relieve(this.#share);
    });
    return isPromise(read) ? read.then(() => this.#answer()) : this.#answer();
  }
}

export function openSetOperation(node: SetOperationNode, left: Opener, right: Opener): Opener {
  const columns = node.types.map((type, index): Expr => ({
    kind: "slot",
    index,
    type,
    typmod: -1,
    position: -1,
  }));
  const key = { of: groupKey(columns), isLong: hasLongKey(columns) };
  return (run) => new SetOperation(run, node, { left: left(run), right: right(run) }, key);
}
