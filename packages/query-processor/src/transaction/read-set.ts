/**
 * What a SERIALIZABLE transaction has read from storage: keys, and spans with the gaps in them, so
 * that rows which appear later count as well. At its commit each becomes an R check, and a
 * transaction that writes commits only if all it has read is still so: the order of commits is then
 * a serial one. (Backward validation: Kung and Robinson 1981; Adya's G2 includes phantoms.)
 *
 * I11: past its bounds what was read of one index becomes one span. That refuses more transactions
 * than need be, never fewer.
 */
import type { Check, Key, Span } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH, isGlobalKey, keyAfter } from "@firstlight/common";
import { isTemporaryKey } from "./temporary-keys.ts";

const KEYS_MAX = 10_000;
const SPANS_MAX = 1_000;

export class ReadSet {
  #keys = new Set<Key>();
  #spans: Span[] = [];

  /** The catalog has checks of its own, and temporary rows are nobody else's. */
  addKeys(keys: readonly Key[]): void {
    for (const key of keys) if (!isGlobalKey(key) && !isTemporaryKey(key)) this.#keys.add(key);
    if (this.#keys.size > KEYS_MAX) this.#widenKeys();
  }

  addSpan(span: Span): void {
    if (span.start >= span.end || isGlobalKey(span.start) || isTemporaryKey(span.start)) return;
    const last = this.#spans.at(-1);
    // The pages of one scan follow each other, in either direction.
    if (last !== undefined && span.start <= last.end && last.start <= span.end) {
      this.#spans[this.#spans.length - 1] = hull(last, span);
      return;
    }
    this.#spans.push(span);
    if (this.#spans.length > SPANS_MAX) this.#mergeSpans();
  }

  /** R checks for all of it; `isWritten` are keys that a stronger intent stands for. */
  checks(isWritten: (key: Key) => boolean): Check[] {
    const checks: Check[] = this.#spans.map((span) => ({ span, intent: "R" }));
    for (const key of this.#keys) if (!isWritten(key)) checks.push({ key, intent: "R" });
    return checks;
  }

  #widenKeys(): void {
    const spans = [...this.#keys].map((key) => ({ start: key, end: keyAfter(key) }));
    this.#spans = [...this.#spans, ...hullOfEachIndex(spans)];
    this.#keys = new Set();
    this.#mergeSpans();
  }

  #mergeSpans(): void {
    const merged: Span[] = [];
    for (const span of this.#spans.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
      const last = merged.at(-1);
      if (last !== undefined && span.start <= last.end)
        merged[merged.length - 1] = hull(last, span);
      else merged.push(span);
    }
    this.#spans = merged.length <= SPANS_MAX / 2 ? merged : hullOfEachIndex(merged);
  }
}

function hull(a: Span, b: Span): Span {
  return { start: a.start < b.start ? a.start : b.start, end: a.end > b.end ? a.end : b.end };
}

function hullOfEachIndex(spans: readonly Span[]): Span[] {
  const hulls = new Map<string, Span>();
  for (const span of spans) {
    const prefix = span.start.slice(0, INDEX_PREFIX_LENGTH);
    const known = hulls.get(prefix);
    hulls.set(prefix, known === undefined ? span : hull(known, span));
  }
  return [...hulls.values()];
}
