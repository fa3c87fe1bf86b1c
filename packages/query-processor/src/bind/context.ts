/** Makes what all scopes of one statement share. */
import type { EvaluationContext, FormatSettings } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { LongLists } from "./long-lists.ts";
import { ParameterTypes } from "./parameters.ts";
import { CalledRoutines } from "./routine/called-routines.ts";
import { CatalogRoutines } from "./routine/routine-source.ts";
import { type BindContext, type Binders, type DerivedContext, Scope } from "./scope.ts";

export interface ContextOptions {
  readonly binders: Binders;
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly evaluation: EvaluationContext;
  readonly params: ParameterTypes;
  /** Absent: nobody expects ListUnread. */
  readonly lists?: LongLists;
}

export function makeContext(options: ContextOptions): BindContext {
  const { binders, catalog, searchPath, evaluation, params } = options;
  const { lists = new LongLists(false) } = options;
  const context: BindContext = {
    catalog,
    searchPath,
    evaluation,
    resolve: {
      evaluation,
      typeParam: (param, type) => params.resolve(param, type),
      routines: new CatalogRoutines(() => context),
    },
    params,
    dependencies: new Set(),
    routines: new CalledRoutines(),
    subqueries: new WeakMap(),
    lists,
    collates: { used: false, icu: false },
    binders,
    viewDepth: 0,
    derive: (changes) => derived(context, changes),
  };
  return context;
}

/** What a stored query pins are its own relations only. */
function derived(outer: BindContext, changes: DerivedContext): BindContext {
  const { pins: _, ...rest } = outer;
  const evaluation = changes.evaluation ?? outer.evaluation;
  const context: BindContext = {
    ...rest,
    ...changes,
    resolve: { ...outer.resolve, evaluation, routines: new CatalogRoutines(() => context) },
    derive: (more) => derived(context, more),
  };
  return context;
}

/** Of a statement whose literals are read by settings other than those of now (`readBy`). */
export function contextFor(context: BindContext, fields: ParseNode): BindContext {
  const { readBy } = fields;
  if (typeof readBy !== "object" || readBy === null) return context;
  const { evaluation, pins } = context;
  const read = readingBy(evaluation, { ...evaluation.format, ...readBy });
  return context.derive({ evaluation: read, ...(pins === undefined ? {} : { pins }) });
}

function readingBy(evaluation: EvaluationContext, format: FormatSettings): EvaluationContext {
  const { params, execParams, transactionTime, statementTime, session, longCalls } = evaluation;
  return {
    params,
    execParams,
    transactionTime,
    statementTime,
    session,
    longCalls,
    format,
    clockTime: () => evaluation.clockTime(),
    random: () => evaluation.random(),
    randomBytes: (length) => evaluation.randomBytes(length),
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
  return context.derive({
    params: {
      param: (number, location) => {
        throw bindError("42P02", `there is no parameter $${number}`, location);
      },
    },
  });
}

export function topScope(context: BindContext): Scope {
  return new Scope(context, undefined);
}
