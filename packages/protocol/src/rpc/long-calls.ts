/**
 * Tells the asking side of calls that take long that they are still under way, so that it takes
 * neither a large transaction nor a busy machine for a dead process. How long a service lets a call
 * take is the service's own business: none waits for ever.
 */
import type { Clock, Timer } from "@firstlight/common";

const UNDER_WAY_MICROS = 2_000_000;

export class LongCalls {
  readonly #clock: Clock;
  readonly #tell: (call: number) => void;
  /** Begun before the last look, and since. */
  #old = new Set<number>();
  #young = new Set<number>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, tell: (call: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  begin(call: number): void {
    this.#young.add(call);
    if (this.#timer === undefined && !this.#closed) this.#arm();
  }

  end(call: number): void {
    if (!this.#young.delete(call)) this.#old.delete(call);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#old.clear();
    this.#young.clear();
  }

  #arm(): void {
    this.#timer = this.#clock.after(UNDER_WAY_MICROS, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    for (const call of this.#old) this.#tell(call);
    for (const call of this.#young) this.#old.add(call);
    this.#young.clear();
    if (this.#old.size > 0) this.#arm();
  }
}
