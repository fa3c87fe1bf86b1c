/** Aggregates over frames that slide are added to a few times per row, however long the frames are. */
import { aggregateOf, compileExpr } from "@firstlight/sql";
import type { Datum, WindowCall } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { GatheredShare, MemoryAccount } from "./memory-account.ts";
import type { Frame, Interval, Partition } from "./operators/window-frame.ts";
import { SlidingFrame, slidingForm } from "./operators/sliding-frame.ts";
import { testEvaluation, testSpillSpace } from "./testing/statement-runner.ts";

const SUM_OF_INT4 = 2108;
const INT = 23;
const context = testEvaluation();
const base = { typmod: -1, position: -1 } as const;
const column = { kind: "slot", index: 0, type: INT, ...base } as const;
const call: WindowCall = {
  kind: "window",
  proc: SUM_OF_INT4,
  isAggregate: true,
  args: [column],
  star: false,
  distinct: false,
  window: 0,
  type: 20,
  ...base,
};

const valueAt = (at: number): number => (at * 7919) % 1009;

function partitionOf(length: number): Partition {
  return {
    length,
    rowAt: (at) => [valueAt(at)],
    keys: [],
    group: new Int32Array(),
    groupStart: [],
  };
}

function ready<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The sums of the frames, and how many rows were added for them. */
function sums(length: number, frameOf: (at: number) => Interval): { all: Datum[]; added: number } {
  let added = 0;
  const inner = aggregateOf(SUM_OF_INT4, { argTypes: [INT], resultType: 20 });
  const aggregate: typeof inner = {
    ...inner,
    add: (...given) => {
      added++;
      return inner.add(...given);
    },
  };
  const frame: Frame = {
    mode: "rows",
    start: { kind: "currentRow" },
    end: { kind: "unboundedFollowing" },
    exclusion: "none",
  };
  const form = slidingForm(call, aggregate, frame);
  if (form === undefined) throw new Error("it has no form");
  const account = new MemoryAccount(64 << 20, testSpillSpace());
  const value = compileExpr(column);
  const sliding = new SlidingFrame(
    { aggregate, first: value, second: () => null, filter: undefined },
    form,
    { partition: partitionOf(length), context, share: () => new GatheredShare(account) },
  );
  const all = Array.from({ length }, (_, at) => ready(sliding.valueOf(frameOf(at))));
  return { all, added };
}

function plain(length: number, frameOf: (at: number) => Interval): Datum[] {
  const before: number[] = [0];
  for (let at = 0; at < length; at++) before.push((before[at] ?? 0) + valueAt(at));
  return Array.from({ length }, (_, at) => {
    const [from, to] = frameOf(at);
    return from >= to ? null : BigInt((before[to] ?? 0) - (before[from] ?? 0));
  });
}

describe("a frame that slides", () => {
  const length = 6000;
  const within = (at: number): number => Math.max(0, Math.min(length, at));

  it.each<[string, (at: number) => Interval]>([
    ["backward", (at) => [within(at - 1000), at + 1]],
    ["around", (at) => [within(at - 500), within(at + 700)]],
    ["to the end", (at) => [at, length]],
    ["in jumps", (at) => [within(Math.floor(at / 90) * 90 - 300), within(at + 50)]],
    ["with empty ones", (at) => [within(at - 300), within(at - 200)]],
    ["far ahead", (at) => [within(at + 3000), within(at + 4000)]],
  ])("%s", (_, frameOf) => {
    const { all, added } = sums(length, frameOf);
    expect(all).toEqual(plain(length, frameOf));
    expect(added).toBeLessThan(3 * length);
  });

  it("of more rows than states are kept of", () => {
    const rows = 150_000;
    const frameOf = (at: number): Interval => [at, rows];
    const { all, added } = sums(rows, frameOf);
    expect(all).toEqual(plain(rows, frameOf));
    expect(added).toBeLessThan(6 * rows);
  });
});
