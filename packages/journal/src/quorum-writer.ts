/**
 * The writer of one log for one epoch: sends every entry to all replicas and acknowledges it when
 * a majority has it on disk.
 *
 * An entry counts as committed only when a majority holds the log up to an entry of THIS epoch at
 * or after it (Raft's rule); the seal takes care that the first such entry exists.
 */
import type {
  AppendEntry,
  Clock,
  Incarnations,
  JournalReplica,
  LogEntry,
  LogId,
  Timer,
} from "@firstlight/common";
import { ServiceError, invariant } from "@firstlight/common";
import { EntryWindow } from "./entry-window.ts";
import { fenced, queueFull } from "./journal-errors.ts";
import type { QuorumSettings } from "./quorum-settings.ts";
import type { LinkOwner } from "./replica-link.ts";
import { ReplicaLink } from "./replica-link.ts";
import type { Position } from "./stored-log.ts";

export interface QuorumWriterOptions {
  readonly log: LogId;
  readonly epoch: number;
  readonly clock: Clock;
  readonly settings: QuorumSettings;
  readonly replicas: readonly JournalReplica[];
  /** The committed entry after which `unfinished` follows. */
  readonly base: Position;
  /** The end of the log that the seal found, not known to be committed. */
  readonly unfinished: readonly LogEntry[];
  /** The incarnations that the journal knows at present. */
  members(): Incarnations;
  learn(members: Incarnations): void;
  /** A replica has promised this later epoch. */
  onRefused(promisedEpoch: number): void;
  /** Newly committed entries, BEFORE their appends are acknowledged. */
  onCommitted(entries: readonly LogEntry[]): void;
}

const ROOM_PAUSE_MICROS = 100_000;

interface Waiting {
  readonly index: number;
  readonly since: number;
  resolve(index: number): void;
  reject(error: Error): void;
}

export class QuorumWriter implements LinkOwner {
  readonly log: LogId;
  readonly epoch: number;
  readonly clock: Clock;
  readonly settings: QuorumSettings;
  readonly window: EntryWindow;
  readonly #options: QuorumWriterOptions;
  readonly #links: ReplicaLink[];
  readonly #refused = new Set<ReplicaLink>();
  #waiting: Waiting[] = [];
  #pumpRequested = false;
  #patience: Timer | undefined;
  #refusal: Timer | undefined;
  #stopped: ServiceError | undefined;
  #pendingBytes = 0;
  #roomAskedAt = -Infinity;
  committed: number;

  constructor(options: QuorumWriterOptions) {
    this.#options = options;
    this.log = options.log;
    this.epoch = options.epoch;
    this.clock = options.clock;
    this.settings = options.settings;
    this.window = new EntryWindow(options.base);
    this.committed = options.base.index;
    for (const entry of options.unfinished) this.window.push(entry);
    const next = options.base.index + 1;
    this.#links = options.replicas.map((replica) => new ReplicaLink(this, replica, next));
  }

  get members(): Incarnations {
    return this.#options.members();
  }

  learn(members: Incarnations): void {
    this.#options.learn(members);
  }

