/** Loads TPC-H's tables by COPY into a database that speaks PostgreSQL's protocol. */
import { readFileSync } from "node:fs";
import { once } from "node:events";
import postgres from "postgres";
import type { TpchData } from "./generate.ts";

const CHUNK_CHARACTERS = 256 << 10;

export interface TableLoad {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly millis: number;
}

function* chunksOf(lines: Iterable<string>, count: () => void): Generator<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    count();
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

async function copy(sql: postgres.Sql, table: string, lines: Iterable<string>): Promise<TableLoad> {
  let rows = 0;
  let bytes = 0;
  // Made beforehand: what is measured is the database.
  const chunks = [...chunksOf(lines, () => rows++)].map((chunk) => Buffer.from(chunk, "latin1"));
  const begun = Date.now();
  const stream = await sql`copy ${sql(table)} from stdin`.writable();
  const finished = once(stream, "finish");
  for (const chunk of chunks) {
    bytes += chunk.length;
    if (!stream.write(chunk)) await once(stream, "drain");
  }
  stream.end();
  await finished;
  return { table, rows, bytes, millis: Date.now() - begun };
}

/** Makes the tables, fills them and takes their statistics. */
export async function loadTpch(port: number, data: TpchData): Promise<readonly TableLoad[]> {
  const sql = postgres({ host: "127.0.0.1", port, user: "postgres", database: "postgres", max: 1 });
  try {
    await sql.unsafe(readFileSync(new URL("schema.sql", import.meta.url), "utf8")).simple();
    const loads: TableLoad[] = [];
    for (const [table, lines] of data.tables()) loads.push(await copy(sql, table, lines()));
    await sql.unsafe("analyze").simple();
    return loads;
  } finally {
    await sql.end();
  }
}
