/**
 * Binds a parsed statement against a catalog: names to columns, calls to pg_proc entries, every
 * type known. The result depends on the catalog's version, the search path, the parameter types and
 * the session's formats, and on nothing else.
 */
import type { EvaluationContext } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import { BINDERS } from "./binders.ts";
import { makeContext, topScope } from "./context.ts";
import { withSource } from "./errors.ts";
import { bindExplain, explainColumn } from "./explain.ts";
import { literalKind } from "./literals.ts";
import { ParameterTypes } from "./parameters.ts";
import type { BindResult, BoundExplain, BoundQuery, ResultColumn } from "./query-tree.ts";
import { resultColumns } from "./result-columns.ts";
import type { BindContext } from "./scope.ts";

export interface BindOptions {
  /** Schemas in order, "$user" resolved. */
  readonly searchPath: readonly string[];
  /** Declared types of $1.., 0 where unspecified. */
  readonly paramTypes: readonly number[];
  /** With the session's formats: literals are read while binding. */
  readonly evaluation: EvaluationContext;
}

function bindTop(context: BindContext, statement: ParsedStatement): BoundQuery | BoundExplain {
  const one = (node: ParseNode): BoundQuery => BINDERS.statement(topScope(context), node);
  if (statement.tag === "ExplainStmt") return bindExplain(statement.node, one);
  return one({ [statement.tag]: statement.node });
}

function columnsOf(query: BoundQuery | BoundExplain): readonly ResultColumn[] | undefined {
  if (query.kind !== "explain") return resultColumns(query);
  return [{ ...explainColumn(query), tableOid: 0, columnNumber: 0 }];
}

/** For SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE and EXPLAIN of these. */
export function bindStatement(
  statement: ParsedStatement,
  catalog: Catalog,
  options: BindOptions,
): BindResult {
  const { searchPath, paramTypes, evaluation } = options;
  return withSource(statement.source, () => {
    const params = new ParameterTypes(paramTypes.map((type) => catalog.typeNumber(type)));
    const context = makeContext({ binders: BINDERS, catalog, searchPath, evaluation, params });
    const query = bindTop(context, statement);
    return {
      query,
      paramTypes: params.finish(),
      columns: columnsOf(query),
      dependencies: [...context.dependencies],
      literals: literalKind(query.kind === "explain" ? query.query : query, statement.text),
    };
  });
}
