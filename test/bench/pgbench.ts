/** pgbench against any server that speaks its protocol. */
import { spawn, spawnSync } from "node:child_process";

export interface Result {
  readonly tps: number;
  readonly latencyMillis: number;
  readonly failed: number;
}

export type Script = "select-only" | "simple-update" | "tpcb-like";

export function pgbenchMissing(): string | undefined {
  const found = spawnSync("pgbench", ["--version"]);
  return found.status === 0 ? undefined : "pgbench is not installed";
}

function pgbench(port: number, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", ...args, "postgres"];
    const child = spawn("pgbench", all, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.once("exit", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`pgbench ${all.join(" ")} ended with ${code}:\n${output}`));
    });
  });
}

export async function initialize(port: number, scale: number): Promise<number> {
  const begun = Date.now();
  await pgbench(port, ["-i", "-q", "-s", String(scale)]);
  return Date.now() - begun;
}

function figure(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? Number.NaN);
}

export interface Load {
  readonly script: Script;
  readonly clients: number;
  readonly seconds: number;
}

/** Prepared statements; transactions that lose a conflict are retried and counted once. */
export async function measure(port: number, load: Load, _scale: number): Promise<Result> {
  const { script, clients, seconds } = load;
  const output = await pgbench(port, [
    "-n",
    "-M",
    "prepared",
    "-b",
    script,
    "-c",
    String(clients),
    "-T",
    String(seconds),
    "--max-tries=1000",
  ]);
  return {
    tps: figure(output, /tps = ([\d.]+)/u),
    latencyMillis: figure(output, /latency average = ([\d.]+) ms/u),
    failed: figure(output, /number of failed transactions: (\d+)/u),
  };
}
