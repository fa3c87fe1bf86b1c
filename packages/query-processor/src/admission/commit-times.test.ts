/** How long commits take, as a query processor sees it. */
import { describe, expect, it } from "vitest";
import type { CommitReply, CommitRequest } from "@firstlight/common";
import {
  ManualClock,
  ServiceError,
  keyFromLatin1,
  logId,
  timestamp,
  transactionId,
} from "@firstlight/common";
import { CommitTimes } from "./commit-times.ts";

const SECOND = 1_000_000;
const COMMITTED: CommitReply = { verdict: "committed", timestamp: timestamp(1) };

function request(bytes: number): CommitRequest {
  const value = new Uint8Array(bytes);
  return {
    transaction: transactionId("00".repeat(16)),
    snapshot: timestamp(1),
    mutations: bytes === 0 ? [] : [{ key: keyFromLatin1("k"), value, intent: "X" }],
    checks: [],
    participants: [],
  };
}

function times() {
  const clock = new ManualClock();
  const log = new CommitTimes(logId("a1"), clock);
  const answers: { resolve(reply: CommitReply): void; reject(error: Error): void }[] = [];
  const commit = (): Promise<CommitReply> =>
    new Promise((resolve, reject) => void answers.push({ resolve, reject }));
  const send = async (bytes = 0): Promise<void> => {
    await log.commit({ commit }, request(bytes)).catch(() => undefined);
  };
  return { clock, log, answers, send };
}

describe("the time that commits take", () => {
  it("is unknown before the first, then that of the last answer", async () => {
    const { clock, log, answers, send } = times();
    expect(log.load).toBeUndefined();
    const sent = send();
    await clock.advance(SECOND);
    answers[0]?.resolve(COMMITTED);
    await sent;
    expect(log.load).toEqual({ micros: SECOND, at: clock.monotonicMicros() });
  });

  it("is that of the oldest that is waited for, when that is longer", async () => {
    const { clock, log, answers, send } = times();
    const first = send();
    await clock.advance(3 * SECOND);
    const second = send();
    await clock.advance(SECOND);
    expect(log.load?.micros).toBe(4 * SECOND);
    for (const answer of answers) answer.resolve(COMMITTED);
    await Promise.all([first, second]);
    expect(log.load?.micros).toBe(SECOND);
  });

  it("leaves out what the size takes", async () => {
    const { clock, log, send } = times();
    void send(5_000_000);
    await clock.advance(6 * SECOND);
    expect(log.load?.micros).toBeCloseTo(SECOND, -2);
  });

  it("leaves out what the size of a large one took that was in front", async () => {
    const { clock, log, answers, send } = times();
    const large = send(20_000_000);
    const small = send();
    await clock.advance(12 * SECOND);
    answers[0]?.resolve(COMMITTED);
    await large;
    expect(log.load?.micros).toBe(0);
    answers[1]?.resolve(COMMITTED);
    await small;
    expect(log.load?.micros).toBe(0);
    const later = send();
    await clock.advance(3 * SECOND);
    answers[2]?.resolve(COMMITTED);
    await later;
    expect(log.load?.micros).toBe(3 * SECOND);
  });

  it("counts a commit whose outcome is unknown, none that was not tried", async () => {
    const { clock, log, answers, send } = times();
    const refused = send();
    await clock.advance(SECOND);
    answers[0]?.reject(new ServiceError("overloaded", "too many"));
    await refused;
    expect(log.load).toBeUndefined();
    const lost = send();
    await clock.advance(7 * SECOND);
    answers[1]?.reject(new ServiceError("unavailable", "lost"));
    await lost;
    expect(log.load?.micros).toBe(7 * SECOND);
  });
});
