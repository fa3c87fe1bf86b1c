/** The statements of a function's body, which rules look at as if they had been sent by themselves. */
import { SqlError } from "@firstlight/common";
import {
  child,
  fieldsOf,
  items,
  list,
  requiredChild,
  stringValue,
  tagOf,
} from "../../parse/node.ts";
import type { ParseNode, ParsedStatement } from "../../parse/parsed-statement.ts";
import { parse } from "../../parse/parser.ts";

/** Empty for what is not in language SQL, and for what the grammar does not know. */
export function bodyStatements(statement: ParsedStatement): readonly ParsedStatement[] {
  const { node } = statement;
  const body = child(node, "sql_body");
  if (body !== undefined) {
    return unnested(body).map((each) => ({ ...statement, ...asQuery(each) }));
  }
  return optionText(node, "language") === "sql" ? parsed(optionText(node, "as") ?? "") : [];
}

/** BEGIN ATOMIC gives a list in a list. */
function unnested(node: ParseNode): readonly ParseNode[] {
  return tagOf(node) === "List" ? items(node).flatMap(unnested) : [node];
}

/** RETURN expression is SELECT expression. */
function asQuery(node: ParseNode): Pick<ParsedStatement, "tag" | "node"> {
  const tag = tagOf(node);
  if (tag !== "ReturnStmt") return { tag, node: fieldsOf(node) };
  const target = { ResTarget: { val: requiredChild(fieldsOf(node), "returnval") } };
  return { tag: "SelectStmt", node: { targetList: [target] } };
}

function optionText(node: ParseNode, name: string): string | undefined {
  for (const option of list(node, "options")) {
    const fields = fieldsOf(option);
    const value = child(fields, "arg");
    if (fields["defname"] !== name || value === undefined) continue;
    const [first = value] = tagOf(value) === "List" ? items(value) : [];
    return stringValue(first);
  }
  return undefined;
}

/** What is wrong with it is for whoever makes the function to say. */
function parsed(text: string): readonly ParsedStatement[] {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
}
