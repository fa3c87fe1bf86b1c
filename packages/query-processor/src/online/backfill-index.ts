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
import type { OnlineParts } from "./online-parts.ts";
import type { RowEntries } from "./row-entries.ts";
import { rowEntries } from "./row-entries.ts";
import { isConflict } from "./transient-errors.ts";

/** Few enough to be read and committed in some milliseconds. */
const ROWS_MAX = 1_000;

export interface BackfillTask {
  readonly oid: number;
  /** The rows that are left. */
  readonly span: Span;
  /** The table with the index as it is at the transaction's snapshot; undefined ends the work. */
  find(transaction: SessionTransaction): TableDescriptor | undefined;
}

export interface BatchDone {
  readonly rest: Span | undefined;
  readonly rows: number;
}

function entriesOf(made: RowEntries, page: ScanPage): IndexEntry[] {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  const entries: IndexEntry[] = [];
  page.batch.values.forEach((stored, i) => {
    const key = page.keys?.[i];
    const entry = key && made.entryOf(key, stored);
    if (entry !== undefined) entries.push(entry);
  });
  return entries;
}

async function missingOf(
  kv: KvTransaction,
  entries: readonly IndexEntry[],
): Promise<readonly IndexEntry[]> {
  const found = await kv.read(entries.map(({ key }) => key));
  return entries.filter((_, i) => found[i] === undefined);
}

/** How many rows a batch takes: fewer after a conflict, more again afterwards. */
export class BatchSize {
  #rows = ROWS_MAX;
  #looks = false;

  get rows(): number {
    return this.#rows;
  }

  /** Whether entries that are there already are left alone. */
  get looks(): boolean {
    return this.#looks;
  }

  refused(): void {
    this.#rows = Math.max(1, this.#rows >> 2);
    this.#looks = true;
  }

  committed(): void {
    this.#rows = Math.min(ROWS_MAX, this.#rows * 2);
    this.#looks = false;
  }
}

/** One batch; undefined when the index is not to be filled any more. Throws 40001 when it is refused. */
async function batch(
  parts: OnlineParts,
  task: BackfillTask,
  size: BatchSize,
): Promise<BatchDone | undefined> {
  const transaction = parts.begin();
  const { schema } = transaction;
  await schema.verify();
  const table = task.find(transaction);
  if (table === undefined) return undefined;
  const { kv } = schema;
  kv.dependsOn(table.oid);
  const scan = { span: task.span, reverse: false, withKeys: true, rowLimit: size.rows };
  const page = await kv.scan(scan);
  const entries = entriesOf(rowEntries(table, task.oid), page);
  const written = parts.bugs.has("backfillOverwrites")
    ? await laterTransaction(parts)
    : transaction;
  const missing = size.looks ? await missingOf(kv, entries) : entries;
  for (const { key, value } of missing) written.schema.kv.put(key, value, "insert");
  await written.commit();
  return { rest: page.rest, rows: page.batch.kind === "raw" ? page.batch.values.length : 0 };
}

async function laterTransaction(parts: OnlineParts): Promise<SessionTransaction> {
  await parts.ports.clock.sleep(20_000);
  const transaction = parts.begin();
  await transaction.schema.verify();
  return transaction;
}

/** The next batch that is not refused. */
export async function nextBatch(
  parts: OnlineParts,
  task: BackfillTask,
  size: BatchSize,
): Promise<BatchDone | undefined> {
  for (;;) {
    try {
      const done = await batch(parts, task, size);
      size.committed();
      return done;
    } catch (error) {
      if (!isConflict(error)) throw error;
      size.refused();
    }
  }
}

/** The rows of a table from a key on. */
export function rowsFrom(table: TableDescriptor, next: string | undefined): Span {
  const { span } = tableLayout(table);
  if (next === undefined) return span;
  const start: Key = keyFromLatin1(next);
  return { start, end: span.end };
}
