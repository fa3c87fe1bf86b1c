/**
 * Whether an index that was filled is its table's: at one snapshot there are as many entries as rows
 * that must have one. No entry is without its row, so then each row has its own. Otherwise rows of
 * equal unique keys have taken each other's place: missing entries are made, and the first row whose
 * place another one has is the violation.
 */
import type { Key, ScanPage, Span } from "@firstlight/common";
import type { SqlError } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import { schemaEvaluation } from "../bind/schema-evaluation.ts";
import { DuplicateSearch } from "../execute/first-duplicate.ts";
import { couldNotCreate } from "../execute/could-not-create.ts";
import { rowSuffixOf, tableLayout } from "../plan/table-layout.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";
import { countKeys } from "./count-keys.ts";
import type { RowEntries } from "./row-entries.ts";
import { rowEntries } from "./row-entries.ts";

type Visit = (key: Key, stored: Uint8Array) => void;

async function eachRow(
  kv: KvTransaction,
  span: Span,
  visit: Visit,
  isEnough: () => boolean = () => false,
): Promise<void> {
  let rest: Span | undefined = span;
  while (rest !== undefined && !isEnough()) {
    const page: ScanPage = await kv.scan({ span: rest, reverse: false, withKeys: true });
    visitPage(page, visit);
    rest = page.rest;
  }
}

function visitPage(page: ScanPage, visit: Visit): void {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  page.batch.values.forEach((stored, i) => {
    const key = page.keys?.[i];
    if (key !== undefined) visit(key, stored);
  });
}

async function countHolding(kv: KvTransaction, span: Span, made: RowEntries): Promise<number> {
  let count = 0;
  await eachRow(kv, span, (_key, stored) => {
    if (made.index.holds(made.rowOf(stored))) count++;
  });
  return count;
}

/** Whether the index has as many entries as it must have at the transaction's snapshot. */
export async function isWhole(
  { schema: { kv } }: SessionTransaction,
  table: TableDescriptor,
  index: IndexDescriptor,
): Promise<boolean> {
  const made = rowEntries(table, index.oid);
  const { span } = tableLayout(table);
  const rows =
    index.predicate === undefined ? await countKeys(kv, span) : await countHolding(kv, span, made);
  return rows === (await countKeys(kv, made.index.span));
}

function violation(
  { schema: { image } }: SessionTransaction,
  table: TableDescriptor,
  index: IndexDescriptor,
  row: Row,
): SqlError {
  const evaluation = schemaEvaluation(image, ["public"]);
  const judge = { layout: tableLayout(table), schema: schemaName(image, table), evaluation };
  return couldNotCreate(judge, index, row);
}

/** Makes the entries that rows of one page lack; the rest of the span. Throws 23505 for a duplicate. */
export async function repairPage(
  transaction: SessionTransaction,
  table: TableDescriptor,
  index: IndexDescriptor,
  span: Span,
): Promise<Span | undefined> {
  const { kv } = transaction.schema;
  const made = rowEntries(table, index.oid);
  const page = await kv.scan({ span, reverse: false, withKeys: true });
  const rows: { readonly key: Key; readonly stored: Uint8Array }[] = [];
  visitPage(page, (key, stored) => rows.push({ key, stored }));
  const due = rows.flatMap(({ key, stored }) => {
    const entry = made.entryOf(key, stored);
    return entry === undefined ? [] : [{ key, stored, entry }];
  });
  const found = await kv.read(due.map(({ entry }) => entry.key));
  const suffixOf = made.index.decoder([made.index.stored.length]);
  let duplicate: Row | undefined;
  due.forEach(({ key, stored, entry }, i) => {
    const bytes = found[i];
    if (bytes === undefined) {
      kv.put(entry.key, entry.value, "insert");
      return;
    }
    const [suffix] = suffixOf(bytes);
    if (!(suffix instanceof Uint8Array)) throw new InvariantError("index entry without row key");
    if (Buffer.from(suffix).toString("latin1") === rowSuffixOf(key)) return;
    duplicate ??= made.rowOf(stored);
  });
  if (duplicate === undefined) return page.rest;
  const first = await firstDuplicate(kv, tableLayout(table).span, made);
  throw violation(transaction, table, index, first ?? duplicate);
}

async function firstDuplicate(
  kv: KvTransaction,
  span: Span,
  made: RowEntries,
): Promise<Row | undefined> {
  const search = new DuplicateSearch();
  const add: Visit = (key, stored) => {
    const entry = made.entryOf(key, stored);
    if (entry !== undefined) search.add(entry.key, made.rowOf(stored));
  };
  // Once there are too many to tell, the others need not be read.
  await eachRow(kv, span, add, () => search.isTooLong);
  return search.first();
}
