/**
 * Advisory locks, taken through several query processors: for a session or for a transaction, shared
 * and exclusive, with patience and without, two at a time as well. As far as leases go (decision
 * 0021) no two sessions hold one at the same time, deadlocks are told from waiting, and whoever waits
 * gets it in the end or is told why not.
 */
import type { LockStrength } from "../clients/session-witness.ts";
import { SqlFailure } from "../sql/sql-session.ts";
import type { SqlSession } from "../sql/sql-session.ts";
import { inBlock } from "./sql-block.ts";
import type { SqlStepContext, Workload } from "./workload.ts";

const LOCKS = 3;

interface Wanted {
  readonly key: number;
  readonly strength: LockStrength;
}

function someLock({ random }: SqlStepContext): Wanted {
  const strength = random.chance(0.3) ? "shared" : "exclusive";
  return { key: random.between(1, LOCKS), strength };
}

/** Such as pg_try_advisory_xact_lock_shared. */
function call(kind: string, { key, strength }: Wanted): string {
  return `SELECT pg_${kind}${strength === "shared" ? "_shared" : ""}(${key})`;
}

/** False: refused, which only those without patience are. */
async function take(
  session: SqlSession,
  { random }: SqlStepContext,
  scope: "advisory_lock" | "advisory_xact_lock",
  wanted: Wanted,
): Promise<boolean> {
  const tries = random.chance(0.3);
  const rows = await session.query(call(tries ? `try_${scope}` : scope, wanted));
  return !tries || rows[0]?.[0] === "t";
}

interface Held extends Wanted {
  readonly release: () => void;
}

/** One or two, released one by one. */
async function forSession(session: SqlSession, context: SqlStepContext): Promise<void> {
  const held: Held[] = [];
  try {
    for (let left = context.random.between(1, 2); left > 0; left--) {
      const wanted = someLock(context);
      if (!(await take(session, context, "advisory_lock", wanted))) continue;
      held.push({ ...wanted, release: context.witness.holds(String(wanted.key), wanted.strength) });
      await context.pause();
    }
    for (const each of held.toReversed()) await unlock(session, each);
  } catch (error) {
    for (const { release } of held) release();
    // What a failed statement has locked stays locked.
    await unlockAll(session, context);
    throw error;
  }
}

/** Refused while parts of the cluster are away: a client that went on would keep its locks for ever. */
async function unlockAll(session: SqlSession, context: SqlStepContext): Promise<void> {
  while (!session.isClosed) {
    try {
      await session.query("SELECT pg_advisory_unlock_all()");
      return;
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      await context.pause();
    }
  }
}

async function unlock(session: SqlSession, { release, ...wanted }: Held): Promise<void> {
  release();
  const rows = await session.query(call("advisory_unlock", wanted));
  if (rows[0]?.[0] !== "t") throw new Error(`advisory locks: ${wanted.key} was not held any more`);
}

/** A statement that fails releases all, so while one is under way none counts as held. */
async function forTransaction(session: SqlSession, context: SqlStepContext): Promise<void> {
  const { witness, random } = context;
  const held: Wanted[] = [];
  await inBlock(session, async () => {
    for (let left = random.between(1, 2); left > 0; left--) {
      const wanted = someLock(context);
      if (await take(session, context, "advisory_xact_lock", wanted)) held.push(wanted);
      const releases = held.map(({ key, strength }) => witness.holds(String(key), strength));
      await context.pause();
      for (const release of releases) release();
    }
  });
}

/** What waits for longer than it has patience for holds nothing. */
async function forShort(session: SqlSession, context: SqlStepContext): Promise<void> {
  const millis = context.random.between(1, 400);
  await session.query(`SET lock_timeout = ${millis}`);
  try {
    await forSession(session, context);
  } finally {
    if (!session.isClosed) await session.query("RESET lock_timeout");
  }
}

export const advisoryLocks: Workload = {
  name: "advisory-locks",

  sql: {
    setup: ["CREATE TABLE IF NOT EXISTS locked (key int PRIMARY KEY)"],
    step: async (session, context) => {
      const dice = context.random.next();
      if (dice < 0.4) await forSession(session, context);
      else if (dice < 0.8) await forTransaction(session, context);
      else await forShort(session, context);
    },
  },

  setup() {},

  step() {
    return Promise.resolve();
  },

  check({ observations }, findings) {
    for (const shared of observations.sharedLocks) findings.add("advisory locks", shared);
  },
};
