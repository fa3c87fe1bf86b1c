/** How many transactions one epoch has judged lately, and which keys the last of them wrote. */
import type { Key } from "@firstlight/common";
import { isGlobalKey } from "@firstlight/common";
import type { Part } from "../core.ts";

/** Enough to find where half of the load lies. */
const KEYS_MAX = 512;

export class RangeLoad {
  #commits = 0;
  #keys: Key[] = [];

  note({ writes }: Part): void {
    const [first] = writes;
    if (first === undefined || isGlobalKey(first.key)) return;
    this.#keys[this.#commits % KEYS_MAX] = first.key;
    this.#commits++;
  }

  /** Since the last call. */
  take(): { readonly commits: number; readonly keys: readonly Key[] } {
    const taken = { commits: this.#commits, keys: this.#keys };
    this.#commits = 0;
    this.#keys = [];
    return taken;
  }
}
