/**
 * The few forms of DER (X.690) that certificates need: written whole, and read one element at a
 * time with every length checked against what is there.
 */

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(body.length), body]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(DER.sequence, ...parts);
}

/** Constructed and tagged by context: [number]. */
export function tagged(number: number, ...parts: readonly Uint8Array[]): Buffer {
  return der(0xa0 | number, ...parts);
}

/** Big-endian and not negative. */
export function unsigned(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const digits = bytes.subarray(from);
  const sign = (digits[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : [];
  return der(DER.integer, ...sign, digits);
}

export function bitString(bytes: Uint8Array, unusedBits: number = 0): Buffer {
  return der(DER.bitString, Buffer.from([unusedBits]), bytes);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(DER.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime up to 2049, as RFC 5280 demands, GeneralizedTime after it. */
export function time(unixSeconds: number): Buffer {
  const digits = new Date(unixSeconds * 1000).toISOString().replace(/[-:T]|\.\d+/gu, "");
  const isShort = digits < "2050";
  const text = isShort ? digits.slice(2) : digits;
  return der(isShort ? DER.utcTime : DER.generalizedTime, Buffer.from(text, "latin1"));
}

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** What comes after it. */
  readonly rest: Buffer;
}

/** The first element of `bytes`; undefined when it is not all there. */
export function readDer(bytes: Buffer): DerElement | undefined {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthOfLength = first < 0x80 ? 0 : first & 0x7f;
  if (lengthOfLength > 4 || bytes.length < 2 + lengthOfLength) return undefined;
  const length = lengthOfLength === 0 ? first : bytes.readUIntBE(2, lengthOfLength);
  const start = 2 + lengthOfLength;
  if (first === 0x80 || bytes.length < start + length) return undefined;
  return {
    tag,
    content: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length),
  };
}
