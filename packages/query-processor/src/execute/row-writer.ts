/**
 * Writes rows of one table with their index entries. Within a chunk rows are judged in order, each
 * seeing the chunk's earlier writes, so that the outcome is that of PostgreSQL's row by row checks
 * though all keys are read in one batch.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { SqlError, andThen } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import { RowIdSource } from "../plan/row-id.ts";
import type { IndexEntry, IndexLayout, TableLayout } from "../plan/table-layout.ts";
import { rowSuffixOf } from "../plan/table-layout.ts";
import type { WriteCounters } from "../statistics/activity-counters.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { indexKeyNames } from "../catalog/virtual/index-text.ts";
import type { TableReferences } from "./references/table-references.ts";
import type { RowJudge } from "./row-constraints.ts";
import { checkRow, valueText } from "./row-constraints.ts";

export interface RowUpdate {
  readonly key: Key;
  readonly before: Row;
  readonly after: Row;
}

/** A key that must be free for a row to be stored. */
export interface UniqueClaim {
  readonly index: IndexDescriptor;
  readonly key: Key;
}

export interface RowWriterTarget extends RowJudge {
  readonly transaction: Transaction;
  /** Undefined when no foreign key is on the table or refers to it. */
  readonly references: TableReferences | undefined;
  readonly activity?: WriteCounters | undefined;
  /** Told of the row to insert whose key is taken, BEFORE that is thrown. */
  readonly refused?: ((values: Row) => void) | undefined;
}

interface PendingRow {
  readonly values: Row;
  readonly key: Key;
  readonly claims: readonly UniqueClaim[];
}

export class RowWriter {
  readonly #target: RowWriterTarget;
  readonly #rowIds: RowIdSource;

  constructor(target: RowWriterTarget) {
    this.#target = target;
    this.#rowIds = new RowIdSource(target.evaluation);
  }

  get rowIds(): RowIdSource {
    return this.#rowIds;
  }

  /** Inserts complete rows (a value per column, dropped ones NULL). One chunk: one batch of reads. */
  insert(rows: readonly Row[]): MaybePromise<void> {
    const pending: PendingRow[] = [];
    try {
      for (const values of rows) pending.push(this.#prepare(values));
    } catch (error) {
      // A row before the one that fails may fail as well, and then that is the error.
      return andThen(this.#insertPrepared(pending), () => {
        throw error;
      });
    }
    return this.#insertPrepared(pending);
  }

