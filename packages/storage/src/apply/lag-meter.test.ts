/** How far a replica says that it is behind. */
import { describe, expect, it } from "vitest";
import { ManualClock, timestamp } from "@firstlight/common";
import { A, B, TestReplica } from "../testing/test-replica.ts";
import { LagMeter } from "./lag-meter.ts";

const SECOND = 1_000_000;
const START = 1_000_000_000_000_000;

function meter(): {
  clock: ManualClock;
  lag: LagMeter;
  replica: { isBehind: boolean; watermark: number; bytes: number };
} {
  const clock = new ManualClock(START);
  const replica = { isBehind: false, watermark: START, bytes: 0 };
  const lag = new LagMeter({
    clock,
    isBehind: () => replica.isBehind,
    watermark: () => timestamp(replica.watermark),
    underwayBytes: () => replica.bytes,
  });
  return { clock, lag, replica };
}

describe("a replica's lag", () => {
  it("is nothing while everything that it knows of is applied, however old that is", async () => {
    const { clock, lag } = meter();
    await clock.advance(60 * SECOND);
    lag.look();
    expect(lag.micros).toBe(0);
  });

  it("is the age of its watermark while there are newer commits", async () => {
    const { clock, lag, replica } = meter();
    replica.isBehind = true;
    lag.look();
    await clock.advance(9 * SECOND);
    lag.look();
    expect(lag.micros).toBe(9 * SECOND);
    replica.watermark = START + 7 * SECOND;
    expect(lag.micros).toBe(2 * SECOND);
    replica.isBehind = false;
    lag.look();
    expect(lag.micros).toBe(0);
  });

  it("is no longer than it has been behind: a day at rest before a restart is none", async () => {
    const { clock, lag, replica } = meter();
    replica.watermark = START - 86_400 * SECOND;
    replica.isBehind = true;
    lag.look();
    await clock.advance(SECOND);
    expect(lag.micros).toBe(SECOND);
  });

  it("leaves out what a large entry takes by its size", async () => {
    const { clock, lag, replica } = meter();
    replica.isBehind = true;
    replica.bytes = 50_000_000;
    lag.look();
    await clock.advance(4 * SECOND);
    expect(lag.micros).toBe(0);
    await clock.advance(4 * SECOND);
    expect(lag.micros).toBe(3 * SECOND);
  });

  it("counts what waits for another log", () => {
    const replica = new TestReplica({ logs: [A, B] });
    replica.commit(10, { x: "1" });
    replica.clock.advance(3 * SECOND);
    expect(replica.node.lag.micros).toBe(3 * SECOND);
    replica.commit(20, { y: "1" }, B);
    expect(replica.node.lag.micros).toBe(3 * SECOND);
    replica.commit(30, { x: "2" });
    replica.commit(40, { y: "2" }, B);
    replica.commit(40, { x: "3" });
    expect(replica.node.lag.micros).toBe(0);
  });
});
