/** EXPLAIN ANALYZE of what makes a table of a query is a schema change. */
import { createdBy, isAnalyzed } from "../bind/explain.ts";
import { asTag, flag, requiredChild } from "../parse/node.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";

/** The statement that it is; undefined where no table is made, nor said to be there already. */
export function explainedCreation(statement: ParsedStatement): ParsedStatement | undefined {
  if (statement.tag !== "ExplainStmt") return undefined;
  const { source, text, node } = statement.normalized?.exact() ?? statement;
  const query = requiredChild(node, "query");
  const create = asTag(query, "CreateTableAsStmt") ?? createdBy(query);
  if (create === undefined) return undefined;
  if (!flag(create, "if_not_exists") && !isAnalyzed(node)) return undefined;
  const explained = { ...node, query: { CreateTableAsStmt: create } };
  return { tag: "ExplainCreationStmt", node: explained, source, text };
}
