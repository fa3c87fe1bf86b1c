/**
 * The body of a function in language SQL, bound for the types of one call, and how the last
 * statement's rows become results (check_sql_fn_statements, check_sql_fn_retval).
 */
import { isInput } from "../../catalog/descriptors.ts";
import { SqlError } from "@firstlight/common";
import { oids } from "@firstlight/sql";
import { asTag, requiredChild, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { parse } from "../../parse/parser.ts";
import { withoutPositions } from "../errors.ts";
import type { BoundQuery } from "../query-tree.ts";
import { schemaEvaluation } from "../schema-evaluation.ts";
import { Scope } from "../scope.ts";
import { bindCall } from "../call.ts";
import { BARE_QUERY } from "../bare-query.ts";
import type { Pins } from "../pins.ts";
import { storedNodes } from "../stored-node.ts";
import { configuredPath } from "./configured-path.ts";
import type { CalledRoutine } from "./called-routine.ts";
import { RoutineParameters } from "./routine-parameters.ts";
import { routineResult, type RoutineResult } from "./routine-result.ts";

export interface RoutineBody {
  readonly statements: readonly BoundQuery[];
  readonly result: RoutineResult;
}

/** The statements as raw parse trees. */
export function bodyNodes(routine: Pick<CalledRoutine, "descriptor">): readonly ParseNode[] {
  const { body, source } = routine.descriptor;
  if (body !== undefined) return storedNodes(body).filter((node) => tagOf(node) !== "");
  return parse(source).map(({ tag, node }) => ({ [tag]: node }));
}

/** RETURN expression is SELECT expression. */
function asQuery(node: ParseNode): ParseNode {
  const returned = asTag(node, "ReturnStmt");
  if (returned === undefined) return node;
  const target = { ResTarget: { val: requiredChild(returned, "returnval") } };
  return {
    SelectStmt: { targetList: [target], limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE" },
  };
}

const QUERIES: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CallStmt",
]);

const TRANSACTION_WORDS: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: "BEGIN",
  TRANS_STMT_START: "START TRANSACTION",
  TRANS_STMT_COMMIT: "COMMIT",
  TRANS_STMT_ROLLBACK: "ROLLBACK",
  TRANS_STMT_SAVEPOINT: "SAVEPOINT",
  TRANS_STMT_RELEASE: "RELEASE",
  TRANS_STMT_ROLLBACK_TO: "ROLLBACK TO SAVEPOINT",
  TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
};

/** What is no query is looked at when the function is called. */
function refuseUtility(node: ParseNode): never {
  const tag = tagOf(node);
  const fields = node[tag] as Readonly<Record<string, unknown>>;
  if (tag === "TransactionStmt") {
    const word = TRANSACTION_WORDS[String(fields["kind"])] ?? "COMMIT";
    throw new SqlError("0A000", `${word} is not allowed in an SQL function`);
  }
  const words = tag
    .replace(/Stmt$/u, "")
    .replace(/([a-z])([A-Z])/gu, "$1 $2")
    .toUpperCase();
  throw new SqlError("0A000", `${words} in an SQL function is not supported`);
}

const COMMANDS: Readonly<Record<BoundQuery["kind"], string>> = {
  select: "SELECT",
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
  merge: "MERGE",
};

function refuseWrites(routine: CalledRoutine, statements: readonly BoundQuery[]): void {
  if (routine.volatility === "volatile") return;
  const writing = statements.find(({ kind }) => kind !== "select");
  if (writing === undefined) return;
  const command = COMMANDS[writing.kind];
  throw new SqlError("0A000", `${command} is not allowed in a non-volatile function`);
}

/** In the place of a statement without rows. */
const NOTHING: BoundQuery = {
  ...BARE_QUERY,
  rangeTable: [],
  from: [],
  targets: [
    {
      expr: { kind: "const", type: oids.INT4, typmod: -1, position: -1, value: null },
      name: "",
      junk: true,
    },
  ],
};

/** The row of a CALL is none of the function's. */
function silent(scope: Scope, call: ParseNode): BoundQuery {
  const { query } = bindCall(scope, call);
  return { ...query, targets: query.targets.map((target) => ({ ...target, junk: true })) };
}

/** A body that will be stored: its statements, and what their names mean. */
export interface BodyToStore {
  readonly nodes: readonly ParseNode[];
  readonly pins: Pins;
}

/** Binds the statements in `outer`'s context; errors carry byte offsets into the body's text. */
export function bindStatements(
  routine: CalledRoutine,
  outer: Scope,
  utility: (node: ParseNode) => BoundQuery,
  written?: BodyToStore,
): readonly BoundQuery[] {
  const { descriptor, site } = routine;
  const params = new RoutineParameters({
    name: descriptor.name,
    names: descriptor.parameters.filter(isInput).map(({ name }) => name),
    types: site.argTypes,
    collation: site.collation,
  });
  const own = descriptor.body === undefined ? undefined : descriptor.searchPath;
  const searchPath = own ?? configuredPath(descriptor, outer.context) ?? outer.context.searchPath;
  // What is written now is read as its session reads it.
  const evaluation =
    own === undefined || written !== undefined
      ? outer.context.evaluation
      : schemaEvaluation(outer.context.catalog, own);
  const stored = written === undefined ? {} : { pins: written.pins };
  const context = outer.context.derive({ searchPath, params, evaluation, ...stored });
  return (written?.nodes ?? bodyNodes(routine)).map(asQuery).map((node) => {
    if (!QUERIES.has(tagOf(node))) return utility(node);
    const scope = new Scope(context, undefined);
    const call = asTag(node, "CallStmt");
    return call === undefined ? context.binders.statement(scope, node) : silent(scope, call);
  });
}

/** For its text, which it has even while its result no longer fits. */
export function bodyStatements(routine: CalledRoutine, outer: Scope): readonly BoundQuery[] {
  return withoutPositions(() => bindStatements(routine, outer, () => NOTHING));
}

/** For the definition: errors are placed in the body's text. */
export function checkRoutineBody(
  routine: CalledRoutine,
  outer: Scope,
  written?: BodyToStore,
): readonly BoundQuery[] {
  const statements = bindStatements(routine, outer, () => NOTHING, written);
  routineResult(routine, statements, outer.context);
  return statements;
}

/** For a call: what is wrong is told without a place in the caller's text. */
export function bindRoutineBody(routine: CalledRoutine, outer: Scope): RoutineBody {
  const inside = `SQL function "${routine.name}" during startup`;
  try {
    return withoutPositions(() => {
      const statements = bindStatements(routine, outer, refuseUtility);
      refuseWrites(routine, statements);
      const result = routineResult(routine, statements, outer.context);
      return { statements, result };
    });
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.where !== undefined) throw error;
    throw new SqlError(error.sqlstate, error.message, { ...error.fields, where: inside });
  }
}
