/**
 * English ordinal suffixes of numbers in templates.
 */
import { SqlError } from "@firstlight/common";

const SUFFIXES: Readonly<Record<string, string>> = { "1": "st", "2": "nd", "3": "rd" };

/** 11, 12 and 13 take "th". */
export function ordinalSuffix(number: string, upper: boolean): string {
  const last = number.at(-1) ?? "";
  if (!/[0-9]/.test(last)) throw new SqlError("22P02", `"${number}" is not a number`);
  const suffix = number.at(-2) === "1" ? "th" : (SUFFIXES[last] ?? "th");
  return upper ? suffix.toUpperCase() : suffix;
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
];

/** Numbers outside 1..3999 fill the field with "#". */
export function romanNumeral(value: number): string {
  if (!(value >= 1 && value <= 3999)) return "#".repeat(15);
  let rest = value;
  let text = "";
  for (const [size, letters] of ROMAN) {
    for (; rest >= size; rest -= size) text += letters;
  }
  return text;
}
