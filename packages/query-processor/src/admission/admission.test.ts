/** Who may begin to write while storage or the journal is behind: figures of the test's choice. */
import { describe, expect, it } from "vitest";
import type { Lag, Span } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, ManualClock } from "@firstlight/common";
import type { AdmissionBug } from "./admission.ts";
import { Admission } from "./admission.ts";
import type { LoadedPart } from "./loaded-part.ts";

const SECOND = 1_000_000;
const SPANS: readonly Span[] = [{ start: KEY_MIN, end: KEY_MAX }];
const BOUNDS = { storage: 10 * SECOND, journal: 4 * SECOND };

class TestPart implements LoadedPart {
  readonly kind: "storage" | "journal";
  readonly name: string;
  load: Lag | undefined;

  constructor(kind: LoadedPart["kind"], name: string) {
    this.kind = kind;
    this.name = name;
  }
}

function gate(...bugs: AdmissionBug[]) {
  const clock = new ManualClock();
  const shard = new TestPart("storage", "s1");
  const log = new TestPart("journal", "a1");
  const warned: string[] = [];
  const note = (): void => undefined;
  const admission = new Admission({
    clock,
    load: { partsOf: () => [shard, log] },
    log: { debug: note, info: note, warn: (message) => warned.push(message), error: note },
    bugs: new Set(bugs),
  });
  const told = (part: TestPart, seconds: number): void => {
    part.load = { micros: seconds * SECOND, at: clock.monotonicMicros() };
  };
  const ask = (bounds = BOUNDS): unknown => {
    try {
      return admission.admit(SPANS, bounds);
    } catch (error) {
      return error;
    }
  };
  return { clock, shard, log, warned, told, ask };
}

const REFUSED = { sqlstate: "53000" };

describe("a transaction that is about to write", () => {
  it("may at once while nothing is known and while everything is near", () => {
    const { ask, told, shard, log } = gate();
    expect(ask()).toBeUndefined();
    told(shard, 4.9);
    told(log, 1.9);
    expect(ask()).toBeUndefined();
  });

  it("waits from half of the bound on, the longer the nearer the bound", async () => {
    const { ask, told, shard, clock } = gate();
    const waits = async (seconds: number): Promise<number> => {
      told(shard, seconds);
      const since = clock.monotonicMicros();
      let waited = -1;
      const admitted = Promise.resolve(ask()).then(() => {
        waited = clock.monotonicMicros() - since;
      });
      await clock.advance(SECOND);
      await admitted;
      return waited;
    };
    expect(await waits(6)).toBe(100_000);
    expect(await waits(9)).toBe(400_000);
  });

  it("is refused when the bound was passed while it waited", async () => {
    const { ask, told, shard, clock } = gate();
    told(shard, 9);
    const admitted = (ask() as Promise<void>).catch((error: unknown) => error);
    told(shard, 10);
    await clock.advance(SECOND);
    expect(await admitted).toMatchObject(REFUSED);
  });

  it("is refused past the bound, with figures", () => {
    const { ask, told, shard, log } = gate();
    told(shard, 12.34);
    expect(ask()).toMatchObject({
      sqlstate: "53000",
      message: "no new transaction may write: storage is behind",
      fields: {
        detail:
          "Shard s1 is 12.3 s behind what is committed; the bound, firstlight.max_storage_lag, is 10.0 s.",
      },
    });
    told(shard, 0);
    told(log, 4);
    expect(ask()).toMatchObject({
      sqlstate: "53000",
      fields: {
        detail: "Commits in log a1 take 4.0 s; the bound, firstlight.max_commit_delay, is 4.0 s.",
      },
    });
  });

  it("is refused until less than half of the bound is left, and told of in the log", () => {
    const { ask, told, shard, warned } = gate();
    told(shard, 10);
    expect(ask()).toMatchObject(REFUSED);
    told(shard, 5.1);
    expect(ask()).toMatchObject(REFUSED);
    told(shard, 4.9);
    expect(ask()).toBeUndefined();
    told(shard, 9.9);
    expect(ask()).toBeInstanceOf(Promise);
    expect(warned).toEqual([
      "transactions that write are refused",
      "transactions that write are admitted again",
    ]);
  });

  it("is a probe, one at a time, when nothing was heard for a while", async () => {
    const { ask, told, shard, clock } = gate();
    told(shard, 20);
    expect(ask()).toMatchObject(REFUSED);
    await clock.advance(SECOND);
    expect(ask()).toBeUndefined();
    expect(ask()).toMatchObject(REFUSED);
    await clock.advance(SECOND);
    expect(ask()).toBeUndefined();
  });

  it("does not wait for what was heard long ago, and neither does a probe", async () => {
    const { ask, told, shard, log, clock } = gate();
    told(log, 3);
    told(shard, 20);
    expect(ask()).toMatchObject(REFUSED);
    await clock.advance(SECOND);
    told(log, 3);
    expect(ask()).toBeUndefined();
    told(shard, 0);
    await clock.advance(SECOND);
    expect(ask()).toBeUndefined();
  });

  it("has the bounds of its session, or none", () => {
    const { ask, told, shard, log } = gate();
    told(shard, 12);
    told(log, 5);
    expect(ask({ storage: 60 * SECOND, journal: 60 * SECOND })).toBeUndefined();
    expect(ask({ storage: Infinity, journal: Infinity })).toBeUndefined();
    expect(ask()).toMatchObject(REFUSED);
    expect(ask({ storage: Infinity, journal: Infinity })).toBeUndefined();
  });

  it("stays refused with the bug admissionNeverRecovers", async () => {
    const stuck = gate("admissionNeverRecovers");
    stuck.told(stuck.shard, 20);
    expect(stuck.ask()).toMatchObject(REFUSED);
    stuck.told(stuck.shard, 0);
    await stuck.clock.advance(SECOND);
    expect(stuck.ask()).toMatchObject(REFUSED);
  });
});
