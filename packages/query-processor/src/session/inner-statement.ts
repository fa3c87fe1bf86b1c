/** The statement that PREPARE, DECLARE or COPY holds. */
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { nodeField } from "./parse-fields.ts";

/** The statement inside another one, under a text of its own for the engine's cache. */
export function innerStatement(statement: ParsedStatement, field: string): ParsedStatement {
  const query = nodeField(statement.node, field) ?? {};
  const [tag] = Object.keys(query);
  return {
    tag: tag ?? "",
    node: nodeField(query, tag ?? "") ?? {},
    source: statement.source,
    text: statement.text,
  };
}
