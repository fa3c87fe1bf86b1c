/** SELECT ... INTO t: what the grammar has as a clause of SELECT is CREATE TABLE AS. */
import { child } from "../parse/node.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";

/** The INTO of a SELECT, which a set operation has in its first arm. */
function intoOf(select: ParseNode): ParseNode | undefined {
  return child(select, "intoClause") ?? (select["larg"] === undefined ? undefined : inArm(select));
}

function inArm(select: ParseNode): ParseNode | undefined {
  const arm = child(select, "larg");
  return arm === undefined ? undefined : intoOf(arm);
}

function withoutInto(select: ParseNode): ParseNode {
  const { intoClause: _, ...rest } = select;
  const arm = child(rest, "larg");
  return arm === undefined ? rest : { ...rest, larg: withoutInto(arm) };
}

/** The statement that it is, if it has an INTO. */
export function selectInto(statement: ParsedStatement): ParsedStatement | undefined {
  if (statement.tag !== "SelectStmt") return undefined;
  const into = intoOf(statement.node);
  if (into === undefined) return undefined;
  const { source, text, node } = statement.normalized?.exact() ?? statement;
  const query = { SelectStmt: withoutInto(node) };
  return { tag: "CreateTableAsStmt", node: { into, query, is_select_into: true }, source, text };
}
