/** Rows with long values are the same bytes as if they were written at one go, in small steps. */
import { DEFAULT_FORMAT, characterSet, findType, toEnd } from "@firstlight/sql";
import type { CharacterSet, Datum } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import type { ResultColumn } from "../bind/query-tree.ts";
import { Output } from "./output.ts";
import { RowEncoder } from "./row-encoder.ts";
import type { FormatCode } from "./row-encoder.ts";

const [BYTEA, INT4, TEXT, INT4_ARRAY, JSONB] = [17, 23, 25, 1007, 3802];
const LATIN1 = characterSet("LATIN1") ?? expect.fail();

/** What one step may add: a piece of text of three bytes each, or of bytes. */
const STEP_BYTES_MAX = 3 * (1 << 17);

const VALUES: Readonly<Record<string, readonly [type: number, text: string]>> = {
  "a text": [TEXT, "x".repeat(700_001)],
  "a text of characters of several bytes": [TEXT, "a" + "é".repeat(400_000)],
  "a text of pairs of surrogates": [TEXT, "a" + "😀".repeat(300_000)],
  "a text that was put together": [TEXT, "x".repeat(400_000) + String(Math.PI)],
  bytes: [BYTEA, "\\x" + "00ff5c41".repeat(100_000)],
  "an array": [INT4_ARRAY, `{${Array.from({ length: 50_000 }, (_, i) => i).join(",")}}`],
  "a document": [JSONB, JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ i })))],
};

function value(type: number, text: string): Datum {
  return findType(type)?.input(text, -1, { ...DEFAULT_FORMAT, now: 0n }) ?? null;
}

function column(type: number): ResultColumn {
  return { name: "c", type, typmod: -1, tableOid: 0, columnNumber: 0 };
}

function taken(output: Output): Buffer {
  output.release();
  return output.take();
}

function expected(types: readonly number[], row: readonly Datum[], format: FormatCode): Buffer {
  const output = new Output();
  output.begin(0x44);
  output.int16(types.length);
  types.forEach((type, at) => {
    const codec = findType(type);
    const each = row[at] ?? null;
    if (each === null || codec === undefined) output.int32(-1);
    else if (format === 1) output.bytesField(codec.send(each));
    else output.textField(codec.output(each, DEFAULT_FORMAT));
  });
  output.end();
  return taken(output);
}

describe.each(Object.entries(VALUES))("a row with %s", (name, [type, text]) => {
  const types = [INT4, type, TEXT, type];
  const row = [7, value(type, text), null, value(type, text)];

  it.each([0, 1] as const)("is the same message in format %i", (format) => {
    const encoder = new RowEncoder(
      types.map(column),
      types.map(() => format),
      findType,
    );
    const output = new Output();
    if (encoder.writeRow(output, row, DEFAULT_FORMAT)) {
      expect(format, "only binary forms of small values are written at one go").toBe(1);
    } else {
      expect(output.size).toBe(0);
      const message = toEnd(encoder.longRow(row, DEFAULT_FORMAT));
      let size = 0;
      for (const _ of message.write(output)) {
        expect(output.size - size).toBeLessThanOrEqual(STEP_BYTES_MAX);
        size = output.size;
      }
    }
    expect(taken(output).equals(expected(types, row, format))).toBe(true);
  });

  it("is the same for a client of LATIN1, or refused before anything is written", () => {
    const encoder = new RowEncoder([column(type)], [0], findType);
    const output = new Output();
    const write = (characters?: CharacterSet): Buffer => {
      const message = toEnd(encoder.longRow([row[1] ?? null], DEFAULT_FORMAT, characters));
      toEnd(message.write(output));
      return taken(output);
    };
    if (name.includes("surrogates")) {
      expect(() => write(LATIN1)).toThrow("has no equivalent in encoding");
      expect(output.size).toBe(0);
      return;
    }
    const utf8 = write().subarray(11).toString("utf8");
    expect(write(LATIN1).subarray(11).toString("latin1")).toBe(utf8);
  });
});
