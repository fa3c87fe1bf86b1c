/**
 * Requests that wait until the watermark reaches their snapshot. Bounded in number; given up when
 * the replica gets no further for as long as its patience. While it catches up, as after a large
 * transaction, they wait on: refusing them would not bring the answer nearer.
 */
import type { NodeRuntime, Timer, Timestamp } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { StorageSettings } from "../settings.ts";

interface Waiter {
  readonly snapshot: Timestamp;
  readonly deadline: number;
  /** How far the replica was when the deadline was set. */
  readonly progress: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Waiters {
  readonly #runtime: NodeRuntime;
  readonly #settings: StorageSettings;
  /** Up to where everything was delivered, though not yet applied. */
  readonly #delivered: () => Timestamp;
  /** Grows with everything that arrives or is applied. */
  readonly #progress: () => number;
  /** Oldest first: all have the same patience, so deadlines ascend. */
  #waiting: Waiter[] = [];
  #timer: Timer | undefined;

  constructor(
    runtime: NodeRuntime,
    settings: StorageSettings,
    replica: { readonly delivered: () => Timestamp; readonly progress: () => number },
  ) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#delivered = replica.delivered;
    this.#progress = replica.progress;
  }

  wait(snapshot: Timestamp): Promise<void> {
    if (this.#waiting.length >= this.#settings.waitersMax) {
      const message = `${this.#waiting.length} requests wait for the watermark already`;
      return Promise.reject(new ServiceError("overloaded", message));
    }
    this.#runtime.metrics.count("storage.requests_waited");
    const deadline = this.#runtime.clock.monotonicMicros() + this.#settings.patienceMicros;
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ snapshot, deadline, progress: this.#progress(), resolve, reject });
      this.#arm();
    });
  }

  /** Called with each watermark that is published. */
  release(watermark: Timestamp): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ snapshot }) => snapshot > watermark);
    for (const waiter of waiting) if (waiter.snapshot <= watermark) waiter.resolve();
    if (this.#waiting.length === 0) this.#disarm();
  }

  rejectAll(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#disarm();
    for (const waiter of waiting) waiter.reject(error);
  }

  #arm(): void {
    const first = this.#waiting[0];
    if (first === undefined || this.#timer !== undefined) return;
    const { clock } = this.#runtime;
    const micros = Math.max(0, first.deadline - clock.monotonicMicros());
    this.#timer = clock.after(micros, () => this.#expire());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #expire(): void {
    this.#timer = undefined;
    const now = this.#runtime.clock.monotonicMicros();
    const firstLeft = this.#waiting.findIndex(({ deadline }) => deadline > now);
    const expired = this.#waiting.splice(0, firstLeft < 0 ? this.#waiting.length : firstLeft);
    const delivered = this.#delivered();
    for (const waiter of expired) {
      const moves = this.#progress() > waiter.progress;
      if (moves || waiter.snapshot <= delivered) this.#waitOn(waiter, now);
      else this.#giveUp(waiter);
    }
    this.#arm();
  }

  #waitOn(waiter: Waiter, now: number): void {
    const deadline = now + this.#settings.patienceMicros;
    this.#waiting.push({ ...waiter, deadline, progress: this.#progress() });
  }

  #giveUp({ snapshot, reject }: Waiter): void {
    const micros = this.#settings.patienceMicros;
    const message = `the watermark did not reach ${snapshot} in ${micros} µs`;
    reject(new ServiceError("unavailable", message));
  }
}
