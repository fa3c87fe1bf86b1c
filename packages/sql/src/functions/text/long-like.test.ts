/** LIKE of long texts answers as LIKE of short ones, which is PostgreSQL's algorithm. */
import { SqlError } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { toEnd } from "../long-call.ts";
import { like } from "./like.ts";
import { likeSteps } from "./long-like.ts";
import { indexOfSteps, placesOf } from "./long-search.ts";

function answer(compute: () => unknown): unknown {
  try {
    return compute();
  } catch (error) {
    return error instanceof SqlError ? error.message : error;
  }
}

/** Numbers that are the same in every run. */
function* numbers(): Generator<number> {
  for (let state = 1; ;) {
    state = (state * 48271) % 2147483647;
    yield state;
  }
}

function made(from: readonly string[], length: number, source: Generator<number>): string {
  return Array.from({ length }, () => from[(source.next().value as number) % from.length]).join("");
}

describe("LIKE in steps", () => {
  it("is LIKE, for every short text and pattern of a few characters", () => {
    const source = numbers();
    const seen = new Set<unknown>();
    for (let count = 0; count < 12_000; count++) {
      const text = made(["a", "b", "😀"], 1 + (count % 7), source);
      const pattern = made(["a", "b", "%", "_", "\\", "😀", "%"], count % 8, source);
      const expected = answer(() => like(text, pattern));
      seen.add(expected);
      expect(
        answer(() => toEnd(likeSteps(text, pattern))),
        `${text} ~~ ${pattern}`,
      ).toBe(expected);
    }
    expect(seen.size).toBe(3);
  });

  it("finds what lies across the windows that are searched", () => {
    const text = "ab".repeat(300_000) + "c" + "ab".repeat(300_000);
    for (const search of ["bca", "ca", "bab".repeat(90_000), "c".repeat(2), "b"]) {
      expect(toEnd(indexOfSteps(text, search, 1))).toBe(text.indexOf(search, 1));
      const places = [...placesOf(text, search)].filter((at) => at !== undefined);
      expect(places.length).toBe(text.split(search).length - 1);
      expect(places[0] ?? -1).toBe(text.indexOf(search));
    }
  });
});
