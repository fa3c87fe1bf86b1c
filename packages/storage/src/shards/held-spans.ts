/**
 * The spans that a replica holds completely, each with the timestamp from which on it does: the
 * answers to all reads depend on this and on nothing that others say. Changed only AFTER a copy is
 * on disk, and BEFORE anything of a span is removed.
 */
import type { Key, Span, Timestamp } from "@firstlight/common";
import {
  ByteReader,
  ByteWriter,
  KEY_MAX,
  KEY_MIN,
  TIMESTAMP_ZERO,
  intersectSpans,
  laterOf,
  timestamp,
} from "@firstlight/common";

export interface HeldSpan extends Span {
  /** Snapshots before it cannot be answered. */
  readonly since: Timestamp;
}

export class HeldSpans {
  /** Ordered and disjoint. */
  #spans: readonly HeldSpan[];

  constructor(spans: readonly HeldSpan[]) {
    this.#spans = spans;
  }

  static whole(spans: readonly Span[], since: Timestamp = TIMESTAMP_ZERO): HeldSpans {
    const held = new HeldSpans([]);
    for (const span of spans) held.add(span, since);
    return held;
  }

  get spans(): readonly HeldSpan[] {
    return this.#spans;
  }

  holds(key: Key): boolean {
    for (const { start, end } of this.#spans) if (start <= key && key < end) return true;
    return false;
  }

  /** From when on all of the span is held; undefined where part of it is not. */
  since({ start, end }: Span): Timestamp | undefined {
    let reached = start;
    let since = TIMESTAMP_ZERO;
    for (const held of this.#spans) {
      if (held.end <= reached) continue;
      if (held.start > reached) return undefined;
      since = laterOf(since, held.since);
      reached = held.end;
      if (reached >= end) return since;
    }
    return undefined;
  }

  add(span: Span, since: Timestamp): void {
    const added: HeldSpan = { start: span.start, end: span.end, since };
    const rest = remaining(this.#spans, span);
    const merged: HeldSpan[] = [];
    for (const each of [...rest, added].toSorted(byStart)) {
      const last = merged.at(-1);
      if (last?.end === each.start && last.since === each.since) {
        merged[merged.length - 1] = { ...last, end: each.end };
      } else merged.push(each);
    }
    this.#spans = merged;
  }

  remove(span: Span): void {
    this.#spans = remaining(this.#spans, span);
  }

  /** What is not held, of the whole key space. */
  gaps(): Span[] {
    const gaps: Span[] = [];
    let reached = KEY_MIN;
    for (const { start, end } of this.#spans) {
      if (reached < start) gaps.push({ start: reached, end: start });
      reached = end;
    }
    if (reached < KEY_MAX) gaps.push({ start: reached, end: KEY_MAX });
    return gaps;
  }

  /** What is held of the span, and what is not. */
  parts(span: Span): { readonly held: readonly HeldSpan[]; readonly missing: readonly Span[] } {
    const held = this.#spans.flatMap((each) => {
      const part = intersectSpans(each, span);
      return part === undefined ? [] : [{ ...part, since: each.since }];
    });
    const missing = this.gaps().flatMap((each) => intersectSpans(each, span) ?? []);
    return { held, missing };
  }

  encode(): Uint8Array {
    const writer = new ByteWriter(64).varint(this.#spans.length);
    for (const { start, end, since } of this.#spans) writer.key(start).key(end).uint53(since);
    // The store's checksum.
    return writer.uint32(0).finish();
  }

  static decode(bytes: Uint8Array): HeldSpans {
    const reader = new ByteReader(bytes);
    const spans: HeldSpan[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      spans.push({ start: reader.key(), end: reader.key(), since: timestamp(reader.uint53()) });
    }
    return new HeldSpans(spans);
  }
}

function byStart(a: Span, b: Span): number {
  return a.start < b.start ? -1 : 1;
}

function remaining(spans: readonly HeldSpan[], removed: Span): HeldSpan[] {
  return spans.flatMap((each) => {
    const before = { ...each, end: each.end < removed.start ? each.end : removed.start };
    const after = { ...each, start: each.start > removed.end ? each.start : removed.end };
    return [before, after].filter(({ start, end }) => start < end);
  });
}
