/**
 * pgbench's initialization and its three scripts on node-postgres, for machines without pgbench.
 * Slower per statement than pgbench, so compare its figures only with its own.
 */
import pg from "pg";
import type { Load, Result, Script } from "./pgbench.ts";

const ACCOUNTS_PER_BRANCH = 100_000;
const TELLERS_PER_BRANCH = 10;
const ROWS_PER_INSERT = 1_000;
const RETRIES_MAX = 1_000;

function connection(port: number): pg.Client {
  return new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
}

const TABLES = [
  "drop table if exists pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers",
  "create table pgbench_history(tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
  "create table pgbench_tellers(tid int primary key, bid int, tbalance int, filler char(84))",
  "create table pgbench_accounts(aid int primary key, bid int, abalance int, filler char(84))",
  "create table pgbench_branches(bid int primary key, bbalance int, filler char(88))",
];

export async function initialize(port: number, scale: number): Promise<number> {
  const begun = Date.now();
  const client = connection(port);
  await client.connect();
  for (const statement of TABLES) await client.query(statement);
  await client.query(
    "insert into pgbench_branches select i, 0, null from generate_series(1, $1::int) i",
    [scale],
  );
  await client.query(
    "insert into pgbench_tellers select i, (i - 1) / 10 + 1, 0, null from generate_series(1, $1::int) i",
    [scale * TELLERS_PER_BRANCH],
  );
  for (let from = 1; from <= scale * ACCOUNTS_PER_BRANCH; from += ROWS_PER_INSERT) {
    await client.query(
      "insert into pgbench_accounts select i, (i - 1) / 100000 + 1, 0, '' from generate_series($1::int, $2::int) i",
      [from, from + ROWS_PER_INSERT - 1],
    );
  }
  await client.end();
  return Date.now() - begun;
}

const UPDATE_ACCOUNT = "UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2";
const SELECT_ACCOUNT = "SELECT abalance FROM pgbench_accounts WHERE aid = $1";
const UPDATE_TELLER = "UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2";
const UPDATE_BRANCH = "UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2";
const INSERT_HISTORY =
  "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)";

type Step = readonly [name: string, text: string, values: readonly number[]];

function steps(script: Script, scale: number): Step[] {
  const random = (max: number): number => 1 + Math.floor(Math.random() * max);
  const aid = random(scale * ACCOUNTS_PER_BRANCH);
  const [bid, tid, delta] = [
    random(scale),
    random(scale * TELLERS_PER_BRANCH),
    random(9_999) - 5_000,
  ];
  if (script === "select-only") return [["select", SELECT_ACCOUNT, [aid]]];
  const balances: Step[] = [
    ["teller", UPDATE_TELLER, [delta, tid]],
    ["branch", UPDATE_BRANCH, [delta, bid]],
  ];
  return [
    ["account", UPDATE_ACCOUNT, [delta, aid]],
    ["select", SELECT_ACCOUNT, [aid]],
    ...(script === "tpcb-like" ? balances : []),
    ["history", INSERT_HISTORY, [tid, bid, aid, delta]],
  ];
}

async function transaction(client: pg.Client, script: Script, scale: number): Promise<void> {
  const run = async ([name, text, values]: Step): Promise<void> => {
    await client.query({ name, text, values: [...values] });
  };
  const list = steps(script, scale);
  if (script === "select-only") {
    for (const step of list) await run(step);
    return;
  }
  await client.query("begin");
  for (const step of list) await run(step);
  await client.query("commit");
}

async function withRetries(client: pg.Client, script: Script, scale: number): Promise<boolean> {
  for (let attempt = 0; attempt < RETRIES_MAX; attempt++) {
    try {
      await transaction(client, script, scale);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== "40001") throw error;
      await client.query("rollback");
    }
  }
  return false;
}

export async function measure(port: number, load: Load, scale: number): Promise<Result> {
  const { script, clients, seconds } = load;
  const connections = Array.from({ length: clients }, () => connection(port));
  await Promise.all(connections.map((client) => client.connect()));
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let done = 0;
  let failed = 0;
  const work = async (client: pg.Client): Promise<void> => {
    while (performance.now() < end) {
      if (await withRetries(client, script, scale)) done++;
      else failed++;
    }
  };
  await Promise.all(connections.map((client) => work(client)));
  const elapsed = (performance.now() - begun) / 1_000;
  await Promise.all(connections.map((client) => client.end()));
  return { tps: done / elapsed, latencyMillis: (clients * elapsed * 1_000) / done, failed };
}
