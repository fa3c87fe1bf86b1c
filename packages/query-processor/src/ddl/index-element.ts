/** The elements of CREATE INDEX: columns and expressions with order and operator class (indexcmds.c). */
import { indexColumnLabel } from "../bind/column-label.ts";
import type { Pins } from "../bind/pins.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { columnCollation } from "../bind/output-columns.ts";
import { exprCollation } from "@firstlight/sql";
import { inlinedCalls } from "../bind/routine/inline-scalar.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { collationOfType, formatType, oids, rewriteExpr, volatility } from "@firstlight/sql";
import type { IndexColumn, TableDescriptor } from "../catalog/descriptors.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import { asTag, child, list, names, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { declaredCollation } from "./collation-clause.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { keyColumn, refuseNondeterministic, refuseUnordered } from "./index-definition.ts";

import { bindRowExpression, pinned } from "./stored-expression.ts";

const BTREE = 403;
const VARCHAR = 1043;
const TEXT = 25;

interface Order {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

function orderOf(element: ParseNode): Order {
  const descending = string(element, "ordering") === "SORTBY_DESC";
  const nulls = string(element, "nulls_ordering");
  return {
    descending,
    nullsFirst: nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending),
  };
}

/** OID of a class that is not the type's default; its order is that of our keys or it is refused. */
function operatorClass(element: ParseNode, type: number): { readonly operatorClass?: number } {
  const name = names(element, "opclass").at(-1);
  if (name === undefined) return {};
  const found = systemRows("pg_opclass").find(
    (row) => row["opcmethod"] === BTREE && row["opcname"] === name,
  );
  if (found === undefined) {
    const text = `operator class "${name}" does not exist for access method "btree"`;
    throw new SqlError("42704", text);
  }
  const accepts = found["opcintype"];
  if (accepts !== type && !(accepts === TEXT && type === VARCHAR)) {
    const text = `operator class "${name}" does not accept data type ${formatType(type)}`;
    throw new SqlError("42804", text);
  }
  if (found["opcdefault"] === true) return {};
  // Keys are in the order of their bytes: that of the pattern classes, and of no other.
  if (!name.endsWith("_pattern_ops")) throw featureNotSupported(`operator class "${name}"`);
  return { operatorClass: Number(found["oid"]) };
}

function plainColumn(
  context: DdlContext,
  table: TableDescriptor,
  element: ParseNode,
  name: string,
): IndexColumn {
  const column = table.columns.find((each) => each.name === name && !each.dropped);
  if (column === undefined && SYSTEM_COLUMNS.has(name)) {
    throw new SqlError("0A000", "index creation on system columns is not supported");
  }
  if (column === undefined) throw new SqlError("42703", `column "${name}" does not exist`);
  const { number, type } = keyColumn(table.columns, name);
  imageOf(context).profile.schema?.keyType(type);
  const parts = names(element, "collation");
  const own = declaredCollation(context, parts, type, undefined, column.collation);
  refuseNondeterministic(own.collation ?? column.collation ?? collationOfType(type));
  return { column: number, ...orderOf(element), ...operatorClass(element, type), ...own };
}

/** Conditions of domains are not looked at: they change no value. */
function refuseVolatile(expr: Expr, what: string): void {
  const unchecked = rewriteExpr(inlinedCalls(expr), (each) =>
    each.kind === "coerceToDomain" ? each.arg : each,
  );
  if (volatility(unchecked) === "immutable") return;
  throw new SqlError("42P17", `functions in index ${what} must be marked IMMUTABLE`);
}

/** COLLATE around the expression is the index's own, as if it stood behind it. */
function collatedExpression(element: ParseNode): {
  readonly tree: ParseNode;
  readonly written: ParseNode;
} {
  let tree = child(element, "expr") ?? {};
  let written = element;
  for (;;) {
    const clause = asTag(tree, "CollateClause");
    if (clause === undefined) return { tree, written };
    if (list(written, "collation").length === 0) {
      written = { ...written, collation: clause["collname"] };
    }
    tree = child(clause, "arg") ?? {};
  }
}

export function indexColumn(
  context: DdlContext,
  table: TableDescriptor,
  node: ParseNode,
): IndexColumn {
  const element = asTag(node, "IndexElem") ?? {};
  const name = optionalString(element, "name");
  if (name !== undefined) return plainColumn(context, table, element, name);
  const { tree, written } = collatedExpression(element);
  const kind = "indexExpression";
  const whole = child(element, "expr") ?? {};
  // What is wrong with COLLATE is told where it stands.
  if (whole !== tree) bindRowExpression(context, table, whole, kind);
  const pins: Pins = new Map();
  const bound = bindRowExpression(context, table, tree, kind, pins);
  const column = bound.kind === "var" ? table.columns[bound.column] : undefined;
  if (column !== undefined) return plainColumn(context, table, written, column.name);
  refuseVolatile(bound, "expression");
  refuseUnordered(bound.type);
  if (bound.type === oids.RECORD) {
    const name = indexColumnLabel(tree);
    throw new SqlError("42P16", `column "${name}" has pseudo-type record`);
  }
  imageOf(context).profile.schema?.keyType(bound.type);
  const { type, typmod } = bound;
  const text = JSON.stringify(pinned(context, tree, bound, pins));
  const expression = { text, type, typmod, name: indexColumnLabel(tree) };
  const ownCollationName = exprCollation(bound, columnCollation);
  const parts = names(written, "collation");
  const own = declaredCollation(context, parts, type, undefined, ownCollationName);
  refuseNondeterministic(own.collation ?? ownCollationName);
  return { column: 0, expression, ...orderOf(element), ...operatorClass(element, type), ...own };
}

/** An INCLUDE column is a plain one without an order. */
export function includedColumn(table: TableDescriptor, node: ParseNode): number {
  const element = asTag(node, "IndexElem") ?? {};
  const name = optionalString(element, "name");
  if (name === undefined) {
    throw new SqlError("0A000", "expressions are not supported in included columns");
  }
  if (list(element, "opclass").length > 0) {
    throw new SqlError("0A000", "including column does not support an operator class");
  }
  const { descending } = orderOf(element);
  if (descending) {
    throw new SqlError("0A000", "including column does not support ASC/DESC options");
  }
  if (string(element, "nulls_ordering") === "SORTBY_NULLS_FIRST") {
    throw new SqlError("0A000", "including column does not support NULLS FIRST/LAST options");
  }
  const column = table.columns.find((each) => each.name === name && !each.dropped);
  if (column === undefined) throw new SqlError("42703", `column "${name}" does not exist`);
  return column.number;
}

/** The stored form of a partial index's condition. */
export function indexPredicateOf(
  context: DdlContext,
  table: TableDescriptor,
  node: ParseNode,
): string {
  const pins: Pins = new Map();
  const bound = bindRowExpression(context, table, node, "indexPredicate", pins);
  refuseVolatile(bound, "predicate");
  return JSON.stringify(pinned(context, node, bound, pins));
}
