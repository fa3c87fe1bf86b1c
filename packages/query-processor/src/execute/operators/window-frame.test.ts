/** The ends of frames with RANGE and offsets. */
import type { EvaluationContext } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import type { CompiledFrame, Partition } from "./window-frame.ts";
import { Frames } from "./window-frame.ts";

const OFFSET = 10;
const context = {} as EvaluationContext;

function partitionOf(keys: readonly number[]): Partition {
  const group = Int32Array.from(keys, (key) => keys.indexOf(key));
  return { length: keys.length, rowAt: () => [], keys, group, groupStart: [] };
}

/** Frames from OFFSET before to OFFSET behind, and how often a value was compared. */
function framesOver(keys: readonly number[]): { frames: Frames; compared: () => number } {
  let compared = 0;
  const inRange: CompiledFrame["startInRange"] = (_, value, base, offset, subtract, less) => {
    compared++;
    const edge = Number(base) + (subtract ? -Number(offset) : Number(offset));
    return less ? Number(value) <= edge : Number(value) >= edge;
  };
  const offset = { kind: "const", type: 23, typmod: -1, position: -1, value: OFFSET } as const;
  const bounds = { start: { kind: "preceding", offset }, end: { kind: "following", offset } };
  const compiled = {
    frame: { mode: "range", ...bounds, exclusion: "none" },
    startInRange: inRange,
    endInRange: inRange,
    rangeKey: { expr: offset, descending: false, nullsFirst: false },
  } as unknown as CompiledFrame;
  const offsets = { start: OFFSET, end: OFFSET };
  return {
    frames: new Frames(partitionOf(keys), compiled, offsets, context),
    compared: () => compared,
  };
}

const KEYS = Array.from(
  { length: 5000 },
  (_, at) => Math.floor(at / 3) * 2 + (at > 2500 ? 500 : 0),
);

function expected(at: number): [number, number] {
  const here = KEYS[at] ?? 0;
  const from = KEYS.findIndex((key) => key >= here - OFFSET);
  const past = KEYS.findIndex((key) => key > here + OFFSET);
  return [from, past < 0 ? KEYS.length : past];
}

describe("ends of frames", () => {
  it("are searched from those of the row before", () => {
    const { frames, compared } = framesOver(KEYS);
    for (const at of KEYS.keys()) expect(frames.of(at)).toEqual(expected(at));
    expect(compared()).toBeLessThan(3 * KEYS.length);
  });

  it("are found when an earlier row is asked for", () => {
    const { frames } = framesOver(KEYS);
    for (const at of [4000, 10, 2600, 2499, 0]) expect(frames.of(at)).toEqual(expected(at));
  });
});
