/**
 * Read-your-writes for scans: a page from storage with the transaction's own writes merged in by
 * key. The page covers `span` minus `page.rest`; own writes beyond that wait for later pages.
 */
import type { Key, ScanPage, Span } from "@firstlight/common";
import type { WriteView } from "./write-set.ts";

/** What a page tells of the span that was asked for. */
export function coveredSpan(span: Span, rest: Span | undefined, reverse: boolean): Span {
  if (rest === undefined) return span;
  return reverse ? { start: rest.end, end: span.end } : { start: span.start, end: rest.start };
}

export function overlayPage(
  page: ScanPage,
  writes: WriteView,
  span: Span,
  reverse: boolean,
): ScanPage {
  if (page.batch.kind !== "raw" || page.keys === undefined) {
    throw new TypeError("own writes can only be merged into stored values with keys");
  }
  const own = [...writes.keysWithin(coveredSpan(span, page.rest, reverse))];
  if (reverse) own.reverse();
  return merge(page.keys, page.batch.values, own, writes, page.rest, reverse);
}

function merge(
  keys: readonly Key[],
  values: readonly Uint8Array[],
  own: readonly Key[],
  writes: WriteView,
  rest: Span | undefined,
  reverse: boolean,
): ScanPage {
  const outKeys: Key[] = [];
  const outValues: Uint8Array[] = [];
  const precedes = (a: Key, b: Key): boolean => (reverse ? a > b : a < b);
  let i = 0;
  const emitStoredBefore = (bound: Key | undefined): void => {
    for (; i < keys.length; i++) {
      const key = keys[i];
      const value = values[i];
      if (key === undefined || value === undefined) return;
      if (bound !== undefined && !precedes(key, bound)) return;
      outKeys.push(key);
      outValues.push(value);
    }
  };
  for (const key of own) {
    emitStoredBefore(key);
    if (keys[i] === key) i++;
    const value = writes.get(key)?.value;
    if (value === undefined) continue;
    outKeys.push(key);
    outValues.push(value);
  }
  emitStoredBefore(undefined);
  return { keys: outKeys, batch: { kind: "raw", values: outValues }, rest };
}
