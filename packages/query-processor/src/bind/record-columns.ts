/** The columns of functions with OUT parameters: what their records consist of. */
import {
  arrayTypeOid,
  elementTypeOid,
  type Expr,
  oids,
  type ProcRow,
  type Routine,
} from "@firstlight/sql";
import type { OutputColumn } from "./query-tree.ts";

const ANYELEMENT = 2283;
const ANYARRAY = 2277;

/** What a polymorphic OUT parameter is, by the first argument that tells. */
function actualType(declared: number, proc: ProcRow, args: readonly Expr[]): number {
  if (declared !== ANYELEMENT && declared !== ANYARRAY) return declared;
  for (const [index, type] of proc.argTypes.entries()) {
    const given = args[index]?.type ?? 0;
    if (type === declared) return given;
    if (type === ANYARRAY && declared === ANYELEMENT) return elementTypeOid(given);
    if (type === ANYELEMENT && declared === ANYARRAY) return arrayTypeOid(given);
  }
  return declared;
}

/** Undefined for functions that yield one value, or a record whose columns the caller must tell. */
export function recordColumns(
  proc: ProcRow,
  call: { readonly args?: readonly Expr[]; readonly routine?: Routine },
): readonly OutputColumn[] | undefined {
  if (call.routine !== undefined) return call.routine.columns;
  const { allArgTypes, argModes, argNames } = proc;
  if (allArgTypes === null || argModes === null) return undefined;
  const columns = allArgTypes.flatMap((type, index) => {
    const mode = argModes[index];
    if (mode !== "o" && mode !== "b" && mode !== "t") return [];
    return [{ type, name: argNames?.[index] ?? "" }];
  });
  // A single OUT parameter makes a plain value.
  if (proc.returnType !== oids.RECORD) return undefined;
  return columns.map(({ type, name }, index) => ({
    name: name === "" ? `column${index + 1}` : name,
    type: actualType(type, proc, call.args ?? []),
    typmod: -1,
  }));
}
