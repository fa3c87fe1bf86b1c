/** The FROM clause: range table entries and what of them is visible where (transformFromClause). */
import type { Relation } from "../catalog/catalog.ts";
import { asTag, child, fieldsOf, flag, locationOf, requiredChild, tagOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { checkFutureCte, cteItem, findCte } from "./cte-reference.ts";
import {
  addTable,
  addVirtual,
  addVisible,
  type Alias,
  aliasOf,
  renameColumns,
  writtenAs,
} from "./entries.ts";
import { unsupported } from "./errors.ts";
import { catalogFunctionQuery } from "./catalog-function-item.ts";
import { functionItem } from "./from-function.ts";
import { joinItem } from "./join.ts";
import { checkConflicts, type FromResult, withLateral } from "./namespace.ts";
import { outputColumns } from "./output-columns.ts";
import { pinOf } from "./pins.ts";
import { pinFor, type PinnedRelation, pinnedRelation } from "./pinned-relations.ts";
import type { FromItem } from "./query-tree.ts";
import { rangeVarName, requireRelation } from "./relation.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { sequenceTable } from "./sequence-table.ts";
import { sampled } from "./table-sample.ts";
import { viewItem } from "./view.ts";

function leaf(item: NamespaceItem): FromResult {
  return { item: { kind: "rte", rte: item.rte }, namespace: [item] };
}

function relationItem(
  scope: Scope,
  relation: Relation,
  written: { readonly alias: Alias | undefined; readonly pinned: PinnedRelation | undefined },
): NamespaceItem {
  const { alias, pinned } = written;
  switch (relation.kind) {
    case "table":
      return addTable(scope, relation, alias, pinned);
    case "virtual":
      return addVirtual(scope, relation, alias);
    case "view":
      return viewItem(scope, relation, alias, pinned);
    case "sequence":
      return addVirtual(scope, sequenceTable(relation), alias);
  }
}

function rangeVar(scope: Scope, fields: ParseNode): FromResult {
  const { context } = scope;
  const alias = aliasOf(child(fields, "alias"));
  const location = locationOf(fields);
  const pinned = pinOf(fields);
  if (pinned !== undefined) {
    const item = relationItem(scope, pinnedRelation(context.catalog, pinned), { alias, pinned });
    return leaf(alias === undefined ? { ...item, pinned } : item);
  }
  const name = rangeVarName(fields);
  const cte = name.schema === undefined ? findCte(scope, name.name) : undefined;
  if (cte !== undefined) return leaf(cteItem(scope, cte, alias, location));
  if (name.schema === undefined) checkFutureCte(scope, name, location);
  const relation = requireRelation(context, name, location);
  context.pins?.set(fields, pinFor(relation, context.catalog));
  return leaf(relationItem(scope, relation, { alias, pinned }));
}

const UNNAMED_SUBQUERY = "unnamed_subquery";

function rangeSubselect(scope: Scope, fields: ParseNode): FromResult {
  const select = asTag(child(fields, "subquery"), "SelectStmt") ?? {};
  const alias = aliasOf(child(fields, "alias"));
  const lateral = flag(fields, "lateral");
  const outerKind = scope.kind;
  const outerLateral = scope.lateralActive;
  scope.kind = "fromSubselect";
  scope.lateralActive = lateral;
  const query = scope.context.binders.select(scope.child(), select);
  scope.kind = outerKind;
  scope.lateralActive = outerLateral;
  const name = alias?.name ?? UNNAMED_SUBQUERY;
  const columns = renameColumns(outputColumns(query), alias, name);
  const item = addVisible(
    scope,
    { kind: "subquery", alias: name, columns, lateral, query, ...writtenAs(alias) },
    { explicitAlias: alias !== undefined, relation: 0, unnamedJoin: false },
  );
  return leaf({ ...item, relationVisible: alias !== undefined });
}

/** Binds one FROM item; what it makes visible is in the result, not yet in the scope. */
export function bindFromItem(scope: Scope, node: ParseNode): FromResult {
  const fields = fieldsOf(node);
  switch (tagOf(node)) {
    case "RangeVar":
      return rangeVar(scope, fields);
    case "RangeSubselect":
      return rangeSubselect(scope, fields);
    case "RangeFunction": {
      const query = catalogFunctionQuery(fields);
      return query === undefined ? leaf(functionItem(scope, fields)) : rangeSubselect(scope, query);
    }
    case "JoinExpr":
      return joinItem(scope, fields, bindFromItem);
    case "RangeTableSample":
      return sampled(scope, fields, bindFromItem(scope, requiredChild(fields, "relation")));
    case "RangeTableFunc":
      throw unsupported("XMLTABLE", locationOf(fields));
    default:
      throw unsupported(`FROM item ${tagOf(node)}`, locationOf(fields));
  }
}

/** Adds FROM's items to the scope; later ones may refer to earlier ones if they are LATERAL. */
export function bindFrom(scope: Scope, nodes: readonly ParseNode[]): readonly FromItem[] {
  const items: FromItem[] = [];
  for (const node of nodes) {
    const result = bindFromItem(scope, node);
    checkConflicts(scope.namespace, result.namespace);
    scope.namespace = [...scope.namespace, ...withLateral(result.namespace, true, true)];
    items.push(result.item);
  }
  scope.namespace = withLateral(scope.namespace, false, true);
  return items;
}

/** The name of a statement's single relation, for its errors. */
export function relationFields(fields: ParseNode): ParseNode {
  return requiredChild(fields, "relation");
}
