/** User-defined types: identity, text and binary forms, order of values and keys, what is stored. */
import { SqlError } from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKeyColumns, encodeKeyColumns } from "../../encoding/key-columns.ts";
import { rowDecoder } from "../../encoding/row-decoder.ts";
import { encodeRow } from "../../encoding/row-encoder.ts";
import { DEFAULT_FORMAT } from "../../expression/evaluation-context.ts";
import { scanProgramText, storableProgramText } from "../../pushdown/scan-program.ts";
import { makeArray } from "../../values/array.ts";
import type { Datum } from "../../values/datum.ts";
import * as oids from "../oids.ts";
import type { InputSettings } from "../sql-type.ts";
import { typeByOid } from "../type-registry.ts";
import { isCompositeType } from "./composite-type.ts";
import { defineType } from "./define-type.ts";
import type { CompositeAttribute, EnumLabel, TypeDefinition } from "./type-definition.ts";
import { isUserType, typeOid } from "./type-ids.ts";

const SETTINGS: InputSettings = { ...DEFAULT_FORMAT, now: 0n };
const noChecker = (): never => {
  throw new Error("no domain here has checks of its own");
};

function place(oid: number, name: string): Omit<TypeDefinition, "kind"> & { arrayOid: number } {
  return { oid, arrayOid: oid + 1, name, schema: 2200, schemaName: "public" } as never;
}

function enumOf(labels: readonly EnumLabel[], oid = 20000): number {
  return defineType({ ...place(oid, "mood"), kind: "enum", labels } as never, noChecker).type;
}

const MOODS: readonly EnumLabel[] = [
  { label: "sad", order: 1 },
  { label: "meh", order: 1.5 },
  { label: "ok", order: 2 },
  { label: "very happy, (really)", order: 3 },
];
const mood = enumOf(MOODS);

function compositeOf(attributes: readonly CompositeAttribute[], oid = 21000): number {
  const definition = { ...place(oid, "pair"), kind: "composite", relation: oid + 5, attributes };
  return defineType(definition as never, noChecker).type;
}

const attribute = (number: number, name: string, type: number): CompositeAttribute => ({
  number,
  name,
  type,
  typmod: -1,
});
const pair = compositeOf([
  attribute(1, "x", oids.INT4),
  attribute(3, "y", oids.TEXT),
  attribute(4, "m", mood),
]);

const anyMood = fc.constantFrom(...MOODS.map(({ order }) => order));
const anyPair = fc
  .tuple(
    fc.option(fc.integer({ min: -3, max: 3 })),
    fc.option(fc.string({ maxLength: 4 }).map((text) => text.replaceAll("\0", ""))),
    fc.option(anyMood),
  )
  .map((fields): Datum => {
    const type = typeByOid(pair);
    return isCompositeType(type) ? type.make(fields) : null;
  });
const VALUES: readonly (readonly [string, number, fc.Arbitrary<Datum>])[] = [
  ["an enum", mood, anyMood],
  ["a composite", pair, anyPair],
  [
    "an array of enums",
    oids.arrayTypeOf(mood),
    fc.array(fc.option(anyMood)).map((elements) => makeArray(mood, elements)),
  ],
  [
    "an array of composites",
    oids.arrayTypeOf(pair),
    fc.array(anyPair).map((elements) => makeArray(pair, elements)),
  ],
];

describe.each(VALUES)("a value of %s", (_name, type, values) => {
  const sqlType = typeByOid(type);

  it("survives its text form", () => {
    fc.assert(
      fc.property(values, (value) => {
        const again = sqlType.input(sqlType.output(value, SETTINGS), -1, SETTINGS);
        expect(again).toEqual(value);
      }),
    );
  });

  it("survives its binary form", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(sqlType.receive(sqlType.send(value), -1)).toEqual(value);
      }),
    );
  });

  it("survives being stored", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const types = [type, oids.INT4, type];
        expect(rowDecoder(types)(encodeRow(types, [a, 7, b]))).toEqual([a, 7, b]);
      }),
    );
  });

  it("has a key that is ordered as the value is, and gives it back", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [left, right] = [a, b].map((value) => encodeKeyColumns([type], [value])) as [
          string,
          string,
        ];
        const order = left < right ? -1 : left > right ? 1 : 0;
        expect(order).toBe(Math.sign(sqlType.compare(a, b)));
        expect(decodeKeyColumns([type], left)).toEqual([a]);
      }),
    );
  });

  it("has the hash key of another value exactly when the two are equal", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(sqlType.hashKey(a) === sqlType.hashKey(b)).toBe(sqlType.compare(a, b) === 0);
      }),
    );
  });
});

describe("the number of a type", () => {
  it("is the same for equal definitions, and another for a changed one", () => {
    expect(enumOf(MOODS)).toBe(mood);
    const longer = enumOf([...MOODS, { label: "ecstatic", order: 4 }]);
    expect(longer).not.toBe(mood);
    expect([typeOid(longer), typeOid(mood)]).toEqual([20000, 20000]);
    expect([isUserType(mood), isUserType(oids.INT4)]).toEqual([true, false]);
  });

  it("tells apart what has one OID in two databases", () => {
    const other = compositeOf([attribute(1, "a", oids.INT4)], 20000);
    expect(other).not.toBe(mood);
    expect(typeOid(other)).toBe(typeOid(mood));
  });
});

describe("a stored value", () => {
  it("means the label that has its place now, whatever the label was called", () => {
    const renamed = enumOf([{ label: "blue", order: 1 }, ...MOODS.slice(1)]);
    const [value = null] = rowDecoder([renamed])(encodeRow([mood], [1]));
    expect(typeByOid(renamed).output(value, SETTINGS)).toBe("blue");
  });

  it("of a composite keeps its fields when attributes come and go", () => {
    const type = typeByOid(pair);
    const stored = encodeRow([pair], [isCompositeType(type) ? type.make([5, "five", 2]) : null]);
    const later = compositeOf([attribute(4, "m", mood), attribute(5, "n", oids.INT8)]);
    const [value = null] = rowDecoder([later])(stored);
    expect(typeByOid(later).output(value, SETTINGS)).toBe("(ok,)");
  });
});

describe("a scan program", () => {
  const filter = { kind: "isNotNull", type: oids.BOOL, typmod: -1, position: -1 } as const;
  const column = (index: number, type: number) =>
    ({ kind: "slot", index, type, typmod: -1, position: -1 }) as const;

  it("has the types that values are stored as", () => {
    const text = scanProgramText({
      columnTypes: [oids.INT4, mood, pair],
      filter: { ...filter, arg: column(1, mood) },
      output: { kind: "columns", columns: [0, 1] },
    });
    expect(JSON.parse(text)).toMatchObject({
      columnTypes: [oids.INT4, oids.FLOAT8, oids.BYTEA],
      filter: { arg: { type: oids.FLOAT8 } },
    });
  });

  it("is none for what storage cannot read", () => {
    const output = { kind: "columns", columns: [0] } as const;
    expect(storableProgramText({ columnTypes: [pair], output })).toBeUndefined();
  });
});

describe("a composite's text", () => {
  it.each([
    ["(1,a", "Unexpected end of input."],
    ["1,a)", "Missing left parenthesis."],
    ["(1,a)", "Too few columns."],
    ["(1,a,ok,x)", "Too many columns."],
    ["(1,a,ok)x", "Junk after right parenthesis."],
  ])("%s is refused", (text, detail) => {
    try {
      typeByOid(pair).input(text, -1, SETTINGS);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SqlError);
      expect(error).toMatchObject({ sqlstate: "22P02", fields: { detail } });
    }
  });
});
