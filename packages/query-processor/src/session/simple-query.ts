/**
 * The Query message: one or several statements. Outside BEGIN they share one implicit transaction
 * that is committed after the last one, BEFORE its CommandComplete can leave.
 */
import { isPromise } from "@firstlight/common";
import type { Repeatability } from "./autocommit-units.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { emptyQueryResponse } from "../wire/messages.ts";
import type { FormatCode } from "../wire/row-encoder.ts";
import { isRepeatableChange } from "../ddl/dispatch.ts";
import { RowEncoder } from "../wire/row-encoder.ts";
import { analyse } from "./analyse.ts";
import { noParameter, typesOfNoParameters } from "./missing-parameter.ts";
import { parseStatements } from "./parse-statements.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { completePortal, openPortal, streamRows } from "./run-portal.ts";
import type { Session } from "./session.ts";
import { beginsBlock, commitsBlock } from "./transaction-statements.ts";
import type { Task } from "./task.ts";

const TEXT: readonly FormatCode[] = [];

export function* simpleQuery(session: Session, text: string): Task<void> {
  session.statements.delete("");
  session.closePortal("");
  session.currentQuery = text;
  const parsed = parseStatements(session, text);
  const statements = isPromise(parsed) ? yield* session.wait(parsed) : parsed;
  session.statementsInMessage = statements.length;
  try {
    if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
    if (statements.length === 0) emptyQueryResponse(session.output);
    const run = (): Task<void> => runAll(session, statements);
    const isWhole = session.block.state === "idle" && isWholeTransaction(statements);
    if (isWhole) yield* session.units.runWhole(run, statements.some(isRepeatableChange));
    else yield* run();
  } finally {
    session.statementsInMessage = 1;
  }
  const committing = session.units.commit();
  if (committing !== undefined) yield* committing;
  if (session.block.state === "idle") session.keepHeldPortals();
}

function* runAll(session: Session, statements: readonly ParsedStatement[]): Task<void> {
  for (const statement of statements) {
    yield* simpleStatement(session, statement);
    if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
  }
}

const QUERIES = new Set(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);

/** BEGIN, queries, schema changes and COMMIT: the client has seen nothing before the last one was answered. */
function isWholeTransaction(statements: readonly ParsedStatement[]): boolean {
  const [first, ...rest] = statements;
  const last = rest.pop();
  return (
    first !== undefined &&
    last !== undefined &&
    beginsBlock(first) &&
    commitsBlock(last) &&
    rest.every((each) => QUERIES.has(each.tag) || isRepeatableChange(each))
  );
}

function* simpleStatement(session: Session, statement: ParsedStatement): Task<void> {
  const { block, units } = session;
  session.limitTime();
  session.interrupts.check();
  const prepared = yield* analyse(session, "", statement, typesOfNoParameters(statement));
  if (prepared.paramTypes.length > 0) throw noParameter(statement);
  if (block.state === "block" || block.state === "failed") {
    yield* runStatement(session, prepared);
    return;
  }
  block.enterImplicit();
  yield* units.run(() => runStatement(session, prepared), repeatability(prepared));
}

export function repeatability(prepared: PreparedStatement): Repeatability {
  if (prepared.body.kind !== "query") return "once";
  if (prepared.body.query.changesSchema === true) return "changesSchema";
  return prepared.body.query.readsOnly ? "reads" : "writes";
}

/** Analysed, run and answered in text format. */
export function* runStatement(session: Session, prepared: PreparedStatement): Task<void> {
  const { body } = prepared;
  const columns =
    body.kind === "utility" ? body.utility.columns(session, body.statement) : prepared.columns;
  const portal = session.newPortal({
    name: "",
    statement: prepared,
    parameters: [],
    formats: TEXT,
    columns,
    followsSchema: true,
  });
  const encoder = columns === undefined ? undefined : new RowEncoder(columns, TEXT, session.codecs);
  try {
    const opening = openPortal(session, portal);
    if (opening !== undefined) yield* opening;
    yield* streamRows(session, portal, encoder, { maxRows: 0, describe: true });
    completePortal(session, portal, 0);
  } finally {
    portal.close();
  }
}
