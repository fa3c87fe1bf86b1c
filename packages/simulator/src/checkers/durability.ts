/**
 * I1, I8: what was acknowledged is in a log, with the timestamp that was acknowledged. I9: a
 * transaction is in the logs at most once, and what was refused is in none.
 */
import type { LoggedTransaction } from "../history/log-history.ts";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

function place({ log, index, timestamp }: LoggedTransaction): string {
  return `entry ${index} of log ${log} at ${timestamp}`;
}

export function checkDurability(
  { history, logs }: Pick<Evidence, "history" | "logs">,
  findings: Findings,
): void {
  const logged = new Map<string, LoggedTransaction>();
  for (const found of logs.transactions) {
    const known = logged.get(found.transaction);
    if (known !== undefined) {
      findings.add("I9", `${found.transaction} is ${place(known)} and ${place(found)}`);
    }
    logged.set(found.transaction, found);
  }
  for (const attempt of history.attempts) {
    const { outcome, transaction } = attempt;
    const found = transaction === undefined ? undefined : logged.get(transaction);
    if (outcome.kind === "refused" && found !== undefined) {
      const text = `${attempt.describe()} was refused (${outcome.verdict}) but is ${place(found)}`;
      findings.add("I9", text);
    }
    if (outcome.kind !== "committed") continue;
    if (found === undefined) {
      findings.add("I8", `${attempt.describe()} was acknowledged and is in no log`);
    } else if (found.timestamp !== outcome.timestamp) {
      findings.add("I9", `${attempt.describe()} was acknowledged but is ${place(found)}`);
    }
  }
}
