/**
 * Joins on equality: the right side is built into a hash table, the left side probes it. A NULL key
 * matches nothing; unmatched rows come out as the join type says. Past memory it goes on by passes:
 * first with the partitions that fit, then with each one that had to wait; one that cannot be
 * divided is joined with all its probing rows a memory full at a time.
 */
import type { KeyBits, MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledPredicate, Datum, Row, RowJoin } from "@firstlight/sql";
import { compilePredicate, rowJoin } from "@firstlight/sql";
import type { HashJoinNode } from "../../plan/plan-node.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import { Tape } from "../../spill/tape.ts";
import { hasLongKey } from "../flat-values.ts";
import type { MapKey, RowKeyFunction } from "../hash-key.ts";
import { joinKey } from "../hash-key.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator, eachKeyedRow, repeat, tallied } from "../operator.ts";
import type { WaitingPartition } from "./hash-join-table.ts";
import { HashJoinTable, NO_ENTRY, WAITS } from "./hash-join-table.ts";
import type { JoinRestrictions } from "./join-restrictions.ts";
import { RestrictingSide, joinRestrictions } from "./join-restrictions.ts";
import { RowsAhead } from "./rows-ahead.ts";

export function nulls(width: number): Row {
  return Array.from({ length: width }, () => null);
}

interface Compiled {
  readonly node: HashJoinNode;
  readonly leftKey: RowKeyFunction;
  readonly rightKey: RowKeyFunction;
  /** See hasLongKey: of the right side. */
  readonly hasLongKey: boolean;
  readonly condition: CompiledPredicate | undefined;
  readonly restrictions: JoinRestrictions;
  readonly leftWidth: number;
  readonly rightWidth: number;
}

/** A partition that is joined in several rounds, each with other build rows. */
interface Rounds {
  readonly left: Tape;
  /** Whether each left row has matched in a round before; a bit for each. */
  readonly matched: Uint8Array;
  /** All build rows have been here. */
  isLast: boolean;
}

