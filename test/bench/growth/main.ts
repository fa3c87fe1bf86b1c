/**
 * npm run bench:growth: asks PostgreSQL 16 and Firstlight the same statements at sizes n, 2n and 4n,
 * and marks those where ours grow faster than PostgreSQL's, take over 20 times its processor time and
 * over 200 ms, hold the event loop for more than 25 ms, or are answered otherwise. No verdict.
 * Options: --group NAME (of GROUPS) --only PATTERN --seconds N (of a statement at most, 20) --factors 1,2,4 (of the sizes)
 * --profile (of the server, to the folder growth-profile) --marked (nothing else is shown)
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import type pg from "pg";
import { AGGREGATIONS } from "./cases/aggregations.ts";
import { CATALOGS } from "./cases/catalogs.ts";
import { LISTS } from "./cases/lists.ts";
import { QUERIES } from "./cases/queries.ts";
import { VALUES } from "./cases/values.ts";
import { WRITES } from "./cases/writes.ts";
import type { Database } from "./databases.ts";
import { startFirstlight, startPostgres } from "./databases.ts";
import type { Growing, Step } from "./growing.ts";

const GROUPS: Readonly<Record<string, readonly Growing[]>> = {
  lists: LISTS,
  queries: QUERIES,
  aggregations: AGGREGATIONS,
  values: VALUES,
  writes: WRITES,
  catalogs: CATALOGS,
};

const TIMES_MAX = 20;
const MILLIS_MIN = 200;
const HELD_MAX = 25;
/** How much more ours may grow from one size to four times that. */
const GROWTH_MAX = 1.8;

interface Run {
  readonly millis: number;
  readonly held: number | undefined;
  /** Of the rows, or the error's SQLSTATE. */
  readonly answer: string;
}

const { values } = parseArgs({
  options: {
    group: { type: "string" },
    only: { type: "string" },
    seconds: { type: "string" },
    factors: { type: "string" },
    profile: { type: "boolean" },
    marked: { type: "boolean" },
  },
});
const FACTORS = (values.factors ?? "1,2,4").split(",").map(Number);
const TIMEOUT = Number(values.seconds ?? 20) * 1000;

function codeOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return code ?? message;
}

function rowsOf(results: pg.QueryArrayResult | readonly pg.QueryArrayResult[]): unknown {
  return Array.isArray(results)
    ? results.map((each) => each.rows)
    : (results as pg.QueryArrayResult).rows;
}

async function ask(client: pg.Client, steps: readonly Step[]): Promise<string> {
  const hash = createHash("md5");
  try {
    for (const step of steps) {
      const query =
        typeof step === "string" ? { text: step } : { text: step.text, values: [...step.values] };
      hash.update(JSON.stringify(rowsOf(await client.query({ ...query, rowMode: "array" }))));
    }
  } catch (error) {
    return codeOf(error);
  }
  return hash.digest("hex").slice(0, 8);
}

async function run(database: Database, each: Growing, size: number): Promise<Run> {
  const others = await database.connect(0);
  for (const text of each.before(size)) await others.query(text);
  const client = await database.connect(TIMEOUT);
  await database.held();
  const steps = each.steps(size);
  const from = database.processorMillis(client);
  const answer = await ask(client, steps);
  const millis = database.processorMillis(client) - from;
  const held = await database.held();
  await client.end();
  for (const text of each.after) await others.query(text).catch(() => {});
  await others.end();
  return { millis, held, answer };
}

/** From the smallest to the largest size, where the time is long enough to tell. */
function growth(runs: readonly Run[]): number {
  const [first] = runs;
  const last = runs.at(-1);
  return first === undefined || last === undefined ? 1 : last.millis / Math.max(10, first.millis);
}

function marks(ours: readonly Run[], theirs: readonly Run[]): readonly string[] {
  const found: string[] = [];
  const last = ours.at(-1);
  const other = theirs[ours.length - 1];
  if (last === undefined || other === undefined) return [];
  if (ours.some((each, at) => each.answer !== theirs[at]?.answer)) found.push("ANSWER");
  if (last.millis > MILLIS_MIN) {
    if (last.millis > TIMES_MAX * other.millis) found.push("SLOW");
    const [least = 1, most = least] = [FACTORS[0], FACTORS[ours.length - 1]];
    const allowed = Math.max(growth(theirs.slice(0, ours.length)), most / least);
    if (ours.length > 1 && growth(ours) > GROWTH_MAX * allowed) found.push("GROWS");
  }
  if (ours.some(({ held = 0 }) => held > HELD_MAX)) found.push("HOLDS");
  return found;
}

function shown(runs: readonly Run[], of: (each: Run) => number | undefined): string {
  return FACTORS.map((_factor, at) => {
    const each = runs[at];
    return (each === undefined ? "-" : (of(each) ?? 0).toFixed(0)).padStart(7);
  }).join("");
}

async function compare(postgres: Database, ours: Database, each: Growing): Promise<void> {
  const theirs: Run[] = [];
  const own: Run[] = [];
  try {
    for (const factor of FACTORS) {
      const size = Math.round(each.size * factor);
      theirs.push(await run(postgres, each, size));
      const one = await run(ours, each, size);
      own.push(one);
      if (one.millis > TIMEOUT / 2) break;
    }
  } catch (error) {
    console.log(`${each.name.padEnd(40)} ${codeOf(error)} ${(error as Error).message}`);
    return;
  }
  const found = marks(own, theirs);
  if (values.marked === true && found.length === 0) return;
  const answers = found.includes("ANSWER")
    ? ` ${theirs.map(({ answer }) => answer).join("/")} ${own.map(({ answer }) => answer).join("/")}`
    : "";
  const figures = [shown(theirs, ({ millis }) => millis), shown(own, ({ millis }) => millis)];
  const held = shown(own, (run) => run.held);
  console.log(`${each.name.padEnd(40)}${figures.join(" |")} |${held} ${found.join(" ")}${answers}`);
}

// The databases end with this process, however it ends.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const pattern = new RegExp(values.only ?? "", "u");
const postgres = await startPostgres();
try {
  const ours = await startFirstlight(values.profile === true);
  try {
    console.log(`${"".padEnd(40)} PostgreSQL's ms       | ours                | held`);
    const groups =
      values.group === undefined ? Object.values(GROUPS) : [GROUPS[values.group] ?? []];
    for (const each of groups.flat()) {
      if (pattern.test(each.name)) await compare(postgres, ours, each);
    }
  } finally {
    await ours.stop();
  }
} finally {
  await postgres.stop();
}
