/** Transactions of several statements in workloads that write SQL. */
import type { SqlSession } from "../sql/sql-session.ts";
import type { StepContext } from "./workload.ts";

/** The statements of `body` in one transaction; what fails takes all of it back. */
export async function inBlock(session: SqlSession, body: () => Promise<void>): Promise<void> {
  await session.query("BEGIN");
  try {
    await body();
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await session.query("COMMIT");
}

/** One to three writes, with time for others in between. */
export function someWrites(
  session: SqlSession,
  context: StepContext,
  write: (context: StepContext) => string,
): Promise<void> {
  return inBlock(session, async () => {
    for (let left = context.random.between(1, 3); left > 0; left--) {
      await session.query(write(context));
      await context.pause();
    }
  });
}
