/** What a storage replica holds at a snapshot, and where that is not what the logs say. */
import type { Key, Span, Storage, Timestamp } from "@firstlight/common";
import { droppedSpan, isDroppedStorageKey, spanContains } from "@firstlight/common";

export type Row = readonly [key: Key, value: string];

/** Values as latin1. */
export async function rowsAt(
  storage: Storage,
  whole: Span,
  snapshot: Timestamp,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let span: Span | undefined = { start: whole.start, end: whole.end }; span !== undefined;) {
    const page = await storage.scan({
      snapshot,
      catalogVersion: undefined,
      span,
      reverse: false,
      pageBytes: 1 << 20,
      withKeys: true,
      format: "encoded",
    });
    const { keys = [], batch } = page;
    if (batch.kind !== "raw") throw new TypeError("a scan without a program is raw");
    batch.values.forEach((value, i) => {
      const key = keys[i];
      if (key !== undefined) rows.push([key, Buffer.from(value).toString("latin1")]);
    });
    span = page.rest;
  }
  return rows;
}

/** Without what storage removes when nobody can read it any more. */
export function keptBy(keys: readonly Key[]): (key: Key) => boolean {
  const dropped = keys.filter((key) => isDroppedStorageKey(key)).map((mark) => droppedSpan(mark));
  return (key) => !isDroppedStorageKey(key) && !dropped.some((span) => spanContains(span, key));
}

export function firstDifference(seen: readonly Row[], truth: readonly Row[]): string | undefined {
  for (let i = 0; i < Math.max(seen.length, truth.length); i++) {
    const [found, expected] = [JSON.stringify(seen[i]), JSON.stringify(truth[i])];
    if (found !== expected) return `row ${i} is ${found}, not ${expected}`;
  }
  return undefined;
}
