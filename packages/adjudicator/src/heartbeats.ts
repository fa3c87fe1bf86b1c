/**
 * Watermarks: "nothing at or below W will be appended any more" (I7).
 *
 * W is never above the durable lease, so a successor's first timestamp is above it, and never at
 * or above an entry that is not durable yet; from then on timestamps are given out above W.
 * Nothing is written while nobody asks.
 */
import type { Heartbeat, Timer, Timestamp } from "@firstlight/common";
import { ServiceError, earlierOf, laterOf, plusMicros } from "@firstlight/common";
import type { Core } from "./core.ts";
import { isTooFarAhead } from "./core.ts";

interface Waiter {
  readonly atLeast: Timestamp;
  resolve(heartbeat: Heartbeat): void;
  reject(error: Error): void;
}

export class Heartbeats {
  readonly #core: Core;
  #waiters: Waiter[] = [];
  #timer: Timer | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  request(atLeast: Timestamp): Promise<Heartbeat> {
    const watermark = this.#reachable();
    if (watermark >= atLeast) {
      const heartbeat = this.#promise(watermark);
      // AFTER the promise, which keeps the lease's own timestamp above the watermark.
      this.#renewInTime();
      return Promise.resolve(heartbeat);
    }
    if (isTooFarAhead(this.#core, atLeast)) {
      return Promise.reject(
        new ServiceError("unavailable", `${atLeast} is too far ahead of the clock`),
      );
    }
    if (this.#waiters.length >= this.#core.settings.heartbeatsMax) {
      return Promise.reject(new ServiceError("overloaded", "too many heartbeats wait"));
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ atLeast, resolve, reject });
      this.#wait();
    });
  }

  /** Something became durable, or time has passed. */
  retry(): void {
    if (this.#waiters.length === 0) return;
    const watermark = this.#reachable();
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ atLeast }) => atLeast > watermark);
    if (this.#waiters.length < waiters.length) {
      const heartbeat = this.#promise(watermark);
      for (const waiter of waiters) if (waiter.atLeast <= watermark) waiter.resolve(heartbeat);
    }
    this.#wait();
  }

  stop(error: Error): void {
    this.#timer?.cancel();
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }

  #reachable(): Timestamp {
    const { writer, clock, bugs } = this.#core;
    let watermark = laterOf(clock.now().latest, writer.last);
    const undurable = bugs.has("watermarkIgnoresPending") ? undefined : writer.firstUndurable;
    if (undurable !== undefined) watermark = earlierOf(watermark, plusMicros(undurable, -1));
    return earlierOf(watermark, writer.leaseEnd);
  }

  #promise(watermark: Timestamp): Heartbeat {
    const { writer, log, epoch } = this.#core;
    writer.last = laterOf(writer.last, watermark);
    return { log, epoch, watermark, index: writer.durableIndex };
  }

  /** Half a lease ahead, so that readers seldom wait for it. */
  #renewInTime(): void {
    const { writer, clock, settings } = this.#core;
    const now = clock.now().latest;
    const { leaseMicros } = settings;
    writer.extendLease(plusMicros(now, leaseMicros / 2), plusMicros(now, leaseMicros));
  }

  /** Arranges for `retry` to be called: by the lease becoming durable, or by the clock. */
  #wait(): void {
    let first: Timestamp | undefined;
    let last: Timestamp | undefined;
    for (const { atLeast } of this.#waiters) {
      first = first === undefined ? atLeast : earlierOf(first, atLeast);
      last = last === undefined ? atLeast : laterOf(last, atLeast);
    }
    if (first === undefined || last === undefined) return;
    const { clock, writer, settings } = this.#core;
    writer.extendLease(last, plusMicros(last, settings.leaseMicros));
    // Only the clock goes on by itself: after a takeover `last` may be far ahead of it.
    const behind = first <= writer.last ? 0 : first - clock.now().latest;
    this.#timer?.cancel();
    this.#timer = behind > 0 ? clock.after(behind, () => this.retry()) : undefined;
  }
}