class HashJoin extends ProducingOperator {
  readonly #compiled: Compiled;
  #left: Operator;
  #right: Operator;
  #table: HashJoinTable;
  readonly #waiting: WaitingPartition[] = [];
  #rounds: Rounds | undefined;
  #built = false;
  #hasBegun = false;
  #ahead: RowsAhead | undefined;
  #batch: readonly Row[] = [];
  #at = 0;
  /** Position of the row behind `#at` in the left side. */
  #leftNumber = 0;
  /** The left row that is being joined, and its next candidate. */
  #current: Row | undefined;
  #entry = NO_ENTRY;
  #matched = false;
  readonly #pace: Pace;
  #isOver = false;
  #unmatched: Iterator<Row> | undefined;
  #loose: Operator | undefined;
  #batches = 0;
  #buckets = 0;
  #peakBytes = 0;
  /** All rows of a side have one width. */
  #join: RowJoin | undefined;
  readonly #noRight: readonly Datum[];
  readonly #noLeft: readonly Datum[];

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run);
    this.#pace = new Pace(run);
    this.#compiled = compiled;
    this.#left = left;
    this.#right = right;
    this.#table = new HashJoinTable(run, 0);
    this.#noRight = nulls(compiled.rightWidth);
    this.#noLeft = nulls(compiled.leftWidth);
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#table.free();
    for (const { left, right } of this.#waiting) {
      left?.free();
      right?.free();
    }
    this.#waiting.length = 0;
  }

  /** Rows that are not needed above need not be read below, where no other row depends on them. */
  restrict(slot: number, keys: KeyBits): void {
    const { node, leftWidth } = this.#compiled;
    const { type } = node;
    if (type === "full") return;
    if (slot < leftWidth && type !== "right") this.#left.restrict?.(slot, keys);
    if (slot >= leftWidth && (type === "inner" || type === "right")) {
      this.#right.restrict?.(slot - leftWidth, keys);
    }
  }

  report(): OperatorReport | undefined {
    if (!this.#built) return undefined;
    const memoryBytes = Math.max(this.#peakBytes, this.#table.peakBytes);
    const batches = Math.max(this.#batches, this.#table.batches);
    return { kind: "hash", buckets: this.#buckets, batches, memoryBytes };
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#unmatched !== undefined) return this.#emitUnmatched(this.#unmatched);
    if (this.#loose !== undefined) return this.#emitLoose(this.#loose);
    if (this.#built) return this.#pull();
    if (!this.#compiled.restrictions.leftFirst || this.#ahead !== undefined) return this.#begin();
    const read = this.#readAhead();
    return isPromise(read) ? read.then(() => this.#begin()) : this.#begin();
  }

  #begin(): MaybePromise<boolean> {
    const built = this.#buildAll();
    return isPromise(built) ? built.then(() => this.#startProbing()) : this.#startProbing();
  }

  /** The left side, or as much of it as fits: all of it restricts the right one. */
  #readAhead(): MaybePromise<void> {
    const { restrictions } = this.#compiled;
    const ahead = new RowsAhead(this.run, this.#left);
    const side = new RestrictingSide(this.run, this.#right, restrictions.ofRight);
    this.#ahead = ahead;
    this.#left = ahead;
    const read = ahead.read((rows) => side.add(rows));
    const apply = (isAll: boolean): void => {
      if (isAll) side.apply();
    };
    return isPromise(read) ? read.then(apply) : apply(read);
  }

  #buildAll(): MaybePromise<void> {
    const side = this.#restrictingLeft();
    const take = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
      if (rows === undefined) {
        if (this.#rounds !== undefined) this.#rounds.isLast = true;
        return false;
      }
      side?.add(rows);
      const built = this.#build(rows);
      return isPromise(built) ? built.then(() => this.#relieved()) : this.#relieved();
    };
    const done = repeat(this.run, () => {
      const batch = this.#right.next(BATCH_ROWS);
      return isPromise(batch) ? batch.then(take) : take(batch);
    });
    return isPromise(done) ? done.then(() => side?.apply()) : side?.apply();
  }

  #relieved(): MaybePromise<boolean> {
    if (this.#table.isOver) return this.#overflow();
    const relieved = this.#table.relieved();
    return relieved === undefined ? true : relieved.then(() => true);
  }

  /** Of the first pass, if its left side has not begun; all that follows is on tapes. */
  #restrictingLeft(): RestrictingSide | undefined {
    const { ofLeft } = this.#compiled.restrictions;
    if (this.#ahead !== undefined || this.#hasBegun || ofLeft.length === 0) return undefined;
    this.#hasBegun = true;
    return new RestrictingSide(this.run, this.#left, ofLeft);
  }

  /** False when what is there has to be joined before more is read. */
  #overflow(): MaybePromise<boolean> {
    if (this.#rounds !== undefined) return false;
    const evicted = this.#table.evict();
    return evicted === undefined ? true : evicted.then(() => true);
  }

  #build(rows: readonly Row[]): MaybePromise<void> {
    const { rightKey, node, hasLongKey: isLong } = this.#compiled;
    const keepLoose = node.type === "right" || node.type === "full";
    const table = this.#table;
    const take = (row: Row, key: MapKey | undefined): void => {
      if (key !== undefined) table.add(key, row);
      else if (keepLoose) table.addLoose(row);
    };
    return eachKeyedRow(this.run, rows, rightKey, take, isLong);
  }

  #startProbing(): MaybePromise<boolean> {
    this.#built = true;
    this.#table.built();
    this.#buckets = Math.max(this.#buckets, this.#table.keys);
    return this.#pull();
  }

  /** One left row may have very many candidates: output and turns are given up in between. */
  #pull(): MaybePromise<boolean> {
    const { type } = this.#compiled.node;
    // Without a build side no left row can match.
    if (this.#table.isEmpty && (type === "inner" || type === "semi")) return this.#endPass();
    this.#isOver = false;
    while (!this.#isFull()) {
      this.#current ??= this.#nextLeft();
      if (this.#current === undefined) return this.#nextBatch();
      this.#probe(this.#current);
    }
    return true;
  }

  #isFull(): boolean {
    this.#isOver ||= this.#pace.isOver();
    return this.#isOver || this.pending >= BATCH_ROWS;
  }

  #nextLeft(): Row | undefined {
    for (;;) {
      const row = this.#batch[this.#at];
      if (row === undefined) return undefined;
      this.#at++;
      this.#leftNumber++;
      const key = this.#compiled.leftKey(row, this.run.evaluation);
      const entry = this.#table.candidates(key, row);
      if (entry === WAITS) continue;
      this.#entry = entry;
      this.#matched = false;
      return row;
    }
  }

  #nextBatch(): MaybePromise<boolean> {
    const relieved = this.#table.relieved();
    if (relieved !== undefined) return relieved.then(() => true);
    const batch = this.#left.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    this.#batch = rows ?? [];
    this.#at = 0;
    if (rows !== undefined) return true;
    const { type } = this.#compiled.node;
    if (type !== "right" && type !== "full") return this.#endPass();
    this.#unmatched = this.#table.unmatched();
    return true;
  }

  #probe(left: Row): void {
    const { condition, node } = this.#compiled;
    const table = this.#table;
    const keepsRight = node.type === "right" || node.type === "full";
    const onlyExists = node.type === "semi" || node.type === "anti";
    if (onlyExists && this.#rounds !== undefined && this.#matchedBefore(this.#rounds)) {
      this.#current = undefined;
      return;
    }
    while (this.#entry !== NO_ENTRY) {
      if (this.#isFull()) return;
      const entry = this.#entry;
      this.#entry = table.nextOf(entry);
      if (onlyExists && condition === undefined) {
        this.#matched = true;
        break;
      }
      const right = table.rowAt(entry);
      this.#join ??= rowJoin(left.length, right.length);
      const joined = this.#join(left, right);
      if (condition !== undefined && !condition(joined, this.run.evaluation)) continue;
      this.#matched = true;
      if (onlyExists) break;
      if (keepsRight) table.mark(entry);
      this.emit(joined);
    }
    this.#current = undefined;
    if (this.#rounds === undefined) this.#emitLeft(left, this.#matched);
    else this.#emitLeftOfRound(this.#rounds, left);
  }

  #matchedBefore({ matched }: Rounds): boolean {
    const number = this.#leftNumber - 1;
    return ((matched[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  #emitLeftOfRound(rounds: Rounds, left: Row): void {
    const number = this.#leftNumber - 1;
    if (this.#matched) {
      const at = number >> 3;
      const isFirst = !this.#matchedBefore(rounds);
      rounds.matched[at] = (rounds.matched[at] ?? 0) | (1 << (number & 7));
      if (isFirst) this.#emitLeft(left, true);
    } else if (rounds.isLast && !this.#matchedBefore(rounds)) {
      this.#emitLeft(left, false);
    }
  }

  #emitLeft(left: Row, matched: boolean): void {
    const { type } = this.#compiled.node;
    if (matched) {
      if (type === "semi") this.emit(left);
    } else if (type === "anti") {
      this.emit(left);
    } else if (type === "left" || type === "full") {
      this.emit(left.concat(this.#noRight));
    }
  }

  #emitUnmatched(rows: Iterator<Row>): MaybePromise<boolean> {
    for (let count = 0; count < BATCH_ROWS; count++) {
      const step = rows.next();
      if (step.done === true) {
        this.#unmatched = undefined;
        const tape = this.#table.looseTape;
        if (tape === undefined) return this.#endPass();
        this.#loose = new TapeRows(tape, true);
        return true;
      }
      this.emit(this.#noLeft.concat(step.value));
    }
    return true;
  }

  #emitLoose(loose: Operator): MaybePromise<boolean> {
    const take = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
      if (rows === undefined) {
        this.#loose = undefined;
        return this.#endPass();
      }
      for (const row of rows) this.emit(this.#noLeft.concat(row));
      return true;
    };
    const rows = loose.next(BATCH_ROWS);
    return isPromise(rows) ? rows.then(take) : take(rows);
  }

  /** The left side is through: goes on with what waits; false when nothing does. */
  #endPass(): boolean {
    this.#peakBytes = Math.max(this.#peakBytes, this.#table.peakBytes);
    if (this.#rounds !== undefined && !this.#rounds.isLast) {
      this.#table.clear();
      this.#startRound(this.#rounds);
      return true;
    }
    this.#rounds?.left.free();
    this.#rounds = undefined;
    const divided = this.#table.waiting();
    if (divided.length > 0) this.#batches = Math.max(this.#batches, 1) + divided.length;
    this.#waiting.push(...divided);
    this.#table.free();
    const next = this.#waiting.pop();
    if (next === undefined) return false;
    this.#startPass(next);
    return true;
  }

  #startPass({ right, left, level, isSkewed }: WaitingPartition): void {
    const { file } = this.run.memory;
    this.#left.close();
    this.#right.close();
    const rights = right ?? new Tape(file);
    const lefts = left ?? new Tape(file);
    this.#table = new HashJoinTable(this.run, level);
    this.#right = new TapeRows(rights, true);
    if (!isSkewed) {
      this.#left = new TapeRows(lefts, true);
      this.#built = false;
      return;
    }
    const matched = new Uint8Array((lefts.rows >> 3) + 1);
    this.#rounds = { left: lefts, matched, isLast: false };
    this.#startRound(this.#rounds);
  }

  #startRound({ left }: Rounds): void {
    this.#built = false;
    this.#left = new TapeRows(left, false);
    this.#batch = [];
    this.#at = 0;
    this.#leftNumber = 0;
  }
}

export function openHashJoin(node: HashJoinNode, left: Opener, right: Opener): Opener {
  const compiled: Compiled = {
    node,
    leftKey: joinKey(node.leftKeys),
    rightKey: joinKey(node.rightKeys),
    hasLongKey: hasLongKey(node.rightKeys),
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
    restrictions: joinRestrictions(node),
    leftWidth: node.left.labels.length,
    rightWidth: node.right.labels.length,
  };
  return (run) => new HashJoin(run, tallied(run, compiled), left(run), right(run));
}
