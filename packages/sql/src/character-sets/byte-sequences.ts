/** How many bytes a character takes in PostgreSQL's encodings, and which sequences can be one. */

/** What `at` begins: bytes that its first one announces, and whether they can be a character. */
export interface ByteSequence {
  readonly length: number;
  readonly isValid: boolean;
}

export type SequenceAt = (bytes: Uint8Array, at: number, end: number) => ByteSequence;

const ASCII_END = 0x80;
/** EUC's single shifts: what follows is of its second or third set. */
const SHIFT_TWO = 0x8e;
const SHIFT_THREE = 0x8f;

const ONE: ByteSequence = { length: 1, isValid: true };
const INVALID = [0, 1, 2, 3, 4].map((length): ByteSequence => ({ length, isValid: false }));
const VALID = [0, 1, 2, 3, 4].map((length): ByteSequence => ({ length, isValid: true }));

function sequence(length: number, isValid: boolean): ByteSequence {
  return (isValid ? VALID : INVALID)[length] ?? ONE;
}

function isBetween(byte: number | undefined, first: number, last: number): boolean {
  return byte !== undefined && byte >= first && byte <= last;
}

const single: SequenceAt = (bytes, at) => (bytes[at] === 0 ? sequence(1, false) : ONE);

function isEuc(byte: number | undefined): boolean {
  return isBetween(byte, 0xa1, 0xfe);
}

const euc: SequenceAt = (bytes, at, end) => {
  const [first = 0, second] = [bytes[at], bytes[at + 1]];
  if (first < ASCII_END) return single(bytes, at, end);
  return sequence(2, at + 2 <= end && isEuc(first) && isEuc(second));
};

const eucJapanese: SequenceAt = (bytes, at, end) => {
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first === SHIFT_TWO) return sequence(2, at + 2 <= end && isBetween(second, 0xa1, 0xdf));
  if (first === SHIFT_THREE) return sequence(3, at + 3 <= end && isEuc(second) && isEuc(third));
  return euc(bytes, at, end);
};

const shiftJis: SequenceAt = (bytes, at, end) => {
  const [first = 0, second] = [bytes[at], bytes[at + 1]];
  if (first < ASCII_END || isBetween(first, 0xa1, 0xdf)) return single(bytes, at, end);
  const isHead = isBetween(first, 0x81, 0x9f) || isBetween(first, 0xe0, 0xfc);
  const isTail = isBetween(second, 0x40, 0x7e) || isBetween(second, 0x80, 0xfc);
  return sequence(2, at + 2 <= end && isHead && isTail);
};

/** BIG5, GBK and UHC: whatever follows a high byte belongs to it. */
const pairs: SequenceAt = (bytes, at, end) => {
  if ((bytes[at] ?? 0) < ASCII_END) return single(bytes, at, end);
  return sequence(2, at + 2 <= end && bytes[at + 1] !== 0);
};

/** EUC, but for what the first byte may be. */
const johab: SequenceAt = (bytes, at, end) => {
  const [first = 0, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first < ASCII_END) return single(bytes, at, end);
  if (first !== SHIFT_THREE) return sequence(2, at + 2 <= end && isEuc(second));
  return sequence(3, at + 3 <= end && isEuc(second) && isEuc(third));
};

const eucTaiwanese: SequenceAt = (bytes, at, end) => {
  const [first = 0, second, third, fourth] = bytes.subarray(at, at + 4);
  if (first < ASCII_END) return single(bytes, at, end);
  if (first === SHIFT_THREE) return sequence(3, false);
  if (first !== SHIFT_TWO) return sequence(2, at + 2 <= end && isEuc(second));
  const isPlane = isBetween(second, 0xa1, 0xa7);
  return sequence(4, at + 4 <= end && isPlane && isEuc(third) && isEuc(fourth));
};

const gb18030: SequenceAt = (bytes, at, end) => {
  const [first = 0, second, third, fourth] = bytes.subarray(at, at + 4);
  if (first < ASCII_END) return single(bytes, at, end);
  const isHead = isBetween(first, 0x81, 0xfe);
  if (isBetween(second, 0x30, 0x39)) {
    const isTail = isBetween(third, 0x81, 0xfe) && isBetween(fourth, 0x30, 0x39);
    return sequence(4, at + 4 <= end && isHead && isTail);
  }
  const isTail = isBetween(second, 0x40, 0x7e) || isBetween(second, 0x80, 0xfe);
  return sequence(2, at + 2 <= end && isHead && isTail);
};

const BY_ENCODING: ReadonlyMap<string, SequenceAt> = new Map([
  ["EUC_JP", eucJapanese],
  ["EUC_JIS_2004", eucJapanese],
  ["EUC_CN", euc],
  ["EUC_KR", euc],
  ["SJIS", shiftJis],
  ["SHIFT_JIS_2004", shiftJis],
  ["BIG5", pairs],
  ["GBK", pairs],
  ["UHC", pairs],
  ["JOHAB", johab],
  ["EUC_TW", eucTaiwanese],
  ["GB18030", gb18030],
]);

export function sequencesOf(encoding: string): SequenceAt {
  return BY_ENCODING.get(encoding) ?? single;
}
