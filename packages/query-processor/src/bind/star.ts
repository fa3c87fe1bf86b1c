/** Expansion of `*` and `t.*` into columns. */
import type { Expr } from "@firstlight/sql";
import { compositeColumns } from "./composite-columns.ts";
import { findItem } from "./column-ref.ts";
import { bindError } from "./errors.ts";
import { type ColumnName, qualifierOf } from "./expression/column.ts";
import { missingTable } from "./missing-name.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { shiftLevels } from "./walk.ts";

export interface NamedExpr {
  readonly name: string;
  readonly expr: Expr;
}

function columnsOf(item: NamespaceItem, levelsUp: number, location: number): readonly NamedExpr[] {
  return item.columns
    .filter((column) => column.hidden !== true)
    .map(({ name, expr }) => ({
      name,
      expr: { ...shiftLevels(expr, levelsUp), position: location },
    }));
}

/** All columns that may be named without qualifier, in FROM's order. */
function allColumns(scope: Scope, location: number): readonly NamedExpr[] {
  const visible = scope.namespace.filter((item) => item.columnsVisible && !item.lateralOnly);
  if (visible.length === 0) {
    throw bindError("42601", "SELECT * with no tables specified is not valid", location);
  }
  return visible.flatMap((item) => columnsOf(item, 0, location));
}

/** All fields of a value of a named composite type. */
function fieldsOf(arg: Expr, location: number): readonly NamedExpr[] | undefined {
  return compositeColumns(arg.type)?.map(({ name, type, typmod }, field) => ({
    name,
    expr: { kind: "fieldSelect", type, typmod, position: location, arg, field },
  }));
}

export function expandStar(scope: Scope, name: ColumnName): readonly NamedExpr[] {
  const { parts, location } = name;
  if (parts.length === 0) return allColumns(scope, location);
  const qualifier = qualifierOf(scope, parts, location);
  const found = findItem(scope, qualifier, location);
  if (found === undefined) {
    const parameter = scope.context.params.column?.(scope, parts, location);
    const fields = parameter && fieldsOf(parameter, location);
    if (fields !== undefined) return fields;
    throw missingTable(scope, qualifier, location);
  }
  return columnsOf(found.item, found.levelsUp, location);
}
