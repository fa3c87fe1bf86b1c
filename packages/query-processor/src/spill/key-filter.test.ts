/** Filters of keys: what was met is never taken for new, and most of what was not is known to be new. */
import { describe, expect, it } from "vitest";
import { KeyFilter } from "./key-filter.ts";

const KEYS = 20_000;

describe("a filter of keys", () => {
  it("has met every key that it was told of", () => {
    const filter = new KeyFilter(32_768);
    const keys = Array.from({ length: KEYS }, (_, i) => (i % 2 === 0 ? i : `key ${i}`));
    for (const key of keys) filter.meets(key);
    for (const special of [null, true, false, 5n, -0, Number.NaN]) filter.meets(special);
    expect(keys.every((key) => filter.meets(key))).toBe(true);
    expect([null, true, false, 5n, 0, Number.NaN].every((key) => filter.meets(key))).toBe(true);
  });

  it("tells most others to be new, in the bytes that it was given", () => {
    const filter = new KeyFilter(50_000);
    expect(filter.bytes).toBe(32_768);
    let met = 0;
    for (let key = 0; key < KEYS; key++) if (filter.meets(key)) met++;
    expect(met).toBeLessThan(KEYS / 50);
  });
});
