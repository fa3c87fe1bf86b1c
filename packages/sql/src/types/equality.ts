/**
 * Which of a container's parts can be compared is asked when values are (array_eq, record_eq,
 * array_cmp and record_cmp of PostgreSQL): 42883 names the part's type and what it lacks.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { equalityOperator, typeOrdering } from "../catalog/operator-classes.ts";
import type { Datum } from "../values/datum.ts";
import type { SqlType } from "./sql-type.ts";

export type Equality = (a: Datum, b: Datum) => boolean;

export function noComparison(typeName: string): SqlError {
  return new SqlError("42883", `could not identify a comparison function for type ${typeName}`);
}

export function noEquality(typeName: string): SqlError {
  return new SqlError("42883", `could not identify an equality operator for type ${typeName}`);
}

/** Whether values of the type are equal, without asking whether it has an equality. */
export function equalityOf(type: SqlType): Equality {
  if (type.equals !== undefined) return (a, b) => type.equals?.(a, b) === true;
  return (a, b) => type.compare(a, b) === 0;
}

export function checkedEquality(type: SqlType): Equality {
  if (equalityOperator(type.oid) === 0) throw noEquality(formatType(type.oid));
  return equalityOf(type);
}

export function checkedOrder(type: SqlType): (a: Datum, b: Datum) => number {
  if (typeOrdering(type.oid) === undefined) throw noComparison(formatType(type.oid));
  return (a, b) => type.compare(a, b);
}
