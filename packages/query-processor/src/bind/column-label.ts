/** The name of an output column that has no alias (FigureColname). */
import { asTag, child, fieldsOf, list, names, string, stringValue, tagOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { sqlValueName } from "./expression/sql-value.ts";
import type { Scope } from "./scope.ts";

/** A subquery is named for its column. */
interface LabelScope {
  readonly context: Pick<Scope["context"], "subqueries">;
}

/** A weak name gives way to a better one from an enclosing construct. */
interface Label {
  readonly name: string;
  readonly weak: boolean;
}

function strong(name: string): Label {
  return { name, weak: false };
}

function lastName(nodes: readonly ParseNode[]): string | undefined {
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at];
    const name = node === undefined ? undefined : stringValue(node);
    if (name !== undefined) return name;
  }
  return undefined;
}

function labelOfChild(scope: LabelScope, fields: ParseNode, field: string): Label | undefined {
  const inner = child(fields, field);
  return inner === undefined ? undefined : labelOf(scope, inner);
}

function ofColumn(_scope: LabelScope, fields: ParseNode): Label | undefined {
  const name = lastName(list(fields, "fields"));
  return name === undefined ? undefined : strong(name);
}

function ofIndirection(scope: LabelScope, fields: ParseNode): Label | undefined {
  const name = lastName(list(fields, "indirection"));
  return name === undefined ? labelOfChild(scope, fields, "arg") : strong(name);
}

function ofCast(scope: LabelScope, fields: ParseNode): Label | undefined {
  const inner = labelOfChild(scope, fields, "arg");
  if (inner !== undefined && !inner.weak) return inner;
  const type = names(child(fields, "typeName") ?? {}, "names").at(-1);
  return type === undefined ? inner : { name: type, weak: true };
}

function ofCase(scope: LabelScope, fields: ParseNode): Label {
  const inner = labelOfChild(scope, fields, "defresult");
  return inner !== undefined && !inner.weak ? inner : { name: "case", weak: true };
}

function ofSubLink(scope: LabelScope, fields: ParseNode): Label | undefined {
  switch (string(fields, "subLinkType")) {
    case "EXISTS_SUBLINK":
      return strong("exists");
    case "ARRAY_SUBLINK":
      return strong("array");
    case "EXPR_SUBLINK": {
      const first = scope.context.subqueries.get(fields)?.targets[0];
      return first === undefined ? undefined : strong(first.name);
    }
    default:
      return undefined;
  }
}

const LABELS: Readonly<
  Record<string, (scope: LabelScope, fields: ParseNode) => Label | undefined>
> = {
  ColumnRef: ofColumn,
  A_Indirection: ofIndirection,
  FuncCall: (_scope, fields) => strong(names(fields, "funcname").at(-1) ?? ""),
  A_Expr: (_scope, fields) =>
    string(fields, "kind") === "AEXPR_NULLIF" ? strong("nullif") : undefined,
  TypeCast: ofCast,
  CollateClause: (scope, fields) => labelOfChild(scope, fields, "arg"),
  GroupingFunc: () => strong("grouping"),
  SubLink: ofSubLink,
  CaseExpr: ofCase,
  A_ArrayExpr: () => strong("array"),
  RowExpr: () => strong("row"),
  CoalesceExpr: () => strong("coalesce"),
  MinMaxExpr: (_scope, fields) =>
    strong(string(fields, "op") === "IS_LEAST" ? "least" : "greatest"),
  JsonObjectConstructor: () => strong("json_object"),
  JsonArrayConstructor: () => strong("json_array"),
  JsonArrayQueryConstructor: () => strong("json_array"),
  JsonObjectAgg: () => strong("json_objectagg"),
  JsonArrayAgg: () => strong("json_arrayagg"),
  SQLValueFunction: (_scope, fields) => strong(sqlValueName(fields)),
};

function labelOf(scope: LabelScope, node: ParseNode): Label | undefined {
  return LABELS[tagOf(node)]?.(scope, fieldsOf(node));
}

/** Must be called after the node was bound: a subquery is named for its column. */
export function columnLabel(scope: LabelScope, node: ParseNode): string {
  return labelOf(scope, node)?.name ?? "?column?";
}

/** The name of a function in FROM. */
export function functionLabel(scope: LabelScope, node: ParseNode): string {
  const call = asTag(node, "FuncCall");
  return call === undefined ? columnLabel(scope, node) : (names(call, "funcname").at(-1) ?? "");
}

const WITHOUT_SUBQUERIES: LabelScope = { context: { subqueries: new Map() } };

/** The name of an index's column that is an expression (FigureIndexColname). */
export function indexColumnLabel(node: ParseNode): string {
  return labelOf(WITHOUT_SUBQUERIES, node)?.name ?? "expr";
}
