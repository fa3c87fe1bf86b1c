/**
 * Rows as two lists, the numbers and all else, one row after the other: generated code writes them and
 * makes arrays of them at their final size, at once.
 */
import type { Datum, Row } from "../../values/datum.ts";
import { instantiateFunction } from "./compile-tree.ts";

export interface RowPacking {
  /** Numbers and other values that each row has. */
  readonly numbers: number;
  readonly others: number;
  /** Writes the rows from `from` up to `to`; false where one has not numbers where they should be. */
  readonly pack: (
    rows: readonly Row[],
    from: number,
    to: number,
    numbers: Float64Array,
    others: Datum[],
  ) => boolean;
  readonly unpack: (numbers: Float64Array, others: readonly Datum[], at: number) => Row;
}

const packings = new Map<string, RowPacking>();
const PACKINGS_MAX = 512;

function generated(isNumber: readonly boolean[]): RowPacking {
  let [numbers, others] = [0, 0];
  const places = isNumber.map((each) => (each ? numbers++ : others++));
  const read = places.map((place, slot) =>
    isNumber[slot] === true ? `numbers[n + ${place}]` : `others[o + ${place}]`,
  );
  const numeric = places.map((_, slot) => `row[${slot}]`).filter((_, slot) => isNumber[slot]);
  const tests = numeric.map((each) => `typeof ${each} !== "number"`);
  const writes = read.map((place, slot) => `${place} = row[${slot}];`);
  const start = (row: string): string => `const n = ${row} * ${numbers}, o = ${row} * ${others};`;
  const pack = [
    "for (let at = from; at < to; at++) {",
    "const row = rows[at];",
    `if (${[`row.length !== ${isNumber.length}`, ...tests].join(" || ")}) return false;`,
    start("(at - from)"),
    ...writes,
    "}",
    "return true;",
  ];
  const unpack = `${start("at")} return [${read.join(", ")}];`;
  return {
    numbers,
    others,
    pack: instantiateFunction(
      "rows, from, to, numbers, others",
      pack.join("\n"),
      [],
    ) as RowPacking["pack"],
    unpack: instantiateFunction("numbers, others, at", unpack, []) as RowPacking["unpack"],
  };
}

/** For rows of one width: which of their values are numbers. */
export function rowPacking(isNumber: readonly boolean[]): RowPacking {
  const name = isNumber.map(Number).join("");
  let packing = packings.get(name);
  if (packing === undefined) {
    packing = generated(isNumber);
    if (packings.size >= PACKINGS_MAX) packings.clear();
    packings.set(name, packing);
  }
  return packing;
}
