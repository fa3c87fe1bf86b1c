/** pg_size_bytes, and pg_size_pretty of a numeric. */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "./registry.ts";
import type { Numeric } from "../values/datum.ts";
import { numericMultiply } from "../values/numeric-arithmetic.ts";
import {
  absBig,
  makeNumeric,
  numericFromBigint,
  numericToInt8,
  numericToString,
  parseNumeric,
  truncNumeric,
} from "../values/numeric.ts";

const UNIT_BITS: Readonly<Record<string, bigint>> = {
  bytes: 0n,
  b: 0n,
  kb: 10n,
  mb: 20n,
  gb: 30n,
  tb: 40n,
  pb: 50n,
};
const SIZE = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$/s;

function sizeBytes(text: string): bigint {
  const match = SIZE.exec(text);
  if (match === null) throw new SqlError("22023", `invalid size: "${text}"`);
  const unit = match[2] ?? "";
  const bits = unit === "" ? 0n : UNIT_BITS[unit.toLowerCase()];
  if (bits === undefined) {
    throw new SqlError("22023", `invalid size: "${text}"`, {
      detail: `Invalid size unit: "${unit}".`,
      hint: 'Valid units are "bytes", "B", "kB", "MB", "GB", "TB", and "PB".',
    });
  }
  const value = parseNumeric(match[1] ?? "");
  return numericToInt8(numericMultiply(value, numericFromBigint(1n << bits)));
}

interface Unit {
  readonly name: string;
  readonly limit: bigint;
  readonly round: boolean;
  readonly bits: number;
}

const UNITS: readonly Unit[] = [
  { name: "bytes", limit: 10n * 1024n, round: false, bits: 0 },
  { name: "kB", limit: 20n * 1024n - 1n, round: true, bits: 10 },
  { name: "MB", limit: 20n * 1024n - 1n, round: true, bits: 20 },
  { name: "GB", limit: 20n * 1024n - 1n, round: true, bits: 30 },
  { name: "TB", limit: 20n * 1024n - 1n, round: true, bits: 40 },
  { name: "PB", limit: 20n * 1024n - 1n, round: true, bits: 50 },
];

/** Bytes keep their fraction; larger units are whole. */
function sizePretty(value: Numeric): string {
  if (value.kind !== "finite") return `${numericToString(value)} PB`;
  const whole = truncNumeric(value, 0).coefficient;
  const [bytes] = UNITS;
  const isBelow = (limit: bigint): boolean =>
    absBig(value.coefficient) < limit * 10n ** BigInt(value.scale);
  if (bytes !== undefined && isBelow(bytes.limit)) return `${numericToString(value)} bytes`;
  let size = whole;
  for (const [index, unit] of UNITS.entries()) {
    const next = UNITS[index + 1];
    if (next !== undefined && absBig(size) >= unit.limit) {
      const shift = next.bits - unit.bits - (next.round ? 1 : 0) + (unit.round ? 1 : 0);
      size /= 1n << BigInt(shift);
      continue;
    }
    if (unit.round) size = size >= 0n ? (size + 1n) / 2n : (size - 1n) / 2n;
    return `${numericToString(makeNumeric(size, 0))} ${unit.name}`;
  }
  return `${size} PB`;
}

export function registerSizes(): void {
  registerFunctions({
    pg_size_bytes: (_, text: string) => sizeBytes(text),
    pg_size_pretty_numeric: (_, value: Numeric) => sizePretty(value),
  });
}
