/** PostgreSQL 16 from npm and an embedded Firstlight, each with the processor time that it takes. */
import postgres from "postgres";
import { startOracle } from "../oracle/oracle.ts";
import { removeDirectory, startServer, temporaryDirectory } from "../support/processes.ts";
import type { ProcessorTime } from "./processor-time.ts";
import { parentOf, timeOfFamily, timeOfProcess, watchMemory } from "./processor-time.ts";

export interface TimedServer {
  readonly name: string;
  readonly sql: postgres.Sql;
  readonly time: () => ProcessorTime;
  /** From then on, until what it returns is called. */
  readonly peak: () => () => number;
  stop(): Promise<void>;
}

const QUIET_MILLIS = 300;
const QUIET_SECONDS = 0.03;

export function total({ main, others }: ProcessorTime): number {
  return main + others;
}

/** What it has taken when it rests: all that was left to be done is done. */
export async function rested(server: TimedServer): Promise<ProcessorTime> {
  for (let before = server.time(); ;) {
    await new Promise((done) => setTimeout(done, QUIET_MILLIS));
    const now = server.time();
    if (total(now) - total(before) <= QUIET_SECONDS) return now;
    before = now;
  }
}

async function connected(port: number): Promise<postgres.Sql> {
  return postgres({
    host: "127.0.0.1",
    port,
    user: "postgres",
    database: "postgres",
    max: 1,
    onnotice: () => {},
  });
}

export async function postgresServer(): Promise<TimedServer> {
  const oracle = await startOracle(["fsync=on", "synchronous_commit=on", "full_page_writes=on"]);
  const sql = await connected(oracle.port);
  const [found] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const backend = found?.pid ?? 0;
  const family = parentOf(backend);
  return {
    name: "PostgreSQL",
    sql,
    time: () => timeOfFamily(family),
    peak: () => watchMemory(backend),
    stop: async () => {
      await sql.end();
      await oracle.stop();
    },
  };
}

export async function firstlightServer(profile: string, name: string): Promise<TimedServer> {
  const directory = temporaryDirectory(name);
  const options = profile === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const running = await startServer(directory, [], options);
  const sql = await connected(running.ports[0] ?? 0);
  return {
    name: "Firstlight",
    sql,
    time: () => timeOfProcess(running.pid),
    peak: () => watchMemory(running.pid),
    stop: async () => {
      await sql.end();
      await running.stop();
      removeDirectory(directory);
    },
  };
}
