/** UNION, INTERSECT and EXCEPT: arms brought to common types (transformSetOperationStmt). */
import {
  type CaseTest,
  type CollationName,
  NO_COLLATION,
  coerceToCommonType,
  collationOfType,
  commonCollation,
  type Expr,
  implicitMismatch,
  isConflict,
  expressionLocation as locationOf,
  formatType,
  oids,
  requireEquality,
  selectCommonType,
  selectCommonTypmod,
} from "@firstlight/sql";
import { asTag, child, flag, list, requiredChild, string } from "../parse/node.ts";
import { expressionLocation } from "../parse/expression-location.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { deepenSelect } from "./deepen.ts";
import { convertOutputs, selectOver } from "./derived-select.ts";
import { itemOf, makeVar } from "./entries.ts";
import { bindError } from "./errors.ts";
import { bindLimits } from "./limit.ts";
import { columnCollation, outputColumns, outputTargets, ownCollation } from "./output-columns.ts";
import type { BoundSelect, OutputColumn, RangeTableEntry, SetOperation } from "./query-tree.ts";
import { refuseInto, refuseIntoOfArm } from "./select-into.ts";
import { NO_ORIGIN, type Scope } from "./scope.ts";
import { bindOrderBy } from "./sort.ts";
import type { OpenTarget } from "./targets.ts";
import { boundCtes, cteColumns } from "./with.ts";

interface Operation {
  readonly kind: "union" | "intersect" | "except";
  readonly all: boolean;
}

/** A column of an arm or of a combination: a stand-in expression tells type and position. */
interface Column {
  readonly name: string;
  readonly expr: Expr;
}

function collationOf(expr: Expr): { readonly collation?: CollationName } {
  const own = expr.kind === "caseTest" ? expr.collation : undefined;
  return own === undefined ? {} : { collation: own };
}

type SetNode =
  | { readonly kind: "leaf"; readonly query: BoundSelect; readonly columns: readonly Column[] }
  | {
      readonly kind: "operation";
      readonly operation: Operation;
      readonly left: SetNode;
      readonly right: SetNode;
      readonly columns: readonly Column[];
    };

const OPERATIONS: Readonly<Record<string, Operation["kind"]>> = {
  SETOP_UNION: "union",
  SETOP_INTERSECT: "intersect",
  SETOP_EXCEPT: "except",
};

function leafOf(query: BoundSelect): SetNode {
  const columns = outputTargets(query).map(({ name, expr }) => ({ name, expr }));
  return { kind: "leaf", query, columns };
}

/** An arm with clauses of its own is a query; a bare set operation is part of the tree. */
function isBareOperation(fields: ParseNode): boolean {
  if (string(fields, "op") === "SETOP_NONE") return false;
  return ["sortClause", "limitOffset", "limitCount", "lockingClause", "withClause"].every(
    (field) => fields[field] === undefined,
  );
}

function bindArm(scope: Scope, fields: ParseNode): SetNode {
  if (isBareOperation(fields)) return bindOperation(scope, fields, false);
  const inner = scope.child();
  // Literals wait for the type that the other arms have.
  inner.resolveUnknowns = false;
  return leafOf(scope.context.binders.select(inner, fields));
}

interface CommonColumn extends Column {
  readonly expr: CaseTest;
  readonly type: number;
  readonly typmod: number;
}

/** UNION ALL compares nothing: it may leave open which of two collations the column has. */
function commonCollationOf(
  scope: Scope,
  exprs: readonly [Expr, Expr],
  mayConflict: boolean,
): { readonly collation?: CollationName } {
  if (!scope.context.collates.used) return {};
  const state = commonCollation(exprs, columnCollation);
  if (isConflict(state)) {
    if (!mayConflict) throw implicitMismatch(state);
    return { collation: NO_COLLATION };
  }
  return state.collation === undefined ? {} : { collation: state.collation };
}

function commonColumns(
  scope: Scope,
  { kind, all }: Operation,
  left: SetNode,
  right: SetNode,
): readonly CommonColumn[] {
  const construct = kind.toUpperCase();
  const mayConflict = kind === "union" && all;
  if (left.columns.length !== right.columns.length) {
    const [first] = right.columns;
    throw bindError(
      "42601",
      `each ${construct} query must have the same number of columns`,
      first === undefined ? -1 : locationOf(first.expr),
    );
  }
  return left.columns.map(({ name, expr }, index) => {
    const other = right.columns[index]?.expr ?? expr;
    const type = selectCommonType([expr, other], construct);
    const typmod = selectCommonTypmod([expr, other], type);
    const better = expr.type === oids.UNKNOWN ? other : expr;
    const collation = commonCollationOf(scope, [expr, other], mayConflict);
    return { name, type, typmod, expr: { ...standIn(better), type, typmod, ...collation } };
  });
}

function standIn(expr: Expr): CaseTest {
  return { kind: "caseTest", type: expr.type, typmod: expr.typmod, position: locationOf(expr) };
}

/** The combination's arms as those of a query that stands where the arms were bound. */
function deeper(node: SetNode): SetNode {
  if (node.kind === "leaf") return { ...node, query: deepenSelect(node.query, 0) };
  return { ...node, left: deeper(node.left), right: deeper(node.right) };
}

/** A combination whose rows must be converted after it was computed becomes a query of its own. */
function converted(
  scope: Scope,
  node: SetNode,
  columns: readonly CommonColumn[],
  construct: string,
): SetNode {
  const differs = node.columns.some(({ expr }, index) => expr.type !== columns[index]?.type);
  if (!differs) return node;
  const convert = (expr: Expr, index: number): Expr =>
    coerceToCommonType(scope.context.resolve, expr, columns[index]?.type ?? expr.type, construct);
  if (node.kind === "leaf") return leafOf(convertOutputs(node.query, convert));
  const nested = finished(deeper(node), []);
  return leafOf(convertOutputs(nested, convert));
}

