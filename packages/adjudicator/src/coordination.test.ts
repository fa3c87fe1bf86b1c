/** Several adjudicators per transaction: prepare, decide, and what gets lost (I3, I4, I7, I9, I10). */
import type { Check, CommitReply, CommitRequest, LogId } from "@firstlight/common";
import { CATALOG_SPAN, isServiceError, keyFromLatin1, logId, plusMicros } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { AdjudicatorBug } from "./adjudicator-bug.ts";
import { ClusterFixture, keyCheck } from "./testing/cluster-fixture.ts";

const [A1, A2] = [logId("a1"), logId("a2")];
/** a1 judges first bytes below 80, a2 the others, and both the global keys. */
const LOW = "low";
const HIGH = "\xf0high";
const GLOBAL = "\x00v";

async function started(bugs: readonly AdjudicatorBug[] = []): Promise<ClusterFixture> {
  const cluster = new ClusterFixture({ logs: 2, bugs });
  await cluster.startAll();
  await cluster.clock.advance(1_000_000);
  return cluster;
}

function both(cluster: ClusterFixture, writes: readonly string[], fields = {}): CommitRequest {
  return cluster.request(writes, { participants: [A1, A2], ...fields });
}

async function commit(
  cluster: ClusterFixture,
  request: CommitRequest,
  log: LogId = A1,
): Promise<CommitReply> {
  const reply = cluster.at(log).commit(request);
  reply.catch(() => undefined);
  await cluster.clock.advance(100);
  return reply;
}

function committedAt(reply: CommitReply): number {
  if (reply.verdict !== "committed") throw new Error(`not committed: ${JSON.stringify(reply)}`);
  return reply.timestamp;
}

