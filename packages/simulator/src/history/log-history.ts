/**
 * The truth at the end of a run: what the logs hold, merged by timestamp, and every version of
 * every key that follows from it.
 */
import type {
  Key,
  LogEntry,
  LogId,
  Mutation,
  Span,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { decodeLogRecord, spanContains } from "@firstlight/common";
import { addDeltas } from "@firstlight/sql";

export interface LoggedTransaction {
  readonly log: LogId;
  readonly index: number;
  readonly timestamp: Timestamp;
  readonly transaction: TransactionId;
  readonly snapshot: Timestamp;
  readonly participants: readonly LogId[];
  readonly keys: readonly Key[];
  /** Those of the keys that were only added to (intent D). */
  readonly added: ReadonlySet<Key>;
}

export interface Version {
  readonly timestamp: Timestamp;
  readonly value: string | undefined;
  readonly by: LoggedTransaction;
}

function isDelta({ intent }: Mutation): boolean {
  return intent === "D";
}

function valueAfter(mutation: Mutation, before: string | undefined): string | undefined {
  const { value } = mutation;
  if (value === undefined) return undefined;
  if (!isDelta(mutation)) return Buffer.from(value).toString("latin1");
  if (before === undefined) return undefined;
  return addDeltas(Buffer.from(before, "latin1"), value).toString("latin1");
}

export class LogHistory {
  readonly logs: ReadonlyMap<LogId, readonly LogEntry[]>;
  /** In the order of their timestamps. */
  readonly transactions: readonly LoggedTransaction[];
  readonly #versions = new Map<Key, Version[]>();

  constructor(logs: ReadonlyMap<LogId, readonly LogEntry[]>) {
    this.logs = logs;
    const found: {
      readonly by: LoggedTransaction;
      readonly mutations: readonly Mutation[];
    }[] = [];
    for (const [log, entries] of logs) {
      for (const entry of entries) {
        const record = decodeLogRecord(entry.payload);
        if (record.kind !== "transaction") continue;
        const { transaction, snapshot, participants } = record;
        const mutations = [...record.mutations];
        const { index, timestamp } = entry;
        const keys = mutations.map(({ key }) => key);
        const added = new Set(mutations.filter(isDelta).map(({ key }) => key));
        const which = { log, index, timestamp, transaction, snapshot, participants };
        const by = { ...which, keys, added };
        found.push({ by, mutations });
      }
    }
    found.sort((a, b) => a.by.timestamp - b.by.timestamp);
    this.transactions = found.map(({ by }) => by);
    for (const { by, mutations } of found) this.#add(by, mutations);
  }

  #add(by: LoggedTransaction, mutations: readonly Mutation[]): void {
    for (const mutation of mutations) {
      const { key } = mutation;
      const versions = this.#versions.get(key);
      const value = valueAfter(mutation, versions?.at(-1)?.value);
      const version = { timestamp: by.timestamp, value, by };
      if (versions === undefined) this.#versions.set(key, [version]);
      else versions.push(version);
    }
  }

  keys(): readonly Key[] {
    return [...this.#versions.keys()].toSorted();
  }

  /** In the order of their timestamps. */
  versions(key: Key): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The version of `key` that a snapshot sees. */
  versionAt(key: Key, snapshot: Timestamp): Version | undefined {
    return this.versions(key).findLast(({ timestamp }) => timestamp <= snapshot);
  }

  entriesAt(span: Span, snapshot: Timestamp): readonly (readonly [Key, string])[] {
    const entries: (readonly [Key, string])[] = [];
    for (const key of this.keys()) {
      if (!spanContains(span, key)) continue;
      const value = this.versionAt(key, snapshot)?.value;
      if (value !== undefined) entries.push([key, value]);
    }
    return entries;
  }
}
