/**
 * EXPLAIN EXECUTE and CREATE TABLE AS EXECUTE: the prepared statement with its arguments in place of
 * the parameters, as PostgreSQL plans it for these values.
 */
import { SqlError } from "@firstlight/common";
import { isNode, listField, nodeField, numberField } from "./parse-fields.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { argumentsFor, castTo, preparedNamed } from "./execute-arguments.ts";
import type { PreparedQuery } from "../engine/engine.ts";
import type { Session } from "./session.ts";

/** The tree with `replace(n)` wherever $n stands. */
function withArguments(value: unknown, replace: (number: number) => ParseNode): unknown {
  if (Array.isArray(value)) return value.map((each) => withArguments(each, replace));
  if (!isNode(value)) return value;
  const param = nodeField(value, "ParamRef");
  if (param !== undefined) return replace(numberField(param, "number") ?? 0);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withArguments(each, replace)]),
  );
}

/** It is planned for these values, which counts as what an execution would be. */
function countPlan({ planner }: Session, query: PreparedQuery, hasParameters: boolean): void {
  query.choice?.count(query, query, hasParameters ? planner.planCacheMode : "force_generic_plan");
}

const WRAPPERS: ReadonlySet<string> = new Set(["ExplainStmt", "CreateTableAsStmt"]);

/** The statement to run instead, undefined if it holds no EXECUTE. */
export function explainedExecute(
  session: Session,
  statement: ParsedStatement,
): ParsedStatement | undefined {
  if (!WRAPPERS.has(statement.tag)) return undefined;
  const query = nodeField(statement.node, "query") ?? {};
  const create = nodeField(query, "CreateTableAsStmt");
  const execute = nodeField(
    create === undefined ? query : (nodeField(create, "query") ?? {}),
    "ExecuteStmt",
  );
  if (execute === undefined) return undefined;
  const prepared = preparedNamed(session, execute);
  const { body, paramTypes } = prepared;
  if (body.kind !== "query") return undefined;
  if (statement.tag === "CreateTableAsStmt" && body.statement.tag !== "SelectStmt") {
    throw new SqlError("42809", "prepared statement is not a SELECT");
  }
  countPlan(session, body.query, paramTypes.length > 0);
  const args = argumentsFor(prepared, listField(execute, "params"));
  const values = args.map((arg, at) => castTo(session, arg, paramTypes[at] ?? 0));
  const inner = body.statement.normalized?.exact() ?? body.statement;
  const replace = (number: number): ParseNode =>
    values[number - 1] ?? { A_Const: { isnull: true } };
  const run = { [inner.tag]: withArguments(inner.node, replace) };
  const wrapped = create === undefined ? run : { CreateTableAsStmt: { ...create, query: run } };
  return {
    tag: statement.tag,
    node: { ...statement.node, executes: true, query: wrapped } as ParseNode,
    source: statement.source,
    text: `${statement.text} /* ${inner.text} */`,
  };
}
