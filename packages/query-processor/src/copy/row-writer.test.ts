/** Lines of COPY TO with long values are the same as if they were written at one go. */
import { DEFAULT_FORMAT, findType, toEnd } from "@firstlight/sql";
import type { Row } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { Output } from "../wire/output.ts";
import type { CodecByOid } from "../wire/value-codec.ts";
import { copyOptions } from "./copy-options.ts";
import { rowWriter } from "./row-writer.ts";
import type { RowWriter } from "./row-writer.ts";

const [BYTEA, TEXT] = [17, 25];
const COLUMNS = [TEXT, BYTEA, TEXT].map((type) => ({
  name: "c",
  type,
  typmod: -1,
  tableOid: 0,
  columnNumber: 0,
}));

function option(name: string, value: string): never {
  return { DefElem: { defname: name, arg: { String: { sval: value } } } } as never;
}

/** Types that print nothing in steps. */
const atOnce: CodecByOid = (oid) => {
  const codec = findType(oid);
  return codec === undefined ? undefined : { ...codec, long: undefined };
};

function writerOf(options: readonly never[], codecs: CodecByOid): RowWriter {
  return rowWriter(COLUMNS, copyOptions(options, "to"), codecs, DEFAULT_FORMAT, undefined);
}

function taken(output: Output): string {
  output.release();
  return output.take().toString("latin1");
}

const LONG = 300_000;
const ROWS: Readonly<Record<string, Row>> = {
  "plain texts": ["x".repeat(LONG), new Uint8Array(LONG).fill(7), null],
  "what is escaped": ["a\\b\tc\n".repeat(LONG / 5), new Uint8Array([1]), 'say "no", é'],
  "a quote at the end": [`${"x".repeat(LONG)}"`, null, "\\N"],
};

describe.each(["text", "csv"])("a line of %s with", (format) => {
  it.each(Object.entries(ROWS))("%s", (_name, row) => {
    const options = [option("format", format)];
    const output = new Output();
    expect(writerOf(options, atOnce).row(output, row)).toBe(true);
    const expected = taken(output);
    const writer = writerOf(options, findType);
    expect(writer.row(output, row)).toBe(false);
    expect(output.size).toBe(0);
    let steps = 0;
    for (const _ of toEnd(writer.longRow(row)).write(output)) steps++;
    expect(taken(output)).toBe(expected);
    expect(steps).toBeGreaterThan(2);
  });
});
