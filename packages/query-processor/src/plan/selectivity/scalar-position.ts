/** Where a value stands between two others, 0 to 1: convert_to_scalar of PostgreSQL. */
import type { Datum } from "@firstlight/sql";
import { numericToFloat8 } from "@firstlight/sql";

function toNumber(value: Datum): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  if (value.tag === "numeric") return value.kind === "finite" ? numericToFloat8(value) : undefined;
  if (value.tag === "interval") {
    return Number(value.micros) + 86_400_000_000 * (value.days + value.months * 30.4375);
  }
  if (value.tag === "timetz") return value.micros + value.zone * 1_000_000;
  return value.tag === "network" ? Number(value.address) : undefined;
}

/** Bytes that stand for a string's characters in the order of strings. */
function bytesOf(value: Datum): Uint8Array | undefined {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  return value instanceof Uint8Array ? value : undefined;
}

const DIGITS_MAX = 12;

interface Alphabet {
  readonly low: number;
  readonly base: number;
}

/** The characters that occur, widened to the classes that they are of. */
function alphabetOf(texts: readonly Uint8Array[]): Alphabet {
  let low = 255;
  let high = 0;
  for (const text of texts) {
    for (const byte of text) {
      low = Math.min(low, byte);
      high = Math.max(high, byte);
    }
  }
  for (const [first, last] of [
    [65, 90],
    [97, 122],
    [48, 57],
  ] as const) {
    if (low <= last && high >= first) {
      low = Math.min(low, first);
      high = Math.max(high, last);
    }
  }
  if (high - low < 9) return { low: 32, base: 96 };
  return { low, base: high - low + 1 };
}

function fraction(text: Uint8Array, from: number, { low, base }: Alphabet): number {
  let denominator = base;
  let result = 0;
  for (const byte of text.subarray(from, from + DIGITS_MAX)) {
    result += Math.min(base, Math.max(-1, byte - low)) / denominator;
    denominator *= base;
  }
  return result;
}

function positionOfBytes(value: Uint8Array, low: Uint8Array, high: Uint8Array): number {
  const alphabet = alphabetOf([low, high]);
  let same = 0;
  while (same < low.length && low[same] === high[same] && low[same] === value[same]) same++;
  const [v, l, h] = [value, low, high].map((each) => fraction(each, same, alphabet));
  return between(v ?? 0, l ?? 0, h ?? 0);
}

function between(value: number, low: number, high: number): number {
  if (high <= low) return 0.5;
  if (value <= low) return 0;
  if (value >= high) return 1;
  const share = (value - low) / (high - low);
  return Number.isNaN(share) || share < 0 || share > 1 ? 0.5 : share;
}

export function positionBetween(value: Datum, low: Datum, high: Datum): number {
  const numbers = [value, low, high].map(toNumber);
  const [v, l, h] = numbers;
  if (v !== undefined && l !== undefined && h !== undefined) return between(v, l, h);
  const [vb, lb, hb] = [value, low, high].map(bytesOf);
  if (vb === undefined || lb === undefined || hb === undefined) return 0.5;
  return positionOfBytes(vb, lb, hb);
}
