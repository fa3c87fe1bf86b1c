/**
 * What a successor needs to know of the log that it has just sealed: where time and lease stand,
 * and what became of the latest transactions. Conflicts are not rebuilt: the floor stands for them.
 */
import type {
  Journal,
  LogEntry,
  LogId,
  RangeMap,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  MutationReader,
  RANGES_KEY,
  ServiceError,
  decodeLogRecord,
  decodeRangeMap,
  isRangesRecord,
  isServiceError,
  laterOf,
} from "@firstlight/common";
import type { OutcomeTable } from "./outcome-table.ts";

/** Of entries that are large fewer are read back: a restart must not read a whole log. */
const READ_BACK_BYTES = 8 * 1024 * 1024;
const READ_BACK_CHUNK = 256;
const READ_BYTES = 1024 * 1024;

/**
 * Calls `visit` for entries from about `from` to `end`, until it returns false; what was trimmed is
 * passed over. Entries that are known to be there but cannot be read yet are an error: a lease may be in them.
 */
export async function visitEntries(
  journal: Journal,
  log: LogId,
  from: number,
  end: number,
  visit: (entry: LogEntry) => boolean | void,
): Promise<void> {
  let next = Math.max(1, from);
  while (next <= end) {
    try {
      const read = await journal.read(log, next, READ_BYTES);
      if (read.entries.length === 0) {
        throw new ServiceError("unavailable", `entry ${next} of log ${log} cannot be read yet`);
      }
      for (const entry of read.entries) {
        if (entry.index <= end && visit(entry) === false) return;
      }
      next = read.next;
    } catch (error) {
      if (!isServiceError(error, "horizon")) throw error;
      next = await firstLeft(journal, log, next + 1, end + 1);
    }
  }
}

/**
 * The first entry from `from` on that was not trimmed, or `past`. Exactly that one: a ranges record
 * may be the first entry that is left, and so may the commit that somebody asks for (I9).
 */
