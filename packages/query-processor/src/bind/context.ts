/** Makes what all scopes of one statement share. */
import type { EvaluationContext, ResolveContext } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import { bindError } from "./errors.ts";
import { ParameterTypes } from "./parameters.ts";
import { type BindContext, type Binders, Scope } from "./scope.ts";

export interface ContextOptions {
  readonly binders: Binders;
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly evaluation: EvaluationContext;
  readonly params: ParameterTypes;
}

export function makeContext(options: ContextOptions): BindContext {
  const { binders, catalog, searchPath, evaluation, params } = options;
  const resolve: ResolveContext = {
    evaluation,
    typeParam: (param, type) => params.resolve(param, type),
  };
  return {
    catalog,
    searchPath,
    evaluation,
    resolve,
    params,
    dependencies: new Set(),
    subqueries: new WeakMap(),
    binders,
    viewDepth: 0,
  };
}

/** A context for texts that belong to the schema: they have no parameters. */
export function makeSchemaContext(
  binders: Binders,
  catalog: Catalog,
  searchPath: readonly string[],
  evaluation: EvaluationContext,
): BindContext {
  const params = new ParameterTypes([]);
  const context = makeContext({ binders, catalog, searchPath, evaluation, params });
  return {
    ...context,
    params: {
      param: (number, location) => {
        throw bindError("42P02", `there is no parameter $${number}`, location);
      },
    },
  };
}

export function topScope(context: BindContext): Scope {
  return new Scope(context, undefined);
}
