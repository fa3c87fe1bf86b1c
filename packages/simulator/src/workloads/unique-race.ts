/**
 * Many clients race for few unique keys in SQL, through several query processors: by INSERT, INSERT
 * ON CONFLICT, UPDATE of the key (also of several rows at once) and DELETE. At every commit a key has
 * one row at most, and the unique indexes are their table's. Whoever was told that it has won a key
 * finds exactly one row of it, by the index and by the table.
 */
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { SqlSession } from "../sql/sql-session.ts";
import { IndexInspector } from "../transactions.ts";
import { replayed } from "./replay.ts";
import { inBlock, someWrites } from "./sql-block.ts";
import type { StepContext, Workload } from "./workload.ts";

const ROWS = 10;
const KEYS = 6;

function someId(random: SeededRandom): number {
  return random.between(0, ROWS - 1);
}

function someKey(random: SeededRandom): number {
  return random.between(0, KEYS - 1);
}

function insert(context: StepContext): string {
  const { random } = context;
  const row = `${someId(random)}, ${someKey(random)}, 'n${someKey(random)}'`;
  return `INSERT INTO u VALUES (${row}, ${context.unique()})`;
}

function write(context: StepContext): string {
  const { random } = context;
  const [id, key] = [someId(random), someKey(random)];
  switch (random.between(0, 12)) {
    case 0:
    case 1:
      return insert(context);
    case 2:
      return `${insert(context)} ON CONFLICT DO NOTHING`;
    case 3:
      return `${insert(context)} ON CONFLICT (k) DO UPDATE SET tag = excluded.tag`;
    case 4:
      return `${insert(context)} ON CONFLICT (id) DO UPDATE SET k = excluded.k`;
    case 5:
      return `UPDATE u SET k = ${key} WHERE id = ${id}`;
    case 6:
      return `UPDATE u SET k = ${key}, name = 'n${someKey(random)}' WHERE k = ${someKey(random)}`;
    // Keys of the rows that go first are taken by those that follow.
    case 7:
      return `UPDATE u SET k = (k + 1) % ${KEYS} WHERE id BETWEEN ${id} AND ${id + 2}`;
    case 8:
      return `DELETE FROM u WHERE id = ${id}`;
    // Often enough that keys are free to race for.
    default:
      return `DELETE FROM u WHERE k = ${key}`;
  }
}

/** How many rows of a key its transaction sees, and whether both ways of looking agree. */
async function expectOne(session: SqlSession, key: number): Promise<void> {
  const counts = await session.query(
    `SELECT (SELECT count(*) FROM u WHERE k = ${key}), (SELECT count(*) FROM u WHERE k + 0 = ${key})`,
  );
  const seen = counts[0]?.join();
  if (seen !== "1,1") throw new Error(`unique race: the winner of ${key} sees ${seen} rows of it`);
}

async function claim(session: SqlSession, context: StepContext): Promise<void> {
  const [id, key] = [someId(context.random), someKey(context.random)];
  await inBlock(session, async () => {
    const won = await session.query(
      `INSERT INTO u VALUES (${id}, ${key}, NULL, ${context.unique()}) ON CONFLICT DO NOTHING RETURNING id`,
    );
    await context.pause();
    if (won.length > 0) await expectOne(session, key);
  });
}

async function audit(session: SqlSession): Promise<void> {
  const rows = await session.query(
    "SELECT k + 0, count(*) FROM u GROUP BY 1 HAVING count(*) > 1 UNION ALL SELECT id + 0, count(*) FROM u GROUP BY 1 HAVING count(*) > 1",
  );
  if (rows.length > 0) throw new Error(`unique race: a snapshot has ${JSON.stringify(rows)}`);
}

function check({ logs }: Evidence, findings: Findings): void {
  replayed(
    logs,
    (objects) => new IndexInspector(objects),
    (inspector, replay, at) => {
      for (const difference of inspector.differences((span) => replay.within(span))) {
        findings.add("unique race", `at ${at}: ${difference}`);
      }
    },
  );
}

export const uniqueRace: Workload = {
  name: "unique-race",

  sql: {
    setup: [
      "CREATE TABLE IF NOT EXISTS u (id int PRIMARY KEY, k int UNIQUE, name text UNIQUE, tag int)",
    ],
    step: async (session, context) => {
      const dice = context.random.next();
      if (dice < 0.2) await claim(session, context);
      else if (dice < 0.3) await audit(session);
      else if (dice < 0.6) await someWrites(session, context, write);
      else await session.query(write(context));
    },
  },

  setup() {},

  step() {
    return Promise.resolve();
  },

  check,
};