async function firstLeft(
  journal: Journal,
  log: LogId,
  from: number,
  past: number,
): Promise<number> {
  let low = from;
  let high = past;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isTrimmed(journal, log, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function isTrimmed(journal: Journal, log: LogId, index: number): Promise<boolean> {
  try {
    await journal.read(log, index, 1);
    return false;
  } catch (error) {
    if (isServiceError(error, "horizon")) return true;
    throw error;
  }
}

/**
 * The last entry, and before it as many of about `entriesMax` as are small enough: one request, as a
 * rule two, and nobody commits meanwhile. In ascending order; none if all were trimmed.
 */
export async function readBack(
  journal: Journal,
  log: LogId,
  end: number,
  entriesMax: number,
): Promise<readonly LogEntry[]> {
  let entries: readonly LogEntry[] = [];
  let bytes = 0;
  while (entries.length < Math.min(entriesMax, end)) {
    const to = end - entries.length;
    const count = entries.length === 0 ? READ_BACK_CHUNK : Infinity;
    const from = Math.max(1, to - Math.min(count, entriesMax - entries.length) + 1);
    const before = await chunk(journal, log, from, to, READ_BACK_BYTES - bytes);
    if (before.at(-1)?.index !== to) break;
    for (const { payload } of before) bytes += payload.length;
    entries = [...before, ...entries];
    if (before[0]?.index !== from) break;
  }
  return entries.length > 0 ? entries : chunk(journal, log, end, end, Infinity);
}

/** The last lease among the latest entries of a log; undefined if every one that could tell was trimmed. */
export function recoverEnd(
  latest: readonly LogEntry[],
  outcomes: OutcomeTable,
): Timestamp | undefined {
  let leaseEnd: Timestamp | undefined;
  for (const entry of latest) {
    const record = decodeLogRecord(entry.payload);
    leaseEnd = leaseEnd === undefined ? record.leaseEnd : laterOf(leaseEnd, record.leaseEnd);
    if (record.kind === "transaction") outcomes.committed(record.transaction, entry.timestamp);
  }
  const [first] = latest;
  if (first !== undefined && first.index > 1) outcomes.forgottenUpTo = first.timestamp;
  return leaseEnd;
}

/** Entries `from` .. `to`, without what was trimmed; none if they are more than `bytesMax`. */
async function chunk(
  journal: Journal,
  log: LogId,
  from: number,
  to: number,
  bytesMax: number,
): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let bytes = 0;
  await visitEntries(journal, log, from, to, (entry) => {
    entries.push(entry);
    bytes += entry.payload.length;
    return bytes <= bytesMax;
  });
  return bytes <= bytesMax ? entries : [];
}

/** What the first log says of the ranges, and where. */
export interface RecoveredRanges {
  readonly map: RangeMap;
  readonly index: number;
}

/** Reads back, from what has been read, until something tells: a record of the ranges, or a change. */
export async function recoverRanges(
  journal: Journal,
  log: LogId,
  latest: readonly LogEntry[],
): Promise<RecoveredRanges | undefined> {
  for (const { index, payload } of latest.toReversed()) {
    const map = rangesIn(payload);
    if (map !== undefined) return { map, index };
  }
  for (let to = (latest[0]?.index ?? 1) - 1; to > 0; to -= READ_BACK_CHUNK) {
    const from = Math.max(1, to - READ_BACK_CHUNK + 1);
    const { found, isTrimmed } = await rangesWithin(journal, log, from, to);
    if (found !== undefined || isTrimmed) return found;
  }
  return undefined;
}

async function rangesWithin(
  journal: Journal,
  log: LogId,
  from: number,
  to: number,
): Promise<{ readonly found: RecoveredRanges | undefined; readonly isTrimmed: boolean }> {
  let found: RecoveredRanges | undefined;
  let first: number | undefined;
  await visitEntries(journal, log, from, to, ({ index, payload }) => {
    first ??= index;
    const map = rangesIn(payload);
    if (map !== undefined) found = { map, index };
  });
  return { found, isTrimmed: first !== from };
}

function rangesIn(payload: Uint8Array): RangeMap | undefined {
  if (isRangesRecord(payload)) {
    const record = decodeLogRecord(payload);
    return record.kind === "ranges" ? record.map : undefined;
  }
  // Global keys come first.
  const first = new MutationReader(payload).next();
  const isChange = first?.key === RANGES_KEY && first.value !== undefined;
  return isChange ? decodeRangeMap(first.value) : undefined;
}

export interface Sought {
  readonly transaction: TransactionId;
  /** Its timestamp would be above this one. */
  readonly above: Timestamp;
  /** The last entry that can be it. */
  readonly end: number;
}

/** The commit timestamp of a transaction that was forgotten, if it is in the log. */
export async function findCommit(
  journal: Journal,
  log: LogId,
  { transaction, above, end }: Sought,
): Promise<Timestamp | undefined> {
  let found: Timestamp | undefined;
  const from = await indexBefore(journal, log, above, end);
  await visitEntries(journal, log, from, end, (entry) => {
    const record = decodeLogRecord(entry.payload);
    if (record.kind === "transaction" && record.transaction === transaction) {
      found = entry.timestamp;
    }
    return found === undefined;
  });
  return found;
}

/** Of an entry at or below `above`, or the first one; twice as far back each time. */
async function indexBefore(
  journal: Journal,
  log: LogId,
  above: Timestamp,
  end: number,
): Promise<number> {
  for (let back = READ_BACK_CHUNK; back < end; back *= 2) {
    try {
      const { entries } = await journal.read(log, end - back, 1);
      if ((entries[0]?.timestamp ?? above) <= above) return end - back;
    } catch (error) {
      if (!isServiceError(error, "horizon")) throw error;
      return end - back;
    }
  }
  return 1;
}
