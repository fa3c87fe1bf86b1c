/** Long arrays are hashed once and never compared element by element. */
import { describe, expect, it } from "vitest";
import { makeArray } from "../../values/array.ts";
import { PUSHDOWN_CONTEXT } from "../../pushdown/pushdown-context.ts";
import { hashedMembership, integerKey } from "./membership.ts";

const INT = 23;
const BIGINT = 20;

describe("membership in a long array", () => {
  it("compares nothing, and makes keys of the elements once", () => {
    let keys = 0;
    const test = hashedMembership(
      (value) => {
        keys++;
        return integerKey(value);
      },
      true,
      () => {
        throw new Error("compared");
      },
    );
    const array = makeArray(
      INT,
      Array.from({ length: 10_000 }, (_, i) => i),
    );
    for (let i = 0; i < 20_000; i++) expect(test(PUSHDOWN_CONTEXT, i, array)).toBe(i < 10_000);
    expect(keys).toBe(10_000 + 20_000);
  });

  it("of integers of two widths, with nulls, up to the ends of both", () => {
    const large = [9007199254740993n, -9223372036854775808n, 9007199254740992n];
    const elements = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 2147483647n, -2147483648n, ...large, null];
    const array = makeArray(BIGINT, elements);
    const any = hashedMembership(integerKey, true, () => null);
    const all = hashedMembership(integerKey, false, () => null);
    for (const scalar of [1, 7, 2147483647, -2147483648, ...large]) {
      expect(any(PUSHDOWN_CONTEXT, scalar, array)).toBe(true);
      expect(all(PUSHDOWN_CONTEXT, scalar, array)).toBe(false);
    }
    for (const scalar of [0, 8, 9007199254740991n, 9007199254740994n]) {
      expect(any(PUSHDOWN_CONTEXT, scalar, array)).toBe(null);
      expect(all(PUSHDOWN_CONTEXT, scalar, array)).toBe(null);
    }
  });
});
