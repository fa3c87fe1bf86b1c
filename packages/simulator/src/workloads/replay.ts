/** All versions of all keys, replayed in the order of their commits. */
import type { Key, Span, Timestamp } from "@firstlight/common";
import { CATALOG_OBJECT_SPAN, SortedKeys, spanContains } from "@firstlight/common";
import type { LogHistory } from "../history/log-history.ts";

export class Replay {
  readonly #values = new Map<Key, string>();
  readonly #keys = new SortedKeys();

  set(key: Key, value: string | undefined): void {
    if (value === undefined) {
      if (this.#values.delete(key)) this.#keys.delete(key);
    } else {
      if (!this.#values.has(key)) this.#keys.add(key);
      this.#values.set(key, value);
    }
  }

  *within(span: Span): Generator<readonly [Key, string]> {
    for (const key of this.#keys.within(span)) yield [key, this.#values.get(key) ?? ""];
  }
}

/**
 * Calls `look` after every transaction, with what `inspectorOf` made of the catalog objects at that
 * time; returns what was there at the end.
 */
export function replayed<T>(
  logs: Pick<LogHistory, "transactions" | "versionAt">,
  inspectorOf: (objects: readonly string[]) => T,
  look: (inspector: T, replay: Replay, at: Timestamp) => void,
): Replay {
  const replay = new Replay();
  let inspector = inspectorOf([]);
  for (const { keys, timestamp } of logs.transactions) {
    for (const key of keys) replay.set(key, logs.versionAt(key, timestamp)?.value);
    if (keys.some((key) => spanContains(CATALOG_OBJECT_SPAN, key))) {
      inspector = inspectorOf([...replay.within(CATALOG_OBJECT_SPAN)].map(([, value]) => value));
    }
    look(inspector, replay, timestamp);
  }
  return replay;
}
