/** What sessions know of others on other query processors, and what becomes of it with kill -9. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lives } from "../../packages/server/src/cluster/local-processes.ts";
import { killMember, restartMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing, clusterProcesses } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("sessions of the cluster", () => {
  let database: TestDatabase;
  /** Those that the launcher did not start. */
  const byHand: number[] = [];

  beforeAll(async () => {
    database = await startDatabase("cluster");
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const kill = (name: string): void => killMember(database.running.directory, name);

  async function restart(name: string): Promise<void> {
    const { directory } = database.running;
    await restartMember(directory, name);
    byHand.push(clusterProcesses(directory)[name]?.pid ?? 0);
  }

  async function value(client: pg.Client, sql: string): Promise<unknown> {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
    return rows[0]?.[0];
  }

  it("sees, cancels and ends sessions of other query processors", async () => {
    const [here, there] = [await database.connect(0), await database.connect(1)];
    const pid = Number(await value(there, "select pg_backend_pid()"));
    await there.query("set application_name = 'the other one'");
    const sleeping = there.query("select pg_sleep(60)").catch((error: unknown) => error);
    const seen = `select count(*) from pg_stat_activity
      where pid = ${pid} and state = 'active' and query like '%pg_sleep(60)'
      and application_name = 'the other one' and datname = 'postgres' and xact_start is not null`;
    await eventually("the other session is seen", async () => (await value(here, seen)) === "1");
    expect(await value(here, `select pg_cancel_backend(${pid})`)).toBe(true);
    expect(await sleeping).toMatchObject({ code: "57014" });
    const ended = new Promise((resolve) => there.once("end", resolve));
    expect(await value(here, `select pg_terminate_backend(${pid})`)).toBe(true);
    await ended;
    expect(await value(here, `select pg_cancel_backend(${pid})`)).toBe(false);
    const backends = "select numbackends from pg_stat_database where datname = 'postgres'";
    expect(await value(here, backends)).toBe(1);
    await here.end();
  });

  it("releases advisory locks of a query processor that was killed, and no others", async () => {
    const survivor = await database.connect(0);
    const victim = await database.connect(1);
    expect(await value(survivor, "select pg_try_advisory_lock(1)")).toBe(true);
    expect(await value(victim, "select pg_try_advisory_lock(2)")).toBe(true);
    const waiting = value(survivor, "select pg_advisory_lock(2)");
    kill("query-processor-2");
    expect(await waiting).toBe("");
    expect(await value(survivor, "select count(*) from pg_locks where granted")).toBe("2");
    await restart("query-processor-2");
    await survivor.end();
  });

  it("keeps advisory locks, and hears of everything, while the registrar is replaced", async () => {
    const holder = await database.connect(0);
    const other = await (async () => {
      for (;;) {
        const client = await database.connect(1).catch(() => undefined);
        if (client !== undefined) return client;
      }
    })();
    const heard: string[] = [];
    other.on("notification", ({ payload = "" }) => heard.push(payload));
    await other.query("listen news");
    await holder.query("select pg_advisory_lock(7)");
    await holder.query("notify news, 'before'");
    kill("adjudicator-1");
    await restart("adjudicator-1");
    await eventually("it notifies again", async () => {
      const done = await holder.query("notify news, 'after'").catch(() => undefined);
      return done !== undefined;
    });
    await eventually("both were heard", () => heard.includes("after"));
    expect(heard).toEqual(["before", "after"]);
    expect(await value(other, "select pg_try_advisory_lock(7)")).toBe(false);
    expect(await value(holder, "select pg_advisory_unlock(7)")).toBe(true);
    expect(await value(other, "select pg_try_advisory_lock(7)")).toBe(true);
    await holder.end();
    await other.end();
  });

  it("leaves no process behind when the launcher is killed", async () => {
    const { running } = database;
    const pids = Object.values(clusterProcesses(running.directory)).map(({ pid }) => pid);
    const restarted = new Set(byHand);
    running.signal("SIGKILL");
    await running.exited;
    const left = (): number[] => pids.filter((pid) => lives(pid) && !restarted.has(pid));
    await eventually("all have stopped", () => left().length === 0);
    for (const pid of restarted) if (lives(pid)) process.kill(pid, "SIGKILL");
  });
});