  /** What the replica at `place` acknowledged before is gone with its disk. */
  replaced(place: number): void {
    if (this.#stopped === undefined) this.#links[place]?.replaced();
  }

  /**
   * What a majority has room for, as far as they have told. While that is little, commits may be
   * refused for it, and then nothing else would bring the next answer.
   */
  roomBytes(): number {
    const rooms = this.#links.map(({ roomBytes }) => roomBytes).toSorted((a, b) => b - a);
    const room = rooms[this.#links.length >> 1] ?? Infinity;
    if (room < Infinity) this.#askRoom();
    return room;
  }

  #askRoom(): void {
    const now = this.clock.monotonicMicros();
    if (this.#stopped !== undefined || now - this.#roomAskedAt < ROOM_PAUSE_MICROS) return;
    this.#roomAskedAt = now;
    for (const link of this.#links) link.askRoom();
  }

  get stopped(): ServiceError | undefined {
    return this.#stopped;
  }

  /** Resolves when everything up to the present end is committed. */
  settled(): Promise<number> {
    this.#requestPump();
    return this.#wait(this.window.last.index);
  }

  append(entries: readonly AppendEntry[]): Promise<number> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (this.#pendingBytes > this.settings.pendingBytesMax) {
      return Promise.reject(queueFull(this.log));
    }
    let { index, timestamp } = this.window.last;
    for (const entry of entries) {
      const before = timestamp;
      invariant(
        entry.timestamp > before,
        () => `${this.log}: ${entry.timestamp} does not increase`,
      );
      timestamp = entry.timestamp;
      this.window.push({ index: ++index, epoch: this.epoch, timestamp, payload: entry.payload });
      this.#pendingBytes += entry.payload.length;
    }
    return this.#wait(index);
  }

  stop(error: ServiceError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    this.#patience?.cancel();
    this.#refusal?.cancel();
    for (const link of this.#links) link.close();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one.reject(error);
  }

  progressed(): void {
    const majority = this.#options.replicas.length >> 1;
    const held = this.#links.map((link) => link.match).toSorted((a, b) => b - a)[majority] ?? 0;
    if (held <= this.committed || this.window.epochAt(held) !== this.epoch) return;
    const from = this.committed + 1;
    this.committed = held;
    const entries = this.window.slice(from, held, Infinity);
    for (const { payload, epoch } of entries) {
      if (epoch === this.epoch) this.#pendingBytes -= payload.length;
    }
    this.#pendingBytes = Math.max(0, this.#pendingBytes);
    this.#options.onCommitted(entries);
    this.window.shrink(held, this.settings.retainedBytesMax);
    while ((this.#waiting[0]?.index ?? Infinity) <= held) {
      const waiting = this.#waiting.shift();
      waiting?.resolve(waiting.index);
    }
    this.#requestPump();
  }

  refused(link: ReplicaLink, promisedEpoch: number): void {
    link.close();
    this.#refused.add(link);
    this.#options.onRefused(promisedEpoch);
    const majority = (this.#links.length >> 1) + 1;
    if (this.#links.length - this.#refused.size < majority) {
      this.stop(fenced(this.log, this.epoch, promisedEpoch));
      return;
    }
    this.#refusal ??= this.clock.after(this.settings.refusedMicros, () => {
      const message = `a replica of log ${this.log} has promised epoch ${promisedEpoch}`;
      this.stop(new ServiceError("unavailable", message));
    });
  }

  async readBack(from: number, except: JournalReplica): Promise<readonly LogEntry[]> {
    for (const { replica } of this.#links) {
      if (replica === except) continue;
      const entries = await this.#readFrom(replica, from).catch(() => []);
      if ((entries.at(-1)?.index ?? 0) >= from) return entries;
    }
    throw new ServiceError("unavailable", `no replica of ${this.log} gives entry ${from}`);
  }

  /** The entry before `from`, if there is one, and what follows it: at least one if there is one. */
  async #readFrom(replica: JournalReplica, from: number): Promise<readonly LogEntry[]> {
    const { batchBytesMax } = this.settings;
    const start = Math.max(1, from - 1);
    const { entries } = await replica.read(this.log, start, batchBytesMax, false);
    if (from === 1 || entries.length !== 1) return entries;
    // The entry before filled the batch.
    const rest = await replica.read(this.log, from, batchBytesMax, false);
    return [...entries, ...rest.entries];
  }

  #wait(index: number): Promise<number> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (index <= this.committed) return Promise.resolve(index);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ index, since: this.clock.monotonicMicros(), resolve, reject });
      this.#requestPump();
      if (this.#patience === undefined) this.#watch();
    });
  }

  /** One message per replica for everything that is appended in one turn. */
  #requestPump(): void {
    if (this.#pumpRequested) return;
    this.#pumpRequested = true;
    queueMicrotask(() => {
      this.#pumpRequested = false;
      if (this.#stopped === undefined) for (const link of this.#links) link.pump();
    });
  }

  #watch(): void {
    const oldest = this.#waiting[0];
    this.#patience = undefined;
    if (oldest === undefined) return;
    const { patienceMicros, microsPerByte } = this.settings;
    const patience = patienceMicros + this.#pendingBytes * microsPerByte;
    const left = oldest.since + patience - this.clock.monotonicMicros();
    if (left <= 0) {
      this.stop(new ServiceError("unavailable", `log ${this.log} has had no majority`));
      return;
    }
    this.#patience = this.clock.after(left, () => this.#watch());
  }
}
