/** The command `cluster`: eleven processes, a true cluster.json, reports of the dead, an orderly end. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lives } from "../../packages/server/src/cluster/local-processes.ts";
import { runFirstlight } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  clusterProcesses,
  removeDirectory,
  startCluster,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();

async function answers(port: number): Promise<boolean> {
  try {
    const client = await connectTo(port);
    await client.query("select count(*) from t");
    await client.end();
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(missing !== undefined)("firstlight cluster", () => {
  let directory: string;
  let running: Running | undefined;

  beforeEach(() => {
    directory = temporaryDirectory("cluster-command");
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    removeDirectory(directory);
  });

  async function createTable(): Promise<void> {
    const client = await connectTo(running?.ports[0] ?? 0);
    await client.query("create table t (a int)");
    await client.query("insert into t values (1)");
    await client.end();
  }

  it("a start that fails leaves no process behind", async () => {
    // In the way of the process's directory.
    writeFileSync(join(directory, "storage-2-2"), "");
    await expect(startCluster(directory)).rejects.toThrow("storage-2-2 could not be started");
    const pids = Object.values(clusterProcesses(directory)).map(({ pid }) => pid);
    expect(pids.filter((pid) => pid > 0)).toHaveLength(11);
    await eventually("all of them are gone", () => !pids.some((pid) => pid > 0 && lives(pid)));
  });

  it("describes eleven living processes, keeps that true, and ends them all on Ctrl-C", async () => {
    running = await startCluster(directory);
    expect(running.output().match(/^ready: psql /gmu)).toHaveLength(2);
    expect(running.ports[1]).toBe((running.ports[0] ?? 0) + 1);
    const processes = clusterProcesses(directory);
    const roles = Object.values(processes).map((each) => each.role);
    const count = (role: string): number => roles.filter((each) => each === role).length;
    expect(["query-processor", "adjudicator", "journal", "storage"].map(count)).toEqual([
      2, 2, 3, 4,
    ]);
    const pids = Object.values(processes).map((each) => each.pid);
    expect(new Set(pids).size).toBe(11);
    expect(pids.every(lives)).toBe(true);
    expect(Object.values(processes).every((each) => existsSync(each.log))).toBe(true);
    const addresses = Object.values(processes).flatMap((each) => each.addresses);
    expect(addresses.every((address) => /^127\.0\.0\.1:\d+$/u.test(address))).toBe(true);
    await createTable();

    const before = processes["storage-2-1"];
    process.kill(before?.pid ?? 0, "SIGKILL");
    await eventually("the death is reported", () =>
      /^storage-2-1 ended by SIGKILL; its log is /mu.test(running?.output() ?? ""),
    );
    spawn("sh", ["-c", before?.restart ?? "false"], { stdio: "ignore" });
    await eventually("the new process is in cluster.json", () => {
      const now = clusterProcesses(directory)["storage-2-1"];
      return now !== undefined && now.pid !== before?.pid && lives(now.pid);
    });

    const last = Object.values(clusterProcesses(directory)).map((each) => each.pid);
    running.signal("SIGINT");
    expect(await running.exited).toBe(0);
    expect(last.filter(lives)).toEqual([]);
  });

  it("restarts what dies with --supervise, and finds its data after a stop", async () => {
    running = await startCluster(directory, ["--supervise"]);
    await createTable();
    const { ports } = running;
    const before = clusterProcesses(directory);
    for (const name of ["query-processor-2", "adjudicator-1"]) {
      process.kill(before[name]?.pid ?? 0, "SIGKILL");
    }
    await eventually("both run again", () => {
      const output = running?.output() ?? "";
      return (
        output.includes("query-processor-2 runs again") &&
        output.includes("adjudicator-1 runs again")
      );
    });
    await eventually("both query processors answer", async () => {
      const all = await Promise.all(ports.map(answers));
      return all.every(Boolean);
    });
    expect(await running.stop()).toBe(0);
    running = await startCluster(directory);
    const client = await connectTo(running.ports[1] ?? 0);
    expect((await client.query("select * from t")).rows).toEqual([{ a: 1 }]);
    await client.end();
  });

  it("refuses a base port or a directory in use with one clear line and leaves nothing running", async () => {
    running = await startCluster(directory);
    const [port = 0] = running.ports;
    const other = temporaryDirectory("cluster-command");
    const result = await runFirstlight("cluster", "--base-port", String(port), "--data-dir", other);
    expect(result.code).not.toBe(0);
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
    if (existsSync(join(other, "cluster.json"))) {
      const started = Object.values(clusterProcesses(other)).map((each) => each.pid);
      expect(started.filter((pid) => pid > 0 && lives(pid))).toEqual([]);
    }
    removeDirectory(other);
    await createTable();

    const before = clusterProcesses(directory);
    const second = await runFirstlight(
      "cluster",
      "--base-port",
      String(port + 20),
      "--data-dir",
      directory,
    );
    expect(second.code).not.toBe(0);
    expect(second.stderr).toMatch(/^firstlight: .* is in use by process \d+\n$/u);
    expect(clusterProcesses(directory)).toEqual(before);
    expect(await answers(running.ports[1] ?? 0)).toBe(true);
  });
});
