/** JOIN in FROM: ON, USING, NATURAL, merged columns, aliases (transformFromClauseItem). */
import {
  coerceToBoolean,
  coerceToCommonType,
  type Expr,
  makeOperatorCall,
  oids,
  selectCommonType,
} from "@firstlight/sql";
import { child, flag, names, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { type Alias, aliasOf, itemOf, writtenAs } from "./entries.ts";
import { collateExpr } from "./collate.ts";
import { bindError } from "./errors.ts";
import {
  checkConflicts,
  type FromResult,
  hideColumns,
  withLateral,
  withNullable,
} from "./namespace.ts";
import type { FromItem } from "./query-tree.ts";
import type { NamespaceColumn, NamespaceItem, Scope } from "./scope.ts";

type JoinType = (FromItem & { readonly kind: "join" })["type"];

const JOIN_TYPES: Readonly<Record<string, JoinType>> = {
  JOIN_INNER: "inner",
  JOIN_LEFT: "left",
  JOIN_RIGHT: "right",
  JOIN_FULL: "full",
};

type BindItem = (scope: Scope, node: ParseNode) => FromResult;

interface Sides {
  readonly left: FromResult;
  readonly right: FromResult;
}

/** The right side sees the left one if it is LATERAL and the join allows it. */
function bindSides(scope: Scope, fields: ParseNode, type: JoinType, bind: BindItem): Sides {
  const larg = child(fields, "larg");
  const rarg = child(fields, "rarg");
  if (larg === undefined || rarg === undefined) throw new Error("a join has two sides");
  const left = bind(scope, larg);
  const outer = scope.namespace;
  const lateralOk = type === "inner" || type === "left";
  scope.namespace = [...outer, ...withLateral(left.namespace, true, lateralOk)];
  const right = bind(scope, rarg);
  scope.namespace = outer;
  checkConflicts(left.namespace, right.namespace);
  return { left, right };
}

function visibleColumns(namespace: readonly NamespaceItem[]): readonly NamespaceColumn[] {
  return namespace.filter((item) => item.columnsVisible).flatMap((item) => item.columns);
}

function usingColumn(
  columns: readonly NamespaceColumn[],
  name: string,
  side: "left" | "right",
): NamespaceColumn {
  const found = columns.filter((column) => column.name === name);
  const [column] = found;
  if (column === undefined) {
    throw bindError(
      "42703",
      `column "${name}" specified in USING clause does not exist in ${side} table`,
      -1,
    );
  }
  if (found.length === 1) return column;
  throw bindError(
    "42702",
    `common column name "${name}" appears more than once in ${side} table`,
    -1,
  );
}

function usingNames(fields: ParseNode, sides: Sides): readonly string[] {
  if (flag(fields, "isNatural")) {
    const right = visibleColumns(sides.right.namespace);
    return visibleColumns(sides.left.namespace)
      .map((column) => column.name)
      .filter((name, index, all) => {
        return all.indexOf(name) === index && right.some((column) => column.name === name);
      });
  }
  const using = names(fields, "usingClause");
  const repeated = using.find((name, index) => using.indexOf(name) !== index);
  if (repeated === undefined) return using;
  throw bindError("42701", `column name "${repeated}" appears more than once in USING clause`, -1);
}

interface Merged {
  readonly column: NamespaceColumn;
  readonly condition: Expr;
}

function mergedExpr(scope: Scope, type: JoinType, left: Expr, right: Expr): Expr {
  const { resolve } = scope.context;
  const common = selectCommonType([left, right], "JOIN/USING");
  const a = coerceToCommonType(resolve, left, common, "JOIN/USING");
  const b = coerceToCommonType(resolve, right, common, "JOIN/USING");
  if (type === "full") {
    return { kind: "coalesce", type: common, typmod: -1, position: -1, args: [a, b], proc: 0 };
  }
  if (type === "right") return b;
  // An inner join may take either side: the one that needs no conversion.
  return type === "inner" && a.kind !== "var" && b.kind === "var" ? b : a;
}

function merge(scope: Scope, type: JoinType, sides: Sides, name: string): Merged {
  const left = usingColumn(visibleColumns(sides.left.namespace), name, "left");
  const right = usingColumn(visibleColumns(sides.right.namespace), name, "right");
  const { resolve } = scope.context;
  const equal = makeOperatorCall(resolve, "=", left.expr, right.expr, -1);
  return {
    column: { name, expr: mergedExpr(scope, type, left.expr, right.expr) },
    condition: coerceToBoolean(
      resolve,
      scope.context.collates.icu ? collateExpr(equal) : equal,
      "JOIN/USING",
    ),
  };
}

function conjunction(args: readonly Expr[]): Expr | undefined {
  const [only] = args;
  if (args.length <= 1) return only;
  return { kind: "and", type: oids.BOOL, typmod: -1, position: -1, args };
}

/** ON sees both sides and nothing else of this level. */
function onCondition(scope: Scope, fields: ParseNode, sides: Sides): Expr | undefined {
  const quals = child(fields, "quals");
  if (quals === undefined) return undefined;
  const outer = scope.namespace;
  const outerLateral = scope.lateralActive;
  scope.namespace = withLateral([...sides.left.namespace, ...sides.right.namespace], false, true);
  scope.lateralActive = false;
  const condition = coerceToBoolean(scope.context.resolve, scope.expr(quals, "joinOn"), "JOIN/ON");
  scope.namespace = outer;
  scope.lateralActive = outerLateral;
  return condition;
}

function renamed(
  columns: readonly NamespaceColumn[],
  alias: Alias | undefined,
): readonly NamespaceColumn[] {
  if (alias === undefined || alias.columns.length === 0) return columns;
  if (alias.columns.length > columns.length) {
    throw bindError(
      "42P10",
      `join expression "${alias.name}" has ${columns.length} columns available but ${alias.columns.length} columns specified`,
      -1,
    );
  }
  return columns.map((column, index) => ({ ...column, name: alias.columns[index] ?? column.name }));
}

const UNNAMED_JOIN = "unnamed_join";

function addJoin(
  scope: Scope,
  columns: readonly NamespaceColumn[],
  alias: Alias | undefined,
): number {
  return scope.addEntry(
    {
      kind: "join",
      alias: alias?.name ?? UNNAMED_JOIN,
      columns: columns.map(({ name, expr }) => ({ name, type: expr.type, typmod: expr.typmod })),
      lateral: false,
      values: columns.map(({ expr }) => expr),
      ...writtenAs(alias),
    },
    { explicitAlias: alias !== undefined, relation: 0, unnamedJoin: alias === undefined },
  );
}

function aboveJoin({ left, right }: Sides, type: JoinType): readonly NamespaceItem[] {
  const leftNullable = type === "right" || type === "full";
  const rightNullable = type === "left" || type === "full";
  return [
    ...(leftNullable ? withNullable(left.namespace) : left.namespace),
    ...(rightNullable ? withNullable(right.namespace) : right.namespace),
  ];
}

function joinNamespace(
  sides: Sides,
  type: JoinType,
  join: NamespaceItem,
  alias: Alias | undefined,
  usingItem: NamespaceItem | undefined,
): readonly NamespaceItem[] {
  const inner = alias === undefined ? hideColumns(aboveJoin(sides, type)) : [];
  const named = usingItem === undefined ? [] : [usingItem];
  checkConflicts(inner, named);
  return [...inner, ...named, { ...join, relationVisible: alias !== undefined }];
}

export function joinItem(scope: Scope, fields: ParseNode, bind: BindItem): FromResult {
  const declared = JOIN_TYPES[string(fields, "jointype")] ?? "inner";
  const sides = bindSides(scope, fields, declared, bind);
  const using = usingNames(fields, sides);
  const merged = using.map((name) => merge(scope, declared, sides, name));
  const rest = (result: FromResult): readonly NamespaceColumn[] =>
    visibleColumns(result.namespace).filter((column) => !using.includes(column.name));
  const alias = aliasOf(child(fields, "alias"));
  const own = [...merged.map((each) => each.column), ...rest(sides.left), ...rest(sides.right)];
  const columns = renamed(own, alias);
  const condition =
    onCondition(scope, fields, sides) ?? conjunction(merged.map((each) => each.condition));
  const rte = addJoin(scope, columns, alias);
  const usingAlias = aliasOf(child(fields, "join_using_alias"));
  const usingItem =
    usingAlias === undefined
      ? undefined
      : {
          ...itemOf(rte, usingAlias.name, columns.slice(0, using.length)),
          columnsVisible: false,
        };
  const join = itemOf(rte, alias?.name ?? UNNAMED_JOIN, columns);
  const type = declared === "inner" && condition === undefined ? "cross" : declared;
  return {
    item: {
      kind: "join",
      type,
      left: sides.left.item,
      right: sides.right.item,
      condition,
      rte,
      ...(using.length === 0 ? {} : { using }),
      ...(usingAlias === undefined ? {} : { usingAlias: usingAlias.name }),
    },
    namespace: joinNamespace(sides, declared, join, alias, usingItem),
  };
}
