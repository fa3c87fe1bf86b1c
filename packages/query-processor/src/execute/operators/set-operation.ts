/**
 * INTERSECT and EXCEPT: counts each distinct row on both sides, then answers by the counts. Rows
 * that memory has no room for are counted afterwards, partition by partition of their hash.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SetOperationNode } from "../../plan/plan-node.ts";
import { Overflow } from "../../spill/overflow.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import { GatheredNumbers } from "../gathered-list.ts";
import type { MapKey } from "../hash-key.ts";
import { hasLongKey } from "../flat-values.ts";
import { groupKey, slotsOf } from "../hash-key.ts";
import { KeyIndex, indexBytes } from "../key-index.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, drain, eachKeyedRow } from "../operator.ts";
import { PackedList } from "../packed-rows.ts";

/** Rows that wait have their side before them. */
const LEFT = 0;
const RIGHT = 1;
const SHIFT = 1;
/** Both counts. */
const COUNTS_BYTES = 8;
const NONE = -1;

class SetOperation extends ProducingOperator {
  readonly #node: SetOperationNode;
  readonly #left: Operator;
  readonly #right: Operator;
  readonly #key: ReturnType<typeof groupKey>;
  readonly #hasLongKey: boolean;
  /** The number of each distinct row. */
  readonly #index = new KeyIndex();
  readonly #rows = new PackedList();
  readonly #lefts = new GatheredNumbers();
  readonly #rights = new GatheredNumbers();
  readonly #share: SpillableShare;
  readonly #overflow: Overflow;
  #isCounted = false;
  /** The row that is answered next, and how often it was. */
  #at = 0;
  #given = 0;

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
    this.#forget();
    this.#overflow.free();
  }

  #forget(): void {
    this.#index.clear();
    this.#rows.clear();
    this.#lefts.truncate(0);
    this.#rights.truncate(0);
    this.#share.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#isCounted) return this.#emitSome() || this.#goOn();
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
    let at = this.#index.get(key);
    if (at === NONE) {
      if (this.#overflow.isOpen) this.#wait(key, row, side);
      if (side === RIGHT || this.#overflow.isOpen) return;
      at = this.#keep(key, row);
    }
    const counts = side === LEFT ? this.#lefts : this.#rights;
    counts.set(at, counts.at(at) + 1);
  }

  #keep(key: MapKey, row: Row): number {
    const at = this.#rows.length;
    this.#index.set(key, at);
    this.#lefts.set(at, 0);
    this.#rights.set(at, 0);
    this.#share.take(rowBytes(row) + indexBytes(key) + COUNTS_BYTES);
    this.#share.give(this.#rows.push(row));
    return at;
  }

  #wait(key: MapKey, row: Row, side: number): void {
    // A right row counts only where a left one waits.
    if (side === LEFT || this.#overflow.mayHold(key)) this.#overflow.append(key, [side, ...row]);
  }

  #copies(at: number): number {
    const { operation, all } = this.#node;
    const left = this.#lefts.at(at);
    const right = this.#rights.at(at);
    if (operation === "intersect") return all ? Math.min(left, right) : right > 0 ? 1 : 0;
    return all ? Math.max(0, left - right) : right === 0 ? 1 : 0;
  }

  #answer(): boolean {
    this.#overflow.divide();
    this.#isCounted = true;
    this.#at = 0;
    this.#given = 0;
    return true;
  }

  /** Looks at some of the rows, and emits what is left of their copies; false at the end. */
  #emitSome(): boolean {
    for (let looks = 0; looks < BATCH_ROWS; looks++) {
      if (this.#at === this.#rows.length) return false;
      if (this.#given < this.#copies(this.#at)) {
        this.emit(this.#rows.at(this.#at));
        this.#given++;
      } else {
        this.#at++;
        this.#given = 0;
      }
    }
    return true;
  }

  /** The counts are through: goes on with what waits; false when nothing does. */
  #goOn(): MaybePromise<boolean> {
    this.#forget();
    const tape = this.#overflow.next();
    if (tape === undefined) return false;
    this.#isCounted = false;
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
  const columns = slotsOf(node.types);
  const key = { of: groupKey(columns), isLong: hasLongKey(columns) };
  return (run) => new SetOperation(run, node, { left: left(run), right: right(run) }, key);
}
