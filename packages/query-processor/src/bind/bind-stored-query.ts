/**
 * Binds a query that the schema will keep: of a view, a materialized view. Nothing of the session but
 * its search path and formats is in it; it has no parameters.
 */
import type { EvaluationContext } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { ViewDescriptor } from "../catalog/descriptors.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { BINDERS } from "./binders.ts";
import { contextFor, makeSchemaContext, topScope } from "./context.ts";
import { type Pins, withPins } from "./pins.ts";
import type { BoundSelect } from "./query-tree.ts";
import { schemaEvaluation } from "./schema-evaluation.ts";
import { bindView } from "./view.ts";

export interface StoredQueryOptions {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly evaluation: EvaluationContext;
}

export interface QueryToStore {
  readonly query: BoundSelect;
  /** The tree with what its names mean. */
  readonly tree: ParseNode;
  /** Relations that it reads, views' own ones included. */
  readonly dependencies: ReadonlySet<number>;
}

export function bindQueryToStore(fields: ParseNode, options: StoredQueryOptions): QueryToStore {
  const { catalog, searchPath, evaluation } = options;
  const pins: Pins = new Map();
  const context = { ...makeSchemaContext(BINDERS, catalog, searchPath, evaluation), pins };
  const query = BINDERS.select(topScope(contextFor(context, fields)), fields);
  return { query, tree: withPins(fields, pins) as ParseNode, dependencies: context.dependencies };
}

const bound = new WeakMap<Catalog, WeakMap<ViewDescriptor, BoundSelect>>();

/** The query of a view of this catalog; views in it are not opened. */
export function boundViewQuery(view: ViewDescriptor, catalog: Catalog): BoundSelect {
  let known = bound.get(catalog);
  if (known === undefined) {
    known = new WeakMap();
    bound.set(catalog, known);
  }
  let query = known.get(view);
  if (query === undefined) {
    const { searchPath } = view;
    const evaluation = schemaEvaluation(catalog, searchPath);
    const context = makeSchemaContext(BINDERS, catalog, searchPath, evaluation);
    query = bindView(context.derive({ asWritten: true }), view);
    known.set(view, query);
  }
  return query;
}
