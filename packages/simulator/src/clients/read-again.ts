/**
 * I5 from a client's side: what an earlier transaction read is read again at the same snapshot, from
 * whichever replica comes first this time. Past the horizon the answer must be a refusal.
 */
import type { Key } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Attempt, History } from "../history/attempt.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { Marks } from "../simulation/marks.ts";
import type { ClientMachine } from "./client-machines.ts";

export interface ReadAgainParts {
  readonly machine: ClientMachine;
  readonly history: History;
  readonly random: SeededRandom;
  readonly marks: Marks;
  readonly now: () => number;
}

function keysOf(attempt: Attempt): readonly Key[] {
  const scanned = attempt.scans.flatMap(({ entries }) => entries.map(([key]) => key));
  return [...new Set([...attempt.reads.map(({ key }) => key), ...scanned])];
}

export async function readAgain(parts: ReadAgainParts): Promise<void> {
  const { machine, history, random, marks, now } = parts;
  const earlier = random.pick(history.attempts.slice(-200));
  const { snapshot } = earlier;
  const keys = keysOf(earlier);
  if (snapshot === undefined || keys.length === 0) return;
  const attempt = history.begin(machine.name, now());
  attempt.historical = true;
  attempt.snapshot = snapshot;
  try {
    const storage = machine.connections.storage(random.between(0, 1));
    const values = await storage.read({ snapshot, catalogVersion: undefined, keys });
    attempt.addReads(now(), keys, values);
    attempt.outcome = { kind: "readOnly" };
    attempt.endedAt = now();
    marks.hit("read again at an old snapshot");
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    marks.hit(error.kind === "horizon" ? "horizon refused a read" : `failed: ${error.kind}`);
  }
}