/** The columns of the non-recursive term are those of the recursive reference. */
function announceRecursion(scope: Scope, left: SetNode): void {
  const entry = scope.recursiveCte;
  if (entry === undefined) return;
  const columns = left.columns.map(({ name, expr }) => ({
    name,
    type: expr.type === oids.UNKNOWN ? oids.TEXT : expr.type,
    typmod: expr.type === oids.UNKNOWN ? -1 : expr.typmod,
    ...ownCollation(expr),
  }));
  entry.columns = cteColumns(entry, columns);
  entry.state = "binding";
}

function checkRecursiveCollation(
  cte: string,
  index: number,
  before: OutputColumn,
  { collation, position }: CaseTest,
): void {
  const first = before.collation ?? collationOfType(before.type);
  if (collation === undefined || collation.oid === first?.oid) return;
  throw bindError(
    "42P21",
    `recursive query "${cte}" column ${index + 1} has collation "${first?.name}" in non-recursive term but collation "${collation.name}" overall`,
    position,
    { hint: "Use the COLLATE clause to set the collation of the non-recursive term." },
  );
}

function checkRecursion(scope: Scope, columns: readonly CommonColumn[]): void {
  const entry = scope.recursiveCte;
  if (entry === undefined) return;
  for (const [index, column] of columns.entries()) {
    const before = entry.columns[index];
    if (before === undefined) continue;
    if (before.type === column.type && before.typmod === column.typmod) {
      checkRecursiveCollation(entry.name, index, before, column.expr);
      continue;
    }
    throw bindError(
      "42804",
      `recursive query "${entry.name}" column ${index + 1} has type ${formatType(before.type, before.typmod)} in non-recursive term but type ${formatType(column.type, column.typmod)} overall`,
      column.expr.position,
      { hint: "Cast the output of the non-recursive term to the correct type." },
    );
  }
}

function bindOperation(scope: Scope, fields: ParseNode, isTop: boolean): SetNode {
  const kind = OPERATIONS[string(fields, "op")] ?? "union";
  const construct = kind.toUpperCase();
  const operation: Operation = { kind, all: flag(fields, "all") };
  const left = bindArm(scope, requiredChild(fields, "larg"));
  if (isTop) announceRecursion(scope, left);
  refuseIntoOfArm(requiredChild(fields, "rarg"));
  const right = bindArm(scope, requiredChild(fields, "rarg"));
  const columns = commonColumns(scope, operation, left, right);
  if (isTop) checkRecursion(scope, columns);
  const node: SetNode = {
    kind: "operation",
    operation,
    left: converted(scope, left, columns, construct),
    right: converted(scope, right, columns, construct),
    columns,
  };
  if (kind !== "union" || !operation.all) {
    for (const { expr } of columns) requireEquality(expr.type, expr.position);
  }
  return node;
}

function addArms(node: SetNode, rangeTable: RangeTableEntry[]): SetOperation {
  if (node.kind === "operation") {
    const left = addArms(node.left, rangeTable);
    const right = addArms(node.right, rangeTable);
    return { ...node.operation, left, right };
  }
  const columns: readonly OutputColumn[] = outputColumns(node.query);
  rangeTable.push({
    kind: "subquery",
    alias: `*SELECT* ${rangeTable.length + 1}`,
    columns,
    lateral: false,
    query: node.query,
  });
  return { kind: "arm", rte: rangeTable.length - 1 };
}

/** The combination as a query; its targets are the leftmost arm's columns. */
function finished(node: SetNode, rangeTable: RangeTableEntry[]): BoundSelect {
  const setOperation = addArms(node, rangeTable);
  const targets = node.columns.map(({ name, expr }, column) => ({
    name,
    junk: false,
    expr: {
      ...makeVar(0, column, { type: expr.type, typmod: expr.typmod, ...collationOf(expr) }),
      position: expr.position,
    },
  }));
  return { ...selectOver(rangeTable, targets), from: [], setOperation };
}

/** ORDER BY may use the result's columns and nothing computed from them. */
function sortResult(
  scope: Scope,
  targets: OpenTarget[],
  fields: ParseNode,
): BoundSelect["orderBy"] {
  const count = targets.length;
  const columns = targets.map(({ name, expr }) => ({ name, expr }));
  scope.namespace = [{ ...itemOf(0, "*SETOP*", columns), relationVisible: false }];
  const nodes = list(fields, "sortClause");
  const orderBy = bindOrderBy(scope, targets, nodes);
  scope.namespace = [];
  const extra = targets[count];
  if (extra === undefined) return orderBy;
  const at = orderBy.findIndex((clause) => clause.target === count);
  const written = child(asTag(nodes[at], "SortBy") ?? {}, "node");
  const location = written === undefined ? extra.expr.position : expressionLocation(written);
  throw bindError("0A000", "invalid UNION/INTERSECT/EXCEPT ORDER BY clause", location, {
    detail: "Only result column names can be used, not expressions or functions.",
    hint: "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
  });
}

export function bindSetOperation(scope: Scope, fields: ParseNode): BoundSelect {
  refuseInto(fields);
  const tree = bindOperation(scope, fields, true);
  const query = finished(tree, scope.rangeTable);
  for (const _ of scope.rangeTable) scope.origins.push(NO_ORIGIN);
  const targets: OpenTarget[] = query.targets.map(({ name, expr, junk }) => ({ name, expr, junk }));
  const orderBy = sortResult(scope, targets, fields);
  return { ...query, ctes: boundCtes(scope), orderBy, ...bindLimits(scope, fields) };
}
