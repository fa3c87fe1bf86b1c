/**
 * A foreign key comes and goes, valid at once or validated later, and so do its tables, while
 * parents and children are written in SQL through several query processors. At every commit each
 * valid foreign key must hold of all rows (I10: who plans without it does not commit beside it).
 */
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { SqlSession } from "../sql/sql-session.ts";
import { ReferenceInspector } from "../transactions.ts";
import { replayed } from "./replay.ts";
import { someWrites } from "./sql-block.ts";
import type { StepContext, Workload } from "./workload.ts";

const PARENTS = 6;
const CHILDREN = 12;

const MAKE_PARENTS = "CREATE TABLE IF NOT EXISTS p (id int PRIMARY KEY, v int)";
const MAKE_CHILDREN = "CREATE TABLE IF NOT EXISTS c (id int PRIMARY KEY, pid int)";

function parent(random: SeededRandom): number {
  return random.between(0, PARENTS - 1);
}

function child(random: SeededRandom): number {
  return random.between(0, CHILDREN - 1);
}

function write({ random }: StepContext): string {
  switch (random.between(0, 8)) {
    case 0:
    case 1:
      return `INSERT INTO c VALUES (${child(random)}, ${parent(random)})`;
    case 2:
      return `UPDATE c SET pid = ${parent(random)} WHERE id = ${child(random)}`;
    case 3:
      return `DELETE FROM c WHERE id = ${child(random)}`;
    case 4:
      return `INSERT INTO p VALUES (${parent(random)}, 1)`;
    case 5:
      return `UPDATE p SET v = v + 1 WHERE id = ${parent(random)}`;
    case 6:
      return `UPDATE p SET id = ${parent(random)} WHERE id = ${parent(random)}`;
    default:
      return `DELETE FROM p WHERE id = ${parent(random)}`;
  }
}

const ACTIONS: readonly string[] = ["", " ON DELETE CASCADE", " ON DELETE SET NULL"];

/** Rows without parents go first: otherwise the key could hardly ever be added. */
async function addKey(session: SqlSession, { random }: StepContext): Promise<void> {
  if (random.chance(0.8)) {
    await session.query("DELETE FROM c WHERE NOT EXISTS (SELECT FROM p WHERE p.id = c.pid)");
  }
  const action = `${random.pick(ACTIONS)}${random.chance(0.3) ? " ON UPDATE CASCADE" : ""}`;
  const late = random.chance(0.4) ? " NOT VALID" : "";
  await session.query(
    `ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p${action}${late}`,
  );
}

async function changeSchema(session: SqlSession, context: StepContext): Promise<void> {
  const { random } = context;
  const dice = random.next();
  if (dice < 0.5) await addKey(session, context);
  else if (dice < 0.7) await session.query("ALTER TABLE c VALIDATE CONSTRAINT fk");
  else if (dice < 0.9) await session.query("ALTER TABLE c DROP CONSTRAINT IF EXISTS fk");
  else if (dice < 0.95) await session.query(`DROP TABLE IF EXISTS c; ${MAKE_CHILDREN}`);
  else await session.query(`DROP TABLE IF EXISTS p CASCADE; ${MAKE_PARENTS}`);
}

function check({ logs }: Evidence, findings: Findings): void {
  replayed(
    logs,
    (objects) => new ReferenceInspector(objects),
    (inspector, replay, at) => {
      for (const orphan of inspector.orphans((span) => replay.within(span))) {
        findings.add("foreign keys", `at ${at}: ${orphan}`);
      }
    },
  );
}

export const keySchema: Workload = {
  name: "key-schema",

  sql: {
    setup: [
      MAKE_PARENTS,
      MAKE_CHILDREN,
      `INSERT INTO p SELECT g, 0 FROM generate_series(0, ${PARENTS - 1}) g ON CONFLICT DO NOTHING`,
    ],
    step: async (session, context) => {
      const dice = context.random.next();
      if (dice < 0.2) await changeSchema(session, context);
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
