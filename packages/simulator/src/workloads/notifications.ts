/**
 * Registers in both halves of the key space, written by transactions that notify of what they wrote,
 * while a session on each machine listens (I12): it hears of every transaction that committed after
 * it began to listen, once, in the order of the log, of nothing else, and can read what it hears of.
 */
import { firstLog, logsOf, notificationsOf } from "@firstlight/common";
import type { Timestamp } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { ListenerRecord } from "../clients/sim-listener.ts";
import { registerOf } from "../clients/sim-listener.ts";
import { pickNumbers, workloadKey } from "./workload.ts";
import type { Workload } from "./workload.ts";

const REGISTERS = 8;

interface Sent {
  readonly payload: string;
  readonly timestamp: Timestamp;
  /** Undefined in another log than the notifications'. */
  readonly index: number | undefined;
}

/** All that was ever committed, in the order of commits. */
function everySent({ logs, topology }: Evidence): readonly Sent[] {
  const own = firstLog(logsOf(topology.adjudicators));
  const sent: Sent[] = [];
  for (const [log, entries] of logs.logs) {
    for (const { index, timestamp, payload: record } of entries) {
      for (const { payload } of notificationsOf(record)) {
        sent.push({ payload, timestamp, index: log === own ? index : undefined });
      }
    }
  }
  return sent.toSorted((a, b) => a.timestamp - b.timestamp);
}

function checkHeard(record: ListenerRecord, sent: readonly Sent[], findings: Findings): void {
  const { machine, position, heard, isComplete } = record;
  if (position === undefined) return;
  const expected = sent.filter(({ index }) => index === undefined || index > position);
  for (const [i, { payload }] of heard.entries()) {
    if (expected[i]?.payload === payload) continue;
    const instead = expected[i]?.payload ?? "nothing";
    findings.add("I12", `${machine} heard ${payload} as number ${i}, sent was ${instead}`);
    return;
  }
  if (!isComplete || heard.length === expected.length) return;
  const lost = expected.length - heard.length;
  findings.add("I12", `${machine} did not hear the last ${lost} of ${expected.length}`);
}

/** What was read at that moment is what the notification is about, or something later. */
function checkSeen(record: ListenerRecord, { logs }: Evidence, findings: Findings): void {
  for (const { payload, seen } of record.heard) {
    if (seen === undefined) continue;
    const { key, value } = registerOf(payload);
    const versions = logs.versions(key);
    const told = versions.findIndex((each) => each.value === value);
    const read = versions.findIndex((each) => each.value === seen);
    if (told < 0 || read >= told) continue;
    findings.add("I12", `${record.machine} heard of ${value} and read ${seen} of ${key}`);
  }
}

/** What was refused must not be there, what was acknowledged must, and nothing twice. */
function checkSent({ history }: Evidence, sent: readonly Sent[], findings: Findings): void {
  const times = new Map<string, number>();
  for (const { payload } of sent) times.set(payload, (times.get(payload) ?? 0) + 1);
  for (const attempt of history.attempts) {
    for (const payload of attempt.notifications) {
      const count = times.get(payload) ?? 0;
      const { kind } = attempt.outcome;
      const isWrong =
        count > 1 || (kind === "committed" && count === 0) || (kind === "refused" && count > 0);
      if (isWrong) findings.add("I12", `${attempt.describe()} was sent ${count} times: ${payload}`);
    }
  }
}

export const notifications: Workload = {
  name: "notifications",
  listens: true,

  setup(transaction) {
    for (let i = 0; i < REGISTERS; i++) transaction.put(workloadKey("noted", i), "0");
  },

  async step(transaction, context) {
    const { random } = context;
    const numbers = pickNumbers(random, random.between(1, 3), REGISTERS);
    const keys = numbers.map((number) => workloadKey("noted", number));
    await transaction.read(keys);
    if (random.chance(0.3)) await context.pause();
    for (const key of keys) {
      const value = String(context.unique());
      transaction.put(key, value, "update");
      if (random.chance(0.8)) transaction.notify(key, value);
    }
  },

  check(evidence, findings) {
    const sent = everySent(evidence);
    checkSent(evidence, sent, findings);
    for (const record of evidence.observations.listeners) {
      checkHeard(record, sent, findings);
      checkSeen(record, evidence, findings);
    }
  },
};
