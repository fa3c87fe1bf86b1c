/**
 * Gives the rows of a table their entries in a new index, in small transactions. All writers keep the
 * index whole by now: whoever changes the entry of a row that a batch has read writes the same key,
 * and the batch is refused. Then it looks which entries are there already and makes the rest: every
 * conflict is an entry less to make, so it comes to its end whatever writers do.
 */
import type { Key, ScanPage, Span } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import type { IndexEntry } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import type { OnlineParts } from "./online-parts.ts";
import type { RowEntries } from "./row-entries.ts";
import { rowEntries } from "./row-entries.ts";
import { isConflict } from "./transient-errors.ts";

/** Batches under way at a time. */
const BATCHES_MAX = 2;
/** Of its entries' keys: a batch as large as this goes to the disk as it is (decisions/0055). */
const BATCH_KEY_BYTES = 8 << 20;

export interface BackfillTask {
  readonly oid: number;
  isOver(): boolean;
  /** The table with the index as it is at the transaction's snapshot; undefined ends the work. */
  find(transaction: SessionTransaction): TableDescriptor | undefined;
  /** Told after each batch but the last, in their order. */
  done(rest: Span, rows: number): Promise<void>;
}

/** Sessions of this process wait no longer than this for a build. */
const SHARE_MICROS = 3_000;

async function entriesOf(
  { clock }: CommitPorts,
  made: RowEntries,
  page: ScanPage,
): Promise<IndexEntry[]> {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  const entries: IndexEntry[] = [];
  let since = clock.monotonicMicros();
  for (const [i, stored] of page.batch.values.entries()) {
    const key = page.keys?.[i];
    const entry = key && made.entryOf(key, stored);
    if (entry !== undefined) entries.push(entry);
    if ((i & 31) !== 31 || clock.monotonicMicros() - since < SHARE_MICROS) continue;
    await new Promise<void>((resolve) => clock.endOfTick(resolve));
    since = clock.monotonicMicros();
  }
  return entries;
}

async function missingOf(
  kv: KvTransaction,
  entries: readonly IndexEntry[],
): Promise<readonly IndexEntry[]> {
  const found = await kv.read(entries.map(({ key }) => key));
  return entries.filter((_, i) => found[i] === undefined);
}

/** A batch that was read and is being committed; its failure is the promise's value. */
interface Batch {
  readonly span: Span;
  readonly rest: Span | undefined;
  readonly rows: number;
  readonly failure: Promise<unknown>;
}

/** Undefined when the index is not to be filled any more. */
async function begin(
  parts: OnlineParts,
  task: BackfillTask,
  span: Span,
  { rows, looks }: { readonly rows: number; readonly looks: boolean },
): Promise<Batch | undefined> {
  const transaction = parts.begin();
  const { schema } = transaction;
  await schema.verify();
  const table = task.find(transaction);
  if (table === undefined) return undefined;
  const { kv } = schema;
  kv.dependsOn(table.oid);
  const { entries, rest, count } = await readBatch(parts, kv, rowEntries(table, task.oid), {
    span,
    rows,
  });
  const written = parts.bugs.has("backfillOverwrites")
    ? await laterTransaction(parts)
    : transaction;
  const missing = looks ? await missingOf(kv, entries) : entries;
  for (const { key, value } of missing) written.schema.kv.put(key, value, "insert");
  const committed = written.commit() ?? Promise.resolve();
  const failure = committed.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { span, rest, rows: count, failure };
}

interface ReadBatch {
  readonly entries: readonly IndexEntry[];
  readonly rest: Span | undefined;
  readonly count: number;
}

/** As many rows, or less if their entries are long. */
async function readBatch(
  { ports }: OnlineParts,
  kv: KvTransaction,
  made: RowEntries,
  { span, rows }: { readonly span: Span; readonly rows: number },
): Promise<ReadBatch> {
  const entries: IndexEntry[] = [];
  let rest: Span | undefined = span;
  let count = 0;
  let bytes = 0;
  while (rest !== undefined && count < rows && bytes < BATCH_KEY_BYTES) {
    const scan = { span: rest, reverse: false, withKeys: true, rowLimit: rows - count };
    const page: ScanPage = await kv.scan(scan);
    for (const entry of await entriesOf(ports, made, page)) {
      entries.push(entry);
      bytes += entry.key.length;
    }
    if (page.batch.kind === "raw") count += page.batch.values.length;
    rest = page.rest;
  }
  return { entries, rest, count };
}

async function laterTransaction(parts: OnlineParts): Promise<SessionTransaction> {
  await parts.ports.clock.sleep(20_000);
  const transaction = parts.begin();
  await transaction.schema.verify();
  return transaction;
}

/**
 * Gives all rows of the span their entries, a few batches at a time: the next one is read while the
 * ones before are committed. False when the index is not to be filled any more.
 */
export async function backfill(
  parts: OnlineParts,
  task: BackfillTask,
  rows: Span,
): Promise<boolean> {
  const batches: Batch[] = [];
  let batchRows = parts.batchRows;
  let span: Span | undefined = rows;
  while (span !== undefined || batches.length > 0) {
    if (task.isOver()) return false;
    if (span !== undefined && batches.length < BATCHES_MAX) {
      const batch: Batch | undefined = await begin(parts, task, span, {
        rows: batchRows,
        looks: false,
      });
      if (batch === undefined) return false;
      batches.push(batch);
      span = batch.rest;
      continue;
    }
    const batch = batches.shift();
    if (batch === undefined) continue;
    const isRefused = (await batch.failure) !== undefined;
    batchRows = isRefused ? parts.batchRows : Math.min(2 * batchRows, parts.batchRowsMax);
    if (!(await finish(parts, task, batch))) return false;
  }
  return true;
}

async function finish(parts: OnlineParts, task: BackfillTask, batch: Batch): Promise<boolean> {
  const failure = await batch.failure;
  if (failure !== undefined) {
    if (!isConflict(failure)) throw failure;
    const end = batch.rest?.start ?? batch.span.end;
    if (!(await again(parts, task, { start: batch.span.start, end }))) return false;
  }
  if (batch.rest !== undefined) await task.done(batch.rest, batch.rows);
  return true;
}

/** A refused batch, in parts that become smaller with every refusal. */
async function again(parts: OnlineParts, task: BackfillTask, refused: Span): Promise<boolean> {
  let span: Span | undefined = refused;
  let rows = parts.batchRows;
  while (span !== undefined) {
    if (task.isOver()) return false;
    const batch: Batch | undefined = await begin(parts, task, span, { rows, looks: true });
    if (batch === undefined) return false;
    const failure = await batch.failure;
    if (failure === undefined) span = batch.rest;
    else if (isConflict(failure)) rows = Math.max(1, rows >> 2);
    else throw failure;
  }
  return true;
}

/** The rows of a table from a key on. */
export function rowsFrom(table: TableDescriptor, next: string | undefined): Span {
  const { span } = tableLayout(table);
  if (next === undefined) return span;
  const start: Key = keyFromLatin1(next);
  return { start, end: span.end };
}
