/** What online changes of the schema are made with. */
import type { Log } from "@firstlight/common";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import type { OnlineBug } from "./online-bug.ts";

export interface OnlineParts {
  readonly ports: CommitPorts;
  readonly log: Log | undefined;
  readonly bugs: ReadonlySet<OnlineBug>;
  /** Rows that a transaction of a build reads at first, and where others write meanwhile. */
  readonly batchRows: number;
  /** And as long as nobody is in its way. */
  readonly batchRowsMax: number;
  /** There is no other query processor: whoever holds a lease is dead. */
  readonly isAlone: boolean;
  /** In the database of that OID, or the first one. */
  begin(database?: number): SessionTransaction;
}

/** The same for another database. */
export function partsIn(parts: OnlineParts, database: number | undefined): OnlineParts {
  return { ...parts, begin: (other = database) => parts.begin(other) };
}

export const DEFAULT_BATCH_ROWS = 2_000;
export const DEFAULT_BATCH_ROWS_MAX = 131_072;

/** Microseconds since the Unix epoch, at or after now. */
export function nowMicros({ ports }: OnlineParts): number {
  return ports.clock.now().latest;
}

/** A transaction of its own whose schema is confirmed; `work` says whether there is anything to commit. */
export async function inTransaction<T>(
  parts: OnlineParts,
  work: (transaction: SessionTransaction) => Promise<T>,
): Promise<T> {
  const transaction = parts.begin();
  try {
    await transaction.schema.verify();
    const result = await work(transaction);
    await transaction.commit();
    return result;
  } catch (error) {
    transaction.rollback();
    throw error;
  }
}
