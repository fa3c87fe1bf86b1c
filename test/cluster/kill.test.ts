/**
 * kill -9 of each kind of process during a write load through both query processors: no acknowledged
 * commit is lost, every snapshot has the same total, the others go on where a minority is gone.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { killMember, restartMember } from "../support/cluster-member.ts";
import { prepareLoad, underLoad } from "../support/load.ts";
import { buildMissing, clusterProcesses } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("I8: kill -9 in the cluster", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const kill = (name: string): void => killMember(database.running.directory, name);
  const restart = (name: string): Promise<void> => restartMember(database.running.directory, name);

  /** `alive`: the SQL ports that must go on while the processes are gone. */
  function killAndRestart(
    names: readonly string[],
    alive: readonly number[],
  ): Promise<readonly string[]> {
    return underLoad(database.running.ports, async (load) => {
      for (const name of names) kill(name);
      if (alive.length > 0) await load.progress(alive);
      await Promise.all(names.map(restart));
    });
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

  it("both adjudicators: goes on when they are restarted", async () => {
    expect(await killAndRestart(["adjudicator-1", "adjudicator-2"], [])).toEqual([]);
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
