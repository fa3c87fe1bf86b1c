/**
 * Random histories over two logs with restarts at any moment, compared with a model that keeps
 * every version: a replica answers for every readable snapshot what the model says, and keeps
 * saying it (I4, I5, I7).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Heartbeat, Key, LogId, Timestamp } from "@firstlight/common";
import { isServiceError } from "@firstlight/common";
import type { StorageBug } from "./bugs.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { MemoryJournal } from "./testing/memory-journal.ts";
import { MemoryStore } from "./testing/memory-store.ts";
import { A, B, TestReplica, at, k, text } from "./testing/test-replica.ts";

type Step =
  | {
      readonly kind: "commit";
      readonly log: "a" | "b";
      readonly writes: readonly (readonly [string, boolean])[];
    }
  | { readonly kind: "deliver"; readonly log: "a" | "b"; readonly count: number }
  | { readonly kind: "advance"; readonly micros: number }
  | { readonly kind: "await"; readonly ahead: number }
  | { readonly kind: "crash"; readonly percent: number };

// Keys that contain, extend and resemble each other and the separators of the layout.
const KEYS = [
  "",
  "\0",
  "\0\0",
  "\0\x01",
  "a",
  "a\0",
  "a\0\0",
  "a\0\xff",
  "a\x01",
  "ab",
  "\xfe\xff",
  "n",
  "o",
];
const keyName = fc.constantFrom(...KEYS);
const log = fc.constantFrom("a" as const, "b" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      log,
      writes: fc.uniqueArray(fc.tuple(keyName, fc.boolean()), {
        maxLength: 8,
        selector: ([key]) => key,
      }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      log,
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("advance" as const),
      micros: fc.constantFrom(0, 1, 60, 400),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("await" as const), ahead: fc.nat({ max: 15 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("crash" as const),
      percent: fc.nat({ max: 100 }),
    }),
  },
);

const SETTINGS = {
  retentionMicros: 25,
  applySliceMutations: 3,
  flushSliceMutations: 3,
  flushDelayMicros: 50,
  syncMicros: 200,
  collectMicros: 100,
  retryMicros: 1,
  memoryBytesMax: 2_000,
  pendingBytesMax: 400,
  scanKeysMax: 3,
  heartbeatMicros: 150,
  patienceMicros: 300,
};

/** Every version of every key. */
class Model {
  readonly #versions = new Map<Key, { timestamp: Timestamp; value: string | undefined }[]>();

