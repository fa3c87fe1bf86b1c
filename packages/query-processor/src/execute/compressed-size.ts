/**
 * The size that LZ4's block format takes for some bytes, as its fast compressor finds it: greedy, by
 * one table of the last place of each four bytes. Nothing is written.
 */
const MATCH_MIN = 4;
const OFFSET_MAX = 65_535;
/** The format's: the last bytes are literals, and the last match begins before them. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const HASH_BITS = 16;
const OFFSET_BYTES = 2;
/** Steps grow where nothing is found. */
const SKIP_BITS = 6;

function hashOf(word: number): number {
  return Math.imul(word, -1_640_531_535) >>> (32 - HASH_BITS);
}

/** Token, lengths beyond 15 and the literals themselves. */
function literalBytes(length: number): number {
  return 1 + length + (length < 15 ? 0 : Math.floor((length - 15) / 255) + 1);
}

function matchBytes(length: number): number {
  const rest = length - MATCH_MIN;
  return OFFSET_BYTES + (rest < 15 ? 0 : Math.floor((rest - 15) / 255) + 1);
}

function matchLength(bytes: Buffer, from: number, at: number, end: number): number {
  let length = MATCH_MIN;
  while (at + length < end && bytes[from + length] === bytes[at + length]) length++;
  return length;
}

export function compressedSize(bytes: Buffer): number {
  const table = new Int32Array(1 << HASH_BITS).fill(-1);
  const end = bytes.length - LAST_LITERALS;
  const limit = bytes.length - MATCH_LIMIT;
  let size = 0;
  let anchor = 0;
  let misses = 0;
  for (let at = 0; at < limit;) {
    const word = bytes.readInt32LE(at);
    const hash = hashOf(word);
    const from = table[hash] ?? -1;
    table[hash] = at;
    if (from < 0 || at - from > OFFSET_MAX || bytes.readInt32LE(from) !== word) {
      at += 1 + (misses++ >>> SKIP_BITS);
      continue;
    }
    const length = matchLength(bytes, from, at, end);
    size += literalBytes(at - anchor) + matchBytes(length);
    at += length;
    anchor = at;
    misses = 0;
  }
  return size + literalBytes(bytes.length - anchor);
}