describe("Adjudicators together", () => {
  it("I4: the whole transaction stands in the coordinator's log, and nowhere else", async () => {
    const cluster = await started();
    const request = both(cluster, [LOW, HIGH]);
    const at = committedAt(await commit(cluster, request, A2));
    const transactions = (log: LogId) =>
      cluster.journal.records(log).filter(({ record }) => record.kind === "transaction");
    expect(transactions(A1)).toEqual([]);
    expect(transactions(A2)).toMatchObject([
      { timestamp: at, record: { transaction: request.transaction, participants: [A1, A2] } },
    ]);
  });

  it("I3: the keys conflict at each participant afterwards, at the common timestamp", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const at = committedAt(await commit(cluster, both(cluster, [LOW, HIGH])));
    for (const [log, key] of [
      [A1, LOW],
      [A2, HIGH],
    ] as const) {
      const late = cluster.request([key], { snapshot, participants: [log] });
      expect(await commit(cluster, late, log)).toMatchObject({
        verdict: "conflict",
        conflict: { key, winnerTimestamp: at },
      });
      const fresh = cluster.request([key], { participants: [log] });
      expect((await commit(cluster, fresh, log)).verdict).toBe("committed");
    }
  });

  it("a participant's refusal refuses all, and releases what was held", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    await commit(cluster, cluster.request([HIGH], { participants: [A2] }), A2);
    const lost = await commit(cluster, both(cluster, [LOW, HIGH], { snapshot }));
    expect(lost).toMatchObject({ verdict: "conflict", conflict: { key: HIGH } });
    const next = cluster.request([LOW], { snapshot });
    expect((await commit(cluster, next)).verdict).toBe("committed");
  });

  it("a held key refuses others at once, without naming a time", async () => {
    const cluster = await started();
    await cluster.warm();
    cluster.journal.hold();
    const first = cluster.at(A1).commit(both(cluster, [LOW, HIGH]));
    await cluster.clock.advance(100);
    const second = await commit(cluster, cluster.request([HIGH], { participants: [A2] }), A2);
    expect(second).toMatchObject({ verdict: "conflict", conflict: { key: HIGH } });
    const span = { start: keyFromLatin1("\xf0"), end: keyFromLatin1("\xf1") };
    const checks: Check[] = [{ span, intent: "R" }];
    const reader = cluster.request(["\xe0other"], { participants: [A2], checks });
    expect((await commit(cluster, reader, A2)).verdict).toBe("conflict");
    cluster.journal.release();
    await cluster.clock.advance(100);
    committedAt(await first);
  });

  it("what a prepared transaction read is protected until it is decided", async () => {
    const cluster = await started();
    await cluster.warm();
    cluster.journal.hold();
    const checks = [keyCheck(HIGH, "R")];
    const first = cluster.at(A1).commit(both(cluster, [LOW], { checks }));
    await cluster.clock.advance(100);
    const writer = cluster.request([HIGH], { participants: [A2] });
    expect((await commit(cluster, writer, A2)).verdict).toBe("conflict");
    cluster.journal.release();
    await cluster.clock.advance(100);
    committedAt(await first);
  });

  it("I3: two that cross each other do not both commit, and none waits", async () => {
    const cluster = await started();
    const replies = [A1, A2].map((log) => cluster.at(log).commit(both(cluster, [LOW, HIGH])));
    await cluster.clock.advance(1000);
    const verdicts = (await Promise.all(replies)).map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === "committed").length).toBeLessThanOrEqual(1);
    expect((await commit(cluster, both(cluster, [LOW, HIGH]))).verdict).toBe("committed");
  });

  it("I10: a global key is judged by everyone, and writing it takes everyone", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const alone = cluster.request([GLOBAL]);
    expect((await commit(cluster, alone)).verdict).toBe("moved");
    committedAt(await commit(cluster, both(cluster, [GLOBAL])));
    for (const [log, key] of [
      [A1, LOW],
      [A2, HIGH],
    ] as const) {
      const planned = { snapshot, participants: [log], checks: [keyCheck(GLOBAL, "R")] };
      expect((await commit(cluster, cluster.request([key], planned), log)).verdict).toBe(
        "conflict",
      );
    }
  });

  it("I10: a check of the catalog's span is made by whoever takes part", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const checks: Check[] = [{ span: CATALOG_SPAN, intent: "R" }];
    const planned = (at = snapshot): CommitRequest =>
      cluster.request([HIGH], { snapshot: at, participants: [A2], checks });
    expect((await commit(cluster, planned(), A2)).verdict).toBe("committed");
    committedAt(await commit(cluster, both(cluster, [GLOBAL])));
    expect((await commit(cluster, planned(cluster.now), A2)).verdict).toBe("committed");
    expect(await commit(cluster, planned(), A2)).toMatchObject({ verdict: "conflict" });
  });

  it("refuses a transaction that leaves out the adjudicator of one of its keys", async () => {
    const cluster = await started();
    expect((await commit(cluster, cluster.request([HIGH]))).verdict).toBe("moved");
    const locked = cluster.request([LOW], { checks: [keyCheck(HIGH, "X")] });
    expect((await commit(cluster, locked)).verdict).toBe("moved");
  });

  it("aborts when a participant does not answer, and releases its own keys", async () => {
    const cluster = await started();
    cluster.unreachable.add(A2);
    const request = both(cluster, [LOW, HIGH]);
    const reply = cluster.at(A1).commit(request);
    await cluster.clock.advance(100);
    expect(await cluster.at(A1).outcome(request.transaction)).toEqual({ outcome: "unknown" });
    await cluster.clock.advance(3_000_000);
    expect((await reply).verdict).toBe("aborted");
    expect(await cluster.at(A1).outcome(request.transaction)).toEqual({ outcome: "aborted" });
    expect((await commit(cluster, cluster.request([LOW]))).verdict).toBe("committed");
  });

  it("a participant that hears nothing asks, and learns that it was committed", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const request = both(cluster, [LOW, HIGH]);
    // The decision is lost: only the answer to the question gets through.
    cluster.at(A2).decide = () => new Promise(() => undefined);
    const at = committedAt(await commit(cluster, request));
    const late = (): CommitRequest => cluster.request([HIGH], { snapshot, participants: [A2] });
    const held = await commit(cluster, late(), A2);
    expect(held).toMatchObject({ conflict: { winnerTimestamp: undefined } });
    await cluster.clock.advance(1_000_000);
    const lost = await commit(cluster, late(), A2);
    expect(lost).toMatchObject({ conflict: { key: HIGH, winnerTimestamp: at } });
  });

  it("I9: a coordinator that never decided has aborted, says its successor", async () => {
    const cluster = await started();
    const request = both(cluster, [LOW, HIGH]);
    const coordinator = cluster.at(A1);
    const reply = coordinator.commit(request);
    const unknown = expect(reply).rejects.toSatisfy((e) => isServiceError(e, "unavailable"));
    coordinator.stop();
    await unknown;
    await cluster.clock.advance(100);
    await cluster.start(A1);
    await cluster.clock.advance(2_000_000);
    expect(await cluster.at(A1).outcome(request.transaction)).toEqual({ outcome: "aborted" });
    const next = cluster.request([HIGH], { participants: [A2] });
    expect((await commit(cluster, next, A2)).verdict).toBe("committed");
  });

  it("a participant that cannot learn a decision stops", async () => {
    const cluster = await started();
    const transaction = cluster.transaction();
    cluster.unreachable.add(A1);
    const prepared = cluster.at(A2).prepare({
      transaction,
      coordinator: A1,
      snapshot: cluster.now,
      writes: [{ key: keyFromLatin1(HIGH), intent: "X" }],
      checks: [],
    });
    await cluster.clock.advance(100);
    expect((await prepared).verdict).toBe("prepared");
    await cluster.clock.advance(200_000_000);
    expect(cluster.stopped).toEqual([
      `a2: the outcome of prepared transaction ${transaction} cannot be learned`,
    ]);
  });

  it("a decision that overtakes its request to prepare leaves nothing held", async () => {
    const cluster = await started();
    const transaction = cluster.transaction();
    const snapshot = cluster.now;
    await cluster.at(A2).decide({ transaction, outcome: "aborted", timestamp: snapshot });
    const writes = [{ key: keyFromLatin1(HIGH), intent: "X" as const }];
    const late = { transaction, coordinator: A1, snapshot, writes, checks: [] };
    expect((await cluster.at(A2).prepare(late)).verdict).toBe("aborted");
    const next = cluster.request([HIGH], { participants: [A2] });
    expect((await commit(cluster, next, A2)).verdict).toBe("committed");
  });

  it("I3: a participant's successor refuses whatever was read before the common timestamp", async () => {
    const cluster = await started();
    const snapshot = cluster.now;
    const at = committedAt(await commit(cluster, both(cluster, [LOW, HIGH])));
    const successor = await cluster.start(A2);
    expect(successor.floor).toBeGreaterThanOrEqual(at);
    const stale = successor.commit(cluster.request([HIGH], { snapshot, participants: [A2] }));
    await cluster.clock.advance(2_000_000);
    expect((await stale).verdict).toBe("tooOld");
  });

  it("I7: the coordinator's watermark stays below a common commit that is not durable", async () => {
    const cluster = await started();
    await cluster.warm();
    const hold = cluster.at(A1).commit(both(cluster, [LOW, HIGH]));
    cluster.journal.hold();
    await cluster.clock.advance(100);
    const { watermark } = await cluster.at(A1).heartbeat(plusMicros(cluster.now, -200));
    cluster.journal.release();
    await cluster.clock.advance(100);
    expect(committedAt(await hold)).toBeGreaterThan(watermark);
  });

  it("bugs show: a participant that forgets held keys lets a conflicting commit through", async () => {
    const cluster = await started(["participantForgetsHeldKeys"]);
    cluster.journal.hold();
    const first = cluster.at(A1).commit(both(cluster, [LOW, HIGH]));
    await cluster.clock.advance(100);
    const second = cluster.at(A2).commit(cluster.request([HIGH], { participants: [A2] }));
    await cluster.clock.advance(100);
    cluster.journal.release();
    await cluster.clock.advance(100);
    committedAt(await first);
    committedAt(await second);
  });
});
