/** PostgreSQL 16 and a server of ours, each with the processor time that it has taken. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";
import { startOracle } from "../../oracle/oracle.ts";
import { AS_TEXT, connectTo } from "../../support/databases.ts";
import { freePorts, MAIN, removeDirectory, temporaryDirectory } from "../../support/processes.ts";

const PROBE = new URL("../responsiveness/loop-probe.mjs", import.meta.url).href;

export interface Database {
  /** A session of its own, which ends a statement after so many milliseconds. */
  connect(timeoutMillis: number): Promise<pg.Client>;
  /** Milliseconds of processor time of whatever serves the session. */
  processorMillis(client: pg.Client): number;
  /** Milliseconds for which nobody else was served, since it was asked last; undefined: unknown. */
  held(): Promise<number | undefined>;
  stop(): Promise<void>;
}

function processorMillisOf(pid: number): number {
  let nanos = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1");
      nanos += Number(text.split(" ")[0]);
    } catch {
      // A thread that ended in between.
    }
  }
  return nanos / 1e6;
}

async function session(port: number, millis: number): Promise<pg.Client> {
  const client = await connectTo(port, { types: AS_TEXT });
  await client.query(`set statement_timeout = ${millis}`);
  return client;
}

/** One process per statement, so that its time is all that the statement took. */
export async function startPostgres(): Promise<Database> {
  const alone = ["jit=off", "max_parallel_workers_per_gather=0", "autovacuum=off"];
  const oracle = await startOracle([...alone, "max_locks_per_transaction=10000"]);
  return {
    connect: (millis) => session(oracle.port, millis),
    processorMillis: (client) =>
      processorMillisOf((client as unknown as { readonly processID: number }).processID),
    held: () => Promise.resolve(undefined),
    stop: () => oracle.stop(),
  };
}

/** Only a server that is `probed` tells for how long it held others; the probe takes time of its own. */
export async function startFirstlight(profiled: boolean, probed = true): Promise<Database> {
  const directory = temporaryDirectory("growth");
  const port = await freePorts(1);
  const profile = ["--cpu-prof", "--cpu-prof-dir", "growth-profile"];
  const probe = probed ? ["--import", PROBE, "--expose-gc"] : [];
  const node = [...probe, "--max-semi-space-size=64"];
  const options = ["start", "--data-dir", directory, "--port", String(port)];
  const args = [...(profiled ? profile : []), ...node, MAIN, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore", "ipc"] });
  if (child.stdout !== null) await once(child.stdout, "data");
  process.once("exit", () => void child.kill());
  const { pid = 0 } = child;
  return {
    connect: (millis) => session(port, millis),
    processorMillis: () => processorMillisOf(pid),
    held: async () => {
      if (!probed) return undefined;
      child.send("worst");
      const [answer] = (await once(child, "message")) as [{ readonly cpu: number }];
      child.send("settled");
      await once(child, "message");
      return answer.cpu;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      removeDirectory(directory);
    },
  };
}
