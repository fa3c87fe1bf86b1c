/** What pg_stat_activity tells of sessions, and to whom; idle sessions that are ended. As PostgreSQL 16. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const SHOWN = `select usename, application_name, state, query, client_addr, client_port > 0 as port,
    wait_event_type, wait_event, backend_type, datname, xact_start is null as outside,
    backend_start <= query_start as started, query_start <= state_change as changed
  from pg_stat_activity where application_name like 'seen%' order by application_name`;

/** What a role without privileges tries. */
const SIGNALS = [
  ["cancel", "seen running"],
  ["terminate", "seen running"],
  ["cancel", "reader"],
  ["terminate", "reader"],
  ["cancel", "onlooker"],
] as const;

describe.skipIf(missing !== undefined)("sessions", () => {
  let oracle: Oracle;
  let database: TestDatabase;

  beforeAll(async () => {
    [oracle, database] = await Promise.all([startOracle(), startDatabase("embedded")]);
    for (const port of ports()) {
      const client = await connect(port, "setup");
      await client.query("create role onlooker login; create role reader login");
      await client.query("grant pg_read_all_stats to reader");
      await client.end();
    }
  });
  afterAll(async () => {
    await oracle?.stop();
    await database?.destroy();
  });

  const ports = (): readonly number[] => [database.running.ports[0] ?? 0, oracle.port];

  async function connect(port: number, name: string, user = "postgres"): Promise<pg.Client> {
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user,
      database: "postgres",
      application_name: name,
    });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  async function activity(port: number): Promise<unknown[]> {
    const idle = await connect(port, "seen idle");
    await idle.query("select 'the last one'");
    const open = await connect(port, "seen open");
    await open.query("begin");
    const failed = await connect(port, "seen failed");
    await failed.query("begin");
    await failed.query("select nosuch").catch(() => {});
    const busy = await connect(port, "seen running");
    const sleeping = busy
      .query("select 1 from pg_sleep(20) x")
      .catch((error: Error) => error.message);
    const watcher = await connect(port, "watcher");
    await eventually("it runs", async () => {
      const { rowCount } = await watcher.query(
        "select from pg_stat_activity where application_name = 'seen running' and state = 'active'",
      );
      return rowCount === 1;
    });
    const onlooker = await connect(port, "onlooker", "onlooker");
    const reader = await connect(port, "reader", "reader");
    const seen: unknown[] = [];
    for (const client of [watcher, reader, onlooker]) {
      seen.push((await client.query(SHOWN)).rows);
    }
    for (const [signal, target] of SIGNALS) {
      const sql = `select pg_${signal}_backend(pid) as done from pg_stat_activity where application_name = $1`;
      seen.push(
        await onlooker.query(sql, [target]).then(
          ({ rows }) => rows as unknown,
          (error: pg.DatabaseError) => [error.code, error.message, error.detail],
        ),
      );
    }
    await watcher.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'seen running'",
    );
    seen.push(await sleeping);
    await Promise.all(
      [idle, open, failed, busy, watcher, onlooker, reader].map((each) => each.end()),
    );
    return seen;
  }

  it("are shown with their states to those who may see them", async () => {
    const [ours = 0, theirs = 0] = ports();
    // A sleeping statement waits for an event of PostgreSQL's own.
    const plain = (seen: unknown[]): unknown =>
      JSON.parse(
        JSON.stringify(seen).replaceAll('"Timeout"', "null").replaceAll('"PgSleep"', "null"),
      );
    expect(plain(await activity(ours))).toEqual(plain(await activity(theirs)));
  });

  it.each([
    ["idle_session_timeout", "select 1"],
    ["idle_in_transaction_session_timeout", "begin"],
  ])("are ended by %s", async (setting, statement) => {
    const fates = await Promise.all(
      ports().map(async (port) => {
        const client = await connect(port, "timed");
        // A slow machine may take longer than that until the statement: then it meets the end.
        return new Promise((resolve) => {
          const note = (error: unknown): void => {
            const { code, message } = error as pg.DatabaseError;
            if (code !== undefined) resolve([code, message]);
          };
          client.on("error", note);
          client
            .query(`set ${setting} to '50ms'`)
            .then(() => client.query(statement))
            .catch(note);
        });
      }),
    );
    expect(fates[0]).toEqual(fates[1]);
  });
});
