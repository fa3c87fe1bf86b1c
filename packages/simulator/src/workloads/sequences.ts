/**
 * Values of sequences, drawn through several query processors: by nextval in statements that draw
 * several, in transactions that are taken back, and by an identity column. No value is given twice,
 * whoever asks, whatever became of the commit of the block that it is of; and within a statement
 * values follow each other in the sequence's direction. No unique index helps: what is drawn twice
 * stands there twice.
 *
 * One sequence is set further now and then (setval), by one session at a time: whoever asks after
 * that was answered gets values behind it, though other query processors had blocks of before, and
 * perhaps are cut off, or stand still. After a setval that failed nobody knows: then it is the next
 * sequence's turn.
 */
import type { SqlSession } from "../sql/sql-session.ts";
import { inBlock } from "./sql-block.ts";
import type { SqlStepContext, Workload } from "./workload.ts";

const SEQUENCES = ["upwards", "downwards", "cached"] as const;
/** As many setvals may fail in a run; those after that are not made. */
const RESET = Array.from({ length: 12 }, (_, i) => `reset_${i + 1}`);
/** More than a run draws of one, blocks that are lost included. */
const RESET_BY = 100_000;
/** A block has 33: every third statement or so takes a new one. */
const DRAWN_MAX = 14;

/** A row for all of them: at the end every row may be a message. */
async function draw(session: SqlSession, { random, witness }: SqlStepContext): Promise<void> {
  const reset = resetAtPresent(witness.floors);
  const name = random.pick(reset === undefined ? SEQUENCES : [...SEQUENCES, reset]);
  const floor = witness.floors.get(name) ?? -Infinity;
  const count = random.between(1, DRAWN_MAX);
  const rows = await session.query(
    `INSERT INTO drawn (name, drawn) SELECT '${name}', array_agg(nextval('${name}'))
     FROM generate_series(1, ${count}) RETURNING array_to_string(drawn.drawn, ' ')`,
  );
  const values = String(rows[0]?.[0]).split(" ").map(Number);
  expectOrder(name, values);
  if (name === reset && Math.min(...values) <= floor) {
    throw new Error(`sequences: ${name} gave ${values.join(" ")} after setval ${floor}`);
  }
}

/** The first one of which no setval has failed. */
function resetAtPresent(floors: ReadonlyMap<string, number>): string | undefined {
  return RESET.find((name) => floors.get(name) !== Infinity);
}

function reset(session: SqlSession, { witness }: SqlStepContext): Promise<unknown> {
  return witness.alone("setval", async () => {
    const { floors } = witness;
    const name = resetAtPresent(floors);
    if (name === undefined) return;
    const value = (floors.get(name) ?? 0) + RESET_BY;
    // Until it is answered, which may be never.
    floors.set(name, Infinity);
    await session.query(`SELECT setval('${name}', ${value})`);
    floors.set(name, value);
  });
}

function expectOrder(name: string, values: readonly number[]): void {
  const sign = name === "downwards" ? -1 : 1;
  for (const [i, value] of values.entries()) {
    if (i === 0 || sign * (value - Number(values[i - 1])) > 0) continue;
    throw new Error(`sequences: ${name} gave ${value} after ${values[i - 1]}`);
  }
}

async function drawInBlock(session: SqlSession, context: SqlStepContext): Promise<void> {
  await inBlock(session, async () => {
    await draw(session, context);
    await context.pause();
    await draw(session, context);
    // Values that were drawn and taken back are not given again either, to others.
    if (context.random.chance(0.2)) await session.query("ROLLBACK");
  });
}

async function audit(session: SqlSession): Promise<void> {
  const rows = await session.query(
    `SELECT name, v, count(*) FROM drawn, unnest(drawn) v GROUP BY 1, 2 HAVING count(*) > 1
     UNION ALL SELECT 'id', id, count(*) FROM drawn GROUP BY 2 HAVING count(*) > 1`,
  );
  if (rows.length > 0) throw new Error(`sequences: given twice: ${JSON.stringify(rows)}`);
}

export const sequences: Workload = {
  name: "sequences",

  sql: {
    setup: [
      "CREATE SEQUENCE IF NOT EXISTS upwards",
      "CREATE SEQUENCE IF NOT EXISTS downwards INCREMENT -3",
      "CREATE SEQUENCE IF NOT EXISTS cached CACHE 40 INCREMENT 2 START 1000",
      ...RESET.map((name) => `CREATE SEQUENCE IF NOT EXISTS ${name}`),
      `CREATE TABLE IF NOT EXISTS drawn
         (id bigint GENERATED ALWAYS AS IDENTITY, name text, drawn bigint[])`,
    ],
    step: async (session, context) => {
      const dice = context.random.next();
      if (dice < 0.2) await audit(session);
      else if (dice < 0.28) await reset(session, context);
      else if (dice < 0.75) await draw(session, context);
      else await drawInBlock(session, context);
    },
  },

  setup() {},

  step() {
    return Promise.resolve();
  },

  check() {},
};
