/**
 * Binds a parsed statement against a catalog: names to columns, calls to pg_proc entries, every
 * type known. The result depends on the catalog's version, the search path, the parameter types and
 * the session's formats, and on nothing else.
 */
import { checkCollations } from "./check-collations.ts";
import { SqlError } from "@firstlight/common";
import type { EvaluationContext, Steps } from "@firstlight/sql";
import { toEnd } from "@firstlight/sql";
import { child, fieldsOf } from "../parse/node.ts";
import { rangeVarName } from "./relation.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import { BINDERS } from "./binders.ts";
import { accessRequirements } from "./access-requirements.ts";
import { bindCall } from "./call.ts";
import { contextFor, makeContext, topScope } from "./context.ts";
import { withSource } from "./errors.ts";
import { bindExplain, explainColumn } from "./explain.ts";
import { literalKind } from "./literals.ts";
import { LongLists } from "./long-lists.ts";
import { ParameterTypes } from "./parameters.ts";
import type { BindResult, BoundExplain, BoundQuery, ResultColumn } from "./query-tree.ts";
import { resultColumns } from "./result-columns.ts";
import { inlineRoutines } from "./routine/inline-query.ts";
import type { CalledRoutines } from "./routine/called-routines.ts";
import type { BindContext } from "./scope.ts";

export interface BindOptions {
  /** Schemas in order, "$user" resolved. */
  readonly searchPath: readonly string[];
  /** Declared types of $1.., 0 where unspecified. */
  readonly paramTypes: readonly number[];
  /** With the session's formats: literals are read while binding. */
  readonly evaluation: EvaluationContext;
  /** With it long lists are read by whoever binds: ListUnread. */
  readonly lists?: LongLists;
}

interface TopQuery {
  readonly query: BoundQuery | BoundExplain;
  readonly columns: readonly ResultColumn[] | undefined;
  readonly isCall?: true;
}

function refuseTaken(context: BindContext, create: ParseNode): void {
  const range = child(child(create, "into") ?? {}, "rel") ?? {};
  const name = rangeVarName(range);
  const [first = ""] = context.searchPath;
  const schema = name.schema ?? first;
  if (context.catalog.relationInSchema(schema, name.name) === undefined) return;
  throw new SqlError("42P07", `relation "${name.name}" already exists`);
}

function bindTop(context: BindContext, statement: ParsedStatement): TopQuery {
  const one = (node: ParseNode): BoundQuery =>
    BINDERS.statement(topScope(contextFor(context, fieldsOf(node))), node);
  if (statement.tag === "ExplainStmt") {
    const query = bindExplain(statement.node, {
      query: one,
      refuseTaken: (create) => refuseTaken(context, create),
    });
    return { query, columns: [{ ...explainColumn(query), tableOid: 0, columnNumber: 0 }] };
  }
  if (statement.tag === "CallStmt") {
    const { query, returnsRow } = bindCall(topScope(context), statement.node);
    return { query, columns: returnsRow ? resultColumns(query) : undefined, isCall: true };
  }
  const query = one({ [statement.tag]: statement.node });
  return { query, columns: resultColumns(query) };
}

/** The first half of bindStatement. */
export interface TopBound {
  readonly statement: ParsedStatement;
  readonly context: BindContext;
  readonly params: ParameterTypes;
  readonly bound: TopQuery;
}

/** For SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE, CALL and EXPLAIN of these. */
export function bindStatement(
  statement: ParsedStatement,
  catalog: Catalog,
  options: BindOptions,
): BindResult {
  return finishBinding(beginBinding(statement, catalog, options));
}

export function beginBinding(
  statement: ParsedStatement,
  catalog: Catalog,
  options: BindOptions,
): TopBound {
  const { searchPath, paramTypes, evaluation, lists = new LongLists(false) } = options;
  return withSource(statement.source, () => {
    const params = new ParameterTypes(paramTypes.map((type) => catalog.typeNumber(type)));
    const context = makeContext({
      binders: BINDERS,
      catalog,
      searchPath,
      evaluation,
      params,
      lists,
    });
    return { statement, context, params, bound: bindTop(context, statement) };
  });
}

/** What is read off the bound query. */
export function finishBinding(top: TopBound): BindResult {
  return toEnd(finishedInSteps(top));
}

/** Each step walks the query as a whole. */
export function* finishedInSteps({
  statement,
  context,
  params,
  bound,
}: TopBound): Steps<BindResult> {
  const step = <T>(work: () => T): T => withSource(statement.source, work);
  const { routines, catalog, lists } = context;
  const asked = bound.query.kind === "explain" ? bound.query.query : bound.query;
  const access = step(() => {
    if (context.collates.used) checkCollations(asked);
    return accessRequirements(asked, catalog, { ...statement, routines });
  });
  yield;
  const top = step(() => (routines.isEmpty ? bound : inlined(bound)));
  yield;
  const { query } = top;
  const isGeneric = query.kind === "explain" && query.isGeneric;
  const types = step(() => (isGeneric ? [] : params.finish()));
  const literals = step(() => {
    const written = query.kind === "explain" ? query.query : query;
    return withBodies(literalKind(written, statement.text, lists), routines);
  });
  return { ...top, paramTypes: types, dependencies: [...context.dependencies], literals, access };
}

/** EXPLAIN shows what will run. */
function inlined(top: TopQuery): TopQuery {
  const { query } = top;
  if (query.kind !== "explain") return { ...top, query: inlineRoutines(query) };
  return { ...top, query: { ...query, query: inlineRoutines(query.query) } };
}

const NO_LISTS: LongLists = new LongLists(false);

const RANK: Readonly<Record<BindResult["literals"], number>> = { constant: 0, formats: 1, now: 2 };

/** Bodies of functions are bound with the statement: what they refer to is known with it. */
function withBodies(own: BindResult["literals"], routines: CalledRoutines): BindResult["literals"] {
  let worst = own;
  for (const routine of routines.all()) {
    for (const query of routine.boundIfNeeded?.statements ?? []) {
      const kind = literalKind(query, routine.source, NO_LISTS);
      if (RANK[kind] > RANK[worst]) worst = kind;
    }
  }
  return worst;
}
