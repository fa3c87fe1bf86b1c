/**
 * The journal over N replicas (backend `quorum`): single-writer multi-Paxos. This process writes
 * the logs that it has sealed and reads any log from any replica's committed prefix.
 *
 * Seal: a majority promises the new epoch; among its logs the one with the highest last epoch,
 * then the highest last index, holds every entry that may have been acknowledged. Its end beyond
 * what is known to be committed is sent to the others with its LAST entry under the new epoch, in
 * one piece with the promise rule that is what makes the whole end safe (a majority's highest last
 * epoch is then this one). Nothing is rewritten but that entry's epoch: index, timestamp and
 * payload stay. The last entry is rewritten even if it is known to be committed: an entry that a
 * minority holds beyond it would otherwise win at the next seal, though this one did not report it.
 * (An empty log has no last entry; but then no lease was ever durable and nothing can be promised.)
 */
import type {
  AppendEntry,
  Clock,
  Incarnations,
  Journal,
  JournalReplica,
  LogEnd,
  LogEntry,
  LogId,
  ReadResult,
  ReplicaState,
  Subscription,
  TailListener,
  Timestamp,
} from "@firstlight/common";
import { InvariantError, ServiceError, invariant, isServiceError } from "@firstlight/common";
import { incarnationAt, isAhead, newestOf } from "./incarnations.ts";
import { fenced } from "./journal-errors.ts";
import type { JournalBug } from "./journal-bug.ts";
import type { QuorumSettings } from "./quorum-settings.ts";
import { QUORUM_DEFAULTS } from "./quorum-settings.ts";
import { QuorumTail } from "./quorum-tail.ts";
import { QuorumWriter } from "./quorum-writer.ts";
import type { Position } from "./stored-log.ts";
import { LOG_START, positionOf } from "./stored-log.ts";
import { gather, within } from "./within.ts";

export interface QuorumJournalOptions {
  readonly clock: Clock;
  readonly replicas: readonly JournalReplica[];
  /** Which replica is read first: differs between readers, so that they spread. */
  readonly firstReplica?: number;
  readonly settings?: Partial<QuorumSettings>;
  readonly bugs?: ReadonlySet<JournalBug>;
}

interface Promised {
  readonly replica: JournalReplica;
  readonly granted: boolean;
  readonly state: ReplicaState;
}

export class QuorumJournal implements Journal {
  readonly #clock: Clock;
  readonly #replicas: readonly JournalReplica[];
  readonly #settings: QuorumSettings;
  readonly #writers = new Map<LogId, QuorumWriter>();
  readonly #tails = new Map<LogId, Set<QuorumTail>>();
  readonly #bugs: ReadonlySet<JournalBug>;
  /** The highest epoch that any replica was seen to have promised: the next one must be above. */
  readonly #promised = new Map<LogId, number>();
  #readFrom: number;
  #members: Incarnations = [];

