/**
 * Fills new indexes and rewritten tables from the rows at the transaction's snapshot. The whole old
 * table is added to the commit's checks (intent R), so a row that someone else commits meanwhile
 * refuses this transaction instead of being left out of the index.
 */
import type { Key, ScanPage, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { BINDERS } from "../bind/binders.ts";
import { rememberCatalog } from "../bind/index-expressions.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type {
  IndexDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { DuplicateSearch } from "../execute/first-duplicate.ts";
import { couldNotCreate } from "../execute/could-not-create.ts";
import type { IndexLayout, TableLayout } from "../plan/table-layout.ts";
import { rowSuffixOf, tableLayout } from "../plan/table-layout.ts";
import { RowIdSource } from "../plan/row-id.ts";
import { IndexFilling } from "../execute/index-filling.ts";
import { isOfColumns } from "../plan/stored-entries.ts";
import { SequenceBlockNeeded } from "../sequences/sequence-blocks.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 16;
/** The same where a row is only copied. */
const ROWS_PER_BATCH = 256;

type RowVisitor = (values: Row, key: Key) => void;

/** A descriptor that a statement changes is not yet the catalog's: its indexes need a home. */
export function layoutOf(context: DdlContext, table: TableDescriptor): TableLayout {
  rememberCatalog(table, imageOf(context), BINDERS);
  return tableLayout(table);
}

/** The sequence that the visitor wants a value of, which it does before it changes anything. */
function neededBy(visit: RowVisitor, values: Row, key: Key): SequenceDescriptor | undefined {
  try {
    visit(values, key);
    return undefined;
  } catch (error) {
    if (!(error instanceof SequenceBlockNeeded) || error.position !== undefined) throw error;
    return error.sequence;
  }
}

async function visitRow(
  context: DdlContext,
  visit: RowVisitor,
  values: Row,
  key: Key,
  need: SequenceDescriptor,
): Promise<void> {
  let next: SequenceDescriptor | undefined = need;
  while (next !== undefined) {
    await context.sequences.refill(next);
    next = neededBy(visit, values, key);
  }
}

/**
 * Visits all rows of a table at the snapshot, own writes included, yielding in between. With the
 * values at the positions that are wanted, NULL at others.
 */
export async function forEachRow(
  context: DdlContext,
  table: TableDescriptor,
  visit: RowVisitor,
  wanted: ReadonlySet<number> = new Set(table.columns.keys()),
): Promise<void> {
  const layout = layoutOf(context, table);
  const decode = sparseDecoder(layout, wanted);
  let span: Span | undefined = layout.span;
  while (span !== undefined) {
    const page: ScanPage = await context.transaction.kv.scan({
      span,
      reverse: false,
      withKeys: true,
    });
    if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    const { interrupts } = context.session;
    for (const [i, value] of page.batch.values.entries()) {
      const key = page.keys?.[i];
      if (key !== undefined) {
        const row = decode(value);
        const need = neededBy(visit, row, key);
        if (need !== undefined) await visitRow(context, visit, row, key, need);
      }
      if (i % ROWS_PER_LOOK !== 0 || !interrupts.overdue()) continue;
      await interrupts.yield();
      interrupts.check();
    }
    span = page.rest;
    interrupts.check();
    await interrupts.yield();
  }
}

/** Rows of a table's width of which only some values are decoded; the others are NULL. */
function sparseDecoder(layout: TableLayout, wanted: ReadonlySet<number>): (row: Uint8Array) => Row {
  const width = layout.types.length;
  const positions = [...wanted].toSorted((a, b) => a - b);
  const decode = layout.decoder(positions);
  if (positions.length === width) return decode;
  const blank = layout.types.map((): Datum => null);
  return (row) => {
    const values = decode(row);
    const wide = blank.slice();
    for (let at = 0; at < positions.length; at++) {
      wide[positions[at] as number] = values[at] as Datum;
    }
    return wide;
  };
}

/** Refuses the commit when anybody else has changed the table since the snapshot. */
export function guardTable(context: DdlContext, table: TableDescriptor): void {
  context.transaction.kv.check({ span: layoutOf(context, table).span, intent: "R" });
}

function indexLayoutOf(table: TableDescriptor, index: IndexDescriptor): IndexLayout {
  const found = tableLayout(table).secondary.find((each) => each.descriptor === index);
  if (found === undefined) throw new TypeError(`index ${index.name} is not a secondary index`);
  return found;
}

/** Keys of deferrable constraints, whose entries do not exclude each other. */
class SeenKeys {
  readonly #seen = new Set<Key>();

  repeats(layout: IndexLayout, values: Row): boolean {
    const key = layout.laterKey(values);
    if (key === undefined) return false;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }
}

/** `table` is the new descriptor, which has `index` already. 23505 on duplicates. */
export async function fillIndex(
  context: DdlContext,
  table: TableDescriptor,
  index: IndexDescriptor,
): Promise<void> {
  guardTable(context, table);
  const layout = indexLayoutOf(table, index);
  const isBytes = isOfColumns(index);
  try {
    await (isBytes ? fillFromBytes : fillFromValues)(context, table, layout);
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== "23505") throw error;
    const row = await firstDuplicate(context, table, layout);
    throw row === undefined ? error : duplicated(context, tableLayout(table), index, row);
  }
}

async function firstDuplicate(
  context: DdlContext,
  table: TableDescriptor,
  layout: IndexLayout,
): Promise<Row | undefined> {
  const search = new DuplicateSearch();
  const visit: RowVisitor = (values, key) => {
    if (!layout.holds(values)) return;
    search.add(layout.laterKey(values) ?? layout.entry(values, rowSuffixOf(key)).key, values);
  };
  await forEachRow(context, table, visit, layout.positions);
  return search.first();
}

