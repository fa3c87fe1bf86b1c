/**
 * The order of texts in the C collation: by code point, which is the order of their UTF-8 bytes.
 * JavaScript's own `<` orders by UTF-16 unit and puts surrogate pairs before U+E000..U+FFFF.
 */
export function compareText(a: string, b: string): number {
  const length = a.length < b.length ? a.length : b.length;
  // Long ones are gone through once: by blocks.
  if (length < BLOCK_MAX && a === b) return 0;
  for (let i = length < BLOCK ? 0 : equalBlocks(a, b, length); i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return byCodePoint(left) < byCodePoint(right) ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** Texts that begin alike are compared by blocks, which is native code, up to the first difference. */
const BLOCK = 64;
const BLOCK_MAX = 1 << 16;

/** Blocks get longer as long as they are equal, and shorter again around the difference. */
function equalBlocks(a: string, b: string, length: number): number {
  let at = 0;
  for (let block = BLOCK; at + BLOCK <= length;) {
    const end = at + block;
    if (end <= length && a.slice(at, end) === b.slice(at, end)) {
      at = end;
      if (block < BLOCK_MAX) block *= 2;
    } else if (block === BLOCK) break;
    else block /= 2;
  }
  return at;
}

/** Moves surrogates above the rest of the basic plane. */
function byCodePoint(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** bpchar: trailing blanks do not count. */
export function compareBpchar(a: string, b: string): number {
  return compareText(trimBlanks(a), trimBlanks(b));
}

/** Without trailing blanks (U+0020 only). */
export function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** memcmp, then length. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

const SURROGATE = /[\ud800-\udfff]/;
const SEARCHED = 256;

/** Characters as PostgreSQL counts them: code points. */
export function characterCount(text: string): number {
  // Looking for halves of pairs is native code.
  if (text.length > SEARCHED && !SURROGATE.test(text)) return text.length;
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}

/** The first `count` characters (code points). */
export function leadingCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let units = 0;
  for (let i = 0; i < count && units < text.length; i++) {
    const unit = text.charCodeAt(units);
    units += unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
  }
  return text.slice(0, units);
}
