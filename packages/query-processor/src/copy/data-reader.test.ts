/** Rows that go from bytes to bytes are those that go through values, and so is what is wrong with them. */
import fc from "fast-check";
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  StoredRows,
  characterSet,
  encodeRow,
  findType,
  oids,
} from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import type { CopyTarget } from "../engine/engine.ts";
import { encodedCodecs } from "../wire/encoded-codec.ts";
import { copyOptions } from "./copy-options.ts";
import { BINARY_SIGNATURE } from "./binary-reader.ts";
import { dataReader } from "./data-reader.ts";

const COLUMNS = [
  { name: "a", type: oids.INT4, typmod: -1, hasDefault: false },
  { name: "b", type: oids.VARCHAR, typmod: 4 + 6, hasDefault: false },
  { name: "c", type: oids.JSONB, typmod: -1, hasDefault: false },
];
/** The table has one more, and others in between. */
const TYPES = [oids.JSONB, oids.FLOAT8, oids.INT4, oids.VARCHAR];
const FIELDS = [2, -1, 0, 1];

type Options = ReturnType<typeof copyOptions>;

function optionsOf(given: Readonly<Record<string, string | readonly string[]>>): Options {
  const nodes = Object.entries(given).map(([defname, value]) => {
    const arg =
      typeof value === "string"
        ? { String: { sval: value } }
        : { List: { items: value.map((sval) => ({ String: { sval } })) } };
    return { DefElem: { defname, arg } };
  });
  return copyOptions(nodes as never, "from");
}

const SESSION = {
  codecs: findType,
  inputSettings: { ...DEFAULT_FORMAT, now: 0n },
  settings: { derived: { characters: undefined } },
};

const LATIN1 = characterSet("LATIN1");
const LATIN1_SESSION: typeof SESSION = {
  ...SESSION,
  codecs: LATIN1 === undefined ? findType : (encodedCodecs(findType, LATIN1) as typeof findType),
  settings: { derived: { characters: LATIN1 as undefined } },
};

interface Outcome {
  readonly rows: readonly string[];
  readonly error: readonly unknown[] | undefined;
  readonly line: number | undefined;
}

/** In the same batches; what was read when something is wrong is not stored. */
function outcome(
  pieces: readonly Buffer[],
  options: Options,
  direct: boolean,
  session = SESSION,
): Outcome {
  const rows: string[] = [];
  const stored = new StoredRows(TYPES.length);
  const keep = (row: Buffer): unknown => rows.push(row.toString("hex"));
  const target: CopyTarget = {
    table: "t",
    tableColumns: COLUMNS.map(({ name }) => name),
    columns: COLUMNS,
    add: (values: readonly Row[]) => {
      for (const row of values) {
        keep(
          encodeRow(
            TYPES,
            FIELDS.map((field): Datum => row[field] ?? null),
          ),
        );
      }
    },
    judge: () => {},
    taken: undefined,
    finish: () => rows.length,
    stored: direct
      ? {
          types: TYPES,
          fields: FIELDS,
          rows: stored,
          required: [],
          judge: () => {},
          add: (from, to) => {
            for (let at = from; at < to; at++) keep(stored.row(at));
          },
        }
      : undefined,
  };
  const reader = dataReader(session as never, target, options);
  const store = (): void => {
    void reader.store(0, reader.waiting);
    reader.clear();
  };
  try {
    for (const piece of pieces) {
      reader.read(piece);
      if (reader.waiting > 3) store();
    }
    reader.finish();
    store();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { sqlstate, message, fields } = error;
    return { rows, error: [sqlstate, message, fields.where, fields.hint], line: reader.line };
  }
  return { rows, error: undefined, line: reader.line };
}

function cut(data: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((at) => at % (data.length + 1)), data.length];
  const ascending = places.toSorted((a, b) => a - b);
  return ascending.slice(1).map((end, at) => data.subarray(ascending[at], end));
}

const field = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -99, max: 99_999 }).map(String) },
  { weight: 3, arbitrary: fc.constantFrom("1", "{}", "7", "\\N", "", "xy", '"q"', '"a,b"') },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          "a",
          "1",
          ",",
          "\t",
          "|",
          "\\",
          "\\",
          "\\",
          "'",
          "'",
          '"',
          '"',
          "\n",
          "\r",
          "é",
          "\\n",
          "\\x41",
          "\\\n",
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join("")),
  },
);