/** Entries of the bytes of the rows. */
async function fillFromBytes(
  context: DdlContext,
  table: TableDescriptor,
  index: IndexLayout,
): Promise<void> {
  const layout = layoutOf(context, table);
  const filling = new IndexFilling(context.transaction.kv, index, layout);
  const decode = sparseDecoder(layout, index.positions);
  const { interrupts } = context.session;
  for (let span: Span | undefined = layout.span; span !== undefined;) {
    const page: ScanPage = await context.transaction.kv.scan({
      span,
      reverse: false,
      withKeys: true,
    });
    if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    const { values } = page.batch;
    for (let from = 0; from < values.length; from += ROWS_PER_BATCH) {
      const rows = values.slice(from, from + ROWS_PER_BATCH);
      const taken = filling.add(rows, (page.keys ?? []).slice(from, from + ROWS_PER_BATCH));
      const row = taken === undefined ? undefined : rows[taken];
      if (row !== undefined) throw duplicated(context, layout, index.descriptor, decode(row));
      interrupts.check();
      if (interrupts.overdue()) await interrupts.yield();
    }
    span = page.rest;
    interrupts.check();
    await interrupts.yield();
  }
}

async function fillFromValues(
  context: DdlContext,
  table: TableDescriptor,
  layout: IndexLayout,
): Promise<void> {
  const { kv } = context.transaction;
  const { descriptor } = layout;
  const seen = new SeenKeys();
  const visit: RowVisitor = (values, key) => {
    if (!layout.holds(values)) return;
    const isTaken =
      layout.excludes(values) && kv.writes.get(layout.uniqueKey(values)) !== undefined;
    if (isTaken || seen.repeats(layout, values)) {
      throw duplicated(context, tableLayout(table), descriptor, values);
    }
    const entry = layout.entry(values, rowSuffixOf(key));
    kv.put(entry.key, entry.value, "insert");
  };
  await forEachRow(context, table, visit, layout.positions);
}

function duplicated(
  context: DdlContext,
  layout: TableLayout,
  index: IndexDescriptor,
  values: Row,
): SqlError {
  const evaluation = context.session.evaluation([]);
  const schema = schemaName(imageOf(context), layout.table);
  return couldNotCreate({ layout, schema, evaluation }, index, values);
}

/** The type of a dropped column may be gone. */
function withoutDropped({ columns }: TableDescriptor, values: Row): Row {
  if (!columns.some(({ dropped }) => dropped)) return values;
  return values.map((value, position) => (columns[position]?.dropped === true ? null : value));
}

/** Writes all rows of `from` in the order and place of `to`, with all of its indexes. */
export async function rewriteTable(
  context: DdlContext,
  from: TableDescriptor,
  to: TableDescriptor,
  convert: (values: Row) => Row = (values) => values,
): Promise<void> {
  const { kv } = context.transaction;
  guardTable(context, from);
  const layout = layoutOf(context, to);
  const evaluation = context.session.evaluation([]);
  const rowIds = new RowIdSource(evaluation);
  const seen = new SeenKeys();
  const write: RowVisitor = (old) => {
    const values = withoutDropped(to, convert(old));
    const key = layout.rowKey(values, rowIds);
    if (layout.primary !== undefined && kv.writes.get(key) !== undefined) {
      throw duplicated(context, layout, layout.primary, values);
    }
    kv.put(key, layout.encode(values), "insert");
    for (const index of layout.secondary) {
      if (seen.repeats(index, values)) throw duplicated(context, layout, index.descriptor, values);
      storeEntry(context, layout, index, values, key);
    }
  };
  try {
    await forEachRow(context, from, write);
  } catch (error) {
    const { primary } = layout;
    if (primary === undefined || !(error instanceof SqlError)) throw error;
    if (error.fields.constraint !== primary.name) throw error;
    const search = new DuplicateSearch();
    await forEachRow(context, from, (old) => {
      const values = withoutDropped(to, convert(old));
      search.add(layout.rowKey(values, rowIds), values);
    });
    const row = search.first();
    throw row === undefined ? error : duplicated(context, layout, primary, row);
  }
}

function storeEntry(
  context: DdlContext,
  layout: TableLayout,
  index: IndexLayout,
  values: Row,
  key: Key,
): void {
  const { kv } = context.transaction;
  if (!index.holds(values)) return;
  const entry = index.entry(values, rowSuffixOf(key));
  if (index.excludes(values) && kv.writes.get(entry.key) !== undefined) {
    throw duplicated(context, layout, index.descriptor, values);
  }
  kv.put(entry.key, entry.value, "insert");
}

/**
 * Visits all rows to judge them; rows that others commit meanwhile refuse this transaction instead
 * of escaping its judgement.
 */
export async function validateRows(
  context: DdlContext,
  table: TableDescriptor,
  visit: RowVisitor,
): Promise<void> {
  guardTable(context, table);
  await forEachRow(context, table, visit);
}

/** 23502 if a row has NULL in the column. */
export async function refuseNulls(
  context: DdlContext,
  table: TableDescriptor,
  columns: readonly number[],
): Promise<void> {
  await validateRows(context, table, (values) => {
    for (const number of columns) {
      if ((values[number - 1] ?? null) !== null) continue;
      const name = table.columns[number - 1]?.name ?? "";
      throw new SqlError(
        "23502",
        `column "${name}" of relation "${table.name}" contains null values`,
        { schema: schemaName(imageOf(context), table), table: table.name, column: name },
      );
    }
  });
}
