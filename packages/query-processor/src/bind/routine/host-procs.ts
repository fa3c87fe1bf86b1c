/**
 * PostgreSQL's functions that are more than an expression: they read and write in the transaction of
 * the statement that calls them, so they are called as functions of users are.
 */
import type { ProcRow } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER } from "../../catalog/builtin-objects.ts";
import type { Profile } from "../../profile/profile.ts";
import { UserRoutine } from "./user-routine.ts";

/** Functions of large objects by name, and whether they write. */
const LARGE_OBJECTS: ReadonlyMap<string, boolean> = new Map([
  ["lo_close", false],
  ["lo_creat", true],
  ["lo_create", true],
  ["lo_export", false],
  ["lo_from_bytea", true],
  ["lo_get", false],
  ["lo_import", true],
  ["lo_lseek", false],
  ["lo_lseek64", false],
  ["lo_open", false],
  ["lo_put", true],
  ["loread", false],
  ["lo_tell", false],
  ["lo_tell64", false],
  ["lo_truncate", true],
  ["lo_truncate64", true],
  ["lo_unlink", true],
  ["lowrite", true],
]);

const made = new Map<number, UserRoutine>();

export function hostProc(proc: ProcRow, { isDsql }: Profile): UserRoutine | undefined {
  // Aurora DSQL has no large objects.
  if (isDsql || !LARGE_OBJECTS.has(proc.name)) return undefined;
  let routine = made.get(proc.oid);
  if (routine === undefined) {
    routine = routineOf(proc);
    made.set(proc.oid, routine);
  }
  return routine;
}

/** Whether a built-in function writes in the transaction of its caller. */
export function hostProcWrites(name: string): boolean {
  return LARGE_OBJECTS.get(name) === true;
}

function routineOf(proc: ProcRow): UserRoutine {
  return new UserRoutine({
    kind: "function",
    oid: proc.oid,
    name: proc.name,
    schema: proc.namespace,
    owner: BOOTSTRAP_SUPERUSER,
    routine: "f",
    language: "internal",
    parameters: proc.argTypes.map((type) => ({ name: "", mode: "i", type })),
    returnType: proc.returnType,
    returnsSet: proc.returnsSet,
    volatility: proc.volatility,
    strict: proc.strict,
    leakproof: false,
    securityDefiner: false,
    parallel: "u",
    cost: proc.cost,
    rows: proc.rows,
    source: proc.source,
    searchPath: [],
  });
}
