/** ON CONFLICT: which unique indexes arbitrate, and what is done instead (transformOnConflictClause). */
import { isUnique } from "../catalog/table-indexes.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, list, locationOf, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { exprKey } from "../plan/expression-map.ts";
import { overEntry } from "../plan/index-match.ts";
import { impliedPredicate } from "../plan/predicate-implication.ts";
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { foldConstants, typeOid } from "@firstlight/sql";
import { SYSTEM_COLUMNS } from "./system-columns.ts";
import { addVisible, makeVar, tableColumns } from "./entries.ts";
import { bindError } from "./errors.ts";
import { missingColumn } from "./missing-name.ts";
import { pinnedColumns } from "./pinned-relations.ts";
import { pinnedName } from "./pins.ts";
import {
  type InferenceClass,
  hasClass,
  inferenceClass,
  inferenceClassText,
} from "./inference-class.ts";
import { derivedColumns } from "./index-expressions.ts";
import type { OnConflict } from "./query-tree.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { bindCondition } from "./select.ts";
import { replaceExprs } from "./replace-exprs.ts";
import type { ViewTarget } from "./view-target.ts";
import { columnNamed } from "./modification-target.ts";
import { bindAssignments } from "./update-targets.ts";

/** A column's number or an expression's key, with what COLLATE and an operator class ask of it. */
interface ClassedKey extends InferenceClass {
  readonly key: number | string;
}

const SYSTEM_COLUMN = -1;

/** What ON CONFLICT (...) names: columns by number, and expressions by their keys. */
interface Inference {
  readonly classed: readonly ClassedKey[];
  readonly elements: readonly Expr[];
  readonly suffixes: readonly string[];
  readonly columns: ReadonlySet<number>;
  readonly expressions: ReadonlySet<string>;
}

function inferenceOf(scope: Scope, table: TableDescriptor, infer: ParseNode): Inference {
  const elements: Expr[] = [];
  const suffixes: string[] = [];
  const columns = new Set<number>();
  const expressions = new Set<string>();
  const classed: ClassedKey[] = [];
  const location = locationOf(infer);
  for (const node of list(infer, "indexElems")) {
    const element = asTag(node, "IndexElem") ?? {};
    refuseOrder(element, location);
    const { expr, key } = inferred(scope, table, element, location);
    if (typeof key === "number") columns.add(key);
    else expressions.add(key);
    const at = expr === undefined || expr.position < 0 ? location : expr.position;
    const asked = inferenceClass(scope, element, at);
    if (expr !== undefined) {
      elements.push(expr);
      suffixes.push(inferenceClassText(asked));
    }
    if (asked.collation ?? asked.operators) classed.push({ key, ...asked });
  }
  return { elements, suffixes, columns, expressions, classed };
}

function inferred(
  scope: Scope,
  table: TableDescriptor,
  element: ParseNode,
  location: number,
): { readonly expr: Expr | undefined; readonly key: number | string } {
  const name = optionalString(element, "name");
  if (name !== undefined) {
    const key = targetColumnNumber(scope, table, name, location);
    const column = table.columns[key - 1];
    return { expr: column && makeVar(0, key - 1, column), key };
  }
  const expr = scope.expr(child(element, "expr") ?? {}, "inferenceExpression");
  if (expr.kind === "row" && typeOid(expr.type) === table.typeOid) throw wholeRowInferred();
  const isColumn = expr.kind === "var";
  const key = isColumn ? (table.columns[expr.column]?.number ?? 0) : computedKey(expr);
  return { expr, key };
}

/** What is decided by constants alone counts as they decide it. */
function computedKey(expr: Expr): string {
  return exprKey(foldConstants(expr));
}

function wholeRowInferred(): SqlError {
  return new SqlError("0A000", "whole row unique index inference specifications are not supported");
}

function refuseOrder(element: ParseNode, location: number): void {
  if (string(element, "ordering") !== "SORTBY_DEFAULT" && element["ordering"] !== undefined) {
    throw bindError("42P10", "ASC/DESC is not allowed in ON CONFLICT clause", location);
  }
  if (
    string(element, "nulls_ordering") !== "SORTBY_NULLS_DEFAULT" &&
    element["nulls_ordering"] !== undefined
  ) {
    throw bindError("42P10", "NULLS FIRST/LAST is not allowed in ON CONFLICT clause", location);
  }
}

/** The name is looked up as a column reference, so its error is that of one. */
function targetColumnNumber(
  scope: Scope,
  table: TableDescriptor,
  name: string,
  location: number,
): number {
  if (scope.targetView !== undefined) {
    const column = scope.targetView.columns.find((each) => each.name === name);
    if (column === undefined) throw missingColumn(scope, undefined, name, location);
    return (column.base ?? -1) + 1;
  }
  const column = table.columns[columnNamed(scope, table, name)];
  // No index is on them.
  if (column === undefined && SYSTEM_COLUMNS.has(name)) return SYSTEM_COLUMN;
  if (column === undefined) throw missingColumn(scope, undefined, name, location);
  return column.number;
}

interface Arbiters extends Pick<OnConflict, "inference"> {
  readonly oids: readonly number[];
}

