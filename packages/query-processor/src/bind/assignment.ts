/** Values for columns: coercion, parts of arrays, generated columns (transformAssignedExpr). */
import { assignExpr, type Expr, oids } from "@firstlight/sql";
import { asTag } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { makeVar } from "./entries.ts";
import { assignPart } from "./assign-part.ts";
import { bindError } from "./errors.ts";
import { columnAt } from "./modification-target.ts";
import type { Scope } from "./scope.ts";

export interface AssignedColumn {
  readonly table: TableDescriptor;
  readonly column: number;
  /** Subscripts of an assignment to a part. */
  readonly indirection: readonly ParseNode[];
  readonly location: number;
}

/** GENERATED ALWAYS columns take DEFAULT only. */
export function checkGenerated(
  table: TableDescriptor,
  column: number,
  isDefault: boolean,
  action: "insert" | "update",
  overriding: "none" | "user" | "system",
): void {
  const { name, generated, identity } = columnAt(table, column);
  if (isDefault) return;
  if (generated !== undefined) {
    throw bindError(
      "428C9",
      action === "insert"
        ? `cannot insert a non-DEFAULT value into column "${name}"`
        : `column "${name}" can only be updated to DEFAULT`,
      -1,
      { detail: `Column "${name}" is a generated column.` },
    );
  }
  if (identity !== "always" || overriding !== "none") return;
  throw bindError(
    "428C9",
    action === "insert"
      ? `cannot insert a non-DEFAULT value into column "${name}"`
      : `column "${name}" can only be updated to DEFAULT`,
    -1,
    {
      detail: `Column "${name}" is an identity column defined as GENERATED ALWAYS.`,
      ...(action === "insert" ? { hint: "Use OVERRIDING SYSTEM VALUE to override." } : {}),
    },
  );
}

/** Assignments to parts of one column change what the one before them made, `before`. */
export function assignValue(
  scope: Scope,
  assigned: AssignedColumn,
  value: Expr,
  mode: "insert" | "update",
  before?: Expr,
): Expr {
  const { type, typmod, name } = columnAt(assigned.table, assigned.column);
  if (value.kind === "default") {
    if (assigned.indirection.length > 0) throw defaultForPart(assigned);
    return { ...value, type, typmod };
  }
  if (assigned.indirection.length === 0) {
    return assignExpr(scope.context.resolve, value, type, typmod, name);
  }
  const container: Expr =
    mode === "update"
      ? makeVar(0, assigned.column, { type, typmod })
      : { kind: "const", type, typmod, position: -1, value: null };
  const { location, indirection } = assigned;
  const target = { name, type, typmod, location, base: before ?? container };
  return assignPart(scope, target, indirection, value);
}

/** What assignments to parts begin with when the row is new. */
export function isPartAssignment(expr: Expr): boolean {
  if (expr.kind === "coerceToDomain") return isPartAssignment(expr.arg);
  return expr.kind === "fieldStore" || (expr.kind === "subscript" && expr.value !== undefined);
}

function defaultForPart({ indirection, location }: AssignedColumn): Error {
  const isElement = asTag(indirection[0], "A_Indices") !== undefined;
  const what = isElement ? "an array element" : "a subfield";
  return bindError("0A000", `cannot set ${what} to DEFAULT`, location);
}

/** DEFAULT where a value is written. */
export function defaultMarker(position: number): Expr {
  return { kind: "default", type: oids.UNKNOWN, typmod: -1, position };
}
