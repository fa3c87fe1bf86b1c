/**
 * How long the embedded database takes to be ready again after kill -9 with a lot of data: fills it,
 * kills it in the middle of commits, starts it again. Prints wall time to the first ready line and to
 * the first answer, and the processor time that the new process has used by then.
 * Run with: npm run bench:restart -- --mebibytes 1024
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type pg from "pg";
import { connectTo } from "../../support/databases.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../../support/processes.ts";

const TICKS_PER_SECOND = 100;
const ROW_BYTES = 1_024;
const ROWS_PER_STATEMENT = 4_096;
/** Single rows after that, so that there is something to replay. */
const WRITERS = 8;
const WRITING_MILLIS = 3_000;

const { values } = parseArgs({
  options: {
    mebibytes: { type: "string", default: "1024" },
    times: { type: "string", default: "3" },
    /** The most seconds of wall time to the ready line. */
    most: { type: "string", default: "2" },
  },
});
const rows = Math.round((Number(values.mebibytes) * 1_024 * 1_024) / ROW_BYTES);

function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function fill(client: pg.Client): Promise<void> {
  await client.query("create table filled (id bigint primary key, t text)");
  const insert = `insert into filled
    select i, repeat(md5(i::text), ${ROW_BYTES / 32}) from generate_series($1::bigint, $2::bigint) i`;
  for (let from = 1; from <= rows; from += ROWS_PER_STATEMENT) {
    await client.query(insert, [from, Math.min(rows, from + ROWS_PER_STATEMENT - 1)]);
  }
}

/** Until the server is gone. */
async function writeOn(port: number, first: number): Promise<void> {
  const client = await connectTo(port);
  try {
    for (let id = first; ; id += WRITERS) {
      await client.query("insert into filled values ($1, 'x') on conflict do nothing", [id]);
    }
  } catch {
    // It was killed.
  }
}

const directory = temporaryDirectory("restart");
let running = await startEmbedded(directory);
try {
  const client = await connectTo(running.ports[0] ?? 0);
  await fill(client);
  const table: Record<string, number>[] = [];
  let next = rows + 1;
  for (let time = 0; time < Number(values.times); time++) {
    for (let i = 0; i < WRITERS; i++) void writeOn(running.ports[0] ?? 0, next + i);
    next += 1_000_000;
    await new Promise((resolve) => setTimeout(resolve, WRITING_MILLIS));
    running.signal("SIGKILL");
    await running.exited;
    const begun = performance.now();
    running = await startEmbedded(directory);
    const used = processorSeconds(running.pid);
    const again = await connectTo(running.ports[0] ?? 0);
    await again.query("select t from filled where id = 1");
    table.push({
      "ready after, s": running.startMillis / 1_000,
      "first answer after, s": Math.round(performance.now() - begun) / 1_000,
      "CPU until ready, s": used,
    });
    await again.end();
  }
  console.table(table);
  const worst = Math.max(...table.map((row) => row["ready after, s"] ?? Infinity));
  if (worst > Number(values.most)) process.exitCode = 1;
} finally {
  await running.stop();
  removeDirectory(directory);
}
