/** Key ranges that go from one adjudicator to another while transactions are under way. */
import type { CommitReply, CommitRequest, LogId, RangeChange, RangeMap } from "@firstlight/common";
import {
  KEY_MAX,
  RANGES_KEY,
  changedRanges,
  encodeRangeMap,
  isServiceError,
  keyFromLatin1,
  logId,
  timestamp,
} from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { ClusterFixture } from "../testing/cluster-fixture.ts";
import { changeRanges } from "./change-ranges.ts";

const [A1, A2] = [logId("a1"), logId("a2")];
const LOW = "low";
const HIGH = "\xf0high";
const TO_A1: RangeChange = {
  kind: "move",
  span: { start: keyFromLatin1("\xe0"), end: KEY_MAX },
  to: A1,
};

async function started(): Promise<ClusterFixture> {
  const cluster = new ClusterFixture({ logs: 2 });
  await cluster.startAll();
  await cluster.clock.advance(1_000_000);
  await cluster.warm();
  return cluster;
}

async function commit(
  cluster: ClusterFixture,
  request: CommitRequest,
  log: LogId = A1,
): Promise<CommitReply> {
  const reply = cluster.at(log).commit(request);
  reply.catch(() => undefined);
  await cluster.clock.advance(10_000);
  return reply;
}

function alone(cluster: ClusterFixture, key: string, log: LogId, fields = {}): CommitRequest {
  return cluster.request([key], { participants: [log], ...fields });
}

/** No two transactions get the same identity. */
let drawn = 0;

async function change(cluster: ClusterFixture, wanted: RangeChange): Promise<RangeMap> {
  const changing = changeRanges(
    {
      clock: cluster.clock,
      random: { next: () => 0.5, bytes: (n) => new Uint8Array(n).fill(0x40 + drawn++) },
      logs: cluster.logs,
      adjudicator: (log) => cluster.at(log),
    },
    wanted,
  );
  changing.catch(() => undefined);
  await cluster.clock.advance(4_000_000);
  return changing;
}

/** A request to change the ranges, as `changeRanges` sends it. */
async function proposal(cluster: ClusterFixture, wanted: RangeChange): Promise<CommitRequest> {
  const next = changedRanges(await cluster.at(A1).ranges(timestamp(0)), wanted);
  const mutation = { key: RANGES_KEY, value: encodeRangeMap(next), intent: "X" } as const;
  return cluster.request([], { mutations: [mutation], participants: [A1, A2] });
}

