/**
 * One shard's replicas as one storage. A request goes to the replica that is at home here, or to the
 * one that answered when that one failed; when an answer is slow to come the next one is asked as
 * well, and the first answer is taken: every request stands for itself, and every replica gives the
 * same answer (I5).
 */
import type { Clock, Lag, MaybePromise, Span, Storage, Timer } from "@firstlight/common";
import { ServiceError, isPromise, isServiceError } from "@firstlight/common";
import type { LoadedPart } from "../admission/loaded-part.ts";

/** An answer that has not come after this long is asked for elsewhere as well. */
const HEDGE_MICROS = 300_000;
/** Outstanding requests are looked at this often: deadlines are coarse, and cost no timer each. */
const SWEEP_MICROS = 50_000;
/** Answers of another replica that came first, in a row, until that one is preferred. */
const SLOW_MAX = 2;
/** What was heard of a replica so much earlier than of another one does not count. */
const NEWS_MICROS = 2_000_000;
/** The replica at home is tried again after this long. */
const HOME_MICROS = 15_000_000;

export interface StorageShard {
  readonly name?: string;
  readonly span: Span;
  /** Those that are asked first, then those that are on their way out. */
  readonly replicas: readonly Storage[];
  /** How many are no more on their way out; undefined: all. */
  readonly serving?: number;
}

type Request<T> = (storage: Storage) => MaybePromise<T>;

export class ReplicatedStorage implements LoadedPart {
  readonly kind = "storage";
  readonly name: string | undefined;
  readonly span: Span;
  /** A replica does not hold the span any more: others may know who does. */
  readonly onMoved: () => void;
  readonly #replicas: readonly Storage[];
  readonly #clock: Clock | undefined;
  readonly #home: number;
  readonly #outstanding = new Set<Asking<unknown>>();
  #preferred: number;
  #leftHomeAt = 0;
  #slow = 0;
  #sweep: Timer | undefined;

  /** Without a clock nothing is asked for twice. */
  constructor(
    shard: StorageShard,
    home: number,
    clock: Clock | undefined,
    onMoved: () => void = () => undefined,
  ) {
    this.onMoved = onMoved;
    this.name = shard.name;
    this.span = shard.span;
    this.#replicas = shard.replicas;
    this.#clock = clock;
    this.#home = home % Math.max(1, shard.serving ?? shard.replicas.length);
    this.#preferred = this.#home;
  }

  ask<T>(request: Request<T>): MaybePromise<T> {
    const first = this.#preferred;
    const replica = this.#replicas[first];
    if (replica === undefined) throw new ServiceError("unavailable", "a shard has no replicas");
    const answer = settled(() => request(replica));
    if (!isPromise(answer)) return answer;
    return new Promise<T>((resolve, reject) => {
      const asking = new Asking(this, request, first, { resolve, reject });
      asking.wait(first, answer);
      this.#watch(asking as Asking<unknown>);
    });
  }

  /** Of the replica that is least behind: reads find it. */
  get load(): Lag | undefined {
    let newest = -Infinity;
    for (const { lag } of this.#replicas) newest = Math.max(newest, lag?.at ?? -Infinity);
    let least: Lag | undefined;
    for (const { lag } of this.#replicas) {
      if (lag === undefined || newest - lag.at > NEWS_MICROS) continue;
      if (least === undefined || lag.micros < least.micros) least = lag;
    }
    return least;
  }

  get count(): number {
    return this.#replicas.length;
  }

  get now(): number {
    return this.#clock?.monotonicMicros() ?? 0;
  }

  at(place: number): Storage {
    return this.#replicas[place % this.#replicas.length] as Storage;
  }

  done(asking: Asking<unknown>): void {
    this.#outstanding.delete(asking);
  }

  /** `place` gave the first answer; `wasFirst`: it was the first to be asked. */
  answered(place: number, wasFirst: boolean, firstFailed: boolean): void {
    if (wasFirst) {
      this.#slow = 0;
      return;
    }
    if (!firstFailed && ++this.#slow < SLOW_MAX) return;
    this.#slow = 0;
    this.#preferred = place;
    this.#leftHomeAt = this.now;
  }

  #watch(asking: Asking<unknown>): void {
    if (this.#clock === undefined || this.#replicas.length < 2) return;
    this.#outstanding.add(asking);
    if (this.#sweep === undefined) this.#armSweep();
  }

  #armSweep(): void {
    this.#sweep = this.#clock?.after(SWEEP_MICROS, () => this.#look());
  }

  #look(): void {
    this.#sweep = undefined;
    const { now } = this;
    for (const asking of this.#outstanding) {
      if (now - asking.since >= HEDGE_MICROS) asking.askNext();
    }
    if (this.#preferred !== this.#home && now - this.#leftHomeAt > HOME_MICROS) {
      this.#preferred = this.#home;
    }
    if (this.#outstanding.size > 0) this.#armSweep();
  }
}

/** One request, at one replica after the other or at several. */
class Asking<T> {
  readonly #owner: ReplicatedStorage;
  readonly #request: Request<T>;
  readonly #first: number;
  readonly #promise: { resolve(value: T): void; reject(error: unknown): void };
  /** When the last replica was asked. */
  since: number;
  #asked = 1;
  #failed = 0;
  #firstFailed = false;
  #over = false;

  constructor(
    owner: ReplicatedStorage,
    request: Request<T>,
    first: number,
    promise: { resolve(value: T): void; reject(error: unknown): void },
  ) {
    this.#owner = owner;
    this.#request = request;
    this.#first = first;
    this.#promise = promise;
    this.since = owner.now;
  }

  wait(place: number, answer: Promise<T>): void {
    answer.then(
      (value) => this.#answered(place, value),
      (error: unknown) => this.#refused(place, error),
    );
  }

  askNext(): void {
    if (this.#over || this.#asked >= this.#owner.count) return;
    const place = (this.#first + this.#asked++) % this.#owner.count;
    this.since = this.#owner.now;
    const answer = settled(() => this.#request(this.#owner.at(place)));
    if (isPromise(answer)) this.wait(place, answer);
    else this.#answered(place, answer);
  }

  #answered(place: number, value: T): void {
    if (this.#over) return;
    this.#end();
    this.#owner.answered(place, place === this.#first, this.#firstFailed);
    this.#promise.resolve(value);
  }

  #refused(place: number, error: unknown): void {
    if (this.#over) return;
    this.#failed++;
    if (place === this.#first) this.#firstFailed = true;
    if (isServiceError(error, "moved")) this.#owner.onMoved();
    if (isOfThisReplica(error)) {
      this.askNext();
      if (this.#failed < this.#asked) return;
    }
    this.#end();
    this.#promise.reject(error);
  }

  #end(): void {
    this.#over = true;
    this.#owner.done(this as Asking<unknown>);
  }
}

/** Another replica may answer: one that was filled anew knows less of the past, one may hold less. */
function isOfThisReplica(error: unknown): boolean {
  if (!isServiceError(error)) return false;
  return error.kind === "unavailable" || error.kind === "horizon" || error.kind === "moved";
}

/** What is thrown at once by a replica is an answer like one that comes later. */
function settled<T>(request: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return request();
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
