/**
 * npm run bench: pgbench against PostgreSQL 16 from npm and Firstlight, embedded and as a local
 * cluster, one after the other in the same run. All of them flush every commit to disk.
 * Options: --seconds N --scale N --targets embedded,cluster
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startOracle } from "../oracle/oracle.ts";
import {
  removeDirectory,
  startCluster,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";
import type { Load, Result, Script } from "./pgbench.ts";
import * as ownDriver from "./own-driver.ts";
import * as pgbench from "./pgbench.ts";

const SCRIPTS: readonly Script[] = ["select-only", "simple-update", "tpcb-like"];
const CLIENTS = [1, 16];

interface Target {
  readonly name: string;
  readonly port: number;
  readonly notes: readonly string[];
  stop(): Promise<void>;
}

function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Math.round(Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024);
}

async function postgres(): Promise<Target> {
  const durable = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"];
  const oracle = await startOracle([...durable, "shared_buffers=256MB", "max_connections=120"]);
  return { name: "postgres", port: oracle.port, notes: [], stop: () => oracle.stop() };
}

async function firstlight(name: string): Promise<Target> {
  const directory = temporaryDirectory(`bench-${name}`);
  const running = await (name === "embedded" ? startEmbedded : startCluster)(directory);
  const notes = [`ready after ${running.startMillis} ms`];
  if (name === "embedded") {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    notes.push(`idle memory ${residentMebibytes(running.pid)} MiB`);
  }
  const stop = async (): Promise<void> => {
    await running.stop();
    removeDirectory(directory);
  };
  return { name, port: running.ports[0] ?? 0, notes, stop };
}

function line(target: string, load: Load, result: Result, base: Result | undefined): string {
  const ratio = base === undefined ? "" : `  ${(result.tps / base.tps).toFixed(2)} of PostgreSQL`;
  const what = `${target.padEnd(9)} ${load.script.padEnd(14)} ${String(load.clients).padStart(3)} clients`;
  const figures = `${result.tps.toFixed(0).padStart(7)} tps  ${result.latencyMillis.toFixed(2)} ms`;
  return `${what}  ${figures}  ${result.failed} failed${ratio}`;
}

type Baseline = Map<string, Result>;

async function benchTarget(
  target: Target,
  scale: number,
  seconds: number,
  baseline: Baseline,
): Promise<void> {
  const { name, port } = target;
  for (const note of target.notes) console.log(`${name.padEnd(9)} ${note}`);
  const driver = pgbench.pgbenchMissing() === undefined ? pgbench : ownDriver;
  const millis = await driver.initialize(port, scale);
  console.log(`${name.padEnd(9)} initialized at scale ${scale}: ${(millis / 1_000).toFixed(1)} s`);
  for (const script of SCRIPTS) {
    for (const clients of CLIENTS) {
      const load = { script, clients, seconds };
      const result = await driver.measure(port, load, scale);
      const key = `${script}/${clients}`;
      console.log(line(name, load, result, baseline.get(key)));
      if (name === "postgres") baseline.set(key, result);
    }
  }
}

async function main(): Promise<void> {
  const missing = pgbench.pgbenchMissing();
  if (missing !== undefined) console.log(`${missing}: using the driver of test/bench instead`);
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      scale: { type: "string", default: "10" },
      targets: { type: "string", default: "embedded,cluster" },
    },
  });
  const baseline: Baseline = new Map();
  const names = ["postgres", ...values.targets.split(",").filter((name) => name !== "")];
  for (const name of names) {
    const target = await (name === "postgres" ? postgres() : firstlight(name));
    try {
      await benchTarget(target, Number(values.scale), Number(values.seconds), baseline);
    } finally {
      await target.stop();
    }
  }
}

await main();
