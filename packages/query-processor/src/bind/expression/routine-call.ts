/** Calls of users' functions carry them. */
import {
  type Call,
  type CollationName,
  type Expr,
  type ProcRow,
  inputCollation,
  isConflict,
} from "@firstlight/sql";
import { columnCollation } from "../output-columns.ts";
import { hostProc } from "../routine/host-procs.ts";
import { UserRoutine } from "../routine/user-routine.ts";
import { Scope } from "../scope.ts";

function collationOfCall(call: Call): CollationName | undefined {
  const state = inputCollation(call, columnCollation);
  return isConflict(state) || state.collation?.icu === undefined ? undefined : state.collation;
}

/** The call with the function, if it is one of a user's or runs like one. */
export function withRoutine(scope: Scope, call: Call, called: ProcRow): Call {
  const { context } = scope;
  const proc = called instanceof UserRoutine ? called : hostProc(called, context.catalog.profile);
  if (proc === undefined) return call;
  const argTypes = call.args.map(({ type }) => type);
  const collation = context.collates.icu ? collationOfCall(call) : undefined;
  const site = { argTypes, resultType: call.type, collation };
  if (proc === called) context.dependencies.add(proc.oid);
  const routine = context.routines.at(
    proc,
    site,
    context.searchPath,
    () => new Scope(context, undefined),
  );
  return { ...call, routine };
}

/** A call that was written as one, of the function with just these arguments. */
export function functionCall(
  scope: Scope,
  { proc, type, args }: { proc: ProcRow; type: number; args: readonly Expr[] },
  position: number,
): Call {
  const call: Call = {
    kind: "call",
    type,
    typmod: -1,
    position,
    proc: proc.oid,
    args,
    display: "function",
    operator: 0,
  };
  return withRoutine(scope, call, proc);
}
