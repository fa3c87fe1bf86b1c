/** Values for columns: coercion, parts of arrays, generated columns (transformAssignedExpr). */
import {
  assignExpr,
  coerce,
  type Expr,
  formatType,
  oids,
  subscriptedTypeOid,
} from "@firstlight/sql";
import { asTag, flag } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { makeVar } from "./entries.ts";
import { bindError, unsupported } from "./errors.ts";
import { arraySubscript, refuseFieldAssignment } from "./expression/indirection.ts";
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

function indicesOf(assigned: AssignedColumn): readonly ParseNode[] {
  return assigned.indirection.map((node) => {
    refuseFieldAssignment(node, assigned.location);
    const index = asTag(node, "A_Indices");
    if (index === undefined) throw unsupported("assignment to a part", assigned.location);
    return index;
  });
}

/** `container` is the column's old value: a Var in UPDATE, NULL in INSERT. */
function assignPart(scope: Scope, assigned: AssignedColumn, value: Expr, container: Expr): Expr {
  const { table, column, location } = assigned;
  const { type, typmod, name } = columnAt(table, column);
  const element = subscriptedTypeOid(type);
  if (type === oids.JSONB) throw unsupported("assignment to a jsonb subscript", location);
  if (element === 0) {
    throw bindError(
      "42804",
      `cannot subscript type ${formatType(type)} because it does not support subscripting`,
      location,
    );
  }
  const indices = indicesOf(assigned);
  const part = arraySubscript(scope, container, indices, location);
  const isSlice = indices.some((index) => flag(index, "is_slice"));
  const wanted = isSlice ? type : element;
  const coerced = coerce(scope.context.resolve, value, wanted, typmod, "assignment");
  if (coerced === undefined) {
    throw bindError(
      "42804",
      `subscripted assignment to "${name}" requires type ${formatType(wanted)} but expression is of type ${formatType(value.type)}`,
      location,
      { hint: "You will need to rewrite or cast the expression." },
    );
  }
  return { ...part, type, typmod, value: coerced };
}

export function assignValue(
  scope: Scope,
  assigned: AssignedColumn,
  value: Expr,
  mode: "insert" | "update",
): Expr {
  const { type, typmod, name } = columnAt(assigned.table, assigned.column);
  if (value.kind === "default") return { ...value, type, typmod };
  if (assigned.indirection.length === 0) {
    return assignExpr(scope.context.resolve, value, type, typmod, name);
  }
  const container: Expr =
    mode === "update"
      ? makeVar(0, assigned.column, { type, typmod })
      : { kind: "const", type, typmod, position: -1, value: null };
  return assignPart(scope, assigned, value, container);
}

/** DEFAULT where a value is written. */
export function defaultMarker(position: number): Expr {
  return { kind: "default", type: oids.UNKNOWN, typmod: -1, position };
}
