/** Whether a query calls nextval or setval itself, or what might: a function of a user. */
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { BoundExplain, BoundQuery } from "../bind/query-tree.ts";
import { visitQuery } from "../bind/walk.ts";

/** nextval and both forms of setval in pg_proc. */
const SEQUENCE_PROCS: ReadonlySet<number> = new Set([1574, 1576, 1765]);

export function takesSequenceValues(query: BoundQuery | BoundExplain): boolean {
  let found = false;
  visitQuery(
    query.kind === "explain" ? query.query : query,
    (expr) => {
      if (expr.kind === "call") {
        found ||= SEQUENCE_PROCS.has(expr.proc) || expr.proc >= FIRST_USER_OID;
      }
      return !found;
    },
    0,
  );
  return found;
}
