/**
 * What the contract of Adjudicator (contracts/adjudicator.ts) promises, as tests that every way of
 * reaching one has to pass: called directly, and through a transport.
 */
import type { Adjudicator, CommitReply, CommitRequest, Intent } from "@firstlight/common";
import { keyFromLatin1, plusMicros, transactionId } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { ClusterFixture, FixtureOptions } from "./cluster-fixture.ts";
import { keyCheck } from "./cluster-fixture.ts";

export interface AdjudicatorUnderTest {
  readonly fixture: ClusterFixture;
  /** By position in fixture.logs. */
  readonly adjudicators: readonly Adjudicator[];
  close(): Promise<void>;
}

const TURNS_MAX = 1_000;

/** Lets simulated time pass until the answer is there, and transports do their part meanwhile. */
async function settle<T>(tested: AdjudicatorUnderTest, answer: Promise<T>): Promise<T> {
  let settled = false;
  const done = answer.finally(() => {
    settled = true;
  });
  for (let turn = 0; turn < TURNS_MAX && !settled; turn++) {
    await tested.fixture.clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

function first(tested: AdjudicatorUnderTest): Adjudicator {
  const [adjudicator] = tested.adjudicators;
  if (adjudicator === undefined) throw new Error("no adjudicator");
  return adjudicator;
}

function commit(tested: AdjudicatorUnderTest, request: CommitRequest): Promise<CommitReply> {
  return settle(tested, first(tested).commit(request));
}

/** Whether a transaction with `later` is refused when `earlier` committed after its snapshot. */
async function conflicts(
  tested: AdjudicatorUnderTest,
  earlier: Partial<CommitRequest> & { writes: readonly string[] },
  later: Partial<CommitRequest> & { writes: readonly string[] },
): Promise<boolean> {
  const { fixture } = tested;
  const snapshot = fixture.now;
  const { writes: earlierWrites, ...earlierRest } = earlier;
  const { writes: laterWrites, ...laterRest } = later;
  const won = await commit(tested, fixture.request(earlierWrites, { snapshot, ...earlierRest }));
  expect(won.verdict).toBe("committed");
  const reply = await commit(tested, fixture.request(laterWrites, { snapshot, ...laterRest }));
  return reply.verdict === "conflict";
}

/** design.md section 2: the later transaction's intent, the earlier one's, and whether they conflict. */
const MATRIX: readonly (readonly [later: Intent, earlier: "X" | "U", conflict: boolean])[] = [
  ["X", "X", true],
  ["X", "U", true],
  ["U", "X", true],
  ["U", "U", true],
  ["K", "X", true],
  ["K", "U", false],
  ["R", "X", true],
  ["R", "U", true],
];

export function adjudicatorConformance(
  name: string,
  make: (options: FixtureOptions) => Promise<AdjudicatorUnderTest>,
): void {
  describe(`adjudicator conformance: ${name}`, () => {
    it("I1: commits after its snapshot, later ones at later timestamps", async () => {
      const tested = await make({});
      const one = await commit(tested, tested.fixture.request(["\x01a"]));
      const two = await commit(tested, tested.fixture.request(["\x01b"]));
      if (one.verdict !== "committed" || two.verdict !== "committed") throw new Error("refused");
      expect(two.timestamp).toBeGreaterThan(one.timestamp);
      await tested.close();
    });

    it.each(MATRIX)("I3: %s after %s: conflict %s", async (later, earlier, expected) => {
      const tested = await make({});
      const key = "\x01k";
      const isWrite = later === "X" || later === "U";
      const loser = isWrite
        ? { writes: [`${key}:${later}`] }
        : { writes: ["\x01other"], checks: [keyCheck(key, later === "K" ? "K" : "R")] };
      expect(await conflicts(tested, { writes: [`${key}:${earlier}`] }, loser)).toBe(expected);
      await tested.close();
    });

    it("I3: a conflict names the key and the winner", async () => {
      const tested = await make({});
      const { fixture } = tested;
      const snapshot = fixture.now;
      const won = await commit(tested, fixture.request(["\x01k"], { snapshot }));
      const lost = await commit(tested, fixture.request(["\x01k:U"], { snapshot }));
      expect(lost).toMatchObject({
        verdict: "conflict",
        conflict: {
          key: keyFromLatin1("\x01k"),
          intent: "U",
          winnerIntent: "X",
          winnerTimestamp: won.verdict === "committed" ? won.timestamp : undefined,
        },
      });
      await tested.close();
    });

    it("I9: the same request again gets the same answer and no second entry", async () => {
      const tested = await make({});
      const request = tested.fixture.request(["\x01k"]);
      const once = await commit(tested, request);
      expect(await commit(tested, request)).toEqual(once);
      const outcome = await settle(tested, first(tested).outcome(request.transaction));
      expect(outcome).toMatchObject({ outcome: "committed" });
      await tested.close();
    });

    it("I9: a transaction that nobody has heard of is aborted for good", async () => {
      const tested = await make({});
      const request = tested.fixture.request(["\x01k"], {
        transaction: transactionId("ab".repeat(16)),
      });
      const outcome = await settle(tested, first(tested).outcome(request.transaction));
      expect(outcome).toEqual({ outcome: "aborted" });
      expect((await commit(tested, request)).verdict).toBe("aborted");
      await tested.close();
    });

    it("I7: nothing commits at or below a heartbeat's watermark", async () => {
      const tested = await make({});
      const atLeast = plusMicros(tested.fixture.now, 1_000);
      const heartbeat = await settle(tested, first(tested).heartbeat(atLeast));
      expect(heartbeat.watermark).toBeGreaterThanOrEqual(atLeast);
      const reply = await commit(tested, tested.fixture.request(["\x01k"]));
      if (reply.verdict !== "committed") throw new Error("refused");
      expect(reply.timestamp).toBeGreaterThan(heartbeat.watermark);
      await tested.close();
    });

    it("a snapshot below the floor is refused", async () => {
      const tested = await make({ settings: { indexKeysMax: 4 } });
      const { fixture } = tested;
      const snapshot = fixture.now;
      for (let i = 0; i < 20; i++) await commit(tested, fixture.request([`\x01${i}`]));
      const request = fixture.request(["\x01k"], { snapshot });
      expect((await commit(tested, request)).verdict).toBe("tooOld");
      await tested.close();
    });

    it("remembers which conflicts were lost, to whom, and on which keys; commits leave nothing", async () => {
      const tested = await make({});
      const { fixture } = tested;
      const snapshot = fixture.now;
      const won = await commit(tested, fixture.request(["\x01k"], { snapshot }));
      if (won.verdict !== "committed") throw new Error("refused");
      const none = await settle(tested, first(tested).conflicts());
      expect(none).toEqual({ log: fixture.logs[0], recent: [], hottest: [] });
      for (let i = 0; i < 2; i++) {
        const late = fixture.request(["\x01k"], { snapshot });
        expect((await commit(tested, late)).verdict).toBe("conflict");
      }
      const { recent, hottest } = await settle(tested, first(tested).conflicts());
      const key = keyFromLatin1("\x01k");
      expect(recent).toHaveLength(2);
      for (const lost of recent) {
        expect(lost).toMatchObject({ key, intent: "X", winnerIntent: "X" });
        expect(lost.winnerTimestamp).toBe(won.timestamp);
        expect(lost.at).toBeGreaterThan(snapshot);
      }
      expect(hottest).toEqual([{ key, conflicts: 2, overestimate: 0, lastAt: recent[1]?.at }]);
      await tested.close();
    });

    it("I4: a transaction over two adjudicators is one entry in one log", async () => {
      const tested = await make({ logs: 2 });
      const { fixture } = tested;
      const participants = [...fixture.logs];
      const snapshot = fixture.now;
      const both = fixture.request(["\x01k", "\xf0k"], { participants, snapshot });
      expect((await commit(tested, both)).verdict).toBe("committed");
      const other = fixture.request(["\xf0k"], { participants: participants.slice(1), snapshot });
      const second = tested.adjudicators[1];
      if (second === undefined) throw new Error("no second adjudicator");
      expect((await settle(tested, second.commit(other))).verdict).toBe("conflict");
      const entries = fixture.logs.flatMap((log) => fixture.journal.records(log));
      const written = entries.filter(({ record }) => record.kind === "transaction");
      expect(written).toHaveLength(1);
      await tested.close();
    });
  });
}
