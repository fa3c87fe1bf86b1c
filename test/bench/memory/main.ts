/**
 * npm run bench:memory: statements over many rows that have to spill, in the embedded process with a
 * memory limit and in PostgreSQL 16 with the same work_mem: time, what went to disk, and how far the
 * process grew. Answers are compared.
 * Options: --rows N (1000000) --memory SIZE (128MB) --only PATTERN
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type pg from "pg";
import { startOracle } from "../../oracle/oracle.ts";
import { AS_TEXT, connectTo } from "../../support/databases.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../../support/processes.ts";

const { values } = parseArgs({
  options: { rows: { type: "string" }, memory: { type: "string" }, only: { type: "string" } },
});
const ROWS = Number(values.rows ?? 1_000_000);
const MEMORY = values.memory ?? "128MB";
const HALF = Math.round(ROWS / 2);
const SOURCE = `generate_series(1, ${ROWS}) i`;

const STATEMENTS: Readonly<Record<string, string>> = {
  sort: `select count(*), max(t), sum(i) from (select md5(i::text) as t, i, repeat('x', 100) as filler from ${SOURCE} order by t offset 10) s`,
  "sort of integers": `select sum(i), max(n) from (select i, (i::bigint * 7919) % 1000003 as n from ${SOURCE} order by n, i desc offset 10) s`,
  "hash join": `select count(*), sum(a.i), max(b.t) from (select i, i * 3 % ${ROWS} as k from ${SOURCE}) a join (select i as k, md5(i::text) || repeat('y', 100) as t from ${SOURCE}) b on a.k = b.k`,
  "full join": `select count(*), count(a.k), count(b.k) from (select i * 2 as k from ${SOURCE}) a full join (select i * 3 as k, md5(i::text) as t from ${SOURCE}) b on a.k = b.k`,
  "group by": `select count(*), sum(c), max(m) from (select md5((i % ${HALF})::text) as g, count(*) as c, max(repeat('z', 60) || i) as m from ${SOURCE} group by 1) s`,
  "count distinct": `select count(distinct md5(i::text)) from ${SOURCE}`,
  distinct: `select count(*) from (select distinct md5((i % ${HALF})::text) from ${SOURCE}) s`,
  except: `select count(*) from (select md5(i::text) from ${SOURCE} except select md5((i * 2)::text) from ${SOURCE}) s`,
  window: `select sum(r), max(s) from (select row_number() over w as r, sum(i) over w as s from (select i, md5(i::text) as t from ${SOURCE}) x window w as (order by t)) y`,
  "CTE read twice": `with c as materialized (select i, md5(i::text) as t from ${SOURCE}) select (select count(*) from c), (select max(t) from c)`,
};

interface Measured {
  readonly millis: number;
  readonly answer: string;
}

async function run(client: pg.Client, text: string): Promise<Measured> {
  const from = performance.now();
  const { rows } = await client.query({ text, rowMode: "array", types: AS_TEXT });
  return { millis: performance.now() - from, answer: JSON.stringify(rows) };
}

function resident(pid: number, field: "VmHWM" | "VmRSS" | "RssFile"): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`, "u").exec(status)?.[1] ?? 0) / 1024);
}

/** Makes the kernel count the peak anew. */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** kB on disk, as EXPLAIN ANALYZE tells of every node. */
async function diskKilobytes(client: pg.Client, text: string): Promise<number> {
  const { rows } = await client.query<{ "QUERY PLAN": string }>(
    `explain (analyze, costs off, timing off) ${text}`,
  );
  let kilobytes = 0;
  for (const row of rows) {
    const found = /(?:Disk|Disk Usage): (\d+)kB/u.exec(row["QUERY PLAN"]);
    kilobytes += Number(found?.[1] ?? 0);
  }
  return kilobytes;
}

const directory = temporaryDirectory("bench-memory");
const running = await startEmbedded(directory);
const oracle = await startOracle(["jit=off", "max_parallel_workers_per_gather=0"]);
try {
  const mine = await connectTo(running.ports[0] ?? 0);
  const theirs = await connectTo(oracle.port);
  await mine.query(`set firstlight.query_memory = '${MEMORY}'`);
  await theirs.query(`set work_mem = '${MEMORY}'; set hash_mem_multiplier = 1`);
  const start = resident(running.pid, "VmRSS");
  const mapped = resident(running.pid, "RssFile");
  console.log(`${ROWS} rows, ${MEMORY}; ${start} MiB at the start, ${mapped} of them mapped files`);
  console.log("statement             PostgreSQL  Firstlight   ratio  disk MiB  peak MiB  answer");
  for (const [name, text] of Object.entries(STATEMENTS)) {
    if (values.only !== undefined && !new RegExp(values.only, "u").test(name)) continue;
    const theirAnswer = await run(theirs, text);
    forgetPeak(running.pid);
    const answer = await run(mine, text);
    const peak = resident(running.pid, "VmHWM");
    const disk = (await diskKilobytes(mine, text)) / 1024;
    const figures = [
      `${theirAnswer.millis.toFixed(0)} ms`.padStart(10),
      `${answer.millis.toFixed(0)} ms`.padStart(11),
      (answer.millis / theirAnswer.millis).toFixed(2).padStart(7),
      disk.toFixed(0).padStart(9),
      String(peak).padStart(9),
    ];
    const same = answer.answer === theirAnswer.answer ? "same" : "DIFFERS";
    console.log(`${name.padEnd(22)}${figures.join(" ")}  ${same}`);
  }
  await mine.end();
  await theirs.end();
} finally {
  await running.stop();
  await oracle.stop();
  removeDirectory(directory);
}
