/**
 * Transfers between accounts: the total is the same in every snapshot, at every replica. Some
 * transfers lock an account that they only read (FOR UPDATE).
 */
import { KEY_MAX, KEY_MIN } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { StepContext, Workload } from "./workload.ts";
import { pickNumbers, tableOfKey, workloadKey } from "./workload.ts";

const ACCOUNTS = 8;
const BALANCE = 100;
const WHOLE_SPACE = { start: KEY_MIN, end: KEY_MAX };

function account(number: number): ReturnType<typeof workloadKey> {
  return workloadKey("account", number);
}

async function transfer(transaction: RecordedTransaction, context: StepContext): Promise<void> {
  const { random } = context;
  const [from, to, watched] = pickNumbers(random, 3, ACCOUNTS).map(account);
  if (from === undefined || to === undefined || watched === undefined) return;
  const [left, right] = await transaction.read([from, to]);
  await context.pause();
  if (random.chance(0.2)) {
    await transaction.read([watched]);
    transaction.lock(watched);
  }
  const amount = Math.min(random.between(1, 20), Number(left));
  transaction.put(from, String(Number(left) - amount), pickKind(random));
  transaction.put(to, String(Number(right) + amount), pickKind(random));
}

/** Updates of other columns conflict with each other as well. */
function pickKind(random: SeededRandom): "update" | "replace" {
  return random.chance(0.5) ? "update" : "replace";
}

function total(values: readonly (string | undefined)[]): number {
  return values.reduce((sum, value) => sum + Number(value ?? 0), 0);
}

export const bank: Workload = {
  name: "bank",

  setup(transaction) {
    for (let i = 0; i < ACCOUNTS; i++) transaction.put(account(i), String(BALANCE));
  },

  async step(transaction, context) {
    const dice = context.random.next();
    if (dice < 0.6) return transfer(transaction, context);
    if (dice < 0.8) {
      await transaction.read(Array.from({ length: ACCOUNTS }, (_, i) => account(i)));
      return;
    }
    await transaction.scan(WHOLE_SPACE);
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    const expected = ACCOUNTS * BALANCE;
    const isAccount = (key: string): boolean => tableOfKey(key).startsWith("account");
    for (const attempt of history.attempts) {
      if (attempt.number === 1) continue;
      for (const { entries } of attempt.scans) {
        const sum = total(entries.filter(([key]) => isAccount(key)).map(([, value]) => value));
        if (sum !== expected)
          findings.add("bank", `${attempt.describe()} scanned a total of ${sum}`);
      }
      const balances = attempt.reads.filter(({ key }) => isAccount(key));
      if (balances.length !== ACCOUNTS) continue;
      const sum = total(balances.map(({ value }) => value));
      if (sum !== expected) findings.add("bank", `${attempt.describe()} read a total of ${sum}`);
    }
    const values = Array.from({ length: ACCOUNTS }, (_, i) =>
      logs.versionAt(account(i), finalSnapshot),
    );
    const sum = total(values.map((version) => version?.value));
    if (sum !== expected) findings.add("bank", `at the end the total is ${sum}`);
  },
};
