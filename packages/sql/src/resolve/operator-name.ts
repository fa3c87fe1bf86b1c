/**
 * How an expression names an operator: as written, which the search path explains; as
 * OPERATOR(schema.name); or, in the schema's own texts, as the one that the name stood for.
 */
import type { OperatorRow } from "../catalog/operator-catalog.ts";
import { resolveOperator } from "./operator-lookup.ts";
import { type ResolveContext, resolveError } from "./resolve-context.ts";

export interface QualifiedOperator {
  readonly name: string;
  readonly schema?: string;
  /** OID of a user's operator. */
  readonly oid?: number;
}

export type OperatorName = string | QualifiedOperator;

export function plainOperatorName(named: OperatorName): string {
  return typeof named === "string" ? named : named.name;
}

/** As errors have it. */
export function writtenOperatorName(named: OperatorName): string {
  if (typeof named === "string") return named;
  return named.schema === undefined ? named.name : `${named.schema}.${named.name}`;
}

/** `left` is 0 for a prefix operator. */
export function findOperator(
  { routines }: ResolveContext,
  named: OperatorName,
  left: number,
  right: number,
  position: number,
): OperatorRow {
  const casts = routines?.casts;
  const name = plainOperatorName(named);
  const { oid, schema } = typeof named === "string" ? {} : named;
  const meant = oid === undefined ? undefined : routines?.operatorAt(oid);
  if (meant !== undefined) return meant;
  if (schema === undefined) {
    const own = routines?.operators(name);
    return resolveOperator(name, left, right, position, { own, casts });
  }
  if (schema === "pg_catalog") return resolveOperator(name, left, right, position, { casts });
  const exclusive = routines?.operatorsIn(schema, name);
  if (exclusive !== undefined) {
    return resolveOperator(writtenOperatorName(named), left, right, position, { exclusive, casts });
  }
  throw resolveError("3F000", `schema "${schema}" does not exist`, position);
}
