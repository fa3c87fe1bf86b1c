/** Text and binary forms, order and hashing of every type. */
import { SqlError } from "@firstlight/common";
import fc from "fast-check";
import { toEnd } from "../functions/long-call.ts";
import { describe, expect, it } from "vitest";
import { DATUMS } from "../encoding/testing/datums.ts";
import { DEFAULT_FORMAT } from "../expression/evaluation-context.ts";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";
import { makeRecord } from "../values/record.ts";
import * as oids from "./oids.ts";
import type { InputSettings } from "./sql-type.ts";
import { findType, typeByOid } from "./type-registry.ts";

const SETTINGS: InputSettings = { ...DEFAULT_FORMAT, now: 0n };
const TYPES = [...DATUMS].map(([oid, datum]) => [typeByOid(oid).name, oid, datum] as const);

function read(oid: number, text: string, typmod = -1): Datum {
  return typeByOid(oid).input(text, typmod, SETTINGS);
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlstate} ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe.each(TYPES)("a value of %s", (_name, oid, datum) => {
  const type = typeByOid(oid);

  it("survives its text form", () => {
    fc.assert(
      fc.property(datum, (value) => {
        const again = type.input(type.output(value, SETTINGS), -1, SETTINGS);
        expect(type.compare(again, value)).toBe(0);
      }),
    );
  });

  it("survives its binary form", () => {
    fc.assert(
      fc.property(datum, (value) => {
        expect(type.receive(type.send(value), -1)).toEqual(value);
      }),
    );
  });

  it("has the hash key of another value exactly when the two are equal", () => {
    fc.assert(
      fc.property(datum, datum, (a, b) => {
        const keys = new Set([type.hashKey(a), type.hashKey(b)]);
        expect(keys.size === 1).toBe(type.compare(a, b) === 0);
      }),
    );
  });

  it("has the same key in steps", () => {
    fc.assert(
      fc.property(datum, (value) => {
        const key = type.longKey === undefined ? undefined : toEnd(type.longKey.key(value));
        expect(key ?? type.hashKey(value)).toBe(type.hashKey(value));
      }),
    );
  });

  it("is ordered totally", () => {
    fc.assert(
      fc.property(datum, datum, datum, (a, b, c) => {
        expect(Math.sign(type.compare(a, b)) + Math.sign(type.compare(b, a))).toBe(0);
        if (type.compare(a, b) <= 0 && type.compare(b, c) <= 0) {
          expect(type.compare(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  // jsonb is a text after its version byte, and a cut number is a number.
  it.skipIf(oid === oids.JSONB)("is refused when its bytes are cut short", () => {
    fc.assert(
      fc.property(datum, fc.nat(), (value, cut) => {
        const bytes = type.send(value);
        const kept = bytes.subarray(0, bytes.length === 0 ? 0 : cut % bytes.length);
        const outcome = refusal(() => type.receive(kept, -1));
        // Texts and bytea have no length of their own; all others must notice.
        const free = ["text", "varchar", "bpchar", "bytea"].includes(type.name);
        // Six octets are a macaddr, which macaddr8 takes too.
        if (oid === oids.MACADDR8 && kept.length === 6) return;
        expect(outcome).toMatch(free ? /accepted|22021/ : /^(08P01|22P03) /);
      }),
    );
  });
});

describe("type modifiers", () => {
  it("let varchar lose blanks only, unless the cast is explicit", () => {
    expect(read(oids.VARCHAR, "abc  ", 7)).toBe("abc");
    expect(refusal(() => read(oids.VARCHAR, "abcd", 7))).toBe(
      "22001 value too long for type character varying(3)",
    );
    expect(typeByOid(oids.VARCHAR).applyTypmod("abcd", 7, true)).toBe("abc");
  });

  it("pad char(n) and count characters, not UTF-16 units", () => {
    expect(read(oids.BPCHAR, "\u{1f600}", 6)).toBe("\u{1f600} ");
    expect(refusal(() => read(oids.BPCHAR, "abc", 6))).toBe(
      "22001 value too long for type character(2)",
    );
  });

  it("say what a numeric must fit", () => {
    const typmod = ((5 << 16) | 2) + 4;
    try {
      read(oids.NUMERIC, "1000", typmod);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        sqlstate: "22003",
        message: "numeric field overflow",
        fields: {
          detail:
            "A field with precision 5, scale 2 must round to an absolute value less than 10^3.",
        },
      });
    }
  });

  it("apply to the elements of arrays", () => {
    const type = typeByOid(oids.arrayTypeOf(oids.VARCHAR));
    const value = type.input("{abc,defg}", -1, SETTINGS);
    expect(type.output(type.applyTypmod(value, 7, true), SETTINGS)).toBe("{abc,def}");
  });
});

describe("dates relative to now", () => {
  it("follow the session's zone", () => {
    const now = typeByOid(oids.TIMESTAMPTZ).input("2024-01-06 02:00+00", -1, SETTINGS) as bigint;
    const settings: InputSettings = { ...SETTINGS, timeZone: "America/New_York", now };
    const date = (text: string): string => {
      const type = typeByOid(oids.DATE);
      return type.output(type.input(text, -1, settings), settings);
    };
    expect([date("yesterday"), date("today"), date("tomorrow"), date("now")]).toEqual([
      "2024-01-04",
      "2024-01-05",
      "2024-01-06",
      "2024-01-05",
    ]);
  });
});

describe("binary values from outside", () => {
  it.each([
    [
      "an array that claims more elements than it has",
      oids.INT4_ARRAY,
      [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 7, 255, 255, 255, 0, 0, 0, 1],
      "08P01",
    ],
    [
      "an array of too many dimensions",
      oids.INT4_ARRAY,
      [0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 23],
      "54000",
    ],
    [
      "an array of another element type",
      oids.INT4_ARRAY,
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25],
      "42804",
    ],
    ["a numeric digit above 9999", oids.NUMERIC, [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10], "22P03"],
    ["an int4 of five bytes", oids.INT4, [0, 0, 0, 0, 1], "22P03"],
    ["a text with a zero byte", oids.TEXT, [65, 0, 66], "22021"],
    ["a text that is not UTF-8", oids.TEXT, [0xc3, 0x28], "22021"],
    ["jsonb of an unknown version", oids.JSONB, [2, 123, 125], "XX000"],
  ] as const)("refuse %s", (_what, oid, bytes, sqlstate) => {
    const outcome = refusal(() => typeByOid(oid).receive(Uint8Array.from(bytes), -1));
    expect(outcome.slice(0, 5)).toBe(sqlstate);
  });
});

describe("records", () => {
  it("print quoted fields and empty NULLs", () => {
    const record = makeRecord([oids.INT4, oids.TEXT, oids.TEXT], [1, 'a "b"', null]);
    expect(typeByOid(oids.RECORD).output(record, SETTINGS as FormatSettings)).toBe(
      '(1,"a ""b""",)',
    );
  });
});

describe("the registry", () => {
  it("knows the array type of every type that has one", () => {
    for (const [, oid] of TYPES) {
      const array = oids.arrayTypeOf(oid);
      if (array !== 0) expect(findType(array)?.oid).toBe(array);
    }
  });

  it("refuses a type that it does not know", () => {
    expect(refusal(() => typeByOid(600))).toBe("0A000 type with OID 600 is not supported");
  });
});
