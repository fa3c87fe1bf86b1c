/**
 * Firstlight as users start it: real processes from the build output, on free loopback ports, with
 * data in a temporary directory that is removed afterwards.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MAIN: string = fileURLToPath(
  new URL("../../packages/server/dist/main.js", import.meta.url),
);
const START_MILLIS_MAX = 120_000;
const CLUSTER_PORTS = 24;

export interface Running {
  readonly pid: number;
  /** SQL ports. */
  readonly ports: readonly number[];
  readonly directory: string;
  /** Milliseconds from spawning to the first ready line. */
  readonly startMillis: number;
  readonly output: () => string;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** Ends it in an orderly way; the data stays. */
  stop(): Promise<number | null>;
}

/** Why nothing can be started; told once per test file that asks. */
export function buildMissing(): string | undefined {
  if (existsSync(MAIN)) return undefined;
  const reason = "the build output is missing: run npm run build";
  console.warn(`skipped: ${reason}`);
  return reason;
}

export function temporaryDirectory(name: string): string {
  return mkdtempSync(join(tmpdir(), `firstlight-${name}-`));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Each worker of the test runner has ports of its own: what one has found to be free, another does
 * not take before it listens. All are below those that Linux gives to outgoing connections.
 */
const PORTS_FROM = 20_000;
const PORT_SHARES = 4;
const PORTS_OF_SHARE = 3_000;

/** The first of `count` consecutive free ports. */
export async function freePorts(count: number): Promise<number> {
  const share = Number(process.env["VITEST_POOL_ID"] ?? 0) % PORT_SHARES;
  const from = PORTS_FROM + share * PORTS_OF_SHARE;
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = from + Math.floor(Math.random() * (PORTS_OF_SHARE - count));
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no ${count} consecutive free ports`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function started(child: ChildProcess, lines: number, output: () => string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`not ready after ${START_MILLIS_MAX} ms:\n${output()}`));
    }, START_MILLIS_MAX);
    const look = (): void => {
      const found = [...output().matchAll(/^ready: psql \S+:(\d+)\/postgres\S*$/gmu)];
      if (found.length < lines) return;
      clearTimeout(timer);
      resolve(found.map((match) => Number(match[1])));
    };
    child.stdout?.on("data", look);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with code ${code} before it was ready:\n${output()}`));
    });
  });
}

async function run(
  args: readonly string[],
  lines: number,
  directory: string,
  nodeOptions: readonly string[] = [],
): Promise<Running> {
  const begun = Date.now();
  const node = ["--max-semi-space-size=64", ...nodeOptions];
  const child = spawn(process.execPath, [...node, MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const collect = (chunk: Buffer): void => {
    if (text.length < 1 << 20) text += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  const ports = await started(child, lines, () => text);
  const startMillis = Date.now() - begun;
  return {
    pid: child.pid ?? 0,
    ports,
    directory,
    startMillis,
    output: () => text,
    signal: (name) => void child.kill(name),
    exited,
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

export async function startEmbedded(directory: string, port = 0): Promise<Running> {
  return run(["start", "--port", String(port), "--data-dir", directory], 1, directory);
}

/** `firstlight start` on a free port with more options, its own and those of Node.js. */
export async function startServer(
  directory: string,
  options: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Running> {
  const args = ["start", "--port", "0", "--data-dir", directory, ...options];
  return run(args, 1, directory, nodeOptions);
}

export async function startCluster(directory: string, extra: string[] = []): Promise<Running> {
  return startClusterAt(directory, await freePorts(CLUSTER_PORTS), extra);
}

export async function startClusterAt(
  directory: string,
  base: number,
  extra: string[] = [],
): Promise<Running> {
  const args = ["cluster", "--base-port", String(base), "--data-dir", directory, ...extra];
  return run(args, 2, directory);
}

export interface ClusterProcess {
  readonly role: string;
  readonly pid: number;
  readonly addresses: readonly string[];
  readonly log: string;
  readonly restart: string;
}

export function clusterProcesses(directory: string): Readonly<Record<string, ClusterProcess>> {
  const text = readFileSync(join(directory, "cluster.json"), "utf8");
  return (JSON.parse(text) as { processes: Record<string, ClusterProcess> }).processes;
}
