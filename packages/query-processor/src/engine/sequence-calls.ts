/**
 * Whether a query calls what may have to be waited for, sequences, advisory locks and signals, or
 * what might call it: a function of a user. Such a query may be started again.
 */
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { BoundExplain, BoundQuery } from "../bind/query-tree.ts";
import { visitQuery } from "../bind/walk.ts";

/** nextval, setval and pg_sequence_last_value in pg_proc, signals and pg_blocking_pids. */
const WAITING_PROCS: ReadonlySet<number> = new Set([1574, 1576, 1765, 2096, 2171, 2561, 4032]);

/** Functions of advisory locks: of the session, of the transaction. */
function isWaiting(proc: number): boolean {
  if (proc < 2880 || proc >= FIRST_USER_OID) return proc >= FIRST_USER_OID;
  return proc <= 2892 || (proc >= 3089 && proc <= 3096);
}

export function takesSequenceValues(query: BoundQuery | BoundExplain): boolean {
  let found = false;
  visitQuery(
    query.kind === "explain" ? query.query : query,
    (expr) => {
      if (expr.kind === "call") {
        found ||= WAITING_PROCS.has(expr.proc) || isWaiting(expr.proc);
      }
      return !found;
    },
    0,
  );
  return found;
}
