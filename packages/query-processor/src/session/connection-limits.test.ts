/** The connections that a profile takes, on a clock that is told when to go on. */
import { ManualClock } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { findProfile } from "../profile/find-profile.ts";
import { FIRSTLIGHT } from "../profile/firstlight.ts";
import { ConnectionLimits, TokenBucket } from "./connection-limits.ts";

const SECOND = 1_000_000;

function admitted(bucket: TokenBucket, asked: number): number {
  let taken = 0;
  for (let at = 0; at < asked; at++) if (bucket.take()) taken++;
  return taken;
}

describe("a bucket of tokens", () => {
  it("gives its burst at once and its rate from then on", async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, { perSecond: 100, size: 1_000 });
    expect(admitted(bucket, 1_001)).toBe(1_000);
    await clock.advance(SECOND);
    expect(admitted(bucket, 200)).toBe(100);
    await clock.advance(SECOND / 100);
    expect(admitted(bucket, 2)).toBe(1);
  });

  it("never holds more than its size", async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, { perSecond: 100, size: 1_000 });
    await clock.advance(3_600 * SECOND);
    expect(admitted(bucket, 2_000)).toBe(1_000);
  });
});

describe("the connections of Aurora DSQL", () => {
  const profile = findProfile({ name: "dsql" });

  it("are refused past 1,000 at once and 100 a second", async () => {
    const clock = new ManualClock();
    const limits = new ConnectionLimits(clock, profile.limits);
    for (let at = 0; at < 1_000; at++) limits.checkRate();
    expect(() => limits.checkRate()).toThrow(
      expect.objectContaining({
        sqlstate: "53400",
        message: "Unable to accept connection, rate exceeded.",
        fields: { severity: "FATAL" },
      }),
    );
    await clock.advance(SECOND / 100);
    limits.checkRate();
  });

  it("end after an hour, and a transaction that was open then five minutes later", async () => {
    const clock = new ManualClock();
    const limits = new ConnectionLimits(clock, profile.limits);
    const events: string[] = [];
    limits.watchAge({ expire: () => events.push("expire"), end: () => events.push("end") });
    await clock.advance(3_599 * SECOND);
    expect(events).toEqual([]);
    await clock.advance(SECOND);
    expect(events).toEqual(["expire"]);
    await clock.advance(299 * SECOND);
    expect(events).toEqual(["expire"]);
    await clock.advance(SECOND);
    expect(events).toEqual(["expire", "end"]);
  });

  it("are forgotten when they have ended before", async () => {
    const clock = new ManualClock();
    const limits = new ConnectionLimits(clock, profile.limits);
    const events: string[] = [];
    const watch = limits.watchAge({ expire: () => events.push("e"), end: () => events.push("e") });
    watch?.cancel();
    await clock.advance(10_000 * SECOND);
    expect(events).toEqual([]);
  });

  it("are as they were in the default profile", () => {
    const limits = new ConnectionLimits(new ManualClock(), FIRSTLIGHT.limits);
    for (let at = 0; at < 5_000; at++) limits.checkRate();
    expect(limits.tooMany()).toBeUndefined();
    expect(limits.tooLong).toBeUndefined();
    expect(limits.watchAge({ expire: () => {}, end: () => {} })).toBeUndefined();
  });
});
