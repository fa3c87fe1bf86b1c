/**
 * Read-your-writes for scans: a page from storage with the transaction's own writes merged in by
 * key. The page covers `span` minus `page.rest`; own writes beyond that wait for later pages, and
 * so do those that are too many for one.
 */
import type { Key, ScanPage, Span } from "@firstlight/common";
import { keyAfter } from "@firstlight/common";
import type { WriteView } from "./write-set.ts";

/** Own writes that are merged into one page. */
const OWN_MAX = 2_048;

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
  const own: Key[] = [];
  for (const key of writes.keysWithin(coveredSpan(span, page.rest, reverse))) {
    own.push(key);
    // Forwards only: backwards the first ones would be the last that are found.
    if (!reverse && own.length === OWN_MAX) return shortened(page, writes, span, own);
  }
  if (reverse) own.reverse();
  return merge(page.keys, page.batch.values, own, writes, page.rest, reverse);
}

/** The page up to the last of the own writes. */
function shortened(
  { keys = [], batch }: ScanPage,
  writes: WriteView,
  span: Span,
  own: readonly Key[],
): ScanPage {
  const next = keyAfter(own.at(-1) ?? span.start);
  const stored = batch.kind === "raw" ? batch.values : [];
  let count = 0;
  while (count < keys.length && (keys[count] as Key) < next) count++;
  const rest = next < span.end ? { start: next, end: span.end } : undefined;
  return merge(keys.slice(0, count), stored.slice(0, count), own, writes, rest, false);
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
