/** One adjudicator per transaction: commits, outcomes, takeovers, heartbeats (I1-I3, I6, I7, I9, I10, I11). */
import type { CommitReply, CommitRequest } from "@firstlight/common";
import { isServiceError, keyFromLatin1, logId, plusMicros, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { ClusterFixture, keyCheck } from "./testing/cluster-fixture.ts";

const A1 = logId("a1");
const unavailable = (e: unknown): boolean => isServiceError(e, "unavailable");

/** Commits and lets the clock pass τc. */
async function commit(
  cluster: ClusterFixture,
  request: CommitRequest,
  log = A1,
): Promise<CommitReply> {
  const reply = cluster.at(log).commit(request);
  await cluster.clock.advance(10);
  return reply;
}

async function started(options = {}): Promise<ClusterFixture> {
  const cluster = new ClusterFixture(options);
  await cluster.startAll();
  return cluster;
}

describe("Adjudicator, one per transaction", () => {
  it("I3: the first committer wins, and the loser learns to whom it lost", async () => {
    const cluster = await started();
    const [first, second] = [cluster.request(["k"]), cluster.request(["k"])];
    const won = await commit(cluster, first);
    expect(won.verdict).toBe("committed");
    const lost = await commit(cluster, second);
    expect(lost).toEqual({
      verdict: "conflict",
      conflict: {
        key: "k",
        intent: "X",
        winnerIntent: "X",
        winnerTimestamp: won.verdict === "committed" ? won.timestamp : undefined,
      },
    });
    expect((await commit(cluster, cluster.request(["k"]))).verdict).toBe("committed");
  });

  it("I3: a later request is judged against one that is not durable yet, and told when it is", async () => {
    const cluster = await started();
    await cluster.warm();
    cluster.journal.hold();
    const [first, second] = [cluster.request(["k"]), cluster.request(["k"])];
    const waiting = cluster.at(A1).commit(first);
    let answer: string | undefined;
    const refused = cluster
      .at(A1)
      .commit(second)
      .then(({ verdict }) => {
        answer = verdict;
      });
    await cluster.clock.advance(10);
    expect(answer).toBeUndefined();
    cluster.journal.release();
    await cluster.clock.advance(10);
    expect((await waiting).verdict).toBe("committed");
    await refused;
    expect(answer).toBe("conflict");
  });

  it("locks and foreign-key checks conflict as DSQL's matrix says", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const lock = cluster.request([], { checks: [keyCheck("row", "X")] });
    const parent = cluster.request(["child"], { checks: [keyCheck("parent", "K")] });
    await commit(cluster, lock);
    await commit(cluster, parent);
    const judged = async (request: CommitRequest): Promise<string> =>
      (await commit(cluster, { ...request, snapshot })).verdict;
    expect(await judged(cluster.request(["row:U"]))).toBe("conflict");
    expect(await judged(cluster.request(["parent:U"]))).toBe("committed");
    expect(await judged(cluster.request(["parent"]))).toBe("conflict");
  });

  it("I10: a key or span that was read must be unchanged", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    await commit(cluster, cluster.request(["m:U"]));
    const span = { start: keyFromLatin1("a"), end: keyFromLatin1("z") };
    const verdict = async (request: CommitRequest): Promise<string> =>
      (await commit(cluster, request)).verdict;
    const read = cluster.request(["x1"], { snapshot, checks: [keyCheck("m", "R")] });
    expect(await verdict(read)).toBe("conflict");
    const ranged = cluster.request(["x2"], { snapshot, checks: [{ span, intent: "R" }] });
    expect(await verdict(ranged)).toBe("conflict");
    expect(await verdict(cluster.request(["x3"], { checks: [{ span, intent: "R" }] }))).toBe(
      "committed",
    );
  });

  it("I1: commit timestamps increase and exceed the snapshot, whatever the clock says", async () => {
    const cluster = await started();
    const ahead = plusMicros(cluster.now, 500);
    const requests = Array.from({ length: 20 }, (_, i) =>
      cluster.request([`k${i}`], { snapshot: i === 10 ? ahead : cluster.now }),
    );
    const replies = Promise.all(requests.map((r) => cluster.at(A1).commit(r)));
    await cluster.clock.advance(1000);
    await replies;
    const times = cluster.journal.records(A1).map((entry) => entry.timestamp);
    expect(times.length).toBe(20);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(new Set(times).size).toBe(20);
    expect(times[10]).toBeGreaterThan(ahead);
  });

  it("sends all commits of a tick in one append", async () => {
    const cluster = await started();
    const replies = Array.from({ length: 50 }, (_, i) =>
      cluster.at(A1).commit(cluster.request([`k${i}`])),
    );
    await cluster.clock.advance(100);
    await Promise.all(replies);
    expect(cluster.journal.appends).toBe(1);
  });

  it("I6: acknowledges when every clock has passed the commit timestamp", async () => {
    const cluster = await started();
    cluster.clock.uncertaintyMicros = 300;
    let acknowledged = false;
    const snapshot = plusMicros(cluster.now, -1);
    const reply = cluster.at(A1).commit(cluster.request(["k"], { snapshot }));
    void reply.then(() => void (acknowledged = true));
    await cluster.clock.advance(599);
    expect(acknowledged).toBe(false);
    await cluster.clock.advance(1);
    expect(acknowledged).toBe(true);
  });

  it("I6: tells of a commit no earlier when it is asked again, or by another process", async () => {
    const cluster = await started();
    cluster.clock.uncertaintyMicros = 300;
    const request = cluster.request(["k"], { snapshot: plusMicros(cluster.now, -1) });
    void cluster.at(A1).commit(request);
    await cluster.clock.advance(10);
    const told: string[] = [];
    const asked = cluster.at(A1);
    void asked.commit(request).then(() => void told.push("commit"));
    void asked.outcome(request.transaction).then(() => void told.push("outcome"));
    const successor = await cluster.start(A1);
    void successor.commit(request).then(() => void told.push("commit at the successor"));
    void successor.outcome(request.transaction).then(() => void told.push("outcome there"));
    await cluster.clock.advance(589);
    expect(told).toEqual([]);
    await cluster.clock.advance(1);
    expect(told).toHaveLength(4);
  });

  it("I9: a request that is repeated commits once and gets the same answer", async () => {
    const cluster = await started();
    const request = cluster.request(["k"]);
    const adjudicator = cluster.at(A1);
    const both = [adjudicator.commit(request), adjudicator.commit(request)];
    await cluster.clock.advance(10);
    const [first, second] = await Promise.all(both);
    expect(second).toEqual(first);
    expect(await commit(cluster, request)).toEqual(first);
    expect(cluster.journal.records(A1).length).toBe(1);
    const successor = await cluster.start(A1);
    expect(await successor.commit(request)).toEqual(first);
    expect(await successor.outcome(request.transaction)).toMatchObject({ outcome: "committed" });
  });

  it("I9: a successor looks up in the log what it has not read back", async () => {
    const cluster = await started({ settings: { readBackEntries: 1 } });
    const request = cluster.request(["k"]);
    const reply = await commit(cluster, request);
    const { snapshot } = request;
    for (let i = 0; i < 5; i++) await commit(cluster, cluster.request([`o${i}`]));
    const successor = await cluster.start(A1);
    const timestamp = reply.verdict === "committed" ? reply.timestamp : undefined;
    const committed = { outcome: "committed", timestamp };
    expect(await successor.outcome(request.transaction, snapshot)).toEqual(committed);
    expect(await successor.outcome(request.transaction)).toEqual(committed);
    const never = await successor.outcome(cluster.transaction(), snapshot);
    expect(never).toEqual({ outcome: "aborted" });
  });

  it("I9: whose outcome was asked for before it arrived never commits", async () => {
    const cluster = await started();
    const request = cluster.request(["k"]);
    expect(await cluster.at(A1).outcome(request.transaction)).toEqual({
      outcome: "aborted",
    });
    expect((await commit(cluster, request)).verdict).toBe("aborted");
    const successor = await cluster.start(A1);
    const reply = successor.commit(request);
    await cluster.clock.advance(2_000_000);
    expect((await reply).verdict).toBe("tooOld");
  });

  it("I9: a predecessor refuses nothing that its successor may commit", async () => {
    const cluster = await started();
    const old = cluster.at(A1);
    await commit(cluster, cluster.request(["other"]));
    await cluster.clock.advance(1_000_000);
    const request = cluster.request(["k"]);
    cluster.journal.hold();
    old.commit(cluster.request(["k"])).catch(() => undefined);
    await cluster.clock.advance(10);
    const loseInFlight = cluster.journal.setHeldAside();
    await cluster.start(A1);
    expect((await commit(cluster, request)).verdict).toBe("committed");
    // The predecessor still counts with its own commit of k, which will never be durable.
    const repeated = expect(old.commit(request)).rejects.toSatisfy(unavailable);
    await cluster.clock.advance(10);
    loseInFlight();
    await repeated;
  });

  it("I9: a forgotten abort is refused by the floor", async () => {
    const cluster = await started({ settings: { outcomesMax: 3 } });
    const request = cluster.request(["k"]);
    const adjudicator = cluster.at(A1);
    await cluster.clock.advance(10);
    await adjudicator.outcome(request.transaction);
    for (let i = 0; i < 5; i++) await adjudicator.outcome(cluster.transaction());
    expect((await commit(cluster, request)).verdict).toBe("tooOld");
  });

  it("I9: does not judge again what it may have committed and forgotten", async () => {
    const cluster = await started({ settings: { outcomesMax: 2 } });
    const delta = { key: keyFromLatin1("n"), value: Buffer.from("1"), intent: "D" } as const;
    const adding = cluster.request([], { mutations: [delta], sent: cluster.now });
    const writing = cluster.request(["k"]);
    const old = cluster.request(["other"]);
    for (const request of [adding, writing]) {
      expect((await commit(cluster, request)).verdict).toBe("committed");
    }
    for (let i = 0; i < 4; i++) await commit(cluster, cluster.request([`later ${i}`]));
    for (const request of [adding, writing]) {
      await expect(commit(cluster, request)).rejects.toSatisfy(unavailable);
      const outcome = await cluster.at(A1).outcome(request.transaction);
      expect(outcome.outcome).toBe("committed");
    }
    // As old, but sent only now.
    const late = { ...old, sent: cluster.now };
    expect((await commit(cluster, late)).verdict).toBe("committed");
  });

  it("I9: finds in the log a commit that memory has forgotten", async () => {
    const cluster = await started({ settings: { outcomesMax: 3 } });
    const request = cluster.request(["k"]);
    const reply = await commit(cluster, request);
    for (let i = 0; i < 5; i++) await commit(cluster, cluster.request([`o${i}`]));
    expect(await cluster.at(A1).outcome(request.transaction)).toEqual({
      outcome: "committed",
      timestamp: reply.verdict === "committed" ? reply.timestamp : -1,
    });
  });

  it("is under way while it is not durable, and unknown to the client if the journal fails", async () => {
    const cluster = await started();
    cluster.journal.hold();
    const request = cluster.request(["k"]);
    const adjudicator = cluster.at(A1);
    const waiting = adjudicator.commit(request);
    const heartbeat = adjudicator.heartbeat(plusMicros(cluster.now, 1));
    const failures = [
      expect(waiting).rejects.toSatisfy(unavailable),
      expect(heartbeat).rejects.toSatisfy(unavailable),
    ];
    await cluster.clock.advance(10);
    expect(await adjudicator.outcome(request.transaction)).toEqual({ outcome: "unknown" });
    cluster.journal.loseHeld();
    await cluster.clock.advance(10);
    await Promise.all(failures);
    expect(cluster.stopped).toEqual(["a1: the journal refused an append"]);
    await expect(adjudicator.commit(cluster.request(["x"]))).rejects.toSatisfy(unavailable);
  });

  it("I2: a predecessor that wakes up after a takeover stops", async () => {
    const cluster = await started();
    const old = cluster.at(A1);
    await cluster.start(A1);
    const reply = expect(old.commit(cluster.request(["k"]))).rejects.toSatisfy(unavailable);
    await cluster.clock.advance(10);
    await reply;
    expect(cluster.stopped.length).toBe(1);
    expect(cluster.journal.records(A1).length).toBe(0);
  });

  it("I3: a successor refuses what it cannot judge and stays above the predecessor's lease", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    await commit(cluster, cluster.request(["k"]));
    const lease = cluster.journal.records(A1).at(-1)?.record.leaseEnd ?? timestamp(0);
    const successor = await cluster.start(A1);
    // Told when the lease has passed: a snapshot taken then is not too old.
    const stale = successor.commit(cluster.request(["k"], { snapshot }));
    await cluster.clock.advance(2_000_000);
    expect(await stale).toEqual({ verdict: "tooOld", floor: lease });
    const reply = successor.commit(cluster.request(["k"], { snapshot: lease }));
    await cluster.clock.advance(2_000_000);
    const { timestamp: at } = (await reply) as { timestamp: number };
    expect(at).toBeGreaterThan(lease);
  });

  it("I11: refuses more waiting commits than its bound", async () => {
    const cluster = await started({ settings: { waitingCommitsMax: 2 } });
    cluster.journal.hold();
    const adjudicator = cluster.at(A1);
    const waiting = [1, 2].map((i) => adjudicator.commit(cluster.request([`k${i}`])));
    await expect(adjudicator.commit(cluster.request(["k3"]))).rejects.toSatisfy((e) =>
      isServiceError(e, "overloaded"),
    );
    await cluster.clock.advance(1);
    cluster.journal.release();
    await cluster.clock.advance(10);
    await Promise.all(waiting);
  });

  it("I11: refuses what the journal's disk has no room for, and takes what is smaller", async () => {
    const cluster = await started();
    Object.assign(cluster.journal, { roomBytes: () => 1_000 });
    const large = cluster.request(["k"], {
      mutations: [{ key: keyFromLatin1("k"), value: Buffer.alloc(500), intent: "X" }],
    });
    await expect(cluster.at(A1).commit(large)).rejects.toSatisfy((e) => isServiceError(e, "full"));
    expect((await commit(cluster, cluster.request(["k"]))).verdict).toBe("committed");
  });

  it("refuses a snapshot that is far ahead of its clock", async () => {
    const cluster = await started();
    const snapshot = plusMicros(cluster.now, 3_600_000_000);
    expect((await commit(cluster, cluster.request(["k"], { snapshot }))).verdict).toBe("aborted");
  });
});

