/** Which duplicate of a unique index that cannot be built is told of, within bounds. */
import { describe, expect, it } from "vitest";
import { DuplicateSearch } from "./first-duplicate.ts";

function searchOf(keys: readonly string[]): DuplicateSearch {
  const search = new DuplicateSearch();
  keys.forEach((key, at) => search.add(key, [key, at]));
  return search;
}

describe("the search for the duplicate that PostgreSQL tells of", () => {
  it("finds one of equal keys, and none where there is none", () => {
    expect(searchOf(["b", "a", "c", "a"]).first()?.[0]).toBe("a");
    expect(searchOf(["b", "a", "c"]).first()).toBeUndefined();
  });

  it("keeps no more rows than its bound, and says so", () => {
    const keys = Array.from({ length: 100_001 }, (_, at) => String(at));
    const search = searchOf(keys);
    search.add("0", ["0"]);
    expect(search.isTooLong).toBe(true);
    expect(search.first()).toBeUndefined();
  });

  it("keeps no more of long keys than its bound", () => {
    const search = searchOf(Array.from({ length: 40 }, (_, at) => `${at}`.padEnd(1 << 20)));
    expect(search.isTooLong).toBe(true);
    expect(search.first()).toBeUndefined();
  });
});
