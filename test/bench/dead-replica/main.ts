/**
 * What a dead journal replica costs the cluster's writers: single-row commits with all three replicas,
 * then with one killed. Prints commits per second and, as other work may keep the machine busy,
 * processor time per commit, of all processes and of each role.
 * Run with: npm run bench:dead-replica -- --seconds 20 --connections 16
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import pg from "pg";
import { killMember } from "../../support/cluster-member.ts";
import { connectTo } from "../../support/databases.ts";
import type { Running } from "../../support/processes.ts";
import {
  clusterProcesses,
  removeDirectory,
  startCluster,
  temporaryDirectory,
} from "../../support/processes.ts";

const TICKS_PER_SECOND = 100;
const WARMUP_MILLIS = 3_000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    connections: { type: "string", default: "16" },
    victim: { type: "string", default: "journal-1" },
    /** Characters of each row: large ones fill what the writer keeps for the dead one. */
    width: { type: "string", default: "100" },
    /** The least commits per second with one dead, as a share of those with all. */
    least: { type: "string", default: "0.8" },
  },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);
const filler = "x".repeat(Number(values.width));

interface Measured {
  readonly commits: number;
  readonly seconds: number;
  /** Of processor time, by role. */
  readonly used: ReadonlyMap<string, number>;
}

/** utime and stime; 0 for a process that is gone. */
function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

function usedByRole({ directory }: Running, dead: readonly string[]): Map<string, number> {
  const used = new Map<string, number>();
  for (const [name, { role, pid }] of Object.entries(clusterProcesses(directory))) {
    if (dead.includes(name)) continue;
    used.set(role, (used.get(role) ?? 0) + processorSeconds(pid));
  }
  return used;
}

async function write(client: pg.Client, until: number, count: () => void): Promise<void> {
  while (performance.now() < until) {
    await client.query({
      name: "i",
      text: "insert into written (t) values ($1)",
      values: [filler],
    });
    count();
  }
}

async function measure(
  running: Running,
  clients: readonly pg.Client[],
  dead: readonly string[],
): Promise<Measured> {
  const warm = performance.now() + WARMUP_MILLIS;
  await Promise.all(clients.map((client) => write(client, warm, () => undefined)));
  const before = usedByRole(running, dead);
  const begun = performance.now();
  let commits = 0;
  await Promise.all(clients.map((each) => write(each, begun + seconds * 1_000, () => commits++)));
  const took = (performance.now() - begun) / 1_000;
  const used = new Map(
    [...usedByRole(running, dead)].map(([role, after]) => [role, after - (before.get(role) ?? 0)]),
  );
  return { commits, seconds: took, used };
}

function microsPerCommit({ used, commits }: Measured, role?: string): number {
  const all = [...used.values()].reduce((sum, each) => sum + each, 0);
  return Math.round(((role === undefined ? all : (used.get(role) ?? 0)) * 1e6) / commits);
}

function row(measured: Measured): Record<string, number> {
  return {
    "commits/s": Math.round(measured.commits / measured.seconds),
    "CPU µs/commit": microsPerCommit(measured),
    ...Object.fromEntries(
      [...measured.used.keys()].map((role) => [`${role} µs`, microsPerCommit(measured, role)]),
    ),
  };
}

const directory = temporaryDirectory("dead-replica");
const running = await startCluster(directory);
try {
  const clients = await Promise.all(
    Array.from({ length: connections }, (_, i) => connectTo(running.ports[i % 2] ?? 0)),
  );
  await clients[0]?.query(
    "create table written (id uuid primary key default gen_random_uuid(), t text)",
  );
  // Not counted: processes that have just started compile for as long, which only the first one pays.
  await measure(running, clients, []);
  const healthy = await measure(running, clients, []);
  killMember(directory, values.victim);
  const one = await measure(running, clients, [values.victim]);
  const rates = [healthy, one].map((each) => each.commits / each.seconds);
  const share = (rates[1] ?? 0) / (rates[0] ?? 1);
  console.table({ "three replicas": row(healthy), [`without ${values.victim}`]: row(one) });
  console.log(`commits per second with one dead: ${share.toFixed(2)} of those with all`);
  if (share < Number(values.least)) process.exitCode = 1;
  await Promise.all(clients.map((client) => client.end()));
} finally {
  await running.stop();
  removeDirectory(directory);
}
