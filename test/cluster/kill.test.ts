/**
 * kill -9 of each kind of process during a write load through both query processors: no acknowledged
 * commit is lost, every snapshot has the same total, the others go on where a minority is gone.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { Load, prepareLoad } from "../support/load.ts";
import { buildMissing, clusterProcesses } from "../support/processes.ts";
import { eventually } from "../support/eventually.ts";

const missing = buildMissing();

const WORKERS_PER_PORT = 2;

describe.skipIf(missing !== undefined)("kill -9 in the cluster", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  function kill(name: string): void {
    const process_ = clusterProcesses(database.running.directory)[name];
    if (process_ === undefined) throw new Error(`no process ${name}`);
    process.kill(process_.pid, "SIGKILL");
  }

  /** Runs the command that cluster.json gives, and waits until the file names the new process. */
  async function restart(name: string): Promise<void> {
    const { directory } = database.running;
    const before = clusterProcesses(directory)[name];
    spawn("sh", ["-c", before?.restart ?? "false"], { stdio: "ignore", detached: true });
    const restarted = (): boolean => clusterProcesses(directory)[name]?.pid !== before?.pid;
    await eventually(`${name} in cluster.json`, restarted).catch((error: unknown) => {
      const log = readFileSync(before?.log ?? "", "utf8").slice(-2_000);
      throw new Error(`${String(error)}; the end of its log: ${log}`, { cause: error });
    });
  }

  /** `alive`: the SQL ports that must go on while the processes are gone. */
  async function killAndRestart(
    names: readonly string[],
    alive: readonly number[],
  ): Promise<readonly string[]> {
    const { ports } = database.running;
    const client = await database.connect(0);
    await client.query("truncate counter");
    await client.end();
    const load = new Load(ports, WORKERS_PER_PORT);
    try {
      await load.progress(ports);
      for (const name of names) kill(name);
      if (alive.length > 0) await load.progress(alive);
      await Promise.all(names.map(restart));
      await load.progress(ports);
    } finally {
      await load.stop();
    }
    const report = await load.verify(ports[0] ?? 0);
    return report.violations;
  }

  const both = (): readonly number[] => database.running.ports;

  it("one journal replica: all go on", async () => {
    expect(await killAndRestart(["journal-2"], both())).toEqual([]);
  });

  it("one storage replica of each shard: all go on", async () => {
    expect(await killAndRestart(["storage-1-1"], both())).toEqual([]);
    expect(await killAndRestart(["storage-2-2"], both())).toEqual([]);
  });

  it("one query processor: the other goes on", async () => {
    expect(await killAndRestart(["query-processor-1"], both().slice(1))).toEqual([]);
  });

  it("an adjudicator: goes on when it is restarted", async () => {
    expect(await killAndRestart(["adjudicator-1"], [])).toEqual([]);
    expect(await killAndRestart(["adjudicator-2"], [])).toEqual([]);
  });

  it("a majority of the journal: goes on when it is restarted", async () => {
    expect(await killAndRestart(["journal-1", "journal-3"], [])).toEqual([]);
  });

  it("a whole shard: goes on when it is restarted", async () => {
    expect(await killAndRestart(["storage-1-1", "storage-1-2"], [])).toEqual([]);
  });

  it("a minority of everything at once: goes on when it is restarted", async () => {
    const names = ["journal-3", "storage-1-2", "storage-2-1", "query-processor-2"];
    expect(await killAndRestart(names, both().slice(0, 1))).toEqual([]);
  });

  it("everything at once: goes on when it is restarted", async () => {
    const names = Object.keys(clusterProcesses(database.running.directory));
    expect(await killAndRestart(names, [])).toEqual([]);
  });
});
