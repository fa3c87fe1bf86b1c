/**
 * Keys: byte strings held as JavaScript strings of char codes 0..255 ("latin1"), because such
 * strings hash and compare natively and their `<` is exactly the order of their bytes. Only this
 * module and the key encoders make one.
 */
declare const keyBrand: unique symbol;
export type Key = string & { readonly [keyBrand]: "Key" };

export const KEY_MIN: Key = "" as Key;
/** Above every key in use: no key starts with three 0xff bytes. */
export const KEY_MAX: Key = "\xff\xff\xff" as Key;

/** A half-open interval of keys: `start <= k < end`. */
export interface Span {
  readonly start: Key;
  readonly end: Key;
}

export function keyFromLatin1(text: string): Key {
  return text as Key;
}

export function keyFromBytes(bytes: Uint8Array): Key {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1") as Key;
}

export function keyToBytes(key: Key): Buffer {
  return Buffer.from(key, "latin1");
}

/** The smallest key above every key that starts with `prefix`. */
export function prefixEnd(prefix: Key): Key {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const code = prefix.charCodeAt(i);
    if (code < 0xff) return (prefix.slice(0, i) + String.fromCharCode(code + 1)) as Key;
  }
  return KEY_MAX;
}

/** The smallest key above `key`. */
export function keyAfter(key: Key): Key {
  return (key + "\x00") as Key;
}

export function prefixSpan(prefix: Key): Span {
  return { start: prefix, end: prefixEnd(prefix) };
}

export function spanContains(span: Span, key: Key): boolean {
  return span.start <= key && key < span.end;
}

export function spansOverlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The part of `a` inside `b`, or undefined if they do not overlap. */
export function intersectSpans(a: Span, b: Span): Span | undefined {
  const start = a.start < b.start ? b.start : a.start;
  const end = a.end < b.end ? a.end : b.end;
  return start < end ? { start, end } : undefined;
}
