/**
 * Doctors on call, under SERIALIZABLE: whoever goes off duty has seen, by scanning the shift, that
 * somebody stays; whoever goes on duty has seen that there is room. So no snapshot shows a shift
 * that is empty or overfull. The first is write skew on rows that exist, the second on one that
 * does not exist yet.
 */
import type { Key, Span } from "@firstlight/common";
import { keyFromLatin1, prefixSpan } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { StepContext, Workload } from "./workload.ts";
import { workloadKey } from "./workload.ts";

const SHIFTS = 4;
const DOCTORS = 6;
const ON_DUTY_MAX = 3;

/** Doctors of one shift lie together, neighbouring shifts in different halves of the key space. */
function duty(shift: number, doctor: number): Key {
  return keyFromLatin1(`${workloadKey("shift", shift)}-${doctor}`);
}

const shiftSpan = (shift: number): Span => prefixSpan(workloadKey("shift", shift));

async function onDuty(transaction: RecordedTransaction, shift: number): Promise<readonly Key[]> {
  const entries = await transaction.scan(shiftSpan(shift));
  return entries.map(([key]) => key);
}

async function goOff(
  transaction: RecordedTransaction,
  shift: number,
  { random }: StepContext,
): Promise<void> {
  const present = await onDuty(transaction, shift);
  const leaving = present[random.between(0, Math.max(0, present.length - 1))];
  if (present.length >= 2 && leaving !== undefined) transaction.delete(leaving);
}

async function goOn(
  transaction: RecordedTransaction,
  shift: number,
  context: StepContext,
): Promise<void> {
  const present = await onDuty(transaction, shift);
  const coming = duty(shift, context.random.between(0, DOCTORS - 1));
  if (present.length < ON_DUTY_MAX && !present.includes(coming)) {
    transaction.put(coming, `since ${context.unique()}`);
  }
}

/** Empty and overfull shifts, as seen or as committed. */
function checkShifts(
  countOf: (shift: number) => number | undefined,
  when: string,
  findings: Findings,
): void {
  for (let shift = 0; shift < SHIFTS; shift++) {
    const count = countOf(shift);
    if (count === undefined || (count >= 1 && count <= ON_DUTY_MAX)) continue;
    findings.add("write skew", `${when}: ${count} are on duty in shift ${shift}`);
  }
}

export const writeSkew: Workload = {
  name: "write-skew",
  serializable: true,

  setup(transaction) {
    for (let shift = 0; shift < SHIFTS; shift++) transaction.put(duty(shift, 0), "since 0");
  },

  async step(transaction, context) {
    const { random } = context;
    const shift = random.between(0, SHIFTS - 1);
    const other = (shift + random.between(1, SHIFTS - 1)) % SHIFTS;
    const dice = random.next();
    if (dice < 0.2) {
      await onDuty(transaction, shift);
      await onDuty(transaction, other);
      return;
    }
    if (dice < 0.7) await goOff(transaction, shift, context);
    await context.pause();
    if (dice > 0.5) await goOn(transaction, other, context);
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    for (const attempt of history.attempts) {
      const { outcome } = attempt;
      if (outcome.kind !== "committed") continue;
      const { timestamp } = outcome;
      checkShifts(
        (shift) => logs.entriesAt(shiftSpan(shift), timestamp).length,
        `after ${attempt.describe()}`,
        findings,
      );
    }
    checkShifts(
      (shift) => logs.entriesAt(shiftSpan(shift), finalSnapshot).length,
      "at the end",
      findings,
    );
  },
};