  #insertPrepared(pending: readonly PendingRow[]): MaybePromise<void> {
    const keys = pending.flatMap((row) => row.claims.map((claim) => claim.key));
    if (keys.length === 0) {
      for (const row of pending) this.store(row.values, row.key);
      return undefined;
    }
    return andThen(this.#target.transaction.read(keys), (found) => {
      this.#storeClaiming(pending, found);
    });
  }

  #prepare(values: Row): PendingRow {
    const { layout } = this.#target;
    checkRow(this.#target, values);
    const key = layout.rowKey(values, this.#rowIds);
    return { values, key, claims: uniqueClaims(layout, values, key) };
  }

  #storeClaiming(pending: readonly PendingRow[], found: readonly (Uint8Array | undefined)[]): void {
    const claimed = pending.length > 1 ? new Set<Key>() : undefined;
    let at = 0;
    for (const row of pending) {
      for (const claim of row.claims) {
        if (found[at++] !== undefined || claimed?.has(claim.key) === true) {
          this.#target.refused?.(row.values);
          throw this.duplicate(claim.index, row.values);
        }
        claimed?.add(claim.key);
      }
      this.store(row.values, row.key);
    }
  }

  /** Puts a row and its entries that are known to be new. */
  store(values: Row, key: Key): void {
    const { references, activity } = this.#target;
    references?.inserted(key, values);
    if (activity !== undefined) activity.inserted++;
    this.#put(values, key);
  }

  #put(values: Row, key: Key): void {
    const { transaction, layout } = this.#target;
    transaction.put(key, layout.encode(values), "insert");
    if (layout.secondary.length === 0) return;
    const suffix = rowSuffixOf(key);
    for (const index of layout.secondary) {
      if (!index.holds(values)) continue;
      const entry = index.entry(values, suffix);
      transaction.put(entry.key, entry.value, "insert");
    }
  }

  delete(key: Key, values: Row): void {
    const { references, activity } = this.#target;
    references?.deleted(values);
    if (activity !== undefined) activity.deleted++;
    this.#remove(key, values);
  }

  #remove(key: Key, values: Row): void {
    const { transaction, layout } = this.#target;
    transaction.delete(key);
    if (layout.secondary.length + layout.deleteOnly.length === 0) return;
    const suffix = rowSuffixOf(key);
    this.#removeEntries(layout.secondary, values, suffix);
    this.#removeEntries(layout.deleteOnly, values, suffix);
  }

  #removeEntries(indexes: readonly IndexLayout[], values: Row, suffix: string): void {
    for (const index of indexes) {
      if (index.holds(values)) this.#target.transaction.delete(index.entry(values, suffix).key);
    }
  }

  /**
   * Applies updates in order. `changed` are the positions that the statement assigns; a row keeps
   * its key unless one of them is part of it.
   */
  update(rows: readonly RowUpdate[], changed: ReadonlySet<number>): MaybePromise<void> {
    const { layout } = this.#target;
    let checked = 0;
    try {
      for (; checked < rows.length; checked++) {
        checkRow(this.#target, rows[checked]?.after ?? []);
      }
    } catch (error) {
      if (checked === 0) throw error;
      return andThen(this.update(rows.slice(0, checked), changed), () => {
        throw error;
      });
    }
    const plan = updatePlan(layout, changed);
    if (!plan.claims) {
      for (const row of rows) this.#rewrite(row, row.key, plan);
      return undefined;
    }
    const moves = rows.map((row) => this.#move(row, plan));
    const keys = moves.flatMap((move) => move.claims.map((claim) => claim.key));
    if (keys.length === 0) {
      rows.forEach((row, i) => this.#rewrite(row, moves[i]?.key ?? row.key, plan));
      return undefined;
    }
    return andThen(this.#target.transaction.read(keys), (found) => {
      this.#rewriteClaiming(rows, moves, found, plan);
    });
  }

  #move(row: RowUpdate, plan: UpdatePlan): { key: Key; claims: UniqueClaim[] } {
    const { layout } = this.#target;
    const key = plan.movesRow ? layout.rowKey(row.after, this.#rowIds) : row.key;
    const claims = uniqueClaims(layout, row.after, key).filter((claim) => {
      if (claim.index.number === 0) return key !== row.key;
      const index = plan.unique.find((each) => each.descriptor === claim.index);
      if (index === undefined) return false;
      return !index.holds(row.before) || index.uniqueKey(row.before) !== claim.key;
    });
    return { key, claims };
  }

  #rewriteClaiming(
    rows: readonly RowUpdate[],
    moves: readonly { key: Key; claims: UniqueClaim[] }[],
    found: readonly (Uint8Array | undefined)[],
    plan: UpdatePlan,
  ): void {
    // What earlier rows of the chunk freed (false) or took (true) since `found` was read.
    const overlay = new Map<Key, boolean>();
    let at = 0;
    rows.forEach((row, i) => {
      const move = moves[i];
      if (move === undefined) return;
      for (const claim of move.claims) {
        const stored = found[at++] !== undefined;
        if (overlay.get(claim.key) ?? stored) throw this.duplicate(claim.index, row.after);
      }
      this.#noteClaims(row, move, overlay);
      this.#rewrite(row, move.key, plan);
    });
  }

  #noteClaims(
    row: RowUpdate,
    move: { key: Key; claims: UniqueClaim[] },
    overlay: Map<Key, boolean>,
  ): void {
    const { layout } = this.#target;
    for (const claim of uniqueClaims(layout, row.before, row.key)) overlay.set(claim.key, false);
    for (const claim of uniqueClaims(layout, row.after, move.key)) overlay.set(claim.key, true);
  }

  #rewrite(row: RowUpdate, key: Key, plan: UpdatePlan): void {
    const { transaction, layout, references, activity } = this.#target;
    references?.updated(row, key);
    if (activity !== undefined) activity.updated++;
    if (key !== row.key) {
      this.#remove(row.key, row.before);
      this.#put(row.after, key);
      return;
    }
    transaction.put(key, layout.encode(row.after), plan.keepsUnique ? "update" : "replace");
    if (plan.indexes.length + plan.deleteOnly.length === 0) return;
    const suffix = rowSuffixOf(key);
    this.#removeEntries(plan.deleteOnly, row.before, suffix);
    for (const index of plan.indexes) this.#replaceEntry(index, row, suffix);
  }

  #replaceEntry(index: IndexLayout, row: RowUpdate, suffix: string): void {
    const { transaction } = this.#target;
    const before = index.holds(row.before) ? index.entry(row.before, suffix) : undefined;
    const after = index.holds(row.after) ? index.entry(row.after, suffix) : undefined;
    if (before !== undefined && before.key === after?.key) {
      if (!sameBytes(before, after)) transaction.put(after.key, after.value, "update");
      return;
    }
    if (before !== undefined) transaction.delete(before.key);
    if (after !== undefined) transaction.put(after.key, after.value, "insert");
  }

  duplicate(index: IndexDescriptor, values: Row): SqlError {
    return duplicateKey(this.#target, index, values);
  }
}

