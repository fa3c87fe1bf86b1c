/**
 * kill -9 of the process that builds an index: the index is finished, by another query processor or
 * after the restart, and holds what was written meanwhile.
 */
import { afterEach, describe, expect, it } from "vitest";
import type pg from "pg";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  clusterProcesses,
  removeDirectory,
  startCluster,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();
const ROWS = 60_000;

async function scalar(client: pg.Client, text: string): Promise<unknown> {
  const { rows } = await client.query({ text, rowMode: "array" });
  return (rows[0] as unknown[] | undefined)?.[0];
}

async function fill(client: pg.Client): Promise<void> {
  await client.query("create table t (id int primary key, a int, b text)");
  for (let from = 1; from <= ROWS; from += 20_000) {
    const rows = `generate_series(${from}, ${from + 19_999}) g`;
    await client.query(`insert into t select g, g % 1000, 'b' || g from ${rows}`);
  }
}

const stateOf = (name: string): string =>
  `select indisvalid from pg_index where indexrelid = to_regclass('${name}')`;

/** Begins the build in a session of its own, and returns when the index is there, unfinished. */
async function beginBuild(port: number, watch: pg.Client): Promise<Promise<unknown>> {
  const builder = await connectTo(port);
  const build = builder.query("create index concurrently t_a on t (a)").catch(() => undefined);
  const isBegun = async (): Promise<boolean> => (await scalar(watch, stateOf("t_a"))) === false;
  await eventually("the index is begun", isBegun);
  return build;
}

async function compare(client: pg.Client): Promise<void> {
  await eventually(
    "the index is finished",
    async () => (await scalar(client, stateOf("t_a"))) === true,
  );
  const byIndex = await scalar(client, "select count(*) from t where a = 77");
  await client.query("set enable_indexscan = off; set enable_bitmapscan = off");
  expect(byIndex).toBe(await scalar(client, "select count(*) from t where a = 77"));
  expect(Number(byIndex)).toBe(ROWS / 1000 + 1);
}

describe.skipIf(missing !== undefined)("a builder that is killed", () => {
  let running: Running | undefined;
  let directory = "";

  afterEach(async () => {
    await running?.stop().catch(() => undefined);
    removeDirectory(directory);
  });

  it("embedded: the build goes on after the restart", async () => {
    directory = temporaryDirectory("build-embedded");
    running = await startEmbedded(directory);
    const watch = await connectTo(running.ports[0] ?? 0);
    await fill(watch);
    const build = await beginBuild(running.ports[0] ?? 0, watch);
    running.signal("SIGKILL");
    await build;
    await running.exited;
    running = await startEmbedded(directory);
    const again = await connectTo(running.ports[0] ?? 0);
    await again.query("insert into t values (1000000, 77, 'late')");
    await compare(again);
    await again.end();
  });

  it("cluster: another query processor finishes the build", async () => {
    directory = temporaryDirectory("build-cluster");
    running = await startCluster(directory);
    const watch = await connectTo(running.ports[1] ?? 0);
    await fill(watch);
    const build = await beginBuild(running.ports[0] ?? 0, watch);
    const builder = clusterProcesses(directory)["query-processor-1"];
    if (builder === undefined) throw new Error("no query processor");
    process.kill(builder.pid, "SIGKILL");
    await build;
    await watch.query("insert into t values (1000000, 77, 'late')");
    await compare(watch);
    await watch.end();
  });
});
