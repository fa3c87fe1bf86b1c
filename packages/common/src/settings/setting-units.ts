/**
 * Numbers with units, as PostgreSQL's guc.c reads and prints them: durations and sizes are kept in
 * their setting's base unit and shown in the largest unit that divides them exactly.
 */
import type { SettingUnit } from "./setting.ts";

type UnitTable = readonly (readonly [name: string, factor: number])[];

/** Factors in microseconds. */
const TIME_UNITS: UnitTable = [
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["min", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1000],
  ["us", 1],
];

const SIZE_UNITS: UnitTable = [
  ["TB", 2 ** 40],
  ["GB", 2 ** 30],
  ["MB", 2 ** 20],
  ["kB", 1024],
  ["B", 1],
];

const BASE_FACTOR: Readonly<Record<SettingUnit, number>> = {
  ms: 1000,
  s: 1_000_000,
  min: 60_000_000,
  kB: 1024,
  "8kB": 8192,
  MB: 2 ** 20,
  B: 1,
};

function isTime(unit: SettingUnit): boolean {
  return unit === "ms" || unit === "s" || unit === "min";
}

export function unitHint(unit: SettingUnit): string {
  return isTime(unit)
    ? 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".'
    : 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".';
}

export type ParsedNumber =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "invalid" }
  | { readonly kind: "invalidUnit" };

const NUMBER =
  /^\s*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*([A-Za-z]*)\s*$/;

function magnitude(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  return sign * Number(text.replace(/^[+-]/, ""));
}

export function parseNumber(text: string, unit: SettingUnit | undefined): ParsedNumber {
  const match = NUMBER.exec(text);
  if (match === null) return { kind: "invalid" };
  const value = magnitude(match[1] ?? "");
  const suffix = match[2] ?? "";
  if (suffix === "") return { kind: "number", value };
  if (unit === undefined) return { kind: "invalid" };
  const factor = (isTime(unit) ? TIME_UNITS : SIZE_UNITS).find(([name]) => name === suffix)?.[1];
  if (factor === undefined) return { kind: "invalidUnit" };
  return { kind: "number", value: (value * factor) / BASE_FACTOR[unit] };
}

/** 30000 ms is "30s"; zero and negative values carry no unit. */
export function showWithUnit(value: number, unit: SettingUnit): string {
  if (value <= 0) return String(value);
  const total = value * BASE_FACTOR[unit];
  for (const [name, factor] of isTime(unit) ? TIME_UNITS : SIZE_UNITS) {
    if (total % factor === 0) return `${String(total / factor)}${name}`;
  }
  return String(value);
}