interface UpdatePlan {
  readonly movesRow: boolean;
  readonly keepsUnique: boolean;
  /** Whether some key may have to be claimed. */
  readonly claims: boolean;
  readonly unique: readonly IndexLayout[];
  readonly indexes: readonly IndexLayout[];
  readonly deleteOnly: readonly IndexLayout[];
}

function touches(index: IndexLayout, changed: ReadonlySet<number>): boolean {
  for (const position of changed) if (index.positions.has(position)) return true;
  return false;
}

/** By the set of changed columns, which belongs to one compiled statement and thus one table. */
const updatePlans = new WeakMap<ReadonlySet<number>, UpdatePlan>();

function updatePlan(layout: TableLayout, changed: ReadonlySet<number>): UpdatePlan {
  let plan = updatePlans.get(changed);
  if (plan === undefined) {
    plan = makeUpdatePlan(layout, changed);
    updatePlans.set(changed, plan);
  }
  return plan;
}

function makeUpdatePlan(layout: TableLayout, changed: ReadonlySet<number>): UpdatePlan {
  const movesRow = layout.primaryParts.some((part) => changed.has(part.position));
  const indexes = layout.secondary.filter((index) => movesRow || touches(index, changed));
  const unique = indexes.filter((index) => index.descriptor.unique);
  return {
    movesRow,
    keepsUnique: ![...changed].some((position) => layout.uniquePositions.has(position)),
    claims: movesRow || unique.length > 0,
    unique,
    indexes,
    deleteOnly: layout.deleteOnly.filter((index) => touches(index, changed)),
  };
}

function sameBytes(a: IndexEntry, b: IndexEntry): boolean {
  return Buffer.compare(a.value, b.value) === 0;
}

/** The keys that a row with these values holds exclusively, in the order of the indexes. */
export function uniqueClaims(layout: TableLayout, values: Row, key: Key): UniqueClaim[] {
  const claims: UniqueClaim[] = [];
  if (layout.primary !== undefined) claims.push({ index: layout.primary, key });
  for (const index of layout.secondary) {
    if (index.excludes(values)) {
      claims.push({ index: index.descriptor, key: index.uniqueKey(values) });
    }
  }
  return claims;
}

export function duplicateKey(
  { layout, schema, evaluation: context }: Omit<RowJudge, "checks">,
  index: IndexDescriptor,
  values: Row,
): SqlError {
  const { table } = layout;
  const names = indexKeyNames(table, index).join(", ");
  const own = layout.secondary.find((each) => each.descriptor === index);
  const parts = own?.keyParts ?? layout.primaryParts;
  const keys = own?.keyValues(values) ?? parts.map((part) => values[part.position] ?? null);
  const texts = parts.map((part, at) => valueText(keys[at] ?? null, part.type, context));
  return new SqlError("23505", `duplicate key value violates unique constraint "${index.name}"`, {
    detail: `Key (${names})=(${texts.join(", ")}) already exists.`,
    schema,
    table: table.name,
    constraint: index.name,
  });
}

/** Inserts rows in chunks: for COPY, and for rewrites of a table's rows. */
export function insertRows(target: RowWriterTarget, rows: readonly Row[]): MaybePromise<void> {
  return new RowWriter(target).insert(rows);
}
