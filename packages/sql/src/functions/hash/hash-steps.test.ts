/** Large values have the same hash in steps as at one go. */
import { describe, expect, it } from "vitest";
import { makeArray } from "../../values/array.ts";
import type { Datum } from "../../values/datum.ts";
import { parseJsonb } from "../../values/jsonb.ts";
import { makeRecord } from "../../values/record.ts";
import * as oids from "../../types/oids.ts";
import { toEnd } from "../long-call.ts";
import { PLAIN_HASHER, extendedHasher } from "./hasher.ts";
import { hashSteps, isLongToHash } from "./hash-steps.ts";
import { hashOfType } from "./hash-values.ts";

const numbers = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? null : i));
const long = "xä".repeat(50_000);
const document = parseJsonb(
  JSON.stringify({
    a: Array.from({ length: 9000 }, (_, i) => ({ [`k${i}`]: i, b: null })),
    c: long,
  }),
);

const VALUES: readonly (readonly [string, number, Datum])[] = [
  ["an array", oids.INT4_ARRAY, makeArray(oids.INT4, numbers)],
  ["an array of a long text", oids.TEXT_ARRAY, makeArray(oids.TEXT, ["a", long, null])],
  ["a document", oids.JSONB, document],
  ["a long text as a document", oids.JSONB, parseJsonb(JSON.stringify(long.repeat(20)))],
  ["a text", oids.TEXT, long],
  ["a row", oids.RECORD, makeRecord([oids.JSONB, oids.INT4, oids.INT4], [document, 5, null])],
];

describe("hashing in steps", () => {
  it.each(VALUES)("gives %s the hash that it has at one go", (_, type, value) => {
    expect(isLongToHash(value)).toBe(true);
    for (const hasher of [PLAIN_HASHER, extendedHasher(0n), extendedHasher(-5n)]) {
      const expected = hashOfType(type)(hasher, value);
      expect(toEnd(hashSteps(hasher, type, value, hashOfType))).toBe(expected);
    }
  });
});
