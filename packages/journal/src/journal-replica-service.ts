/**
 * One replica of the quorum journal: a Paxos acceptor per log (contracts/journal-replica.ts).
 *
 * - A promise is durable BEFORE it is answered, and an accepted append BEFORE it is acknowledged.
 * - A log is changed in memory when a request arrives and on disk in the same order, so requests
 *   are judged without waiting for the disk.
 * - Committed entries are never removed. One may be accepted again under a newer epoch, which is
 *   how a seal makes the unfinished end its own; its content is then the same.
 */
import type {
  Clock,
  DiskStore,
  DiskWrite,
  Incarnations,
  JournalReplica,
  LogEntry,
  LogId,
  ReadResult,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
  Subscription,
  TailListener,
} from "@firstlight/common";
import { ServiceError, invariant } from "@firstlight/common";
import { CommitQueue } from "./commit-queue.ts";
import { incarnationAt, isAhead, learned, withIncarnation } from "./incarnations.ts";
import type { JournalBug } from "./journal-bug.ts";
import { DamagedLog } from "./journal-errors.ts";
import { LogTails } from "./log-tails.ts";
import { loadRecord, recordWrite } from "./replica-record.ts";
import { StoredLog, storedLogs } from "./stored-log.ts";

const TRIM_COUNT = 1000;
const DELIVERY_BYTES = 1024 * 1024;
/** More than any transaction needs: nobody has to be told. */
const PLENTY_BYTES = 8 * 1024 * 1024 * 1024;
const UNPUBLISHED_MAX = 10_000;

export interface JournalReplicaOptions {
  readonly clock: Clock;
  /** Which of the replicas this is; left out in tests of one. */
  readonly place?: number;
  /** Payload that may wait for the disk, over all logs (I11). */
  readonly queuedBytesMax?: number;
  readonly bugs?: ReadonlySet<JournalBug>;
  /** What is stored cannot be relied on: this replica answers no more. Called once. */
  readonly onDamaged?: (error: DamagedLog) => void;
  /** Another process is the replica at this place: this one answers no more. Called once. */
  readonly onReplaced?: (error: ServiceError) => void;
  /** The disk refused a commit: this replica answers no more. Called once. */
  readonly onBroken?: (error: ServiceError) => void;
}

interface ReplicaLog {
  readonly stored: StoredLog;
  readonly tails: LogTails;
  /** Known to be held by a majority, perhaps ahead of this disk. */
  committedTarget: number;
  /** What a crash does not take back of it. */
  committedOnDisk: number;
  /** Readable: committed and on this disk. */
  readableIndex: number;
  /** Accepted and not yet readable, so that tails need not read them back from the disk. */
  readonly unpublished: Map<number, LogEntry>;
}

export class JournalReplicaService implements JournalReplica {
  readonly #store: DiskStore;
  readonly #clock: Clock;
  readonly #bugs: ReadonlySet<JournalBug>;
  readonly #queue: CommitQueue;
  readonly #logs = new Map<LogId, ReplicaLog>();
  readonly #options: JournalReplicaOptions;
  #members: Incarnations;
  #damage: DamagedLog | undefined;
  #replaced: ServiceError | undefined;

  constructor(store: DiskStore, options: JournalReplicaOptions) {
    this.#store = store;
    this.#options = options;
    this.#clock = options.clock;
    this.#members = loadRecord(store)?.members ?? [];
    this.#bugs = options.bugs ?? new Set();
    const bytesMax = options.queuedBytesMax ?? 256 * 1024 * 1024;
    this.#queue = new CommitQueue(store, bytesMax, (error) => this.#broke(error));
  }

