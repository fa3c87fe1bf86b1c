/** What COPY TO writes as CSV, COPY FROM reads: whatever is quoted, and however it is cut. */
import fc from "fast-check";
import { DEFAULT_FORMAT, findType } from "@firstlight/sql";
import type { Row } from "@firstlight/sql";
import { expect, it } from "vitest";
import { Output } from "../wire/output.ts";
import { copyOptions } from "./copy-options.ts";
import { RowPlaces } from "./row-places.ts";
import { CsvReader } from "./csv-reader.ts";
import { rowWriter } from "./row-writer.ts";

const TEXT = 25;
const NAMES = ["a", "b", "c"];
const HEADER_BYTES = 5;

function options(escape: string, direction: "from" | "to"): ReturnType<typeof copyOptions> {
  const given = Object.entries({ format: "csv", escape });
  const nodes = given.map(([defname, sval]) => ({
    DefElem: { defname, arg: { String: { sval } } },
  }));
  return copyOptions(nodes as never, direction);
}

function written(rows: readonly Row[], escape: string): string {
  const columns = NAMES.map((name) => {
    return { name, type: TEXT, typmod: -1, tableOid: 0, columnNumber: 0 };
  });
  const writer = rowWriter(columns, options(escape, "to"), findType, DEFAULT_FORMAT, undefined);
  return rows
    .map((row) => {
      const output = new Output();
      writer.row(output, row);
      output.release();
      return output.take().subarray(HEADER_BYTES).toString("utf8");
    })
    .join("");
}

function read(text: string, cuts: readonly number[], escape: string): readonly Row[] {
  const columns = NAMES.map((name) => ({ name, type: TEXT, typmod: -1, hasDefault: false }));
  const target = { table: "t", columns, tableColumns: NAMES };
  const settings = { ...DEFAULT_FORMAT, now: 0n };
  const notes = { defaulted: new Map(), places: new RowPlaces("t") };
  const reader = new CsvReader(target as never, options(escape, "from"), findType, settings, notes);
  const rows: Row[] = [];
  let rest = text;
  for (const cut of cuts) {
    // Blocks end with a line, be it one within quotes.
    const end = rest.indexOf("\n", cut) + 1;
    if (end === 0) break;
    reader.read(rest.slice(0, end), rows);
    rest = rest.slice(end);
  }
  if (rest !== "") reader.read(rest, rows);
  reader.finish("", rows);
  return rows;
}

const field = fc.oneof(
  fc.constant(null),
  fc
    .array(fc.constantFrom("a", "b", '"', "\\", ",", "\n", "é", " "), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
);

it("CSV comes back as it was written", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(20), { maxLength: 6 }),
      fc.constantFrom('"', "\\", "b"),
      (rows, cuts, escape) => {
        const text = written(rows, escape);
        expect(read(text, cuts, escape)).toEqual(rows);
      },
    ),
    { numRuns: 500 },
  );
});

it("long fields with very many quotes come back as they were written", () => {
  const rows = ['a"b', '""', 'x,"\n', '"'].map((part) => [part.repeat(5_000), "b", part]);
  for (const escape of ['"', "\\"]) expect(read(written(rows, escape), [9], escape)).toEqual(rows);
});