function dataOf(delimiter: string): fc.Arbitrary<Buffer> {
  const line = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(
        fc.integer({ min: 0, max: 99 }).map(String),
        field,
        fc.constantFrom("1", "{}", "\\N", '"[]"', ""),
      ),
    },
    { weight: 1, arbitrary: fc.array(field, { maxLength: 4 }) },
  );
  const odd = fc.constantFrom(Buffer.from("\\.\n"), Buffer.from([0xc3, 0x28]), Buffer.from("1\0"));
  return fc
    .tuple(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom("\n", "\n", "\r\n"),
      fc.boolean(),
      fc.option(fc.tuple(fc.nat(), odd), { freq: 8 }),
    )
    .map(([lines, end, isEnded, inserted]) => {
      const text = lines.map((fields) => fields.join(delimiter)).join(end);
      const data = Buffer.from(isEnded ? text + end : text);
      if (inserted === null) return data;
      const at = inserted[0] % (data.length + 1);
      return Buffer.concat([data.subarray(0, at), inserted[1], data.subarray(at)]);
    });
}

const TEXT_OPTIONS = [{}, { delimiter: "|" }, { null: "" }, { null: "xy" }, { header: "true" }];
const CSV = { format: "csv" };
const CSV_OPTIONS = [
  CSV,
  { ...CSV, escape: "\\" },
  { ...CSV, quote: "'", delimiter: "|" },
  { ...CSV, force_null: ["b"], null: "xy" },
  { ...CSV, force_not_null: ["b"] },
];

function compare(data: Buffer, cuts: readonly number[], options: Options): void {
  const pieces = cut(data, cuts);
  expect(outcome(pieces, options, true)).toEqual(outcome(pieces, options, false));
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });

describe("rows from bytes to bytes", () => {
  it("of the text format", () => {
    for (const given of TEXT_OPTIONS) {
      const options = optionsOf(given);
      fc.assert(
        fc.property(dataOf(options.delimiter), cuts, (data, at) => compare(data, at, options)),
        { numRuns: 400 },
      );
    }
  });

  it("of CSV", () => {
    for (const given of CSV_OPTIONS) {
      const options = optionsOf(given);
      fc.assert(
        fc.property(dataOf(options.delimiter), cuts, (data, at) => compare(data, at, options)),
        { numRuns: 400 },
      );
    }
  });

  it("of the binary format", () => {
    const header = Buffer.concat([BINARY_SIGNATURE, Buffer.alloc(8)]);
    const size = fc.constantFrom(4, 4, 4, 3, -1, 0, -2);
    const bytes = fc.constantFrom(0, 1, 0x7b, 0x7d, 0x41, 0xc3);
    const fieldOf = fc
      .tuple(size, fc.array(bytes, { minLength: 4, maxLength: 4 }))
      .map(([n, all]) => {
        const length = Buffer.alloc(4);
        length.writeInt32BE(n);
        return Buffer.concat([length, Buffer.from(all.slice(0, Math.max(n, 0)))]);
      });
    const json = fc.constantFrom(
      Buffer.from("\0\0\0\x03\x01{}"),
      Buffer.from([255, 255, 255, 255]),
    );
    const tuple = fc
      .tuple(fc.constantFrom(3, 3, 3, 3, 2), fieldOf, fieldOf, json)
      .map(([count, ...fields]) => Buffer.concat([Buffer.from([0, count]), ...fields]));
    const options = optionsOf({ format: "binary" });
    fc.assert(
      fc.property(
        fc.array(tuple, { maxLength: 8 }),
        fc.constantFrom("ffff", "", "00", "000300"),
        cuts,
        (tuples, end, at) => {
          compare(Buffer.concat([header, ...tuples, Buffer.from(end, "hex")]), at, options);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("of the binary format, whose text is in the client's encoding", () => {
    const text = Buffer.from("é");
    const fields = [Buffer.alloc(4), text, Buffer.from("\x01{}")];
    const tuple = fields.map((bytes) =>
      Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]),
    );
    const header = Buffer.concat([BINARY_SIGNATURE, Buffer.alloc(8)]);
    const data = Buffer.concat([header, Buffer.from([0, 3]), ...tuple, Buffer.from([255, 255])]);
    const options = optionsOf({ format: "binary" });
    const { rows } = outcome([data], options, true, LATIN1_SESSION);
    const stored = encodeRow(TYPES, [
      findType(oids.JSONB)?.input("{}", -1, SESSION.inputSettings) ?? null,
      null,
      0,
      "Ã©",
    ]);
    expect(rows).toEqual([stored.toString("hex")]);
  });
});
