/**
 * Encodes a key so that it can be followed by other fields: no encoded key is a prefix of another
 * and encoded keys sort as the keys do. Only zero bytes cost anything: a run of them becomes two
 * bytes, so an encoded key has at most 1.5 times the length, and 2 more.
 *
 * | bytes  | stands for                                       |
 * |--------|--------------------------------------------------|
 * | 00 n   | n zeros, then the end of the key, n < 120        |
 * | 00 7f  | 120 zeros, then whatever follows                 |
 * | 00 m   | 255 - m zeros, then another byte, 255 - m < 120  |
 *
 * A longer run followed by a byte sorts lower, a longer run at the end sorts higher, and every end
 * sorts below every byte: hence the two directions of counting.
 */
import type { Key } from "@firstlight/common";

const RUN_MAX = 120;
const LONG_RUN = "\x00\x7f";

export function orderedKey(key: Key): string {
  let zero = key.indexOf("\x00");
  if (zero < 0) return `${key}\x00\x00`;
  let encoded = "";
  let from = 0;
  while (zero >= 0) {
    encoded += key.slice(from, zero);
    from = endOfRun(key, zero);
    let run = from - zero;
    for (; run >= RUN_MAX; run -= RUN_MAX) encoded += LONG_RUN;
    if (from === key.length) return encoded + endAfter(run);
    if (run > 0) encoded += `\x00${String.fromCharCode(0xff - run)}`;
    zero = key.indexOf("\x00", from);
  }
  return encoded + key.slice(from) + endAfter(0);
}

function endOfRun(key: Key, from: number): number {
  let at = from;
  while (at < key.length && key.charCodeAt(at) === 0) at++;
  return at;
}

function endAfter(run: number): string {
  return `\x00${String.fromCharCode(run)}`;
}
