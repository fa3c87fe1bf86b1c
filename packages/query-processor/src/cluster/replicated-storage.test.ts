/** Which replica answers: the one at home, another when it fails or is slow, one at home again later. */
import { describe, expect, it } from "vitest";
import type { Lag, Storage, StorageStatus } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, ManualClock, ServiceError, TIMESTAMP_ZERO } from "@firstlight/common";
import { ReplicatedStorage } from "./replicated-storage.ts";

const EMPTY: StorageStatus = {
  watermark: TIMESTAMP_ZERO,
  horizon: TIMESTAMP_ZERO,
  positions: {},
  applied: {},
};

/** A replica that counts what it is asked, and answers at once, never, or with an error. */
class TestReplica {
  asked = 0;
  mood: "answers" | "silent" | "unavailable" | "horizon" | "staleCatalog" = "answers";

  readonly storage: Storage = {
    read: () => [],
    scan: () => ({ keys: undefined, batch: { kind: "raw", values: [] }, rest: undefined }),
    status: () => {
      this.asked++;
      if (this.mood === "answers") return Promise.resolve(EMPTY);
      if (this.mood === "silent") return new Promise(() => undefined);
      return Promise.reject(new ServiceError(this.mood, this.mood));
    },
  };
}

function replicas(): {
  clock: ManualClock;
  one: TestReplica;
  two: TestReplica;
  ask: () => Promise<StorageStatus>;
} {
  const clock = new ManualClock();
  const [one, two] = [new TestReplica(), new TestReplica()];
  const shard = { span: { start: KEY_MIN, end: KEY_MAX }, replicas: [one.storage, two.storage] };
  const storage = new ReplicatedStorage(shard, 0, clock);
  return { clock, one, two, ask: async () => storage.ask((each) => each.status()) };
}

describe("ReplicatedStorage", () => {
  it("asks the replica at home, and nobody else while it answers", async () => {
    const { one, two, ask } = replicas();
    for (let i = 0; i < 5; i++) await ask();
    expect([one.asked, two.asked]).toEqual([5, 0]);
  });

  it.each(["unavailable", "horizon"] as const)("moves on from one that says %s", async (mood) => {
    const { one, two, ask } = replicas();
    one.mood = mood;
    await ask();
    await ask();
    expect([one.asked, two.asked]).toEqual([1, 2]);
  });

  it("tells an error that is about the request", async () => {
    const { one, two, ask } = replicas();
    one.mood = "staleCatalog";
    await expect(ask()).rejects.toMatchObject({ kind: "staleCatalog" });
    expect(two.asked).toBe(0);
  });

  it("asks another one as well when an answer is slow, and prefers it after the second time", async () => {
    const { clock, one, two, ask } = replicas();
    one.mood = "silent";
    for (let i = 0; i < 2; i++) {
      const answer = ask();
      await clock.advance(1_000_000);
      expect(await answer).toBe(EMPTY);
    }
    await ask();
    expect([one.asked, two.asked]).toEqual([2, 3]);
  });

  it("goes home again after a while", async () => {
    const { clock, one, two, ask } = replicas();
    one.mood = "unavailable";
    await ask();
    one.mood = "answers";
    await clock.advance(20_000_000);
    await ask();
    await clock.advance(1_000_000);
    await ask();
    expect(one.asked).toBeGreaterThan(1);
    expect(two.asked).toBeLessThan(3);
  });

  it("tells when no replica can answer", async () => {
    const { one, two, ask } = replicas();
    one.mood = "unavailable";
    two.mood = "unavailable";
    await expect(ask()).rejects.toMatchObject({ kind: "unavailable" });
    expect([one.asked, two.asked]).toEqual([1, 1]);
  });
});

describe("a shard's load", () => {
  const shardOf = (...lags: (Lag | undefined)[]): ReplicatedStorage => {
    const { storage } = new TestReplica();
    const replicas = lags.map((lag): Storage => ({ ...storage, lag }));
    return new ReplicatedStorage(
      { span: { start: KEY_MIN, end: KEY_MAX }, replicas },
      0,
      undefined,
    );
  };
  const old = { micros: 0, at: 1_000_000 };
  const behind = { micros: 9_000_000, at: 60_000_000 };

  it("is that of the replica that is least behind", () => {
    expect(shardOf(behind, { micros: 5, at: 59_000_000 }).load?.micros).toBe(5);
  });

  it("is not what was said long before the last news", () => {
    expect(shardOf(old, behind).load).toBe(behind);
    expect(shardOf(behind, undefined).load).toBe(behind);
  });

  it("is what was said last, however long ago, and nothing if nothing was", () => {
    expect(shardOf(old, undefined).load).toBe(old);
    expect(shardOf(undefined, undefined).load).toBeUndefined();
  });
});
