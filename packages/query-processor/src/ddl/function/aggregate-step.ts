/** The functions that an aggregate is made of, by name and argument types (lookup_agg_function). */
import { SqlError } from "@firstlight/common";
import {
  coerce,
  enforceGenericTypeConsistency,
  type Expr,
  formatType,
  type ProcRow,
} from "@firstlight/sql";
import type { StoredReference } from "../../catalog/dependencies/object-address.ts";
import { CLASS } from "../../catalog/dependencies/object-address.ts";
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import type { DdlContext } from "../ddl-context.ts";
import { candidates } from "./find-function.ts";
import { isPolymorphicType } from "./function-body.ts";

export interface FoundStep {
  readonly oid: number;
  readonly name: string;
  readonly args: readonly number[];
  readonly strict: boolean;
  readonly returnType: number;
  readonly references: readonly StoredReference[];
}

const ANY = 2276;

function valueOf(type: number): Expr {
  return { kind: "slot", type, typmod: -1, position: -1, index: 0 };
}

type Fit = "exact" | "relabel" | "convert" | "none";

function fitOf(context: DdlContext, actual: number, declared: number): Fit {
  if (actual === declared) return "exact";
  if (declared === ANY || isPolymorphicType(declared)) return "relabel";
  if (isPolymorphicType(actual)) return "none";
  const resolve = { evaluation: context.evaluation() };
  const expr = coerce(resolve, valueOf(actual), declared, -1, "implicit");
  if (expr === undefined) return "none";
  return expr.kind === "slot" || expr.kind === "relabel" ? "relabel" : "convert";
}

const RANK: Readonly<Record<Fit, number>> = { exact: 0, relabel: 1, convert: 2, none: 3 };

/** The worst of the arguments. */
function worstFit(context: DdlContext, proc: ProcRow, types: readonly number[]): Fit {
  const declared = expandedTypes(proc, types.length);
  if (declared === undefined) return "none";
  const fits = types.map((type, at) => fitOf(context, type, declared[at] ?? 0));
  return fits.reduce((a, b) => (RANK[a] >= RANK[b] ? a : b), "exact");
}

function expandedTypes(proc: ProcRow, count: number): readonly number[] | undefined {
  const { argTypes, variadic } = proc;
  if (argTypes.length === count) return argTypes;
  if (variadic === 0 || count < argTypes.length - 1) return undefined;
  const fixed = argTypes.slice(0, -1);
  return [...fixed, ...Array.from({ length: count - fixed.length }, () => variadic)];
}

/** Arguments of the anycompatible family have to be of the common type already. */
function convertsGenerics(proc: ProcRow, types: readonly number[]): boolean {
  const declared = expandedTypes(proc, types.length) ?? [];
  if (!declared.some(isPolymorphicType) || types.some((type) => isPolymorphicType(type))) {
    return false;
  }
  const actual = enforceGenericTypeConsistency(types, declared, proc.returnType).argTypes;
  return actual.some((type, at) => !isPolymorphicType(type) && type !== types[at]);
}

/** What polymorphic parameters make of the result; equal pseudo-types tell nothing new. */
function resultOf(proc: ProcRow, types: readonly number[]): number | undefined {
  const declared = expandedTypes(proc, types.length) ?? [];
  if (!declared.some(isPolymorphicType)) return proc.returnType;
  const informative = types.flatMap((type, at) => (type === declared[at] ? [] : [at]));
  if (informative.length === 0) return proc.returnType;
  // A pseudo-type is no type that another one could agree with.
  if (types.some((type) => isPolymorphicType(type))) return undefined;
  try {
    return enforceGenericTypeConsistency(
      informative.map((at) => types[at] ?? 0),
      informative.map((at) => declared[at] ?? 0),
      proc.returnType,
    ).resultType;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function missing(name: string, types: readonly number[]): SqlError {
  const text = types.map((type) => formatType(type)).join(", ");
  return new SqlError("42883", `function ${name}(${text}) does not exist`);
}

export function findStep(
  context: DdlContext,
  parts: readonly string[],
  types: readonly number[],
): FoundStep {
  const name = parts.join(".");
  const ranked = candidates(context, parts)
    .map((proc) => ({ proc, fit: worstFit(context, proc, types), type: resultOf(proc, types) }))
    .filter(({ fit, type, proc }) => fit !== "none" && type !== undefined && proc.kind === "f")
    .toSorted((a, b) => RANK[a.fit] - RANK[b.fit]);
  const [best] = ranked;
  if (best === undefined) throw missing(name, types);
  const { proc, fit, type } = best;
  const text = `${name}(${types.map((each) => formatType(each)).join(", ")})`;
  if (proc.returnsSet) throw new SqlError("42804", `function ${text} returns a set`);
  if (fit === "convert" || convertsGenerics(proc, types)) {
    const generic = enforceGenericTypeConsistency(types, proc.argTypes, proc.returnType).argTypes;
    const declared = generic.map((each) => formatType(each)).join(", ");
    throw new SqlError("42804", `function ${name}(${declared}) requires run-time type coercion`);
  }
  const reference: StoredReference = [CLASS.function, proc.oid, 0];
  return {
    oid: proc.oid,
    name,
    args: types,
    strict: proc.strict,
    returnType: type ?? proc.returnType,
    references: proc.oid >= FIRST_USER_OID ? [reference] : [],
  };
}
