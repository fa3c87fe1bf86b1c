/** What happened, as a running digest: the same seed must give the same one, byte for byte. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

export class Trace {
  readonly #hash: Hash = createHash("sha256");
  readonly #recent: string[] = [];
  readonly #keep: number;
  #events = 0;

  /** `keep`: how many of the last events to hold for a failure report. */
  constructor(keep = 200) {
    this.#keep = keep;
  }

  record(micros: number, what: string): void {
    const line = `${micros} ${what}`;
    this.#hash.update(line).update("\n");
    this.#events++;
    this.#recent.push(line);
    if (this.#recent.length > this.#keep * 2) this.#recent.splice(0, this.#keep);
  }

  get events(): number {
    return this.#events;
  }

  recent(): readonly string[] {
    return this.#recent.slice(-this.#keep);
  }

  /** Ends the trace. */
  digest(): string {
    return this.#hash.digest("hex").slice(0, 16);
  }
}