/** Whether the index has these key columns and expressions, and no others. */
function isInferred(
  table: TableDescriptor,
  index: IndexDescriptor,
  rte: number,
  wanted: Inference,
): boolean {
  const { exprs, positionsOf } = derivedColumns(table);
  const keys = positionsOf(index).keys.map((position) => {
    const expr = exprs[position - table.columns.length];
    return expr === undefined ? position + 1 : computedKey(overEntry(expr, rte));
  });
  const columns = new Set(keys.filter((key) => typeof key === "number"));
  const expressions = new Set(keys.filter((key) => typeof key === "string"));
  return (
    sameSet(columns, wanted.columns) &&
    sameSet(expressions, wanted.expressions) &&
    wanted.classed.every((each) =>
      keys.some((key, at) => key === each.key && hasClass(table, index, at, each)),
    )
  );
}

function sameSet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

function arbitersByColumns(
  scope: Scope,
  table: TableDescriptor,
  rte: number,
  infer: ParseNode,
): Arbiters {
  const wanted = inferenceOf(scope, table, infer);
  // A complete unique index arbitrates whatever predicate is given.
  const condition = child(infer, "whereClause");
  const where = condition && scope.expr(condition, "inferencePredicate");
  const { elements, suffixes } = wanted;
  const inference = { elements, suffixes, where };
  if (scope.context.asWritten === true) return { oids: [], inference };
  const given = where === undefined ? [] : [where];
  const found = table.indexes.filter(
    (index) =>
      isUnique(index) &&
      isInferred(table, index, rte, wanted) &&
      impliedPredicate(table, index, rte, given) !== undefined,
  );
  // A body is stored whatever arbiters there are; they are looked for when it runs.
  const isStored = scope.context.pins !== undefined;
  if (found.length > 0 || isStored) return { oids: found.map((index) => index.oid), inference };
  throw bindError(
    "42P10",
    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    -1,
  );
}

function arbiterByName(
  { context }: Scope,
  table: TableDescriptor,
  infer: ParseNode,
  name: string,
): readonly number[] {
  const { arbiter } = pinnedName(infer);
  if (context.asWritten === true) return [];
  const found = table.indexes.find((index) =>
    arbiter === undefined ? index.constraint?.name === name : index.oid === arbiter,
  );
  if (found !== undefined) {
    context.pins?.set(infer, { arbiter: found.oid });
    return [found.oid];
  }
  throw bindError("42704", `constraint "${name}" for table "${table.name}" does not exist`, -1);
}

function arbiters(
  scope: Scope,
  table: TableDescriptor,
  rte: number,
  infer: ParseNode | undefined,
): Arbiters {
  if (infer === undefined) return { oids: [] };
  const name = optionalString(infer, "conname");
  if (name !== undefined) return { oids: arbiterByName(scope, table, infer, name) };
  return arbitersByColumns(scope, table, rte, infer);
}

/** The view's columns over the row that is proposed. */
function excludedColumns({ columns }: ViewTarget, rte: number): NamespaceItem["columns"] {
  return columns.map(({ name, expr }) => ({
    name,
    expr: replaceExprs(expr, (each, depth) =>
      each.kind === "var" && each.levelsUp === depth && each.rte === 0
        ? { ...each, rte }
        : undefined,
    ),
  }));
}

function addExcluded(scope: Scope, table: TableDescriptor): NamespaceItem {
  const columns = pinnedColumns(tableColumns(table), scope.targetPinned);
  const item = addVisible(
    scope,
    { kind: "table", alias: "excluded", columns, lateral: false, table },
    { explicitAlias: true, relation: table.oid, unnamedJoin: false },
  );
  const view = scope.targetView;
  return view === undefined ? item : { ...item, columns: excludedColumns(view, item.rte) };
}

export function bindOnConflict(
  scope: Scope,
  table: TableDescriptor,
  item: NamespaceItem,
  clause: ParseNode | undefined,
): OnConflict | undefined {
  if (clause === undefined) return undefined;
  const isUpdate = string(clause, "action") === "ONCONFLICT_UPDATE";
  const infer = child(clause, "infer");
  if (isUpdate && infer === undefined) {
    throw bindError(
      "42601",
      "ON CONFLICT DO UPDATE requires inference specification or constraint name",
      locationOf(clause),
      { hint: "For example, ON CONFLICT (column_name)." },
    );
  }
  scope.namespace = [item];
  const { oids: chosen, ...inferred } = arbiters(scope, table, item.rte, infer);
  if (!isUpdate) {
    return {
      action: "nothing",
      arbiters: chosen,
      ...inferred,
      excludedRte: -1,
      assignments: [],
      where: undefined,
    };
  }
  const excluded = addExcluded(scope, table);
  scope.namespace = [item, excluded];
  const assignments = bindAssignments(scope, table, list(clause, "targetList"));
  const where = bindCondition(scope, child(clause, "whereClause"), "where");
  const chosenBy = { arbiters: chosen, ...inferred };
  return { action: "update", ...chosenBy, excludedRte: excluded.rte, assignments, where };
}
