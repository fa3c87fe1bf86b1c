/** Queries of views and materialized views as the catalog keeps them, with what they depend on. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { queryReferences } from "../catalog/dependencies/references.ts";
import type { StoredReference } from "../catalog/dependencies/object-address.ts";
import { bindQueryToStore } from "../bind/bind-stored-query.ts";
import { outputColumns } from "../bind/output-columns.ts";
import type { BoundSelect, OutputColumn } from "../bind/query-tree.ts";
import { asTag, child, list, tagOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { PinnedMeanings } from "./pin-meanings.ts";
import { pinTypes } from "./pin-types.ts";

export interface StoredQuery {
  readonly query: BoundSelect;
  readonly text: string;
  readonly searchPath: readonly string[];
  readonly columns: readonly OutputColumn[];
  readonly dependsOn: readonly StoredReference[];
}

function refuseChanges(fields: ParseNode, what: string): void {
  if (child(fields, "intoClause") !== undefined) {
    throw featureNotSupportedAs(`${what} must not contain SELECT INTO`);
  }
  const clause = child(fields, "withClause");
  for (const node of clause === undefined ? [] : list(clause, "ctes")) {
    const query = child(asTag(node, "CommonTableExpr") ?? {}, "ctequery") ?? {};
    if (tagOf(query) === "SelectStmt") continue;
    throw featureNotSupportedAs(`${what} must not contain data-modifying statements in WITH`);
  }
}

function featureNotSupportedAs(message: string): SqlError {
  return new SqlError("0A000", message);
}

/** `what`: "views" or "materialized views", for errors. */
export function storeQuery(
  context: DdlContext,
  wrapped: ParseNode | undefined,
  what: string,
): StoredQuery {
  const fields = asTag(wrapped, "SelectStmt");
  if (fields === undefined) throw featureNotSupported(`${what} of other statements than SELECT`);
  refuseChanges(fields, what);
  const { searchPath } = context;
  const catalog = imageOf(context);
  const evaluation = context.evaluation();
  const { query, tree } = bindQueryToStore(fields, { catalog, searchPath, evaluation });
  const { references, named } = queryReferences(query, catalog.casts);
  const pinned = new PinnedMeanings();
  for (const each of named) pinned.collect(each);
  return {
    query,
    text: JSON.stringify(pinTypes(pinned.applyTo(tree), catalog, searchPath)),
    searchPath,
    columns: outputColumns(query),
    dependsOn: references.filter(([, oid]) => oid >= FIRST_USER_OID),
  };
}

/** Columns by the names that the statement lists, else by the query's. */
export function namedColumns(
  columns: readonly OutputColumn[],
  given: readonly string[],
  command: string,
): readonly OutputColumn[] {
  if (given.length > columns.length) {
    throw new SqlError("42601", `${command} specifies more column names than columns`);
  }
  const named = columns.map((column, index) => ({ ...column, name: given[index] ?? column.name }));
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw new SqlError("42701", `column "${name}" specified more than once`);
    seen.add(name);
  }
  return named;
}