  add(key: Key, timestamp: Timestamp, value: string | undefined): void {
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { timestamp, value }]);
  }

  at(snapshot: Timestamp): [string, string][] {
    const rows: [string, string][] = [];
    for (const [key, versions] of this.#versions) {
      const value = versions.findLast(({ timestamp }) => timestamp <= snapshot)?.value;
      if (value !== undefined) rows.push([key, value]);
    }
    return rows.toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

class World {
  readonly #clock = new ManualClock();
  readonly #journal = new MemoryJournal();
  readonly #model = new Model();
  readonly #bugs: ReadonlySet<StorageBug>;
  readonly #straightBytesMin: number;
  #replica: TestReplica;
  /** Reads that found something else than the model. */
  readonly #wrong: string[] = [];
  #now = 0;

  constructor(bugs: readonly StorageBug[], straightBytesMin: number) {
    this.#bugs = new Set(bugs);
    this.#straightBytesMin = straightBytesMin;
    this.#journal.deliversAtOnce = false;
    this.#replica = this.#open(new MemoryStore());
  }

  #open(store: MemoryStore): TestReplica {
    return new TestReplica({
      clock: this.#clock,
      journal: this.#journal,
      logs: [A, B],
      store,
      settings: { ...SETTINGS, straightBytesMin: this.#straightBytesMin },
      heartbeats: (log) => ({ heartbeat: (atLeast) => this.#heartbeat(log, atLeast) }),
      bugs: this.#bugs,
    });
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case "commit":
        this.#commit(step);
        break;
      case "deliver":
        this.#journal.deliver(step.log === "a" ? A : B, step.count);
        break;
      case "advance":
        this.#clock.advance(step.micros);
        break;
      case "await":
        void this.#read(at(this.#now * 10 + step.ahead));
        break;
      case "crash":
        // The dead process runs no timers; its unsynced writes are partly lost.
        this.#clock.forget();
        this.#journal.endTails(new Error("crash"));
        this.#clock.forget();
        this.#replica = this.#open(this.#replica.store.crash(step.percent / 100));
        break;
    }
    await Promise.resolve();
    this.check();
  }

  /** The promise binds: whatever is committed from now on is later. */
  #heartbeat(log: LogId, atLeast: Timestamp): Promise<Heartbeat> {
    this.#now = Math.max(this.#now, Math.ceil(atLeast / 10));
    return Promise.resolve(this.#journal.heartbeat(log, atLeast));
  }

  /** A read that may wait, and may never end if the replica dies: what it finds must be right. */
  async #read(snapshot: Timestamp): Promise<void> {
    const keys = KEYS.map((key) => k(key));
    try {
      const found = await this.#replica.node.read({ snapshot, catalogVersion: undefined, keys });
      const expected = new Map(this.#model.at(snapshot));
      const right = KEYS.every((key, i) => text(found[i]) === expected.get(key));
      if (!right) this.#wrong.push(`read at ${snapshot}`);
    } catch (error) {
      if (!isServiceError(error)) throw error;
    }
  }

  /** Every key belongs to one log, as to one adjudicator. */
  #commit({ log, writes }: Step & { kind: "commit" }): void {
    const timestamp = at(++this.#now * 10);
    const mutations = writes
      .filter(([key]) => (KEYS.indexOf(key) % 2 === 0) === (log === "a"))
      .map(([key, deletes]) => ({
        key: k(key),
        text: deletes ? undefined : `${key}@${timestamp}`,
      }));
    for (const { key, text } of mutations) this.#model.add(key, timestamp, text);
    const encoded = mutations.map(({ key, text }) => {
      return {
        key,
        value: text === undefined ? undefined : Buffer.from(text),
        intent: "X" as const,
      };
    });
    this.#journal.transaction(log === "a" ? A : B, timestamp, encoded);
  }

  check(): void {
    expect(this.#wrong).toEqual([]);
    const { watermark, horizon } = this.#replica.node.status();
    for (let snapshot = horizon; snapshot <= watermark; snapshot = at(snapshot + 5)) {
      const expected = this.#model.at(snapshot);
      expect(this.#replica.scan(snapshot)).toEqual(expected);
      expect(this.#replica.scan(snapshot, { reverse: true, pageBytes: 1 })).toEqual(
        expected.toReversed(),
      );
      const values = new Map(expected);
      for (const key of KEYS) expect(this.#replica.get(key, snapshot)).toBe(values.get(key));
    }
  }

  /** Everything arrives and everything is flushed: nothing may be missing then. */
  finish(): void {
    this.#journal.deliversAtOnce = true;
    for (const log of [A, B])
      this.#commit({ kind: "commit", log: log === A ? "a" : "b", writes: [] });
    for (const log of [A, B]) this.#journal.deliver(log);
    this.#clock.advance(5_000);
    expect(this.#replica.node.status().watermark).toBeGreaterThanOrEqual((this.#now - 1) * 10);
    this.check();
  }
}

/** Entries of so many bytes go straight to the disk: all, some, none. */
const straightBytes = fc.constantFrom(1, 80, 110, 1_000_000);

async function play(
  steps: readonly Step[],
  bugs: readonly StorageBug[],
  straightBytesMin: number,
): Promise<void> {
  const world = new World(bugs, straightBytesMin);
  for (const step of steps) await world.run(step);
  world.finish();
}

const histories = fc.array(step, { minLength: 1, maxLength: 50, size: "max" });

describe("a replica that crashes and restarts", () => {
  it("I4, I5: gives at every readable snapshot what a model of all versions gives", async () => {
    await fc.assert(
      fc.asyncProperty(histories, straightBytes, (steps, bytes) => play(steps, [], bytes)),
      { numRuns: 600 },
    );
  });

  it.each([
    "readBelowWatermark",
    "applyOutOfOrder",
    "positionsBeforeData",
    "collectTooEarly",
  ] as const)("is caught with the bug %s", async (bug) => {
    const run = fc.check(
      fc.asyncProperty(histories, straightBytes, (steps, bytes) => play(steps, [bug], bytes)),
      { numRuns: 2_000, endOnFailure: true },
    );
    expect((await run).failed).toBe(true);
  });
});
