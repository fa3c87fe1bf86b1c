/**
 * Indexes of every kind come and go, CONCURRENTLY and not, while rows of their table are written in
 * SQL through several query processors. At every commit each public index must be its table's (I10:
 * nobody may write a row by a schema on which an index has no say yet, or no more).
 */
import type { Timestamp } from "@firstlight/common";
import { JOB_SPAN } from "@firstlight/common";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { SqlSession } from "../sql/sql-session.ts";
import { IndexInspector, decodeJob } from "../transactions.ts";
import type { Replay } from "./replay.ts";
import { replayed } from "./replay.ts";
import { inBlock, someWrites } from "./sql-block.ts";
import type { StepContext, Workload } from "./workload.ts";

const ROWS = 24;
const INVARIANT = "index equals table";

/** By name: some of them more than once, so that they are found to exist. */
const INDEXES: readonly (readonly [name: string, how: string, over: string])[] = [
  ["by_k", "INDEX", "t (k)"],
  ["by_k_v", "INDEX", "t (k DESC, v) INCLUDE (u)"],
  ["by_sum", "INDEX", "t ((k + v))"],
  ["by_part", "INDEX", "t (v) WHERE k > 2"],
  ["by_u", "UNIQUE INDEX", "t (u)"],
  ["by_u_part", "UNIQUE INDEX", "t ((u % 1000)) WHERE v < 5"],
];

function small(random: SeededRandom): number {
  return random.between(0, 5);
}

function someId(random: SeededRandom): number {
  return random.between(0, ROWS - 1);
}

/** Mostly a value that nobody has; equal ones are there from time to time. */
function uniqueValue(context: StepContext): number {
  const { random } = context;
  return random.chance(0.05) ? random.between(0, 3) : 10 + context.unique();
}

function write(context: StepContext): string {
  const { random } = context;
  const id = someId(random);
  switch (random.between(0, 7)) {
    case 0:
    case 1:
      return `INSERT INTO t VALUES (${id}, ${small(random)}, ${uniqueValue(context)}, ${small(random)})`;
    case 2:
      return `DELETE FROM t WHERE id = ${id}`;
    case 3:
      return `UPDATE t SET k = ${small(random)} WHERE id = ${id}`;
    case 4:
      return `UPDATE t SET u = ${uniqueValue(context)} WHERE id = ${id}`;
    case 5:
      return `UPDATE t SET v = v + 1, k = k - 1 WHERE id BETWEEN ${id} AND ${id + 2}`;
    case 6:
      return `UPDATE t SET id = ${someId(random)} WHERE id = ${id}`;
    default:
      return `INSERT INTO t VALUES (${id}, 1, ${uniqueValue(context)}, 2) ON CONFLICT (id) DO UPDATE SET v = t.v + 1`;
  }
}

async function changeSchema(session: SqlSession, { random }: StepContext): Promise<void> {
  const [name, how, over] = random.pick(INDEXES);
  const concurrently = random.chance(0.8) ? " CONCURRENTLY" : "";
  const dice = random.next();
  if (dice < 0.6)
    await session.query(`CREATE ${how}${concurrently} IF NOT EXISTS ${name} ON ${over}`);
  else if (dice < 0.8) await session.query(`DROP INDEX${concurrently} IF EXISTS ${name}`);
  else await session.query(`REINDEX INDEX${concurrently} ${name}`);
}

function checkJob(value: string, findings: Findings): void {
  const { id, status, error } = decodeJob(Buffer.from(value, "latin1"));
  if (status !== "failed" || error === undefined) return;
  if (error.sqlstate.startsWith("XX")) findings.add(INVARIANT, `job ${id}: ${error.message}`);
}

function check({ logs }: Evidence, findings: Findings): void {
  const replay = replayed(
    logs,
    (objects) => new IndexInspector(objects),
    (inspector, now, at) => report(inspector, now, at, findings),
  );
  for (const [, value] of replay.within(JOB_SPAN)) checkJob(value, findings);
}

function report(
  inspector: IndexInspector,
  replay: Replay,
  at: Timestamp,
  findings: Findings,
): void {
  for (const difference of inspector.differences((span) => replay.within(span))) {
    findings.add(INVARIANT, `at ${at}: ${difference}`);
  }
}

export const indexBuild: Workload = {
  name: "index-build",

  sql: {
    setup: [
      "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, k int, u int, v int)",
      `INSERT INTO t SELECT g, g % 6, g + 10000, g % 4 FROM generate_series(0, ${ROWS - 1}, 2) g ON CONFLICT DO NOTHING`,
    ],
    step: async (session, context) => {
      const dice = context.random.next();
      if (dice < 0.12) await changeSchema(session, context);
      else if (dice < 0.5) await someWrites(session, context, write);
      else await session.query(write(context));
    },
  },

  setup() {},

  step() {
    return Promise.resolve();
  },

  check,
};

/** So many that rows that are inserted seldom exist, anywhere among the others. */
const IDS = 2_000;
const BUILD_CHANCE = 0.04;

async function insertSlowly(session: SqlSession, context: StepContext): Promise<void> {
  const { random } = context;
  const id = random.between(0, IDS - 1);
  const row = `${id}, ${small(random)}, ${uniqueValue(context)}, ${small(random)}`;
  await inBlock(session, async () => {
    await session.query(`INSERT INTO t VALUES (${row})`);
    await context.pause();
  });
}

/**
 * Transactions that insert a row and stay open for a while, and now and then an index is built, at
 * most times alone. A row that is not there yet is the one thing that a backfill cannot conflict
 * with: whoever changes or deletes a row writes the entry that the backfill has made of it.
 */
export const indexInserts: Workload = {
  ...indexBuild,
  name: "index-inserts",

  sql: {
    setup: [...(indexBuild.sql?.setup ?? []), "CREATE INDEX IF NOT EXISTS by_k ON t (k)"],
    step: async (session, context) => {
      if (!context.random.chance(BUILD_CHANCE)) await insertSlowly(session, context);
      else await session.query("REINDEX INDEX CONCURRENTLY by_k");
    },
  },
};
