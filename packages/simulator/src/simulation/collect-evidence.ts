/**
 * The end of a run, after everything was healed: the cluster must serve again, then the logs are
 * read from every journal replica and all keys from every storage replica.
 */
import type { LogEntry, LogId, MaybePromise } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Evidence, ReplicaLog } from "../checkers/evidence.ts";
import { wholeLogs } from "../checkers/recorded-logs.ts";
import { keptBy } from "../checkers/replica-rows.ts";
import type { Findings } from "../checkers/violation.ts";
import type { ClientMachine, ClientMachines } from "../clients/client-machines.ts";
import type { Observations } from "../cluster/observations.ts";
import type { SimCluster } from "../cluster/sim-cluster.ts";
import type { History } from "../history/attempt.ts";
import { LogHistory } from "../history/log-history.ts";
import { readReplicas, settleShards } from "./read-replicas.ts";
import { workloadKey } from "../workloads/workload.ts";

/** Simulated time within which a healed cluster must commit again. */
const LIVENESS_MICROS = 30_000_000;
/** Enough for the replicas to hear of the last commits. */
const SETTLE_MICROS = 3_000_000;
/** For jobs whose runner died: its lease has to end before. */
const JOBS_MICROS = 120_000_000;
const ATTEMPTS_MAX = 20;

export interface EndParts {
  readonly cluster: SimCluster;
  readonly clients: ClientMachines;
  readonly history: History;
  readonly observations: Observations;
  readonly findings: Findings;
  /** What was copied before it was trimmed. */
  readonly archive: () => readonly ReplicaLog[];
}

/** Writes to both halves until a commit succeeds. */
async function checkLiveness(parts: EndParts, machine: ClientMachine): Promise<void> {
  const { clock } = machine.runtime;
  const giveUp = clock.monotonicMicros() + LIVENESS_MICROS;
  while (clock.monotonicMicros() < giveUp) {
    const transaction = parts.clients.transaction(machine);
    try {
      transaction.put(workloadKey("alive", 0), machine.name);
      transaction.put(workloadKey("alive", 1), machine.name);
      if (await transaction.commit()) return;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    await clock.sleep(50_000);
  }
  parts.findings.add("liveness", `${machine.name} could not commit in ${LIVENESS_MICROS} µs`);
}

/** Whatever became of those who began them, jobs come to their end. */
async function finishJobs(parts: EndParts, machine: ClientMachine): Promise<void> {
  const { clock } = machine.runtime;
  const processor = parts.clients.queryProcessor(machine);
  const giveUp = clock.monotonicMicros() + JOBS_MICROS;
  while (clock.monotonicMicros() < giveUp) {
    if (await processor.jobsAreDone()) return;
    await clock.sleep(500_000);
  }
  parts.findings.add("liveness", `jobs are unfinished after ${JOBS_MICROS} µs`);
}

async function readLog(
  machine: ClientMachine,
  replica: string,
  log: LogId,
): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  const stub = machine.connections.replica(replica);
  const { firstIndex } = await stub.state(log);
  for (;;) {
    const read = await stub.read(log, firstIndex + entries.length, 1 << 20, false);
    if (read.entries.length === 0) return entries;
    entries.push(...read.entries);
  }
}

async function readLogs(parts: EndParts, machine: ClientMachine): Promise<readonly ReplicaLog[]> {
  const found: ReplicaLog[] = [];
  for (const { member } of parts.cluster.named("journal")) {
    for (const { log } of parts.cluster.shape.topology.adjudicators) {
      try {
        const entries = await persist(machine, () => readLog(machine, member.name, log));
        found.push({ replica: member.name, log, entries });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        parts.findings.add("I8", `${member.name} cannot read log ${log}: ${error.message}`);
      }
    }
  }
  return found;
}

/** Asks until there is an answer: a connection may still have to be noticed to be dead. */
async function persist<T>(machine: ClientMachine, ask: () => MaybePromise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServiceError) || attempt >= ATTEMPTS_MAX) throw error;
      await machine.runtime.clock.sleep(200_000);
    }
  }
}

export async function collectEvidence(parts: EndParts): Promise<Evidence> {
  const { cluster, clients, history, observations } = parts;
  const machines = cluster.named("client").map(({ member }) => clients.boot(member.name));
  for (const machine of machines) await checkLiveness(parts, machine);
  const [machine] = machines;
  if (machine === undefined) throw new RangeError("a cluster without clients");
  if (clients.speakSql) await finishJobs(parts, machine);
  // What is not settled commits.
  const replicas = cluster.named("storage").map(({ member }) => member.name);
  await settleShards(machine, replicas, parts.findings);
  await machine.runtime.clock.sleep(SETTLE_MICROS);
  const replicaLogs = await readLogs(parts, machine);
  const logs = new LogHistory(wholeLogs([...parts.archive(), ...replicaLogs]));
  const finalSnapshot = machine.view.takeSnapshot();
  const isKept = keptBy(logs.keys());
  const { findings } = parts;
  await readReplicas({ machine, findings, replicas, logs, isKept }, finalSnapshot);
  const copies = [...parts.archive(), ...replicaLogs];
  const { topology, firstMap } = cluster.shape;
  return { history, logs, replicaLogs: copies, observations, finalSnapshot, topology, firstMap };
}