  constructor(options: QuorumJournalOptions) {
    this.#clock = options.clock;
    this.#replicas = options.replicas;
    this.#settings = { ...QUORUM_DEFAULTS, ...options.settings };
    this.#bugs = options.bugs ?? new Set();
    this.#readFrom = options.firstReplica ?? 0;
    if (options.replicas.length === 0) throw new InvariantError("a quorum of no replicas");
  }

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    const writer = this.#writers.get(log);
    if (writer === undefined || writer.epoch !== epoch) {
      return Promise.reject(fenced(log, epoch, writer?.epoch ?? 0));
    }
    return writer.append(entries);
  }

  async seal(log: LogId, epoch: number): Promise<LogEnd> {
    const members = this.#members;
    const promised = await this.#promises(log, epoch, members);
    const best = mostAdvanced(promised);
    const committed = Math.max(...promised.map(({ state }) => state.committed));
    invariant(best.state.lastIndex >= committed, () => `${log}: entry ${committed} is missing`);
    const { base, unfinished } = await this.#unfinishedEnd(log, best, committed);
    const last = unfinished.at(-1);
    if (last !== undefined) unfinished.splice(-1, 1, { ...last, epoch });
    // A promise of a replica that has forgotten it since binds nobody.
    if (isAhead(this.#members, members)) throw noMajority(log, "a replica was replaced");
    this.#writers.get(log)?.stop(fenced(log, this.#writers.get(log)?.epoch ?? 0, epoch));
    const writer = new QuorumWriter({
      log,
      epoch,
      clock: this.#clock,
      settings: this.#settings,
      replicas: this.#replicas,
      base,
      unfinished,
      members: () => this.#members,
      learn: (newer) => this.#learn(newer),
      onRefused: (promisedEpoch) => this.#notePromised(log, promisedEpoch),
      onCommitted: (entries) => this.#deliver(log, entries),
    });
    this.#writers.set(log, writer);
    const end = writer.window.last;
    await writer.settled();
    const previousEpoch = Math.max(...promised.map(({ state }) => state.promisedEpoch));
    return { index: end.index, timestamp: end.timestamp, previousEpoch };
  }

  async epoch(log: LogId): Promise<number> {
    const asked = this.#replicas.map((replica) => this.#within(replica.state(log)));
    const { good, errors } = await gather(asked, this.#majority, () => true);
    if (good.length < this.#majority) throw noMajority(log, errors[0]);
    for (const { members } of good) this.#learn(members);
    for (const { promisedEpoch } of good) this.#notePromised(log, promisedEpoch);
    return this.#promised.get(log) ?? 0;
  }

  #notePromised(log: LogId, epoch: number): void {
    this.#promised.set(log, Math.max(epoch, this.#promised.get(log) ?? 0));
  }

  /** The timestamp of the newest entry that any of a majority holds: whether the log grows. */
  async newest(log: LogId): Promise<Timestamp> {
    const asked = this.#replicas.map((replica) => this.#within(replica.state(log)));
    const { good, errors } = await gather(asked, this.#majority, () => true);
    if (good.length < this.#majority) throw noMajority(log, errors[0]);
    return good.map(({ lastTimestamp }) => lastTimestamp).reduce((a, b) => (a > b ? a : b));
  }

  async read(log: LogId, from: number, maxBytes: number): Promise<ReadResult> {
    const start = Math.max(1, from);
    const writer = this.#writers.get(log);
    if (writer !== undefined && writer.stopped === undefined && start > writer.window.base.index) {
      const entries = writer.window.slice(start, writer.committed, maxBytes);
      return { entries, next: start + entries.length };
    }
    for (let waited = 0; ; waited += this.#settings.backoffMicrosMin) {
      const read = await this.#readFromReplicas(log, start, maxBytes);
      if (read.entries.length > 0 || start > (writer?.committed ?? 0)) return read;
      // The writer knows more than its replicas have heard yet.
      if (waited >= this.#settings.requestMicros) return read;
      await this.#clock.sleep(this.#settings.backoffMicrosMin);
    }
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    const tails = this.#tails.get(log) ?? new Set();
    this.#tails.set(log, tails);
    const tail = new QuorumTail({
      clock: this.#clock,
      settings: this.#settings,
      replicas: this.#replicas,
      log,
      from,
      firstReplica: this.#readFrom,
      listener,
      onClosed: () => void tails.delete(tail),
    });
    tails.add(tail);
    return tail;
  }

  /**
   * Only what every replica has: one that lags must be able to catch up from the others, beginning
   * with the entry before the first one that it lacks.
   */
  async trim(log: LogId, upTo: number): Promise<void> {
    const states = await Promise.all(this.#replicas.map((r) => this.#within(r.state(log))));
    for (const { members } of states) this.#learn(members);
    // A process that was replaced says nothing of the one that has to catch up.
    const isPresent = (members: Incarnations, place: number): boolean =>
      incarnationAt(members, place) === incarnationAt(this.#members, place);
    if (!states.every(({ members }, place) => isPresent(members, place))) return;
    const end = Math.min(upTo, ...states.map(({ committed }) => committed - 1));
    if (end <= 0) return;
    await Promise.all(this.#replicas.map((replica) => this.#within(replica.trim(log, end))));
  }

  roomBytes(log: LogId): number {
    return this.#writers.get(log)?.roomBytes() ?? Infinity;
  }

  /** What replicas that are gone acknowledged counts no longer. */
  #learn(members: Incarnations): void {
    if (!isAhead(members, this.#members)) return;
    const before = this.#members;
    this.#members = newestOf(members, before);
    for (const place of this.#replicas.keys()) {
      if (incarnationAt(this.#members, place) === incarnationAt(before, place)) continue;
      for (const writer of this.#writers.values()) writer.replaced(place);
    }
  }

  get #majority(): number {
    return (this.#replicas.length >> 1) + 1;
  }

  #within<T>(what: Promise<T>): Promise<T> {
    return within(this.#clock, this.#settings.requestMicros, what);
  }

  async #promises(log: LogId, epoch: number, members: Incarnations): Promise<Promised[]> {
    const asked = this.#replicas.map(async (replica): Promise<Promised> => {
      if (this.#bugs.has("takeoverWithoutSeal") && replica !== this.#replicas[0]) {
        return { replica, granted: true, state: await this.#within(replica.state(log)) };
      }
      const { granted, state } = await this.#within(replica.promise(log, epoch, members));
      this.#learn(state.members);
      return { replica, granted, state };
    });
    const { good, bad, errors } = await gather(asked, this.#majority, ({ granted }) => granted);
    if (good.length >= this.#majority) return good;
    const promised = bad[0]?.state.promisedEpoch;
    if (isAhead(this.#members, members)) throw noMajority(log, "a replica was replaced");
    if (promised !== undefined) throw fenced(log, epoch, promised);
    throw noMajority(log, errors[0]);
  }

  /**
   * Entries after `committed` that the most advanced replica holds, at least the last one, and the
   * position before them.
   */
  async #unfinishedEnd(
    log: LogId,
    { replica, state: { lastIndex, lastEpoch } }: Promised,
    committed: number,
  ): Promise<{ base: Position; unfinished: LogEntry[] }> {
    const entries: LogEntry[] = [];
    const start = Math.min(committed, lastIndex - 1);
    for (let next = Math.max(1, start); next <= lastIndex;) {
      const { batchBytesMax } = this.#settings;
      const read = await this.#within(replica.read(log, next, batchBytesMax, true));
      if (read.entries.length === 0) throw noMajority(log, `entry ${next} cannot be read`);
      entries.push(...read.entries.filter(({ index }) => index <= lastIndex));
      next = read.next;
    }
    // What a replica promised with is gone if it was replaced meanwhile.
    const last = entries.at(-1);
    if (last !== undefined && last.epoch !== lastEpoch) {
      throw noMajority(log, `entry ${last.index} has changed`);
    }
    const before = start < 1 ? undefined : entries.shift();
    return { base: before === undefined ? LOG_START : positionOf(before), unfinished: entries };
  }

  #deliver(log: LogId, entries: readonly LogEntry[]): void {
    for (const tail of this.#tails.get(log) ?? []) {
      const first = entries[0]?.index ?? 0;
      if (tail.next < first) this.#catchUp(log, tail, first - 1);
      tail.offer(entries);
    }
  }

  /** Gives a tail of this process what the writer still has in memory. */
  #catchUp(log: LogId, tail: QuorumTail, upTo: number): void {
    const window = this.#writers.get(log)?.window;
    if (window === undefined || tail.next <= window.base.index) return;
    tail.offer(window.slice(tail.next, upTo, Infinity));
  }

  async #readFromReplicas(log: LogId, from: number, maxBytes: number): Promise<ReadResult> {
    let empty: ReadResult | undefined;
    let trimmed: unknown;
    let failure: unknown;
    for (let i = 0; i < this.#replicas.length; i++) {
      const at = (this.#readFrom + i) % this.#replicas.length;
      const replica = this.#replicas[at] as JournalReplica;
      try {
        const read = await this.#within(replica.read(log, from, maxBytes, false));
        if (read.entries.length > 0) {
          this.#readFrom = at;
          return read;
        }
        empty = read;
      } catch (error) {
        if (isServiceError(error, "horizon")) trimmed = error;
        else failure = error;
      }
    }
    // What one has trimmed is older than what another has not heard to be committed.
    if (trimmed !== undefined) throw trimmed;
    if (empty !== undefined) return empty;
    throw failure;
  }
}

function mostAdvanced(promised: readonly Promised[]): Promised {
  const [first, ...others] = promised;
  if (first === undefined) throw new InvariantError("no promises");
  return others.reduce((best, other) => {
    const epochs = other.state.lastEpoch - best.state.lastEpoch;
    const ahead = epochs !== 0 ? epochs > 0 : other.state.lastIndex > best.state.lastIndex;
    return ahead ? other : best;
  }, first);
}

function noMajority(log: LogId, cause: unknown): ServiceError {
  return new ServiceError("unavailable", `log ${log} has no majority of its replicas`, cause);
}
