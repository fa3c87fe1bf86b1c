/** SET lists of UPDATE and ON CONFLICT DO UPDATE (transformUpdateTargetList). */
import type { Expr } from "@firstlight/sql";
import { asTag, int, list, locationOf, requiredChild, string } from "../parse/node.ts";
import { expressionLocation } from "../parse/expression-location.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { assignValue, checkGenerated, defaultMarker, isPartAssignment } from "./assignment.ts";
import { bindError } from "./errors.ts";
import { columnName } from "./expression/column.ts";
import { multiAssignSubquery } from "./expression/sub-link.ts";
import { assignedColumn, columnAt } from "./modification-target.ts";
import type { ColumnAssignment } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { expandStar } from "./star.ts";
import { bindTableExpression, insertedDefault } from "./table-expressions.ts";

interface WrittenAssignment {
  readonly column: number;
  readonly indirection: readonly ParseNode[];
  readonly location: number;
  readonly value: Expr;
}

function sourceValue(scope: Scope, node: ParseNode): Expr {
  const marker = asTag(node, "SetToDefault");
  return marker === undefined
    ? scope.expr(node, "updateSource")
    : defaultMarker(locationOf(marker));
}

/** SET (a, b) = row or (SELECT ...): one list of values, shared by the columns after the first. */
function multiValues(scope: Scope, source: ParseNode, width: number): readonly Expr[] {
  const link = asTag(source, "SubLink");
  if (link !== undefined && string(link, "subLinkType") === "EXPR_SUBLINK") {
    const outer = scope.kind;
    scope.kind = "updateSource";
    const values = multiAssignSubquery(scope, link, width);
    scope.kind = outer;
    return values;
  }
  const row = asTag(source, "RowExpr");
  if (row === undefined) {
    throw bindError(
      "0A000",
      "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression",
      expressionLocation(source),
    );
  }
  const values = list(row, "args").flatMap((node) => rowValues(scope, node));
  if (values.length !== width) {
    throw bindError("42601", "number of columns does not match number of values", locationOf(row));
  }
  return values;
}

/** ROW(t.*) has a value for each column. */
function rowValues(scope: Scope, node: ParseNode): readonly Expr[] {
  const column = asTag(node, "ColumnRef");
  if (column === undefined || !columnName(column).star) return [sourceValue(scope, node)];
  return expandStar(scope, columnName(column)).map(({ expr }) => expr);
}

function assignmentValue(
  scope: Scope,
  value: ParseNode,
  shared: { values: readonly Expr[] },
): Expr {
  const multi = asTag(value, "MultiAssignRef");
  if (multi === undefined) return sourceValue(scope, value);
  const column = int(multi, "colno");
  if (column === 1) {
    shared.values = multiValues(scope, requiredChild(multi, "source"), int(multi, "ncolumns"));
  }
  const found = shared.values[column - 1];
  if (found === undefined) throw new Error("a multiple assignment starts with its first column");
  return found;
}

/** Assignments to parts of one column are applied one after the other. */
function combine(
  scope: Scope,
  table: TableDescriptor,
  assignments: readonly WrittenAssignment[],
): readonly ColumnAssignment[] {
  const result = new Map<number, ColumnAssignment>();
  for (const { column, indirection, location, value } of assignments) {
    const before = result.get(column);
    const name = columnAt(table, column).name;
    if (before !== undefined && (indirection.length === 0 || !isPartAssignment(before.expr))) {
      throw bindError("42601", `multiple assignments to same column "${name}"`, -1);
    }
    const assigned = { table, column, indirection, location };
    const expr = assignValue(scope, assigned, value, "update", before?.expr);
    result.set(column, { column, expr });
  }
  return [...result.values()];
}

/** The default of an identity column: the next value of its sequence. */
function nextOfIdentity(scope: Scope, table: TableDescriptor, column: number): Expr | undefined {
  const descriptor = columnAt(table, column);
  if (descriptor.identity === undefined || descriptor.sequence === undefined) return undefined;
  const { binders, catalog } = scope.context;
  const text = `nextval('${descriptor.sequence}'::regclass)`;
  return bindTableExpression(binders, text, table, {
    catalog,
    kind: "default",
    column: descriptor,
  });
}

/** A DEFAULT is known here already: it is the column's expression, or NULL. */
function withDefault(
  scope: Scope,
  table: TableDescriptor,
  { column, expr }: ColumnAssignment,
): ColumnAssignment | undefined {
  if (expr.kind !== "default") return { column, expr };
  const descriptor = columnAt(table, column);
  // Generated columns are computed anyway.
  if (descriptor.generated !== undefined) return undefined;
  const { binders, catalog } = scope.context;
  const bound =
    viewDefault(scope, table, column) ?? insertedDefault(binders, descriptor, table, catalog);
  if (bound !== undefined) return { column, expr: bound };
  const next = nextOfIdentity(scope, table, column);
  if (next !== undefined) return { column, expr: next };
  const { type, typmod } = descriptor;
  return { column, expr: { kind: "const", type, typmod, position: expr.position, value: null } };
}

/** The default that the view gives the column that it is assigned through. */
export function viewDefault(
  scope: Scope,
  table: TableDescriptor,
  column: number,
): Expr | undefined {
  const text = scope.targetView?.columns.find((each) => each.base === column)?.default;
  const descriptor = table.columns[column];
  if (text === undefined || descriptor === undefined) return undefined;
  const { binders, catalog } = scope.context;
  return bindTableExpression(binders, text, table, {
    catalog,
    kind: "default",
    column: descriptor,
  });
}

export function bindAssignments(
  scope: Scope,
  table: TableDescriptor,
  nodes: readonly ParseNode[],
): readonly ColumnAssignment[] {
  const shared: { values: readonly Expr[] } = { values: [] };
  const written = nodes.map((node): WrittenAssignment => {
    const fields = asTag(node, "ResTarget") ?? {};
    const value = assignmentValue(scope, requiredChild(fields, "val"), shared);
    return {
      column: -1,
      indirection: list(fields, "indirection"),
      location: locationOf(fields),
      value,
    };
  });
  const named = written.map((each, index) => {
    const fields = asTag(nodes[index], "ResTarget") ?? {};
    const column = assignedColumn(scope, table, string(fields, "name"), each.location, "update");
    checkGenerated(table, column, each.value.kind === "default", "update", "none");
    return { ...each, column };
  });
  return combine(scope, table, named).flatMap((each) => withDefault(scope, table, each) ?? []);
}
