/**
 * Every storage replica against the logs: what it says to hold is held whole, to the key (I5), and
 * who the shard map says serves a shard holds it.
 */
import type { Key, ShardMap, ShardReport, Span, Timestamp } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Row } from "../checkers/replica-rows.ts";
import { firstDifference, rowsAt } from "../checkers/replica-rows.ts";
import type { Findings } from "../checkers/violation.ts";
import type { ClientMachine } from "../clients/client-machines.ts";
import type { LogHistory } from "../history/log-history.ts";

/** For copies under way, replicas on their way out, and rows that are to be removed. */
const SETTLE_MICROS = 120_000_000;
const PAUSE_MICROS = 500_000;

export interface ReplicaReadParts {
  readonly machine: ClientMachine;
  readonly findings: Findings;
  readonly replicas: readonly string[];
  readonly logs: LogHistory;
  /** Keys that storage keeps as the logs have them. */
  readonly isKept: (key: Key) => boolean;
}

/** Under a low limit a large shard is cut for minutes. That it ends is a matter of other tests. */
async function endAutomaticChanges(machine: ClientMachine, keeper: string): Promise<boolean> {
  try {
    const change = { kind: "policy", policy: { enabled: false } } as const;
    await machine.connections.shardKeeper(keeper).changeShards(change);
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return false;
  }
}

/** Waits until every replica holds what the newest map says and nothing else. */
export async function settleShards(
  machine: ClientMachine,
  replicas: readonly string[],
  findings: Findings,
): Promise<void> {
  const { clock } = machine.runtime;
  const giveUp = clock.monotonicMicros() + SETTLE_MICROS;
  for (let at = 0; clock.monotonicMicros() < giveUp; at++) {
    if (await endAutomaticChanges(machine, replicas[at % replicas.length] ?? "")) break;
    await clock.sleep(PAUSE_MICROS);
  }
  let unsettled = "";
  while (clock.monotonicMicros() < giveUp) {
    const reports = await Promise.all(replicas.map((name) => reportOf(machine, name)));
    unsettled = whatIsUnsettled(reports);
    if (unsettled === "") return;
    await clock.sleep(PAUSE_MICROS);
  }
  findings.add("liveness", `shards are still on their way: ${unsettled}`);
}

async function reportOf(machine: ClientMachine, name: string): Promise<ShardReport | undefined> {
  try {
    return await machine.connections.shardKeeper(name).shardReport();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return undefined;
  }
}

function whatIsUnsettled(reports: readonly (ShardReport | undefined)[]): string {
  const known = reports.filter((each) => each !== undefined);
  if (known.length < reports.length) return "a replica does not answer";
  const version = Math.max(...known.map(({ map }) => map.version));
  for (const { member, map, held, shards, filling, cleaning } of known) {
    if (map.version < version) return `${member} has version ${map.version} of ${version}`;
    if (filling !== undefined || cleaning) return `${member} copies or removes rows`;
    if (shards.some((each) => !each.held)) return `${member} lacks a shard`;
    const own = map.shards.filter(({ replicas }) =>
      replicas.some((each) => each.member === member),
    );
    const isSurplus = (span: Span): boolean =>
      !isCovered(
        span,
        own.map((each) => each.span),
      );
    if (held.some(isSurplus)) return `${member} holds what it need not`;
    const waits = own.find(({ replicas }) => replicas.some(({ state }) => state !== "serving"));
    if (waits !== undefined) return `${member} has a shard that moves: ${JSON.stringify(waits)}`;
  }
  return "";
}

function isCovered({ start, end }: Span, spans: readonly Span[]): boolean {
  let reached = start;
  for (const span of spans) if (span.start <= reached && reached < span.end) reached = span.end;
  return reached >= end;
}

/** The newest map that a replica knows, and what each of them holds. */
export async function readReplicas(parts: ReplicaReadParts, snapshot: Timestamp): Promise<void> {
  const { machine, replicas, findings } = parts;
  const reports: ShardReport[] = [];
  for (const name of replicas) {
    const report = await reportOf(machine, name);
    if (report === undefined) findings.add("liveness", `${name} does not say what it holds`);
    else reports.push(report);
  }
  for (const report of reports) await readReplica(parts, report, snapshot);
  const [newest] = reports.toSorted((a, b) => b.map.version - a.map.version);
  if (newest !== undefined) checkMap(newest.map, reports, findings);
}

async function readReplica(
  { machine, findings, logs, isKept }: ReplicaReadParts,
  { member, held }: ShardReport,
  snapshot: Timestamp,
): Promise<void> {
  for (const span of held) {
    let seen: readonly Row[];
    try {
      seen = await rowsAt(machine.connections.storageReplica(member), span, snapshot);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      findings.add("liveness", `${member} cannot be scanned at the end: ${error.message}`);
      continue;
    }
    const truth = logs.entriesAt(span, snapshot).filter(([key]) => isKept(key));
    const kept = seen.filter(([key]) => isKept(key));
    const difference = firstDifference(kept, truth);
    if (difference !== undefined) findings.add("I4/I5", `${member} at ${snapshot}: ${difference}`);
  }
}

function checkMap(map: ShardMap, reports: readonly ShardReport[], findings: Findings): void {
  let reached: string = map.shards[0]?.span.start ?? "";
  for (const { shard, span, replicas } of map.shards) {
    if (span.start !== reached) findings.add("shards", `${shard} does not begin where one ends`);
    reached = span.end;
    if (!replicas.some(({ state }) => state === "serving")) {
      findings.add("shards", `nobody serves ${shard}`);
    }
    for (const { member, state } of replicas) {
      const report = reports.find((each) => each.member === member);
      if (state === "filling" || report === undefined || report.map.version < map.version) continue;
      if (isCovered(span, report.held)) continue;
      findings.add("shards", `${member} is to serve ${shard} and does not hold it`);
    }
  }
}
