/**
 * Rewrites the stored expressions of a table when a column is renamed. Stored expressions are raw
 * parse trees: a column is named by the last string of a ColumnRef.
 */
import { mapIndexes } from "../catalog/table-indexes.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";

function lastName(fields: unknown): { sval?: unknown } | undefined {
  const last: unknown = Array.isArray(fields) ? fields.at(-1) : undefined;
  return (last as { String?: { sval?: unknown } } | undefined)?.String;
}

/** Calls `visit` with the name of every column in the tree; it may change it. */
function visitNames(node: unknown, visit: (name: { sval?: unknown }) => void): void {
  if (typeof node !== "object" || node === null) return;
  for (const [tag, value] of Object.entries(node)) {
    const name = tag === "ColumnRef" ? lastName((value as { fields?: unknown }).fields) : undefined;
    if (name !== undefined) visit(name);
    visitNames(value, visit);
  }
}

/** A stored expression. */
export function renamedIn(expression: string, from: string, to: string): string {
  if (!expression.startsWith("{")) return expression;
  const tree: unknown = JSON.parse(expression);
  visitNames(tree, (name) => {
    if (name.sval === from) name.sval = to;
  });
  return JSON.stringify(tree);
}

function renamedInIndex(index: IndexDescriptor, from: string, to: string): IndexDescriptor {
  const columns = index.columns.map((each) => {
    const { expression } = each;
    if (expression === undefined) return each;
    return { ...each, expression: { ...expression, text: renamedIn(expression.text, from, to) } };
  });
  const { predicate } = index;
  if (predicate === undefined) return { ...index, columns };
  return { ...index, columns, predicate: renamedIn(predicate, from, to) };
}

/** The table with `from` called `to` in its checks, generated columns and index expressions. */
export function renameColumnInExpressions(
  table: TableDescriptor,
  from: string,
  to: string,
): TableDescriptor {
  const checks = table.checks.map((check) => ({
    ...check,
    expression: renamedIn(check.expression, from, to),
  }));
  const columns = table.columns.map((column) =>
    column.generated === undefined || column.default === undefined
      ? column
      : { ...column, default: renamedIn(column.default, from, to) },
  );
  const changed = { ...table, checks, columns };
  return mapIndexes(changed, (index) => renamedInIndex(index, from, to));
}
