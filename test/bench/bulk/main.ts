/**
 * npm run bench:bulk: statements that write whole tables, as migrations do, on PostgreSQL 16 from npm
 * and on an embedded Firstlight in the same run. Told are the statement's time, how long the next
 * SELECT waits, and the processor time until the process rests again, of Firstlight the main thread's
 * apart: it says on a machine with other work, too, how fast it could be.
 * Options: --rows N --only update,delete --profile DIRECTORY --skip-postgres
 */
import { parseArgs } from "node:util";
import type { TimedServer } from "../timed-server.ts";
import { firstlightServer, postgresServer, rested } from "../timed-server.ts";

interface Step {
  readonly name: string;
  readonly sql: string;
  /** Afterwards, unmeasured. */
  readonly undo?: string;
}

function steps(rows: number): readonly Step[] {
  const values = "i, (i * 7919::bigint % 1000003)::int, 'row ' || i, i % 97, now()";
  return [
    {
      name: "insert",
      sql: `insert into big select ${values} from generate_series(1, ${rows}) i`,
    },
    { name: "update", sql: "update big set c = c || 'x'" },
    { name: "update-again", sql: "update big set n = n + 1, c = c || 'y'" },
    { name: "update-indexed", sql: "update big set k = k + 1" },
    { name: "index", sql: "create index made on big (n, id)", undo: "drop index made" },
    { name: "index-text", sql: "create index made on big (c)", undo: "drop index made" },
    { name: "index-unique", sql: "create unique index made on big (c)", undo: "drop index made" },
    {
      name: "index-concurrently",
      sql: "create index concurrently made on big (n, id)",
      undo: "drop index made",
    },
    { name: "add-column", sql: "alter table big add column d int not null default 7" },
    { name: "add-volatile", sql: "alter table big add column e float8 default random()" },
    { name: "alter-type", sql: "alter table big alter column n type bigint using n * 2" },
    { name: "delete-half", sql: "delete from big where id % 2 = 0" },
    { name: "delete-all", sql: "delete from big" },
  ];
}

async function timed(server: TimedServer, sql: string): Promise<number> {
  const begun = performance.now();
  await server.sql.unsafe(sql);
  return (performance.now() - begun) / 1_000;
}

async function line(server: TimedServer, { name, sql, undo }: Step): Promise<string> {
  const before = await rested(server);
  const peak = server.peak();
  const statement = await timed(server, sql);
  const wait = await timed(server, "select 1 from big limit 1");
  const after = await rested(server);
  const memory = peak();
  if (undo !== undefined) await server.sql.unsafe(undo);
  const seconds = [statement, wait, after.main - before.main, after.others - before.others];
  const cells = seconds.map((each) => each.toFixed(2).padStart(9));
  return `${server.name.padEnd(11)}${name.padEnd(20)}${cells.join("")}${memory.toFixed(0).padStart(9)}`;
}

async function run(
  server: TimedServer,
  rows: number,
  wanted: (name: string) => boolean,
): Promise<void> {
  await server.sql.unsafe(
    "create table big (id int primary key, k int, c text, n int, at timestamptz)",
  );
  await server.sql.unsafe("create index on big (k)");
  for (const step of steps(rows)) {
    if (wanted(step.name)) console.log(await line(server, step));
    else if (step.name === "insert") await server.sql.unsafe(step.sql);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "1000000" },
      only: { type: "string", default: "" },
      profile: { type: "string", default: "" },
      "skip-postgres": { type: "boolean", default: false },
    },
  });
  const chosen = new Set(values.only.split(",").filter(Boolean));
  const wanted = (name: string): boolean => chosen.size === 0 || chosen.has(name);
  const columns = ["statement", "wait", "main", "others", "MB"].map((each) => each.padStart(9));
  console.log(`${"seconds".padEnd(31)}${columns.join("")}`);
  const makers = values["skip-postgres"] ? [] : [postgresServer];
  for (const make of [...makers, () => firstlightServer(values.profile, "bulk")]) {
    const server = await make();
    try {
      await run(server, Number(values.rows), wanted);
    } finally {
      await server.stop();
    }
  }
}

await main();
