/**
 * What a successor needs to know of the log that it has just sealed: where time and lease stand,
 * and what became of the latest transactions. Conflicts are not rebuilt: the floor stands for them.
 */
import type { Journal, LogEnd, LogEntry, LogId, RangeMap, Timestamp } from "@firstlight/common";
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

/** Entries read back for outcomes; older ones are looked up in the log when asked for. */
const READ_BACK_ENTRIES = 10_000;
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

/** The last lease in the log; undefined if every entry that could tell was trimmed. */
export async function recoverEnd(
  journal: Journal,
  log: LogId,
  end: LogEnd,
  outcomes: OutcomeTable,
): Promise<Timestamp | undefined> {
  let leaseEnd: Timestamp | undefined;
  const entries = await lastEntries(journal, log, end.index);
  for (const entry of entries) {
    const record = decodeLogRecord(entry.payload);
    leaseEnd = leaseEnd === undefined ? record.leaseEnd : laterOf(leaseEnd, record.leaseEnd);
    if (record.kind === "transaction") outcomes.committed(record.transaction, entry.timestamp);
  }
  const [first] = entries;
  if (first !== undefined && first.index > 1) outcomes.forgottenUpTo = first.timestamp;
  return leaseEnd;
}

/** The last one, and as many before it as are few enough and small enough. */
async function lastEntries(
  journal: Journal,
  log: LogId,
  end: number,
): Promise<readonly LogEntry[]> {
  let entries = await chunk(journal, log, end, end, Infinity);
  let bytes = 0;
  for (let to = end - 1; to > 0 && entries.length < READ_BACK_ENTRIES; to -= READ_BACK_CHUNK) {
    const from = Math.max(1, to - READ_BACK_CHUNK + 1);
    const before = await chunk(journal, log, from, to, READ_BACK_BYTES - bytes);
    if (before.at(-1)?.index !== to) return entries;
    for (const { payload } of before) bytes += payload.length;
    entries = [...before, ...entries];
    if (before[0]?.index !== from) return entries;
  }
  return entries;
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

/** Reads back until something tells: a record of the ranges, or a change of them. */
export async function recoverRanges(
  journal: Journal,
  log: LogId,
  end: number,
): Promise<RecoveredRanges | undefined> {
  for (let to = end; to > 0; to -= READ_BACK_CHUNK) {
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
