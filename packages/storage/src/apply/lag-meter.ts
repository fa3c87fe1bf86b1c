/**
 * How far this replica is behind what is committed: how old its watermark is, but no longer than it
 * has been behind without a break in this life, so that a restart after a long rest is none. A large
 * entry that arrives, or is applied, by itself takes what its size takes: that is not counted.
 */
import type { Clock, Timestamp } from "@firstlight/common";

export interface MeteredReplica {
  readonly clock: Clock;
  /** Whether commits are known of that are not applied. */
  readonly isBehind: () => boolean;
  readonly watermark: () => Timestamp;
  /** Bytes of the entry that is being applied; 0 for none. */
  readonly underwayBytes: () => number;
}

/** An entry of 100 MB is applied in 10 s on a busy machine. */
const MICROS_PER_BYTE = 0.1;

export class LagMeter {
  readonly #replica: MeteredReplica;
  /** Monotonic; undefined: it had everything when it was last looked at. */
  #behindSince: number | undefined;

  constructor(replica: MeteredReplica) {
    this.#replica = replica;
  }

  /** Something was delivered, promised or applied. */
  look(): void {
    if (!this.#replica.isBehind()) this.#behindSince = undefined;
    else this.#behindSince ??= this.#replica.clock.monotonicMicros();
  }

  /** Whole microseconds. */
  get micros(): number {
    const since = this.#behindSince;
    if (since === undefined) return 0;
    const { clock, watermark, underwayBytes } = this.#replica;
    const age = clock.now().latest - watermark();
    const behind = Math.min(age, clock.monotonicMicros() - since);
    return Math.max(0, Math.floor(behind - underwayBytes() * MICROS_PER_BYTE));
  }
}
