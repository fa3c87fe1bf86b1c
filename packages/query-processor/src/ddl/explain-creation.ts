/**
 * EXPLAIN ANALYZE of CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW: the relation is made,
 * and what is measured is the query that fills it (ExplainOneUtility).
 */
import type { Row } from "@firstlight/sql";
import { explainedColumn, isAnalyzed } from "../bind/explain.ts";
import type { ResultColumn } from "../bind/query-tree.ts";
import { asTag, flag, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { createTableAs } from "./create-table-as.ts";
import { creationPlace } from "./creation-place.ts";
import type { DdlContext } from "./ddl-context.ts";
import { createMaterializedView } from "./materialized-view.ts";
import type { UtilityResult } from "./utility-result.ts";

export function explanationColumns(statement: ParseNode): readonly ResultColumn[] {
  return [{ ...explainedColumn(statement), tableOid: 0, columnNumber: 0 }];
}

export async function explainCreation(
  context: DdlContext,
  statement: ParseNode,
): Promise<UtilityResult> {
  const create = asTag(requiredChild(statement, "query"), "CreateTableAsStmt") ?? {};
  const into = requiredChild(create, "into");
  const query = requiredChild(create, "query");
  if (creationPlace(context, requiredChild(into, "rel")).taken(flag(create, "if_not_exists"))) {
    return { command: "EXPLAIN", rows: [] };
  }
  const explain = (about: ParseNode): Promise<readonly Row[]> =>
    context.rows("ExplainStmt", { ...statement, ...about } as ParseNode);
  if (!isAnalyzed(statement)) return { command: "EXPLAIN", rows: await explain({ query }) };
  let rows: readonly Row[] | undefined;
  const run: DdlContext["run"] = async (tag, node) => {
    rows = await explain({ query: { [tag]: node }, ofSource: true });
    return 0;
  };
  await creator(create)({ ...context, run }, create);
  return { command: "EXPLAIN", rows: rows ?? (await explain({ query, isSkipped: true })) };
}

function creator(create: ParseNode): typeof createTableAs {
  return string(create, "objtype") === "OBJECT_MATVIEW" ? createMaterializedView : createTableAs;
}
