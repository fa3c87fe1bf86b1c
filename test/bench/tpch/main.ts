/**
 * npm run bench:tpch: TPC-H's 22 queries on PostgreSQL 16 from npm and on an embedded Firstlight in
 * the same run, on the same generated data. Answers have to be equal; times are of warm runs.
 * Options: --scale N --seed N --runs N --queries 1,2
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import { startOracle } from "../../oracle/oracle.ts";
import { AS_TEXT, connectTo } from "../../support/databases.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../../support/processes.ts";
import { TpchData } from "./generate.ts";
import type { TableLoad } from "./load.ts";
import { loadTpch } from "./load.ts";
import type { TextRow, TpchQuery } from "./queries.ts";
import { difference, tpchQueries } from "./queries.ts";

interface Timing {
  readonly best: number;
  readonly median: number;
  readonly rows: readonly TextRow[];
}

interface Comparison {
  readonly query: TpchQuery;
  readonly postgres: Timing;
  readonly firstlight: Timing;
}

async function timed(client: pg.Client, text: string, runs: number): Promise<Timing> {
  const millis: number[] = [];
  let rows: readonly TextRow[] = [];
  // The first run warms caches up and does not count.
  for (let run = 0; run <= runs; run++) {
    const begun = performance.now();
    const result = await client.query({ text, rowMode: "array", types: AS_TEXT });
    if (run > 0 || runs === 0) millis.push(performance.now() - begun);
    rows = result.rows as unknown as readonly TextRow[];
  }
  const ordered = millis.toSorted((a, b) => a - b);
  return { best: ordered[0] ?? 0, median: ordered[ordered.length >> 1] ?? 0, rows };
}

function loadLine(expected: TableLoad, found: TableLoad): string {
  const rate = ({ bytes, millis }: TableLoad): string =>
    `${(bytes / 1e6 / (millis / 1_000)).toFixed(1).padStart(6)} MB/s`;
  const table = `${found.table.padEnd(10)} ${String(found.rows).padStart(8)} rows`;
  const megabytes = `${(found.bytes / 1e6).toFixed(1).padStart(6)} MB`;
  return `${table} ${megabytes}  PostgreSQL ${rate(expected)}  Firstlight ${rate(found)}`;
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(11)).join("");
}

function line({ query, postgres, firstlight }: Comparison): string {
  const problem = difference(query, postgres.rows, firstlight.rows);
  const times = [postgres.best, postgres.median, firstlight.best, firstlight.median];
  const ratio = (firstlight.median / postgres.median).toFixed(2);
  const cells = [`Q${query.number}`, ...times.map((time) => time.toFixed(1)), ratio];
  return `${row([...cells, String(postgres.rows.length)])}  ${problem ?? "equal"}`;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

async function compare(
  clients: readonly [pg.Client, pg.Client],
  queries: readonly TpchQuery[],
  runs: number,
): Promise<number> {
  console.log(row(["query", "PG best", "PG median", "FL best", "FL median", "ratio", "rows"]));
  const ratios: number[] = [];
  let different = 0;
  for (const query of queries) {
    const postgres = await timed(clients[0], query.text, runs);
    try {
      const firstlight = await timed(clients[1], query.text, runs);
      console.log(line({ query, postgres, firstlight }));
      ratios.push(firstlight.median / postgres.median);
      if (difference(query, postgres.rows, firstlight.rows) !== undefined) different++;
    } catch (error) {
      console.log(`${row([`Q${query.number}`])}  fails: ${String(error)}`);
      different++;
    }
  }
  console.log(`geometric mean of the ratios: ${geometricMean(ratios).toFixed(2)}`);
  return different;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: "string", default: "0.1" },
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "3" },
      queries: { type: "string", default: "" },
    },
  });
  const scale = Number(values.scale);
  const wanted = new Set(values.queries.split(",").filter(Boolean).map(Number));
  const queries = tpchQueries(scale).filter(
    ({ number }) => wanted.size === 0 || wanted.has(number),
  );
  const directory = temporaryDirectory("tpch");
  const oracle = await startOracle();
  const embedded = await startEmbedded(directory);
  try {
    const ports = [oracle.port, embedded.ports[0] ?? 0] as const;
    const data = new TpchData(scale, Number(values.seed));
    const expected = await loadTpch(ports[0], data);
    const found = await loadTpch(ports[1], data);
    for (const [at, load] of expected.entries()) console.log(loadLine(load, found[at] ?? load));
    const clients = [await connectTo(ports[0]), await connectTo(ports[1])] as const;
    const different = await compare(clients, queries, Number(values.runs));
    await Promise.all(clients.map((client) => client.end()));
    if (different > 0) process.exitCode = 1;
  } finally {
    await embedded.stop();
    await oracle.stop();
    removeDirectory(directory);
  }
}

await main();
