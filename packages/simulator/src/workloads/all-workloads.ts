/** All workloads by name. */
import { advisoryLocks } from "./advisory-locks.ts";
import { bank } from "./bank.ts";
import { counters } from "./counter.ts";
import { cycle } from "./cycle.ts";
import { indexBuild } from "./index-build.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { keySchema } from "./key-schema.ts";
import { ledger } from "./ledger.ts";
import { listAppend, serializableLists } from "./list-append.ts";
import { notifications } from "./notifications.ts";
import { registers } from "./register.ts";
import { sequences } from "./sequences.ts";
import { uniqueRace } from "./unique-race.ts";
import type { Workload } from "./workload.ts";
import { writeSkew } from "./write-skew.ts";

export const WORKLOADS: readonly Workload[] = [
  bank,
  listAppend,
  cycle,
  registers,
  foreignKeys,
  serializableLists,
  writeSkew,
  indexBuild,
  counters,
  notifications,
  keySchema,
  uniqueRace,
  ledger,
  sequences,
  advisoryLocks,
];

export function workloadNamed(name: string): Workload | undefined {
  return WORKLOADS.find((workload) => workload.name === name);
}
