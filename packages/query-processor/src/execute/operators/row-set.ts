/**
 * The rows of an ANY or ALL subquery, and the test of a value against them. Equality is looked up by
 * hash: rows without NULLs are a set of keys, those with NULLs are tested one by one, as is everything
 * for a value with NULLs. Rows beyond a bound go where they can spill; then each is tested.
 */
import type { MaybePromise } from "@firstlight/common";
import { SegmentedMap, isPromise } from "@firstlight/common";
import type { CompiledExpr, Datum, Row } from "@firstlight/sql";
import type { Subplan } from "../../plan/plan-node.ts";
import type { MapKey, RowKeyFunction } from "../hash-key.ts";
import { keyBytes } from "../hash-key.ts";
import type { MemoryHolder } from "../memory-account.ts";
import { rowBytes } from "../memory-account.ts";
import type { Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";
import { RowStore } from "../row-store.ts";

/** Of the memory limit: what the rows of one subquery may hold that cannot spill. */
const PINNED_PART = 2;

export interface RowSetShape {
  readonly kind: Subplan["kind"];
  readonly test: CompiledExpr | undefined;
  /** Of the outer row and of the subquery's, where equality decides. */
  readonly outerKey: RowKeyFunction | undefined;
  readonly innerKey: RowKeyFunction | undefined;
  /** The same where the rows are stored, if they can be known before the row's turn comes. */
  readonly storedOuterKey?: RowKeyFunction | undefined;
  readonly storedInnerKey?: RowKeyFunction | undefined;
  /** A key of one column: what a value with NULL is compared with does not matter. */
  readonly isSingle: boolean;
}

export class RowSet {
  readonly #run: Run;
  readonly #shape: RowSetShape;
  readonly #hash: SegmentedMap<MapKey, Row | undefined> | undefined;
  /** Without a hash: all; with one: those that have a NULL. */
  #rows: Row[] = [];
  #store: RowStore | undefined;
  #bytes = 0;
  #hasNull = false;
  /** Of the keys that were asked about last: which are there. For rows that no hash can hold. */
  readonly #asked = new Map<MapKey, boolean>();

  constructor(run: Run, shape: RowSetShape) {
    this.#run = run;
    this.#shape = shape;
    this.#hash = shape.innerKey === undefined ? undefined : new SegmentedMap();
  }

  get pinnedBytes(): number {
    return this.#store === undefined ? this.#bytes : 0;
  }

  /** False: the set cannot take them as it is, and has to be made anew without a hash. */
  add(rows: readonly Row[]): boolean {
    for (const row of rows) this.#addRow(row);
    if (this.#bytes <= this.#run.memory.limitBytes / PINNED_PART) return true;
    if (this.#hash !== undefined && this.#hash.size > 0) return false;
    this.#spill();
    return true;
  }

  #addRow(row: Row): void {
    const { innerKey, isSingle } = this.#shape;
    if (this.#store !== undefined) {
      this.#store.add([row]);
      return;
    }
    const key = innerKey?.(row, this.#run.evaluation);
    if (this.#hash === undefined) {
      this.#keep(row);
    } else if (key === undefined) {
      // One NULL among values is as good as several.
      if (!isSingle || !this.#hasNull) this.#keep(row);
      this.#hasNull = true;
    } else if (!this.#hash.has(key)) {
      this.#hash.set(key, isSingle ? undefined : row);
      this.#bytes += keyBytes(key) + (isSingle ? 0 : rowBytes(row));
    }
  }

  #keep(row: Row): void {
    this.#rows.push(row);
    this.#bytes += rowBytes(row);
  }

  #spill(): void {
    if (this.#store !== undefined) return;
    this.#store = new RowStore(this.#run.memory);
    this.#store.add(this.#rows);
    this.#rows = [];
  }

  /** Whether to be asked about many rows at once makes a difference. */
  get isStored(): boolean {
    return this.#store !== undefined;
  }

  /** Reads the stored rows once for the keys of all these outer rows. */
  ask(rows: readonly Row[]): MaybePromise<void> {
    const { storedOuterKey, storedInnerKey } = this.#shape;
    const store = this.#store;
    if (store === undefined || storedOuterKey === undefined) return undefined;
    this.#asked.clear();
    const { evaluation } = this.#run;
    for (const row of rows) {
      const key = storedOuterKey(row, evaluation);
      if (key !== undefined) this.#asked.set(key, false);
    }
    let at = 0;
    const take = (stored: readonly Row[]): boolean => {
      at += stored.length;
      for (const row of stored) {
        const key = storedInnerKey?.(row, evaluation);
        if (key === undefined) this.#hasNull = true;
        else if (this.#asked.has(key)) this.#asked.set(key, true);
      }
      return stored.length > 0;
    };
    return repeat(this.#run, () => {
      const stored = store.read(at, BATCH_ROWS);
      return isPromise(stored) ? stored.then(take) : take(stored);
    });
  }

  relieved(): MaybePromise<void> {
    return this.#store?.relieved();
  }

  holdBy(holder: MemoryHolder): void {
    holder.take(this.pinnedBytes);
  }

  free(): void {
    this.#store?.free();
  }

  /** The value of the quantified comparison for the outer row. */
  test(row: Row): MaybePromise<Datum> {
    const { outerKey, kind, isSingle } = this.#shape;
    if (this.#hash === undefined) return this.#testStored(row);
    if (this.#hash.size === 0 && this.#rows.length === 0) return kind === "all";
    const key = outerKey?.(row, this.#run.evaluation);
    if (key !== undefined && this.#hash.has(key)) return true;
    if (isSingle) return key === undefined || this.#hasNull ? null : false;
    const found = this.#testRows(row, this.#rows);
    if (found !== false || key !== undefined) return found;
    return this.#testRows(row, this.#hashed(this.#hash));
  }

  *#hashed(hash: SegmentedMap<MapKey, Row | undefined>): Generator<Row> {
    for (const row of hash.values()) if (row !== undefined) yield row;
  }

  #testStored(row: Row): MaybePromise<Datum> {
    const key = this.#shape.storedOuterKey?.(row, this.#run.evaluation);
    const isThere = key === undefined ? undefined : this.#asked.get(key);
    if (isThere === true) return true;
    if (isThere === false && this.#shape.isSingle) return this.#hasNull ? null : false;
    return this.#testAll(row);
  }

  #testAll(row: Row): MaybePromise<Datum> {
    const store = this.#store;
    if (store === undefined) return this.#testRows(row, this.#rows);
    const deciding = this.#shape.kind === "any";
    let result: Datum = !deciding;
    let at = 0;
    const take = (rows: readonly Row[]): boolean => {
      at += rows.length;
      const found = this.#testRows(row, rows);
      if (found === deciding || found === null) result = found;
      return rows.length > 0 && result !== deciding;
    };
    const done = repeat(this.#run, () => {
      const rows = store.read(at, BATCH_ROWS);
      return isPromise(rows) ? rows.then(take) : take(rows);
    });
    return isPromise(done) ? done.then(() => result) : result;
  }

  #testRows(row: Row, rows: Iterable<Row>): Datum {
    const { test, kind } = this.#shape;
    const deciding = kind === "any";
    let unknown = false;
    for (const each of rows) {
      const value = test?.([...row, ...each], this.#run.evaluation) ?? null;
      if (value === deciding) return deciding;
      if (value === null) unknown = true;
    }
    return unknown ? null : !deciding;
  }
}
