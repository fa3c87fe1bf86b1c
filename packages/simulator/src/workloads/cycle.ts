/**
 * FoundationDB's ring: each key names the next one; a step rotates three neighbours. Whatever the
 * interleaving, the keys form one ring in every snapshot.
 */
import { KEY_MAX, KEY_MIN } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { Workload } from "./workload.ts";
import { workloadKey } from "./workload.ts";

const NODES = 10;
const WHOLE_SPACE = { start: KEY_MIN, end: KEY_MAX };

function node(number: number): ReturnType<typeof workloadKey> {
  return workloadKey("ring", number);
}

/** Length of the cycle that node 0 is on; 0 if it leads nowhere. */
function ringLength(next: ReadonlyMap<string, string | undefined>): number {
  let at = 0;
  for (let length = 1; length <= NODES; length++) {
    const value = next.get(node(at));
    if (value === undefined) return 0;
    at = Number(value);
    if (at === 0) return length;
  }
  return 0;
}

export const cycle: Workload = {
  name: "cycle",

  setup(transaction) {
    for (let i = 0; i < NODES; i++) transaction.put(node(i), String((i + 1) % NODES));
  },

  async step(transaction, context) {
    if (context.random.chance(0.2)) {
      await transaction.scan(WHOLE_SPACE);
      return;
    }
    const a = context.random.between(0, NODES - 1);
    const [b] = await transaction.read([node(a)]);
    const [c] = await transaction.read([node(Number(b))]);
    await context.pause();
    const [d] = await transaction.read([node(Number(c))]);
    transaction.put(node(a), String(c), "update");
    transaction.put(node(Number(c)), String(b));
    transaction.put(node(Number(b)), String(d), "update");
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    for (const attempt of history.attempts) {
      if (attempt.number === 1) continue;
      for (const { entries } of attempt.scans) {
        const length = ringLength(new Map(entries));
        if (length !== NODES) {
          findings.add("cycle", `${attempt.describe()} saw a ring of ${length}`);
        }
      }
    }
    const end = Array.from({ length: NODES }, (_, i) => node(i));
    const length = ringLength(
      new Map(end.map((key) => [key, logs.versionAt(key, finalSnapshot)?.value])),
    );
    if (length !== NODES) findings.add("cycle", `at the end the ring has ${length} nodes`);
  },
};