describe("changes of ranges", () => {
  it("I3: the new owner judges what is newer than the change, and the old one nothing", async () => {
    const cluster = await started();
    const before = cluster.now;
    expect((await commit(cluster, alone(cluster, HIGH, A2), A2)).verdict).toBe("committed");
    const map = await change(cluster, TO_A1);
    const late = await commit(cluster, alone(cluster, HIGH, A1, { snapshot: before }));
    expect(late.verdict).toBe("tooOld");
    const stale = await commit(cluster, alone(cluster, HIGH, A2), A2);
    expect(stale).toEqual({ verdict: "moved", ranges: map });
    expect((await commit(cluster, alone(cluster, HIGH, A1))).verdict).toBe("committed");
    const other = alone(cluster, "\x90other", A2, { snapshot: before });
    expect((await commit(cluster, other, A2)).verdict).toBe("committed");
  });

  it("I9: what was refused as moved is never committed, though its keys come back", async () => {
    const cluster = await started();
    await change(cluster, TO_A1);
    const stale = alone(cluster, HIGH, A2);
    expect((await commit(cluster, stale, A2)).verdict).toBe("moved");
    await change(cluster, { ...TO_A1, to: A2 });
    expect((await commit(cluster, stale, A2)).verdict).toBe("aborted");
    expect((await commit(cluster, alone(cluster, HIGH, A2), A2)).verdict).toBe("committed");
  });

  it("a change waits for those that hold what it moves, and nobody else gets it meanwhile", async () => {
    const cluster = await started();
    const wanted = await proposal(cluster, TO_A1);
    cluster.journal.hold();
    const holder = cluster.request([LOW, HIGH], { participants: [A1, A2] });
    const held = cluster.at(A1).commit(holder);
    await cluster.clock.advance(1_000);
    const moving = cluster.at(A1).commit(wanted);
    await cluster.clock.advance(1_000);
    const late = cluster.at(A2).commit(alone(cluster, HIGH, A2));
    const other = cluster.at(A2).commit(alone(cluster, "\x90other", A2));
    await cluster.clock.advance(1_000);
    cluster.journal.release();
    await cluster.clock.advance(100_000);
    const [first, second] = await Promise.all([held, moving]);
    expect([first.verdict, second.verdict]).toEqual(["committed", "committed"]);
    if (first.verdict !== "committed" || second.verdict !== "committed") return;
    expect(second.timestamp).toBeGreaterThan(first.timestamp);
    expect(await late).toMatchObject({
      verdict: "aborted",
      reason: expect.stringContaining("moved"),
    });
    expect((await other).verdict).toBe("committed");
  });

  it("a change is given up where somebody holds on to what it moves", async () => {
    const cluster = await started();
    cluster.unreachable.add(A1);
    const prepare = {
      transaction: cluster.transaction(),
      coordinator: A1,
      snapshot: cluster.now,
      writes: [{ key: keyFromLatin1(HIGH), intent: "X" as const }],
      checks: [],
    };
    const prepared = cluster.at(A2).prepare(prepare);
    await cluster.clock.advance(1_000);
    expect((await prepared).verdict).toBe("prepared");
    const moving = cluster.at(A1).commit(await proposal(cluster, TO_A1));
    await cluster.clock.advance(2_500_000);
    expect((await moving).verdict).toBe("aborted");
    cluster.unreachable.delete(A1);
    await cluster.clock.advance(1_000_000);
    expect((await commit(cluster, alone(cluster, HIGH, A2), A2)).verdict).toBe("committed");
  });

  it.each([A1, A2])("I8: a successor of %s knows the ranges", async (log) => {
    const cluster = await started();
    await change(cluster, { kind: "split", at: keyFromLatin1("\xe0") });
    const map = await change(cluster, TO_A1);
    cluster.at(log).stop();
    await cluster.start(log);
    await cluster.clock.advance(1_000_000);
    expect(await cluster.at(A1).ranges(timestamp(0))).toEqual(map);
    expect((await commit(cluster, alone(cluster, HIGH, A2), A2)).verdict).toBe("moved");
    expect((await commit(cluster, alone(cluster, HIGH, A1))).verdict).toBe("committed");
  });

  it("I8: a successor finds the ranges behind thousands of entries, and what it needs is kept", async () => {
    const cluster = await started();
    const map = await change(cluster, TO_A1);
    for (let i = 0; i < 3_000; i++) {
      void cluster.at(A1).commit(alone(cluster, `k${i}`, A1, { snapshot: cluster.now }));
    }
    await cluster.clock.advance(100_000);
    const { keepFrom } = cluster.at(A1);
    const records = cluster.journal.records(A1);
    expect(records[keepFrom - 1]?.record).toMatchObject({ kind: "ranges", map });
    expect(records.length - keepFrom).toBeLessThan(1_100);
    cluster.at(A1).stop();
    await cluster.start(A1);
    expect(await cluster.at(A1).ranges(timestamp(0))).toEqual(map);
  });

  it("of two changes of the same ranges one is made", async () => {
    const cluster = await started();
    const requests = [
      await proposal(cluster, TO_A1),
      await proposal(cluster, { kind: "merge", at: keyFromLatin1("\x80") }),
    ];
    const replies = requests.map((request) => cluster.at(A1).commit(request));
    await cluster.clock.advance(100_000);
    const verdicts = (await Promise.all(replies)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["committed", "conflict"]);
    const again = await commit(cluster, {
      ...(requests[1] as CommitRequest),
      transaction: cluster.transaction(),
    });
    expect(again.verdict).not.toBe("committed");
  });

  it("I7: none appears at or below what was promised to a successor of another log", async () => {
    const cluster = await started();
    const ahead = timestamp(cluster.now + 300_000);
    const promised = cluster.at(A1).ranges(ahead);
    await cluster.clock.advance(1_000);
    await promised;
    const changing = cluster.at(A1).commit(await proposal(cluster, TO_A1));
    await cluster.clock.advance(1_000_000);
    const reply = await changing;
    if (reply.verdict === "committed") expect(reply.timestamp).toBeGreaterThan(ahead);
    else expect(reply.verdict).toBe("aborted");
  });

  it("only the first log is asked, and not about times far ahead", async () => {
    const cluster = await started();
    const unavailable = (error: unknown): boolean => isServiceError(error, "unavailable");
    await expect(cluster.at(A2).ranges(timestamp(0))).rejects.toSatisfy(unavailable);
    const far = timestamp(cluster.now + 60_000_000);
    await expect(cluster.at(A1).ranges(far)).rejects.toSatisfy(unavailable);
  });
});
