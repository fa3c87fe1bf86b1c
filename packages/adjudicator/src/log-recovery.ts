/**
 * What a successor needs to know of the log that it has just sealed: where time and lease stand,
 * and what became of the latest transactions. Conflicts are not rebuilt: the floor stands for them.
 */
import type { Journal, LogEnd, LogEntry, LogId, Timestamp } from "@firstlight/common";
import { ServiceError, decodeLogRecord, isServiceError, laterOf } from "@firstlight/common";
import type { OutcomeTable } from "./outcome-table.ts";

/** Entries read back for outcomes; older ones are looked up in the log when asked for. */
const READ_BACK_ENTRIES = 10_000;
const READ_BYTES = 1024 * 1024;

/**
 * Calls `visit` for entries from about `from` to `end`; what was trimmed is passed over. Entries
 * that are known to be there but cannot be read yet are an error: a lease may be in them.
 */
export async function visitEntries(
  journal: Journal,
  log: LogId,
  from: number,
  end: number,
  visit: (entry: LogEntry) => void,
): Promise<void> {
  let next = Math.max(1, from);
  while (next <= end) {
    try {
      const read = await journal.read(log, next, READ_BYTES);
      if (read.entries.length === 0) {
        throw new ServiceError("unavailable", `entry ${next} of log ${log} cannot be read yet`);
      }
      for (const entry of read.entries) if (entry.index <= end) visit(entry);
      next = read.next;
    } catch (error) {
      if (!isServiceError(error, "horizon")) throw error;
      // Where the log begins is not known: halve the distance to the end.
      next += Math.max(1, Math.ceil((end - next) / 2));
    }
  }
}

/** The last lease in the log; undefined if every entry that could tell was trimmed. */
export async function recoverEnd(
  journal: Journal,
  log: LogId,
  end: LogEnd,
  outcomes: OutcomeTable,
): Promise<Timestamp | undefined> {
  let leaseEnd: Timestamp | undefined;
  let first: LogEntry | undefined;
  const from = end.index - READ_BACK_ENTRIES + 1;
  await visitEntries(journal, log, from, end.index, (entry) => {
    first ??= entry;
    const record = decodeLogRecord(entry.payload);
    leaseEnd = leaseEnd === undefined ? record.leaseEnd : laterOf(leaseEnd, record.leaseEnd);
    if (record.kind === "transaction") outcomes.committed(record.transaction, entry.timestamp);
  });
  if (from > 1 && first !== undefined) outcomes.forgottenUpTo = (first as LogEntry).timestamp;
  return leaseEnd;
}

/** The commit timestamp of a transaction that was forgotten, if it is in the log. */
export async function findCommit(
  journal: Journal,
  log: LogId,
  transaction: string,
  from: number,
  end: number,
): Promise<Timestamp | undefined> {
  let found: Timestamp | undefined;
  await visitEntries(journal, log, from, end, (entry) => {
    const record = decodeLogRecord(entry.payload);
    if (record.kind === "transaction" && record.transaction === transaction) {
      found = entry.timestamp;
    }
  });
  return found;
}
