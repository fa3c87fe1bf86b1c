/** When ranges are moved by load, and which half. */
import type { Key, RangeChange, RangeMap } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, ManualClock, keyFromLatin1, logId } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { BALANCE_DEFAULTS, Balancer, halfOf } from "./balancer.ts";
import { RangeLoad } from "./range-load.ts";

const [A1, A2] = [logId("a1"), logId("a2")];
const MIDDLE = keyFromLatin1("\x80");
const MAP: RangeMap = {
  version: 0,
  ranges: [
    { log: A1, span: { start: KEY_MIN, end: MIDDLE } },
    { log: A2, span: { start: MIDDLE, end: KEY_MAX } },
  ],
};

function keysOf(...texts: readonly string[]): readonly Key[] {
  return texts.map((each) => keyFromLatin1(each));
}

class Fixture {
  readonly clock: ManualClock = new ManualClock();
  readonly changes: RangeChange[] = [];
  map: RangeMap = MAP;
  readonly balancer: Balancer;

  constructor(settings: Partial<typeof BALANCE_DEFAULTS> = {}) {
    this.balancer = new Balancer({
      clock: this.clock,
      settings: { ...BALANCE_DEFAULTS, ...settings },
      logs: [A1, A2],
      map: () => this.map,
      change: (change) => void this.changes.push(change),
    });
  }

  /** Commits per second of the log served here and of the other one. */
  async window(own: number, other: number | undefined): Promise<void> {
    await this.clock.advance(BALANCE_DEFAULTS.windowMicros);
    if (other !== undefined) this.balancer.heard([{ log: A2, commits: other }]);
    expect(this.balancer.isDue).toBe(true);
    this.balancer.measure([{ log: A1, commits: own * 5, keys: keysOf("a", "b", "c", "d") }]);
    expect(this.balancer.loads).toEqual([{ log: A1, commits: own }]);
  }
}

const UPPER: RangeChange = {
  kind: "move",
  span: { start: keyFromLatin1("c"), end: MIDDLE },
  to: A2,
};

describe("balancing by load", () => {
  it("moves half of what one has that is much busier for three windows, once a minute", async () => {
    const fixture = new Fixture();
    for (let i = 0; i < 2; i++) await fixture.window(1_000, 100);
    expect(fixture.changes).toEqual([]);
    await fixture.window(1_000, 100);
    expect(fixture.changes).toEqual([UPPER]);
    for (let i = 0; i < 11; i++) await fixture.window(1_000, 100);
    expect(fixture.changes).toHaveLength(1);
    await fixture.window(1_000, 100);
    expect(fixture.changes).toHaveLength(2);
  });

  it("does nothing where all have similar loads, or little to do, or one is not heard of", async () => {
    const loads = [
      [1_000, 300],
      [100, 0],
      [1_000, undefined],
      [100, 1_000],
    ] as const;
    for (const [own, other] of loads) {
      const fixture = new Fixture();
      for (let i = 0; i < 6; i++) await fixture.window(own, other);
      expect(fixture.changes).toEqual([]);
    }
  });

  it("is switched off by an infinite factor", async () => {
    const fixture = new Fixture({ factor: Infinity });
    for (let i = 0; i < 6; i++) await fixture.window(1_000, 0);
    expect(fixture.changes).toEqual([]);
  });

  it("begins anew when a window was quiet, and waits after a change by somebody else", async () => {
    const fixture = new Fixture();
    for (const own of [1_000, 1_000, 10, 1_000, 1_000]) await fixture.window(own, 10);
    expect(fixture.changes).toEqual([]);
    fixture.map = { ...MAP, version: 7 };
    for (let i = 0; i < 12; i++) await fixture.window(1_000, 10);
    expect(fixture.changes).toEqual([]);
    await fixture.window(1_000, 10);
    expect(fixture.changes).toHaveLength(1);
  });

  it("cuts the busiest range where half of its load lies, or moves it whole", () => {
    const keys = keysOf("a", "b", "c", "d");
    expect(halfOf(MAP, { log: A1, keys }, A2)).toEqual(UPPER);
    const three: RangeMap = {
      version: 1,
      ranges: [
        { log: A1, span: { start: KEY_MIN, end: keyFromLatin1("c") } },
        { log: A1, span: { start: keyFromLatin1("c"), end: MIDDLE } },
        { log: A2, span: { start: MIDDLE, end: KEY_MAX } },
      ],
    };
    const whole = halfOf(three, { log: A1, keys }, A2);
    expect(whole).toEqual({ kind: "move", span: three.ranges[0]?.span, to: A2 });
  });

  it("leaves one hot key alone, and cuts behind it where others follow", () => {
    expect(halfOf(MAP, { log: A1, keys: keysOf("b", "b", "b") }, A2)).toBeUndefined();
    expect(halfOf(MAP, { log: A1, keys: keysOf("\xf0") }, A2)).toBeUndefined();
    const cut = halfOf(MAP, { log: A1, keys: keysOf("b", "d", "b", "b") }, A2);
    expect(cut).toMatchObject({ span: { start: "d" } });
  });

  it("counts transactions by the first key that they write, within a bound", () => {
    const load = new RangeLoad();
    const write = (key: string) => ({ key: keyFromLatin1(key), intent: "X" as const });
    for (let i = 0; i < 2_000; i++) load.note({ writes: [write(`k${i}`), write("z")], checks: [] });
    load.note({ writes: [write("\0v")], checks: [] });
    load.note({ writes: [], checks: [] });
    const { commits, keys } = load.take();
    expect(commits).toBe(2_000);
    expect(keys).toHaveLength(512);
    expect(load.take()).toEqual({ commits: 0, keys: [] });
  });
});
