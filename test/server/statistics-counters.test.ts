/** pg_stat_user_tables and its kin count what PostgreSQL 16 counts, over all query processors. */
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

const STATEMENTS = [
  "create table counted (id int primary key, a int)",
  "create index counted_a on counted (a)",
  "insert into counted select g, g % 10 from generate_series(1, 200) g",
  "update counted set a = 50 where id = 7",
  "update counted set id = 1000 where id = 8",
  "delete from counted where id = 9",
  "select 1 / 0",
  "select * from counted where id = 3",
  "select * from counted where id = 4000",
  "select sum(id + a) from counted where a <> 12345",
];

const TABLE = `select seq_scan > 0 as scanned, n_tup_ins, n_tup_upd, n_tup_del, idx_scan > 2 as by_index,
    last_seq_scan > now() - interval '1 hour' as scanned_now,
    last_idx_scan > now() - interval '1 hour' as by_index_now
  from pg_stat_user_tables where relname = 'counted'`;
const INDEXES = `select indexrelname, idx_scan > 0 as used, last_idx_scan <= clock_timestamp() as at from pg_stat_user_indexes
  where relname = 'counted' order by 1`;
const DATABASE = `select xact_commit > 8 as commits, xact_rollback > 0 as rollbacks,
    tup_inserted >= 200 as inserted, tup_updated > 1 as updated, tup_deleted > 0 as deleted
  from pg_stat_database where datname = current_database()`;

describe.skipIf(missing !== undefined)("counters", () => {
  let oracle: Oracle;
  let database: TestDatabase;
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    [oracle, database] = await Promise.all([startOracle(), startDatabase("cluster")]);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await oracle?.stop();
    await database?.destroy();
  });

  async function connect(port: number): Promise<pg.Client> {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres" });
    clients.push(client);
    await client.connect();
    return client;
  }

  /** One statement after the other, each by the next of the connections. */
  async function run(ports: readonly number[]): Promise<pg.Client[]> {
    const made = await Promise.all(ports.map((port) => connect(port)));
    for (const [at, statement] of STATEMENTS.entries()) {
      await made[at % made.length]?.query(statement).catch(() => {});
    }
    return made;
  }

  async function counted(client: pg.Client | undefined): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (const query of [TABLE, INDEXES, DATABASE])
      answers.push((await client?.query(query))?.rows);
    return answers;
  }

  it("are PostgreSQL's, whichever query processor did the work", async () => {
    const [first, second] = await run(database.running.ports);
    const [known] = await run([oracle.port]);
    // PostgreSQL writes them down now and then.
    await eventually("PostgreSQL has counted", async () => {
      await known?.query("select pg_stat_force_next_flush()");
      const { rowCount } =
        (await known?.query(`${TABLE} and n_tup_ins = 200 and idx_scan > 2`)) ?? {};
      return rowCount === 1;
    });
    const expected = await counted(known);
    expect(await counted(first)).toEqual(expected);
    expect(await counted(second)).toEqual(expected);
  });

  it("know the last value of a sequence", async () => {
    const seen: unknown[] = [];
    for (const port of [oracle.port, database.running.ports[0] ?? 0]) {
      const client = await connect(port);
      await client.query("create sequence taken; create sequence fresh; select nextval('taken')");
      const query = "select sequencename, last_value from pg_sequences order by 1";
      seen.push((await client.query(query)).rows);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});
