/** How old a profile lets transactions become. */
import type { SqlError } from "@firstlight/common";
import { POSTGRES_EPOCH } from "../statistics/postgres-epoch.ts";
import type { StatementBody } from "./prepared-statement.ts";
import type { Session } from "./session.ts";

/** However old a transaction is, it can be given up; one that has failed has no age. */
function isExempt(session: Session, body: StatementBody): boolean {
  if (session.block.state === "failed") return true;
  return body.kind === "utility" && body.statement.node["kind"] === "TRANS_STMT_ROLLBACK";
}

/** Throws when the transaction is too old for another statement; this one has what is left. */
export function limitAge(session: Session, body: StatementBody): void {
  if (isExempt(session, body)) return;
  session.block.enterImplicit();
  const began = Number(session.transactionTime) + POSTGRES_EPOCH;
  const left = began + session.ageMicros - session.runtime.clock.now().latest;
  const late = (): SqlError => session.engine.profile.limits.refusal("age");
  if (left <= 0) throw late();
  session.endIn(left, late);
}
