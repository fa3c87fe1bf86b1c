/**
 * Single registers read, written blindly, compared-and-set and deleted by all clients, with unique
 * values: with the timestamps as its order, each register's history must be linearizable, which the
 * freshness and read checkers decide. Here: no compare-and-set succeeded on a value that was not
 * the register's.
 */
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { Workload } from "./workload.ts";
import { workloadKey } from "./workload.ts";

const REGISTERS = 4;

function register(number: number): ReturnType<typeof workloadKey> {
  return workloadKey("register", number);
}

export const registers: Workload = {
  name: "register",

  setup(transaction) {
    for (let i = 0; i < REGISTERS; i++) transaction.put(register(i), "0");
  },

  async step(transaction, context) {
    const { random } = context;
    const key = register(random.between(0, REGISTERS - 1));
    const dice = random.next();
    if (dice < 0.35) {
      await transaction.read([key]);
      return;
    }
    const value = String(context.unique());
    if (dice < 0.5) transaction.put(key, value);
    else if (dice < 0.55) transaction.delete(key);
    else {
      await transaction.read([key]);
      if (random.chance(0.3)) await context.pause();
      transaction.put(key, value, "update");
    }
  },

  check({ history, logs }: Evidence, findings: Findings) {
    for (const attempt of history.attempts) {
      const { outcome, reads, writes, snapshot } = attempt;
      if (outcome.kind !== "committed" || snapshot === undefined) continue;
      for (const { key, value } of reads) {
        if (!writes.has(key)) continue;
        const before = logs.versions(key).findLast((v) => v.timestamp < outcome.timestamp);
        if (before?.value === value) continue;
        const found = before?.value ?? "nothing";
        findings.add("register", `${attempt.describe()} set ${key} from ${value}, it was ${found}`);
      }
    }
  },
};
