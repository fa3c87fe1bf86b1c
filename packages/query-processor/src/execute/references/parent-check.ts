/** NO ACTION: whether children are left of parents that have gone, and have not come back. */
import type { Key } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { ParentKeys } from "./foreign-key-columns.ts";
import type { ReferenceQueue } from "./reference-queue.ts";
import { refuseChildren } from "./referential-action.ts";

const BATCH_KEYS = 1000;

export class ParentCheck {
  readonly reference: Reference;
  readonly #queue: ReferenceQueue;
  readonly #parents: ParentKeys;
  readonly #gone = new Map<Key, readonly Datum[]>();

  constructor(queue: ReferenceQueue, reference: Reference) {
    this.reference = reference;
    this.#queue = queue;
    this.#parents = new ParentKeys(queue.context.catalog, reference);
  }

  add(values: readonly Datum[]): void {
    this.#gone.set(this.#parents.keyOfParent(values), values);
  }

  async run(): Promise<void> {
    const keys = [...this.#gone.keys()];
    for (let at = 0; at < keys.length; at += BATCH_KEYS) {
      await this.#checkBatch(keys.slice(at, at + BATCH_KEYS));
    }
  }

  async #checkBatch(keys: readonly Key[]): Promise<void> {
    const found = await this.#queue.context.transaction.read(keys);
    const gone = keys.flatMap((key, at) => {
      const values = this.#gone.get(key);
      return found[at] !== undefined || values === undefined ? [] : [values];
    });
    await refuseChildren(this.#queue, this.reference, gone);
  }
}