  append(request: ReplicaAppend): Promise<ReplicaAppendReply> {
    return this.#guarded(() => {
      this.#refuseSuccessors(request.members);
      if (isAhead(this.#members, request.members)) return this.#outdated(request);
      this.#learn(request.members);
      const log = this.#log(request.log);
      const { stored } = log;
      const fenced = request.epoch < stored.promisedEpoch;
      const ignored = fenced && this.#bugs.has("ignoreSeal");
      if (fenced && !ignored) return refusal(stored, stored.last.index);
      const { previousIndex } = request;
      if (previousIndex > stored.last.index) return refusal(stored, stored.last.index);
      // A writer that is not fenced holds every committed entry; its epoch may be another one,
      // because a seal writes an entry again.
      if (
        previousIndex > log.committedTarget &&
        stored.epochAt(previousIndex) !== request.previousEpoch &&
        !ignored
      ) {
        return refusal(stored, Math.min(previousIndex - 1, Math.max(log.committedTarget, 0)));
      }
      if (this.#queue.full) throw new ServiceError("overloaded", "the append queue is full");
      return this.#accept(log, request);
    });
  }

  promise(name: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply> {
    return this.#guarded<ReplicaPromiseReply>(() => {
      this.#refuseSuccessors(members);
      const isOutdated = isAhead(this.#members, members);
      this.#learn(members);
      const { stored } = this.#log(name);
      const state = this.#stateOf(this.#log(name));
      if (isOutdated || epoch <= stored.promisedEpoch) return { granted: false, state };
      // Appends judged before are older in the queue, hence durable when this promise is.
      stored.promisedEpoch = epoch;
      return this.#commit([stored.promiseWrite(epoch)], () => ({ granted: true, state }));
    });
  }

  /**
   * What is reported as committed is durable first: others may trim up to there, and a replica that
   * forgot it in a crash would have to be sent what nobody holds any more (I8).
   */
  state(name: LogId): Promise<ReplicaState> {
    return this.#guarded<ReplicaState>(() => {
      const log = this.#log(name);
      const state = this.#stateOf(log);
      const { committed } = state;
      if (committed <= log.committedOnDisk) return state;
      return this.#commit([log.stored.committedWrite(committed)], () => {
        log.committedOnDisk = Math.max(log.committedOnDisk, committed);
        return state;
      });
    });
  }

  read(name: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult> {
    return this.#guarded(() => {
      const log = this.#log(name);
      const upTo = uncommitted ? log.stored.durableIndex : log.readableIndex;
      const end = Math.min(upTo, log.stored.last.index);
      return this.#readStored(log.stored, Math.max(1, from), maxBytes, end);
    });
  }

  tail(name: LogId, from: number, listener: TailListener): Subscription {
    const broken = this.#queue.broken ?? this.#replaced;
    if (broken === undefined) return this.#log(name).tails.tail(from, listener);
    queueMicrotask(() => listener.onEnd(broken));
    return { close: () => undefined };
  }

  trim(name: LogId, upTo: number): Promise<void> {
    return this.#guarded(async () => {
      const { stored, readableIndex } = this.#log(name);
      // The last two committed entries stay: a seal writes the last one again, and what it writes
      // is checked against the epoch of the one before.
      const end = Math.min(upTo, readableIndex - 2);
      while (stored.base.index < end) {
        const writes = stored.trimWrites(end, TRIM_COUNT);
        if (writes.length === 0) return;
        // A seal after a restart begins to read at what is then known to be committed.
        this.#store.write([...writes, stored.committedWrite(readableIndex)]);
        await new Promise<void>((resolve) => this.#clock.endOfTick(resolve));
      }
    });
  }

  /**
   * From here on requests that count on the incarnation before are refused, so what is answered
   * holds everything that they may have achieved by counting on this replica as well. That is so,
   * too, where others told of the incarnation before it asked: an answer without logs would count
   * towards its majority and hide what only this replica holds (I8).
   */
  join({ place, incarnation }: ReplicaJoin): Promise<ReplicaJoinReply> {
    return this.#guarded<ReplicaJoinReply>(() => {
      if (place === this.#options.place) throw new ServiceError("unavailable", "not of its peers");
      const heard = this.#bugs.has("knownJoinerIsNotFilled") ? incarnation : incarnation + 1;
      if (heard <= incarnationAt(this.#members, place)) {
        return { members: this.#members, logs: [] };
      }
      this.#members = withIncarnation(this.#members, place, incarnation);
      const names = new Set([...storedLogs(this.#store), ...this.#logs.keys()]);
      const logs = [...names].map((log) => ({ log, state: this.#stateOf(this.#log(log)) }));
      const record = { standing: "member", members: this.#members } as const;
      return this.#commit([recordWrite(record)], () => ({ members: record.members, logs }));
    });
  }

  /** Requests are answered no more; tails end. */
  retire(error: ServiceError): void {
    for (const { tails } of this.#logs.values()) tails.end(error);
  }

  /**
   * Who counts on a newer incarnation of this very place means another process: an answer of this
   * one would be counted for that one, which does not have what is stored here (I8).
   */
  #refuseSuccessors(members: Incarnations): void {
    const { place, bugs, onReplaced } = this.#options;
    if (place === undefined || bugs?.has("replacedReplicaVotes")) return;
    if (incarnationAt(members, place) <= incarnationAt(this.#members, place)) return;
    const message = `another process has become journal replica ${place + 1}`;
    this.#replaced = new ServiceError("unavailable", message);
    this.retire(this.#replaced);
    onReplaced?.(this.#replaced);
    throw this.#replaced;
  }

  /** What it says is durable no later than what is accepted after it. */
  #learn(members: Incarnations): void {
    if (!isAhead(members, this.#members)) return;
    const { place = -1 } = this.#options;
    this.#members = learned(this.#members, members, place);
    const writes = [recordWrite({ standing: "member", members: this.#members })];
    this.#queue.push({ writes, done: () => undefined, failed: () => undefined });
  }

  #outdated(request: ReplicaAppend): ReplicaAppendReply {
    this.#learn(request.members);
    const { stored } = this.#log(request.log);
    return { ...refusal(stored, stored.last.index), members: this.#members };
  }

  #accept(log: ReplicaLog, request: ReplicaAppend): Promise<ReplicaAppendReply> {
    const { stored } = log;
    const writes: DiskWrite[] = [];
    if (request.epoch > stored.promisedEpoch) {
      stored.promisedEpoch = request.epoch;
      writes.push(stored.promiseWrite(request.epoch));
    }
    const fresh = this.#freshEntries(log, request);
    const first = fresh[0];
    if (first !== undefined) this.#truncateFrom(log, first.index, writes);
    const renamed = first === undefined ? [] : this.#renamedBefore(stored, first, request);
    for (const entry of renamed) writes.push(stored.accept(entry));
    for (const entry of fresh) {
      writes.push(stored.accept(entry));
      log.unpublished.set(entry.index, entry);
    }
    if (log.unpublished.size > UNPUBLISHED_MAX) log.unpublished.clear();
    const matched = request.previousIndex + request.entries.length;
    this.#noteCommitted(log, Math.min(request.committed, matched), writes);
    const { promisedEpoch } = stored;
    const accepted = { accepted: true, promisedEpoch, lastIndex: stored.last.index };
    const roomBytes = Math.max(0, Math.floor(this.#store.roomBytes ?? Infinity));
    const reply = roomBytes < PLENTY_BYTES ? { ...accepted, roomBytes } : accepted;
    if (writes.length === 0 && this.#queue.idle) return Promise.resolve(reply);
    return this.#commit(writes, () => {
      stored.settle([...renamed, ...fresh]);
      this.#publish(log);
      return reply;
    });
  }

  /**
   * The entries from the first one that this log does not hold yet. What is committed is held,
   * under whatever epoch; but the last of it may be written again by the request's own epoch.
   */
  #freshEntries(
    { stored, committedTarget }: ReplicaLog,
    { entries, epoch }: ReplicaAppend,
  ): readonly LogEntry[] {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as LogEntry;
      if (entry.index < committedTarget || entry.index <= stored.base.index) continue;
      if (entry.index === committedTarget && entry.epoch !== epoch) continue;
      if (stored.epochAt(entry.index) !== entry.epoch) return entries.slice(i);
    }
    return [];
  }

  /**
   * The entry before `first`, which is committed, under its writer's epoch: a seal that no majority
   * finished may have written it here under a newer one, and epochs never go back in a log (I2).
   * That seal's writer cannot go on: a majority has promised the request's epoch.
   */
  #renamedBefore(stored: StoredLog, first: LogEntry, request: ReplicaAppend): readonly LogEntry[] {
    const { previousIndex, previousEpoch, entries } = request;
    if (stored.last.epoch <= first.epoch) return [];
    const held = stored.entryAt(stored.last.index);
    if (held === undefined) return [];
    const told = entries[held.index - previousIndex - 1]?.epoch;
    return [
      { ...held, epoch: held.index === previousIndex ? previousEpoch : (told ?? first.epoch) },
    ];
  }

  /** Removes entries `from` .. last, which are of an older epoch than those that replace them. */
  #truncateFrom(log: ReplicaLog, from: number, writes: DiskWrite[]): void {
    const { stored } = log;
    invariant(from <= stored.last.index + 1, () => `${stored.name}: gap before entry ${from}`);
    if (from > stored.last.index) return;
    invariant(from >= log.committedTarget, () => {
      return `${stored.name}: entry ${from} is to be replaced, ${log.committedTarget} are committed`;
    });
    for (let index = from; index <= stored.last.index; index++) log.unpublished.delete(index);
    writes.push(...stored.truncate(from));
  }

  /** The committed index rides along with other writes: losing it costs nothing but a resend. */
  #noteCommitted(log: ReplicaLog, committed: number, writes: DiskWrite[]): void {
    if (committed > log.committedTarget) {
      log.committedTarget = committed;
      if (writes.length > 0) writes.push(log.stored.committedWrite(committed));
    }
    this.#publish(log);
  }

  #publish(log: ReplicaLog): void {
    const end = Math.min(log.committedTarget, log.stored.durableIndex);
    const from = log.readableIndex + 1;
    if (end < from) return;
    log.readableIndex = end;
    log.stored.committed = end;
    const entries = takeUnpublished(log.unpublished, from, end);
    if (entries !== undefined) {
      log.tails.deliver(entries);
      return;
    }
    for (let next = from; next <= end;) {
      const read = this.#readStored(log.stored, next, DELIVERY_BYTES, end);
      log.tails.deliver(read.entries);
      next = read.next;
    }
  }

  /** Whoever finds damage tells of it once, and gets the error as anybody else does. */
  #readStored(stored: StoredLog, from: number, maxBytes: number, upTo: number): ReadResult {
    try {
      return stored.read(from, maxBytes, upTo);
    } catch (error) {
      if (error instanceof DamagedLog) this.#damaged(error);
      throw error;
    }
  }

  #damaged(error: DamagedLog): void {
    if (this.#damage !== undefined) return;
    this.#damage = error;
    this.#options.onDamaged?.(error);
  }

  #stateOf({ stored, committedTarget }: ReplicaLog): ReplicaState {
    return {
      promisedEpoch: stored.promisedEpoch,
      lastIndex: stored.last.index,
      lastEpoch: stored.last.epoch,
      lastTimestamp: stored.last.timestamp,
      committed: Math.min(committedTarget, stored.last.index),
      firstIndex: stored.base.index + 1,
      baseEpoch: stored.base.epoch,
      baseTimestamp: stored.base.timestamp,
      members: this.#members,
    };
  }

  #commit<T>(writes: readonly DiskWrite[], done: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ writes, done: () => resolve(done()), failed: reject });
    });
  }

  async #guarded<T>(answer: () => T | Promise<T>): Promise<T> {
    const failure = this.#queue.broken ?? this.#damage ?? this.#replaced;
    if (failure !== undefined) throw failure;
    try {
      return answer();
    } catch (error) {
      if (error instanceof DamagedLog) this.#damaged(error);
      throw error;
    }
  }

  #broke(error: ServiceError): void {
    this.retire(error);
    this.#options.onBroken?.(error);
  }

  #log(name: LogId): ReplicaLog {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const stored = new StoredLog(this.#store, name);
    const tails = new LogTails({
      read: (from, maxBytes) =>
        this.#readStored(stored, from, maxBytes, this.#log(name).readableIndex),
      endOfTick: (callback) => this.#clock.endOfTick(callback),
    });
    const log = {
      stored,
      tails,
      committedTarget: Math.min(stored.committed, stored.last.index),
      committedOnDisk: stored.committed,
      readableIndex: Math.min(stored.committed, stored.last.index),
      unpublished: new Map<number, LogEntry>(),
    };
    this.#logs.set(name, log);
    return log;
  }
}

function refusal(stored: StoredLog, lastIndex: number): ReplicaAppendReply {
  return { accepted: false, promisedEpoch: stored.promisedEpoch, lastIndex };
}

/** Entries `from` .. `end`, if memory has all of them. */
function takeUnpublished(
  unpublished: Map<number, LogEntry>,
  from: number,
  end: number,
): LogEntry[] | undefined {
  const entries: LogEntry[] = [];
  let complete = true;
  for (let index = from; index <= end; index++) {
    const entry = unpublished.get(index);
    if (entry === undefined) complete = false;
    else if (complete) entries.push(entry);
    unpublished.delete(index);
  }
  return complete ? entries : undefined;
}
