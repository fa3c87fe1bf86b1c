/** Views: the text of the definition, bound in its own name space, takes the view's place in FROM. */
import { SqlError } from "@firstlight/common";
import type { ViewDescriptor } from "../catalog/descriptors.ts";
import { parse } from "../parse/parser.ts";
import { addVisible, type Alias, renameColumns } from "./entries.ts";
import { withoutPositions } from "./errors.ts";
import type { BoundSelect } from "./query-tree.ts";
import { type NamespaceItem, Scope } from "./scope.ts";

/** Views cannot be recursive; the bound stops a damaged catalog. */
const DEPTH_MAX = 100;

function boundDefinition(scope: Scope, view: ViewDescriptor): BoundSelect {
  const { context } = scope;
  if (context.viewDepth >= DEPTH_MAX) {
    throw new SqlError("42P17", `infinite recursion detected in rules for relation "${view.name}"`);
  }
  const [statement] = parse(view.query);
  if (statement === undefined || statement.tag !== "SelectStmt") {
    throw new Error(`view ${view.name} is no query`);
  }
  const inner = new Scope(
    { ...context, searchPath: view.searchPath, viewDepth: context.viewDepth + 1 },
    undefined,
  );
  return withoutPositions(() => context.binders.select(inner, statement.node));
}

export function viewItem(
  scope: Scope,
  view: ViewDescriptor,
  alias: Alias | undefined,
): NamespaceItem {
  scope.context.dependencies.add(view.oid);
  const query = boundDefinition(scope, view);
  const name = alias?.name ?? view.name;
  const columns = renameColumns(view.columns, alias, name);
  return addVisible(
    scope,
    { kind: "subquery", alias: name, columns, lateral: false, query, view: view.oid },
    { explicitAlias: alias !== undefined, relation: view.oid, unnamedJoin: false },
  );
}
