/** Which process notices that its clock is outside its bound (I6). */
import { expect, it } from "vitest";
import { ManualClock } from "../ports/manual-clock.ts";
import type { ClockSource } from "./clock-watch.ts";
import { ClockWatch } from "./clock-watch.ts";
import { plusMicros } from "./timestamp.ts";

const EVERY = 1_000_000;

/** A process whose clock is `offset` from the truth and believes in ± `bound`. */
function peer(truth: ManualClock, offset: number, bound: number): ClockSource {
  return {
    reading: async () => {
      await truth.sleep(500);
      const now = plusMicros(truth.now().earliest, offset);
      return { earliest: plusMicros(now, -bound), latest: plusMicros(now, bound) };
    },
  };
}

const silent: ClockSource = { reading: () => Promise.reject(new Error("unreachable")) };

async function watched(
  sources: (truth: ManualClock) => readonly ClockSource[],
): Promise<readonly string[]> {
  const clock = new ManualClock();
  clock.uncertaintyMicros = 2_000;
  const peers = new Map(sources(clock).map((source, i) => [`p${i}`, source] as const));
  const reasons: string[] = [];
  const onOutside = (reason: string): void => void reasons.push(reason);
  const watch = new ClockWatch({ clock, peers, everyMicros: EVERY, onOutside });
  watch.start();
  await clock.advance(5 * EVERY);
  watch.stop();
  return reasons;
}

it("clocks within their bounds agree, however far they are from each other", async () => {
  const reasons = await watched((truth) => [
    peer(truth, 3_000, 3_000),
    peer(truth, -3_000, 3_000),
    peer(truth, 0, 0),
  ]);
  expect(reasons).toEqual([]);
});

it("who disagrees with most of the others is outside, ahead or behind", async () => {
  for (const offset of [50_000, -50_000]) {
    const reasons = await watched((truth) => [
      peer(truth, offset, 2_000),
      peer(truth, offset + 500, 2_000),
      peer(truth, 0, 2_000),
    ]);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain("p0, p1");
  }
});

it("one process whose clock is wrong stops nobody else", async () => {
  const reasons = await watched((truth) => [
    peer(truth, 50_000, 2_000),
    peer(truth, 0, 2_000),
    peer(truth, 100, 2_000),
  ]);
  expect(reasons).toEqual([]);
});

it("with one other alone nobody can tell who is wrong, and silence says nothing", async () => {
  const reasons = await watched((truth) => [peer(truth, 50_000, 2_000), silent, silent]);
  expect(reasons).toEqual([]);
});
