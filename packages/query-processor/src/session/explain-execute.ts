/**
 * EXPLAIN EXECUTE and CREATE TABLE AS EXECUTE: the prepared statement with its arguments in place of
 * the parameters, as PostgreSQL plans it for these values.
 */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, physicalType, typeByOid } from "@firstlight/sql";
import { argumentValues } from "./argument-values.ts";
import { isNode, listField, nodeField, numberField } from "./parse-fields.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { castTo, preparedNamed } from "./execute-arguments.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { PreparedQuery } from "../engine/engine.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

/** What has no name of its own while a parameter stands in it: a value there would have one. */
function isUnnamed(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (nodeField(node, "ParamRef") !== undefined) return true;
  const around = nodeField(node, "CollateClause") ?? nodeField(node, "A_Indirection");
  const fields = listField(around ?? {}, "indirection");
  return fields.every((each) => "A_Indices" in each) && isUnnamed(around?.["arg"]);
}

/** The tree with `replace(n)` wherever $n stands. */
function withArguments(value: unknown, replace: (number: number) => ParseNode): unknown {
  if (Array.isArray(value)) return value.map((each) => withArguments(each, replace));
  if (!isNode(value)) return value;
  const param = nodeField(value, "ParamRef");
  if (param !== undefined) return replace(numberField(param, "number") ?? 0);
  const entries = Object.entries(value).map(([name, each]) => [name, withArguments(each, replace)]);
  const copy = Object.fromEntries(entries) as ParseNode;
  const isTarget = value["val"] !== undefined && value["name"] === undefined;
  return isTarget && isUnnamed(value["val"]) ? { ...copy, name: "?column?" } : copy;
}

/** It is planned for these values, which counts as what an execution would be. */
function countPlan({ planner }: Session, query: PreparedQuery, hasParameters: boolean): void {
  query.choice?.count(query, query, hasParameters ? planner.planCacheMode : "force_generic_plan");
}

const WRAPPERS: ReadonlySet<string> = new Set(["ExplainStmt", "CreateTableAsStmt"]);

/** What the value is, whatever a session reads and writes values by. */
function valueNode(session: Session, value: Datum, type: number): ParseNode {
  const location = -1;
  if (value === null) return castTo(session, { A_Const: { isnull: true, location } }, type);
  const sval = typeByOid(physicalType(type)).output(value, DEFAULT_FORMAT);
  return castTo(session, { A_Const: { sval: { sval }, location } }, type);
}

/** What literals are read by. */
function readingOf({ readBy }: PreparedStatement): ParseNode {
  const { timeZone, dateStyle, dateOrder, intervalStyle } = readBy;
  return { timeZone, dateStyle, dateOrder, intervalStyle };
}

/** The EXECUTE that is explained, or whose rows a table is made of. */
function executeOf({ node }: ParsedStatement): {
  readonly execute: ParseNode | undefined;
  readonly create: ParseNode | undefined;
} {
  const query = nodeField(node, "query") ?? {};
  const create = nodeField(query, "CreateTableAsStmt");
  const holder = create === undefined ? query : (nodeField(create, "query") ?? {});
  return { execute: nodeField(holder, "ExecuteStmt"), create };
}

/** The statement to run instead, undefined if it holds no EXECUTE. */
export function* explainedExecute(
  session: Session,
  statement: ParsedStatement,
): Task<ParsedStatement | undefined> {
  if (!WRAPPERS.has(statement.tag)) return undefined;
  const { execute, create } = executeOf(statement);
  if (execute === undefined) return undefined;
  const prepared = preparedNamed(session, execute);
  const { body, paramTypes } = prepared;
  if (body.kind !== "query") return undefined;
  if (statement.tag === "CreateTableAsStmt" && body.statement.tag !== "SelectStmt") {
    throw new SqlError("42809", "prepared statement is not a SELECT");
  }
  countPlan(session, body.query, paramTypes.length > 0);
  const given = { ...statement, tag: "ExecuteStmt", node: execute };
  const values = yield* argumentValues(session, given, prepared);
  const args = values.map((value, at) => valueNode(session, value, paramTypes[at] ?? 0));
  const inner = body.statement.normalized?.exact() ?? body.statement;
  const replace = (number: number): ParseNode => args[number - 1] ?? { A_Const: { isnull: true } };
  const readBy = readingOf(prepared);
  const run = { [inner.tag]: { ...(withArguments(inner.node, replace) as ParseNode), readBy } };
  const wrapped = create === undefined ? run : { CreateTableAsStmt: { ...create, query: run } };
  return {
    tag: statement.tag,
    node: { ...statement.node, executes: true, query: wrapped } as ParseNode,
    source: statement.source,
    text: `${statement.text} /* ${inner.text} ${JSON.stringify([args, readBy])} */`,
  };
}
