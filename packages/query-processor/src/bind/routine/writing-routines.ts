/** What functions that a query calls do to data: whether they write, whether they read anew. */
import type { BoundQuery } from "../query-tree.ts";
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import { visitQuery } from "../walk.ts";
import { CalledRoutine } from "./called-routine.ts";
import { hostProcWrites } from "./host-procs.ts";

const known = new WeakMap<CalledRoutine, boolean>();

function writes(routine: CalledRoutine, working: Set<CalledRoutine>): boolean {
  const cached = known.get(routine);
  if (cached !== undefined) return cached;
  if (routine.oid < FIRST_USER_OID && hostProcWrites(routine.name)) return true;
  if (working.has(routine) || routine.language === LANGUAGE_INTERNAL) return false;
  if (routine.implementation !== undefined) return false;
  working.add(routine);
  const found = routine.bound.statements.some(
    (query) => query.kind !== "select" || calls(query, working),
  );
  if (found || working.size === 1) known.set(routine, found);
  return found;
}

const LANGUAGE_INTERNAL = 12;

function calls(query: BoundQuery, working: Set<CalledRoutine>): boolean {
  let found = query.ctes.some((cte) => cte.query.kind !== "select");
  visitQuery(
    query,
    (expr) => {
      if (expr.kind === "call" && expr.routine instanceof CalledRoutine) {
        found ||= writes(expr.routine, working);
      }
      return !found;
    },
    0,
  );
  return found;
}

export function callsWriters(query: BoundQuery): boolean {
  let found = false;
  visitQuery(
    query,
    (expr) => {
      if (expr.kind === "call" && expr.routine instanceof CalledRoutine) {
        found ||= writes(expr.routine, new Set());
      }
      return !found;
    },
    0,
  );
  return found;
}

/** Whether it calls functions that read what the query itself has written before. */
export function callsVolatile(query: BoundQuery): boolean {
  let found = false;
  visitQuery(
    query,
    (expr) => {
      if (expr.kind === "call" && expr.routine instanceof CalledRoutine) {
        const { routine } = expr;
        found ||= routine.volatility === "volatile" && routine.implementation === undefined;
      }
      return !found;
    },
    0,
  );
  return found;
}
