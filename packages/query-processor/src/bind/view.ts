/** Views: the query of the definition, bound in its own name space, takes the view's place in FROM. */
import { SqlError } from "@firstlight/common";
import type { ViewDescriptor } from "../catalog/descriptors.ts";
import { parse } from "../parse/parser.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addVisible, type Alias, renameLive, withWholeRow, writtenAs } from "./entries.ts";
import { withoutPositions } from "./errors.ts";
import { type PinnedRelation, pinnedColumns } from "./pinned-relations.ts";
import { selectOver } from "./derived-select.ts";
import type { BoundSelect } from "./query-tree.ts";
import { schemaEvaluation } from "./schema-evaluation.ts";
import { type BindContext, type NamespaceItem, Scope } from "./scope.ts";
import { openView, type ViewAction, type ViewTarget } from "./view-target.ts";
import { storedQuery } from "./stored-query.ts";

/** Views cannot be recursive; the bound stops a damaged catalog. */
const DEPTH_MAX = 100;

const trees = new WeakMap<ViewDescriptor, ParseNode>();

/** The fields of the SelectStmt that defines the view. */
function definitionOf(view: ViewDescriptor): ParseNode {
  const cached = trees.get(view);
  if (cached !== undefined) return cached;
  const node = view.query.startsWith("{") ? storedQuery(view.query) : queryText(view);
  trees.set(view, node);
  return node;
}

function queryText(view: ViewDescriptor): ParseNode {
  const [statement] = parse(view.query);
  if (statement?.tag === "SelectStmt") return statement.node;
  throw new Error(`view ${view.name} is no query`);
}

/** A stored query is read the same in every session; those of the system have no literals to read. */
function definitionContext(context: BindContext, view: ViewDescriptor): BindContext {
  const { searchPath } = view;
  const viewDepth = context.viewDepth + 1;
  if (!view.query.startsWith("{")) return context.derive({ searchPath, viewDepth });
  const evaluation = schemaEvaluation(context.catalog, searchPath);
  return context.derive({ searchPath, viewDepth, evaluation });
}

function boundDefinition({ context }: Scope, view: ViewDescriptor): BoundSelect {
  if (context.viewDepth >= DEPTH_MAX) {
    throw new SqlError("42P17", `infinite recursion detected in rules for relation "${view.name}"`);
  }
  const inner = new Scope(definitionContext(context, view), undefined);
  return withoutPositions(() => context.binders.select(inner, definitionOf(view)));
}

/** The base table by way of the view, for statements that change rows. */
export function viewTarget(scope: Scope, view: ViewDescriptor, action: ViewAction): ViewTarget {
  const { context } = scope;
  const definition = (each: ViewDescriptor): BoundSelect => boundDefinition(scope, each);
  return openView(view, { context, action, cascaded: false, definition });
}

/** A view's query as a query of its own, for those who ask what it is. */
export function bindView(context: BindContext, view: ViewDescriptor): BoundSelect {
  return boundDefinition(new Scope(context, undefined), view);
}

export function viewItem(
  scope: Scope,
  view: ViewDescriptor,
  alias: Alias | undefined,
  pinned?: PinnedRelation,
): NamespaceItem {
  scope.context.dependencies.add(view.oid);
  const shallow = scope.context.asWritten === true;
  const query = shallow ? selectOver([], []) : boundDefinition(scope, view);
  const name = alias?.name ?? pinned?.name ?? view.name;
  const columns = renameLive(pinnedColumns(view.columns, pinned), alias, name);
  const item = addVisible(
    scope,
    {
      kind: "subquery",
      alias: name,
      columns,
      lateral: false,
      query,
      view: view.oid,
      ...writtenAs(alias),
    },
    { explicitAlias: alias !== undefined, relation: view.oid, unnamedJoin: false },
  );
  return withWholeRow(item, view.columns, pinned);
}
