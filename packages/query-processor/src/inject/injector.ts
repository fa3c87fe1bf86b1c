/**
 * Makes transactions fail where the spec says so: conflicts before a commit is sent, so that nothing
 * of it is there; an outdated schema when the transaction begins; a lost connection half the time
 * before the commit is sent and half the time after it is durable, as networks do.
 */
import type { SqlError } from "@firstlight/common";
import { DroppedConnection, InjectedError } from "./injected-error.ts";
import type { InjectionSpec, Rate } from "./injection-spec.ts";

type Event = "oc000" | "oc001" | "disconnect";

export class Injector {
  readonly #random: () => number;
  #spec: InjectionSpec = {};
  #chosen: () => number;
  readonly #occasions: Record<Event, number> = { oc000: 0, oc001: 0, disconnect: 0 };
  #dropsAfter = false;

  /** `random` gives numbers from 0 to 1, where the spec has no seed. */
  constructor(random: () => number, spec: InjectionSpec = {}) {
    this.#random = random;
    this.#chosen = random;
    this.set(spec);
  }

  get spec(): InjectionSpec {
    return this.#spec;
  }

  set(spec: InjectionSpec): void {
    this.#spec = spec;
    this.#chosen = spec.seed === undefined ? this.#random : seeded(spec.seed);
    for (const event of ["oc000", "oc001", "disconnect"] as const) this.#occasions[event] = 0;
  }

  /** A transaction begins. `outdated`: what it would fail with. */
  atBegin(outdated: () => SqlError): void {
    if (this.#happens("oc001")) throw InjectedError.like(outdated());
  }

  /**
   * A transaction that writes is about to commit. The function it gives is called once it has.
   * `tables`: names of those that it writes to; `conflict`: what it would fail with.
   */
  atCommit(tables: () => Iterable<string>, conflict: () => SqlError): (() => void) | undefined {
    const { oc000, disconnect } = this.#spec;
    if (oc000 === undefined && disconnect === undefined) return undefined;
    if (!this.#concerns(tables)) return undefined;
    if (this.#happens("oc000")) throw InjectedError.like(conflict());
    if (!this.#happens("disconnect")) return undefined;
    this.#dropsAfter = !this.#dropsAfter;
    if (!this.#dropsAfter) throw new DroppedConnection();
    return () => {
      throw new DroppedConnection();
    };
  }

  #concerns(tables: () => Iterable<string>): boolean {
    const wanted = this.#spec.tables;
    if (wanted === undefined) return true;
    for (const table of tables()) if (wanted.includes(table)) return true;
    return false;
  }

  #happens(event: Event): boolean {
    const rate: Rate | undefined = this.#spec[event];
    if (rate === undefined) return false;
    if (typeof rate === "number") return this.#chosen() < rate;
    return ++this.#occasions[event] % rate.every === 0;
  }
}

/** splitmix32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