describe("Adjudicator heartbeats", () => {
  it("I7: no entry appears at or below a watermark that was promised", async () => {
    const cluster = await started();
    const adjudicator = cluster.at(A1);
    await commit(cluster, cluster.request(["a"]));
    const promised: { watermark: number; index: number }[] = [];
    for (let i = 0; i < 30; i++) {
      const reply = adjudicator.commit(cluster.request([`k${i}`]));
      const heartbeat = adjudicator.heartbeat(cluster.now);
      await cluster.clock.advance(7);
      await reply;
      const { watermark, index } = await heartbeat;
      promised.push({ watermark, index });
    }
    const records = cluster.journal.records(A1);
    for (const { watermark, index } of promised) {
      for (const [i, { timestamp: at }] of records.entries()) {
        if (at <= watermark) expect(i + 1).toBeLessThanOrEqual(index);
      }
    }
  });

  it("I7: a watermark stays below a commit that is not durable", async () => {
    const cluster = await started();
    const adjudicator = cluster.at(A1);
    await commit(cluster, cluster.request(["a"]));
    cluster.journal.hold();
    const at = cluster.now;
    const snapshot = plusMicros(at, -1);
    const waiting = adjudicator.commit(cluster.request(["k"], { snapshot }));
    await cluster.clock.advance(100);
    const below = await adjudicator.heartbeat(plusMicros(at, -1));
    expect(below.watermark).toBe(at - 1);
    let reached = false;
    const heartbeat = adjudicator.heartbeat(at).then((h) => {
      reached = true;
      return h;
    });
    await cluster.clock.advance(100);
    expect(reached).toBe(false);
    cluster.journal.release();
    await cluster.clock.advance(100);
    await waiting;
    expect((await heartbeat).index).toBe(2);
  });

  it("waits for the clock, and writes a lease only when one is needed", async () => {
    const cluster = await started({ settings: { leaseMicros: 1000 } });
    const adjudicator = cluster.at(A1);
    await cluster.clock.advance(1_000_000);
    expect(cluster.journal.appends).toBe(0);
    const atLeast = plusMicros(cluster.now, 5000);
    const heartbeat = adjudicator.heartbeat(atLeast);
    await cluster.clock.advance(4000);
    expect(cluster.journal.appends).toBe(1);
    await cluster.clock.advance(1000);
    expect((await heartbeat).watermark).toBeGreaterThanOrEqual(atLeast);
    await cluster.clock.advance(1_000_000);
    expect(cluster.journal.appends).toBe(1);
  });

  it("I7: a successor starts above every watermark that was promised", async () => {
    const cluster = await started();
    const heartbeat = cluster.at(A1).heartbeat(cluster.now);
    await cluster.clock.advance(10);
    const watermark = (await heartbeat).watermark;
    const successor = await cluster.start(A1);
    const at = plusMicros(watermark, 1);
    expect(successor.floor).toBeGreaterThanOrEqual(watermark);
    const reply = successor.commit(cluster.request(["k"], { snapshot: successor.floor }));
    await cluster.clock.advance(2_000_000);
    expect(((await reply) as { timestamp: number }).timestamp).toBeGreaterThanOrEqual(at);
  });

  it("I7: the floor of a successor can be promised at once", async () => {
    const cluster = await started();
    await commit(cluster, cluster.request(["k"]));
    const successor = await cluster.start(A1);
    expect((await successor.heartbeat(successor.floor)).watermark).toBe(successor.floor);
  });

  it("waits for the clock with one timer when a takeover put it far behind the log", async () => {
    const cluster = await started();
    await commit(cluster, cluster.request(["k"]));
    const successor = await cluster.start(A1);
    let timers = 0;
    const { clock } = cluster;
    const after = clock.after.bind(clock);
    clock.after = (micros, callback) => {
      timers++;
      return after(micros, callback);
    };
    const next = plusMicros(successor.floor, 1);
    const heartbeat = successor.heartbeat(next);
    await clock.advance(next - cluster.now);
    expect((await heartbeat).watermark).toBe(next);
    expect(timers).toBeLessThan(10);
  });
});
