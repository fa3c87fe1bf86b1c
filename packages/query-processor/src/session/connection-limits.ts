/**
 * Which connections a profile takes: so many at a time, so many per second once a burst is used up,
 * each for so long. All by the clock of the runtime.
 */
import type { Clock, SqlError, Timer } from "@firstlight/common";
import type { LimitName, ProfileLimits } from "../profile/limits.ts";

const SECOND_MICROS = 1_000_000;

/** A bucket of tokens, full at first, into which some fall all the time. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #size: number;
  #tokens: number;
  /** Monotonic microseconds. */
  #filledAt: number;

  constructor(clock: Clock, { perSecond, size }: { perSecond: number; size: number }) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#size = size;
    this.#tokens = size;
    this.#filledAt = clock.monotonicMicros();
  }

  /** False when there is none. */
  take(): boolean {
    const now = this.#clock.monotonicMicros();
    const more = ((now - this.#filledAt) / SECOND_MICROS) * this.#perSecond;
    this.#tokens = Math.min(this.#size, this.#tokens + more);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

export class ConnectionLimits {
  readonly #clock: Clock;
  readonly #limits: ProfileLimits;
  readonly #bucket: TokenBucket | undefined;
  readonly #ageMicros: number;

  constructor(clock: Clock, limits: ProfileLimits) {
    this.#clock = clock;
    this.#limits = limits;
    const perSecond = limits.value("connection-rate");
    const size = limits.value("connection-burst");
    this.#bucket = Number.isFinite(perSecond)
      ? new TokenBucket(clock, { perSecond, size })
      : undefined;
    this.#ageMicros = limits.value("connection-age") * SECOND_MICROS;
  }

  /** Throws when connections come too fast. */
  checkRate(): void {
    if (this.#bucket?.take() === false) throw this.#fatal("connection-rate");
  }

  /** In the profile's words; undefined: it has none. */
  tooMany(): SqlError | undefined {
    return Number.isFinite(this.#limits.value("connections"))
      ? this.#fatal("connections")
      : undefined;
  }

  /** For messages that are too long. */
  get tooLong(): (() => SqlError) | undefined {
    if (!Number.isFinite(this.#limits.value("message"))) return undefined;
    return () => this.#fatal("message");
  }

  /**
   * For a connection that begins now: `expire` when it is too old, `end` when a transaction that was
   * open then is too old as well. Undefined: it never is.
   */
  watchAge(events: { expire(): void; end(): void }): Pick<Timer, "cancel"> | undefined {
    if (this.#ageMicros === Infinity) return undefined;
    let timer = this.#clock.after(this.#ageMicros, () => {
      events.expire();
      const rest = this.#limits.value("age") * SECOND_MICROS;
      if (Number.isFinite(rest)) timer = this.#clock.after(rest, () => events.end());
    });
    return { cancel: () => timer.cancel() };
  }

  #fatal(name: LimitName): SqlError {
    return this.#limits.refusal(name, { severity: "FATAL" });
  }
}
