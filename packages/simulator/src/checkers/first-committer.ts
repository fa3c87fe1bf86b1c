/**
 * I3: of two committed transactions that wrote or locked the same key, the later one's snapshot is
 * at or after the earlier one's commit; but two that only added to it. Writes are taken from the
 * logs, locks from the clients.
 */
import type { Key, Timestamp, TransactionId } from "@firstlight/common";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

interface Claim {
  readonly transaction: TransactionId;
  readonly snapshot: Timestamp;
  readonly timestamp: Timestamp;
  readonly how: "wrote" | "added to" | "locked";
}

function claimsByKey({
  history,
  logs,
}: Pick<Evidence, "history" | "logs">): ReadonlyMap<Key, Claim[]> {
  const claims = new Map<Key, Claim[]>();
  const add = (key: Key, claim: Claim): void => {
    const known = claims.get(key);
    if (known === undefined) claims.set(key, [claim]);
    else known.push(claim);
  };
  const locksOf = new Map(history.attempts.map((each) => [each.transaction, each.locks]));
  for (const { transaction, snapshot, timestamp, keys, added } of logs.transactions) {
    const claim = { transaction, snapshot, timestamp };
    for (const key of keys) add(key, { ...claim, how: added.has(key) ? "added to" : "wrote" });
    for (const key of locksOf.get(transaction) ?? []) {
      if (!keys.includes(key)) add(key, { ...claim, how: "locked" });
    }
  }
  return claims;
}

export function checkFirstCommitter(
  evidence: Pick<Evidence, "history" | "logs">,
  findings: Findings,
): void {
  for (const [key, claims] of claimsByKey(evidence)) {
    claims.forEach((later, i) => {
      const before = claims.slice(0, i);
      const earlier =
        later.how === "added to" ? before.findLast(({ how }) => how !== "added to") : before.at(-1);
      if (earlier === undefined || later.snapshot >= earlier.timestamp) return;
      const one = `${earlier.transaction} ${earlier.how} ${key} at ${earlier.timestamp}`;
      const two = `${later.transaction} ${later.how} it at ${later.timestamp}`;
      findings.add("I3", `${one} and ${two} with snapshot ${later.snapshot}`);
    });
  }
}
