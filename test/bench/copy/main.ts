/**
 * npm run bench:copy: COPY into a table, and indexes made on it, on PostgreSQL 16 from npm and on an
 * embedded Firstlight in the same run. Told is processor time, of Firstlight the main thread's apart:
 * it says on a machine with other work, too, how fast it could be. It ends when the process rests
 * again, so that it has all that is left to be written after the commit. Memory is the most that no
 * file stands behind, of PostgreSQL the backend's alone.
 * Options: --rows N --only text,csv --profile DIRECTORY --skip-postgres
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import type postgres from "postgres";
import type { ProcessorTime } from "../processor-time.ts";
import type { TimedServer } from "../timed-server.ts";
import { firstlightServer, postgresServer, rested } from "../timed-server.ts";
import type { CopyFormat } from "./rows.ts";
import { chunksOf, tableOf } from "./rows.ts";

interface Measured {
  readonly wall: number;
  readonly time: ProcessorTime;
  readonly megabytes: number;
}

async function copy(sql: postgres.Sql, table: string, format: CopyFormat, rows: number) {
  // Made beforehand: what is measured is the database.
  const chunks = [...chunksOf({ from: 1, rows, seed: 1 }, format)];
  let bytes = 0;
  return async (): Promise<number> => {
    const stream = await sql.unsafe(`copy ${table} from stdin (format ${format})`).writable();
    const finished = once(stream, "finish");
    for (const chunk of chunks) {
      bytes += chunk.length;
      if (!stream.write(chunk)) await once(stream, "drain");
    }
    stream.end();
    await finished;
    return bytes;
  };
}

async function measured(
  server: TimedServer,
  work: () => Promise<number>,
): Promise<Measured & { bytes: number }> {
  const before = await rested(server);
  const peak = server.peak();
  const begun = performance.now();
  const bytes = await work();
  const wall = (performance.now() - begun) / 1_000;
  const after = await rested(server);
  const time = { main: after.main - before.main, others: after.others - before.others };
  return { wall, time, bytes, megabytes: peak() };
}

interface Load {
  readonly format: CopyFormat;
  readonly indexed: boolean;
  readonly key: "id" | "u";
}

const LOADS: Readonly<Record<string, Load>> = {
  plain: { format: "text", indexed: false, key: "id" },
  uuid: { format: "text", indexed: false, key: "u" },
  text: { format: "text", indexed: true, key: "id" },
  csv: { format: "csv", indexed: true, key: "id" },
  binary: { format: "binary", indexed: true, key: "id" },
};

const INDEXES: Readonly<Record<string, string>> = {
  integer: "create index on plain (k)",
  string: "create index on plain (name)",
  concurrently: "create index concurrently on plain (k, at)",
};

async function load(server: TimedServer, name: string, rows: number): Promise<string> {
  const { format, indexed, key } = LOADS[name] as Load;
  await server.sql.unsafe(`create table loaded ${tableOf(key)}`);
  if (indexed) await server.sql.unsafe("create index on loaded (k)");
  const work = await copy(server.sql, "loaded", format, rows);
  const { wall, time, bytes, megabytes } = await measured(server, work);
  const [counted] = await server.sql.unsafe<{ n: string }[]>("select count(*) as n from loaded");
  if (Number(counted?.n) !== rows) throw new Error(`there are ${counted?.n ?? "no"} rows`);
  const per = 1e8 / bytes;
  const what = `COPY ${format}${indexed ? ", an index" : ""}${key === "u" ? ", by uuid" : ""}`;
  const scaled = { main: time.main * per, others: time.others * per };
  const rate = `${(bytes / 1e6 / wall).toFixed(1)} MB/s`;
  return line(server, what, { wall, time: scaled, megabytes }, rate);
}

async function index(server: TimedServer, name: string): Promise<string> {
  const work = async (): Promise<number> => {
    await server.sql.unsafe(INDEXES[name] as string);
    return 0;
  };
  const { wall, time, megabytes } = await measured(server, work);
  return line(server, `index ${name}`, { wall, time, megabytes }, `${wall.toFixed(2)} s`);
}

function line(
  { name }: TimedServer,
  what: string,
  { time, megabytes }: Measured,
  rate: string,
): string {
  const cells = [time.main, time.others].map((each) => `${each.toFixed(2)} s`.padStart(9));
  const peak = `${megabytes.toFixed(0)} MB`.padStart(9);
  return `${name.padEnd(11)}${what.padEnd(24)}${cells.join("")}${rate.padStart(12)}${peak}`;
}

async function compare(
  server: TimedServer,
  rows: number,
  indexedRows: number,
  wanted: (name: string) => boolean,
): Promise<void> {
  for (const name of Object.keys(LOADS)) {
    if (!wanted(name)) continue;
    console.log(await load(server, name, rows));
    await server.sql.unsafe("drop table loaded");
  }
  const indexes = Object.keys(INDEXES).filter(wanted);
  if (indexes.length === 0) return;
  await server.sql.unsafe(`create table plain ${tableOf("id")}`);
  await (
    await copy(server.sql, "plain", "text", indexedRows)
  )();
  for (const name of indexes) console.log(await index(server, name));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "800000" },
      "indexed-rows": { type: "string", default: "1000000" },
      only: { type: "string", default: "" },
      profile: { type: "string", default: "" },
      "skip-postgres": { type: "boolean", default: false },
    },
  });
  const chosen = new Set(values.only.split(",").filter(Boolean));
  const wanted = (name: string): boolean => chosen.size === 0 || chosen.has(name);
  console.log("COPY: seconds per 100 MB, main thread and others; peak of memory");
  const makers = values["skip-postgres"] ? [] : [postgresServer];
  for (const make of [...makers, () => firstlightServer(values.profile, "copy")]) {
    const server = await make();
    try {
      await compare(server, Number(values.rows), Number(values["indexed-rows"]), wanted);
    } finally {
      await server.stop();
    }
  }
}

await main();
