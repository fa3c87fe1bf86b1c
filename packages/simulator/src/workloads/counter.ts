/**
 * Hot counters: most transactions only add to them (intent D), some write what they have read, some
 * remove one or bring it back. What is added to one is taken from another, so the total of those
 * that are there and of the reserve is the same in every snapshot.
 */
import type { Key } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import { rowDecoder, rowEncoder } from "@firstlight/sql";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { StepContext, Workload } from "./workload.ts";
import { pickNumbers, workloadKey } from "./workload.ts";

const COUNTERS = 5;
const START = 1_000n;
const INT8 = 20;
const encode = rowEncoder([INT8]);
const decode = rowDecoder([INT8]);

/** The last one is the reserve, which is never removed. */
const counter = (number: number): Key => workloadKey("counter", number);
const RESERVE = counter(COUNTERS);
const ALL: readonly Key[] = Array.from({ length: COUNTERS + 1 }, (_, number) => counter(number));

function rowOf(value: bigint): string {
  return encode([value]).toString("latin1");
}

function valueOf(row: string): bigint {
  return decode(Buffer.from(row, "latin1"))[0] as bigint;
}

async function move(transaction: RecordedTransaction, context: StepContext): Promise<void> {
  const { random } = context;
  const [from, to] = pickNumbers(random, 2, COUNTERS).map(counter);
  if (from === undefined || to === undefined) return;
  // What is not there is neither added to nor taken from.
  const amount = BigInt(random.between(1, 50));
  for (const [key, change] of [
    [from, -amount],
    [to, amount],
  ] as const) {
    await transaction.add(key, change);
    if (!transaction.attempt.writes.has(key)) await transaction.add(RESERVE, change);
    if (random.chance(0.3)) await context.pause();
  }
}

/** Read, then written: what others add meanwhile must not be lost. */
async function rewrite(transaction: RecordedTransaction, context: StepContext): Promise<void> {
  const key = counter(context.random.between(0, COUNTERS - 1));
  const [row, reserve] = await transaction.read([key, RESERVE]);
  await context.pause();
  if (reserve === undefined) return;
  const amount = BigInt(context.random.between(1, 20));
  if (row === undefined) {
    transaction.put(key, rowOf(amount));
    transaction.put(RESERVE, rowOf(valueOf(reserve) - amount), "update");
  } else if (context.random.chance(0.3)) {
    transaction.delete(key);
    transaction.put(RESERVE, rowOf(valueOf(reserve) + valueOf(row)), "update");
  } else {
    transaction.put(key, rowOf(valueOf(row) + amount), "update");
    transaction.put(RESERVE, rowOf(valueOf(reserve) - amount), "update");
  }
}

function checkTotal(
  rowAt: (key: Key) => string | undefined,
  when: string,
  findings: Findings,
): void {
  const total = ALL.reduce((sum, key) => {
    const row = rowAt(key);
    return row === undefined ? sum : sum + valueOf(row);
  }, 0n);
  const expected = START * BigInt(COUNTERS + 1);
  if (total !== expected) findings.add("counter", `${when} the total is ${total}`);
}

export const counters: Workload = {
  name: "counter",

  setup(transaction) {
    for (const key of ALL) transaction.put(keyFromLatin1(key), rowOf(START));
  },

  async step(transaction, context) {
    const dice = context.random.next();
    if (dice < 0.65) await move(transaction, context);
    else if (dice < 0.8) await rewrite(transaction, context);
    else await transaction.read(ALL);
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    for (const attempt of history.attempts) {
      const { outcome, reads, writes } = attempt;
      if (outcome.kind === "committed") {
        checkTotal(
          (key) => logs.versionAt(key, outcome.timestamp)?.value,
          `after ${attempt.describe()}`,
          findings,
        );
      }
      if (attempt.number === 1 || writes.size > 0 || reads.length !== ALL.length) continue;
      const seen = new Map(reads.map(({ key, value }) => [key, value]));
      checkTotal((key) => seen.get(key), `in ${attempt.describe()}`, findings);
    }
    checkTotal((key) => logs.versionAt(key, finalSnapshot)?.value, "at the end", findings);
  },
};
