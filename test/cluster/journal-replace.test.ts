/**
 * Journal replicas are replaced by new processes at other addresses, one after another and all of them
 * in the end, under a write load: commits go on, no acknowledged one is lost, and the cluster that is
 * started again has the new ones.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killMember, signalMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { connectTo, startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { Load, prepareLoad } from "../support/load.ts";
import type { Running } from "../support/processes.ts";
import {
  MAIN,
  buildMissing,
  clusterProcesses,
  freePorts,
  removeDirectory,
  startClusterAt,
} from "../support/processes.ts";

const missing = buildMissing();
const run = promisify(execFile);

async function destroyed(running: Running): Promise<void> {
  await running.stop();
  removeDirectory(running.directory);
}

describe.skipIf(missing !== undefined)("replaced journal replicas", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  async function replace(name: string, address: string): Promise<string> {
    const { directory } = database.running;
    const options = ["--name", name, "--address", address, "--data-dir", directory];
    const { stdout } = await run(process.execPath, [MAIN, "replace", ...options]);
    return stdout;
  }

  const journals = (): readonly string[] =>
    Object.entries(clusterProcesses(database.running.directory))
      .filter(([, { role }]) => role === "journal")
      .map(([name]) => name);

  it("I8: commits go on while all of them are replaced in turn, and rest on the new ones", async () => {
    const { directory, ports } = database.running;
    const load = new Load(ports, 1);
    const port = await freePorts(3);
    try {
      await load.progress(ports);
      // Dead, as a machine that is lost; the others are well and are ended by the command.
      killMember(directory, "journal-2");
      expect(await replace("journal-2", `127.0.0.1:${port}`)).toContain("journal-4 at");
      await load.progress(ports);
      expect(await replace("journal-1", `127.0.0.1:${port + 1}`)).toContain("journal-5 at");
      await load.progress(ports);
      expect(await replace("journal-3", `127.0.0.1:${port + 2}`)).toContain("journal-6 at");
      await load.progress(ports);
      expect(journals().toSorted()).toEqual(["journal-4", "journal-5", "journal-6"]);
      // A majority needs both others.
      killMember(directory, "journal-4");
      await load.progress(ports);
    } finally {
      await load.stop();
    }
    expect((await load.verify(ports[0] ?? 0)).violations).toEqual([]);
  });

  it("a name that is not there, or a port that is taken, changes nothing", async () => {
    const before = journals();
    const [taken = ""] = clusterProcesses(database.running.directory)["journal-5"]?.addresses ?? [];
    await expect(replace("journal-1", "127.0.0.1:1")).rejects.toMatchObject({ code: 2 });
    await expect(replace("journal-6", taken)).rejects.toMatchObject({ code: 2 });
    expect(journals()).toEqual(before);
  });

  it("the whole cluster starts again with them, and has what was committed", async () => {
    const { running } = database;
    const [base = 0] = running.ports;
    const before = await database.connect(0);
    await before.query("create table kept (id int primary key)");
    await before.query("insert into kept values (1), (2)");
    await before.end();
    await running.stop();
    const again = await startClusterAt(running.directory, base);
    database = { ...database, running: again, destroy: () => destroyed(again) };
    const after = await connectTo(base);
    await after.query("insert into kept values (3)");
    const { rows } = await after.query("select id from kept order by id");
    await after.end();
    expect(rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(journals().toSorted()).toEqual(["journal-4", "journal-5", "journal-6"]);
  });

  it("a command that was interrupted goes on when it is given again", async () => {
    const { directory, ports } = database.running;
    const address = `127.0.0.1:${await freePorts(1)}`;
    const other = `127.0.0.1:${await freePorts(1)}`;
    // The command waits for the old process to end, which a stopped one does not, and is killed.
    signalMember(directory, "journal-5", "SIGSTOP");
    const options = ["--name", "journal-5", "--address", address, "--data-dir", directory];
    const interrupted = spawn(process.execPath, [MAIN, "replace", ...options], { stdio: "ignore" });
    const ended = once(interrupted, "exit");
    await eventually("the place was given away", () => journals().includes("journal-7"));
    interrupted.kill("SIGKILL");
    await ended;
    expect(clusterProcesses(directory)["journal-7"]?.pid).toBe(0);
    await expect(replace("journal-5", other)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`journal-7 at ${address} has the place of journal-5`),
    });
    const done = `journal-7 at ${address} has the place of journal-5`;
    expect(await replace("journal-5", address)).toContain(done);
    const { pid } = clusterProcesses(directory)["journal-7"] ?? {};
    expect(await replace("journal-5", address)).toContain(done);
    expect(clusterProcesses(directory)["journal-7"]?.pid).toBe(pid);
    // A majority needs the new one.
    killMember(directory, "journal-6");
    const client = await connectTo(ports[0] ?? 0);
    await client.query("insert into kept values (4)");
    await client.end();
  });
});
