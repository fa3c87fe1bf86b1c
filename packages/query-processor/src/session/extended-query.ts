/**
 * Parse, Bind, Describe, Execute and Close. What runs between two Syncs outside BEGIN is one
 * implicit transaction; Sync commits it.
 */
import { SqlError, isPromise } from "@firstlight/common";
import {
  bindComplete,
  closeComplete,
  emptyQueryResponse,
  noData,
  parameterDescription,
  parseComplete,
  portalSuspended,
} from "../wire/messages.ts";
import { protocolViolation } from "../wire/protocol-violation.ts";
import type { FormatCode } from "../wire/row-encoder.ts";
import { analyse, emptyStatement, isFresh, refreshed } from "./analyse.ts";
import { readFormats, readLong, readParameters } from "./bind-parameters.ts";
import type { Portal } from "./portal.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { StreamOptions } from "./run-portal.ts";
import { completePortal, openPortal, streamRows } from "./run-portal.ts";
import { parseStatements } from "./parse-statements.ts";
import type { Session } from "./session.ts";
import { missingStatement } from "./execute-arguments.ts";
import { repeatability } from "./simple-query.ts";
import type { Task } from "./task.ts";
import { inFailedTransaction } from "./transaction-block.ts";

const STATEMENT = 0x53;
const PORTAL = 0x50;

export function* parseMessage(session: Session): Task<void> {
  const { reader } = session;
  const name = reader.cstring();
  const text = reader.cstring();
  const types: number[] = [];
  for (let left = reader.count(); left > 0; left--) types.push(reader.uint32());
  reader.finish();
  if (name === "") session.statements.delete("");
  else if (session.statements.has(name)) {
    throw new SqlError("42P05", `prepared statement "${name}" already exists`);
  }
  const parsing = parseStatements(session, text);
  const parsed = isPromise(parsing) ? yield* session.wait(parsing) : parsing;
  if (parsed.length > 1) {
    throw new SqlError("42601", "cannot insert multiple commands into a prepared statement");
  }
  session.block.enterImplicit();
  const [statement] = parsed;
  const prepared =
    statement === undefined
      ? emptyStatement(name)
      : yield* analyse(session, name, statement, types);
  session.addStatement(prepared);
  parseComplete(session.output);
}

export function statementNamed(session: Session, name: string): PreparedStatement {
  const statement = session.statements.get(name);
  if (statement !== undefined) return statement;
  if (name !== "") throw missingStatement(name);
  throw new SqlError("26000", "unnamed prepared statement does not exist");
}

function portalNamed(session: Session, name: string): Portal {
  const portal = session.portals.get(name);
  if (portal !== undefined) return portal;
  throw new SqlError("34000", `portal "${name}" does not exist`);
}

function checkNotFailed(session: Session, statement: PreparedStatement): void {
  if (session.block.state !== "failed") return;
  const { body } = statement;
  if (body.kind === "empty") return;
  if (body.kind === "utility" && body.utility.endsFailedBlock(body.statement)) return;
  throw inFailedTransaction();
}

export function* bindMessage(session: Session): Task<void> {
  const { reader } = session;
  const portalName = reader.cstring();
  const named = statementNamed(session, reader.cstring());
  const parameterFormats = readFormats(reader);
  checkNotFailed(session, named);
  session.block.enterImplicit();
  const parameters = readParameters(session, named, parameterFormats, portalName);
  while (parameters.more()) {
    session.interrupts.check();
    if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
  }
  const requested = readFormats(reader);
  reader.finish();
  if (parameters.long.length > 0) yield* readLong(session, parameters);
  const statement = isFresh(session, named) ? named : yield* refreshed(session, named);
  if (portalName !== "" && session.portals.has(portalName)) {
    throw new SqlError("42P03", `cursor "${portalName}" already exists`);
  }
  const columns = columnsOf(session, statement);
  const portal = session.newPortal({
    name: portalName,
    statement,
    parameters: parameters.values,
    formats: expandFormats(requested, columns?.length ?? 0),
    columns,
  });
  session.addPortal(portal);
  bindComplete(session.output);
}

function columnsOf(session: Session, statement: PreparedStatement): Portal["columns"] {
  const { body } = statement;
  return body.kind === "utility"
    ? body.utility.columns(session, body.statement)
    : statement.columns;
}

const TEXT_FORMATS: readonly FormatCode[] = [];

/** One format is for all columns; otherwise there must be one each. */
function expandFormats(formats: readonly FormatCode[], columns: number): readonly FormatCode[] {
  if (formats.length === 0 || columns === 0) return TEXT_FORMATS;
  if (formats.length === 1) {
    return formats[0] === 0 ? TEXT_FORMATS : Array.from({ length: columns }, () => 1 as const);
  }
  if (formats.length === columns) return formats;
  throw protocolViolation(
    `bind message has ${String(formats.length)} result formats but query has ${String(columns)} columns`,
  );
}

export function* describeMessage(session: Session): Task<void> {
  const { reader, output } = session;
  const kind = reader.byte();
  const name = reader.cstring();
  reader.finish();
  if (kind === PORTAL) {
    const portal = portalNamed(session, name);
    checkNotFailed(session, portal.statement);
    session.describing = portal;
    const { statement } = portal;
    // A named statement's columns were promised before; the others' are certain when they run.
    const isUnpromised = statement.name === "" && statement.body.kind === "query";
    portal.followsSchema = isUnpromised && portal.state === "ready";
    if (!portal.followsSchema) describePortal(session);
    return;
  }
  if (kind !== STATEMENT)
    throw protocolViolation(`invalid DESCRIBE message subtype ${String(kind)}`);
  const named = statementNamed(session, name);
  checkNotFailed(session, named);
  session.block.enterImplicit();
  const statement = isFresh(session, named) ? named : yield* refreshed(session, named);
  parameterDescription(output, statement.paramTypes);
  describeColumns(session, statement, columnsOf(session, statement), TEXT_FORMATS);
}

/** Answers a Describe of a portal that is not run at once. */
export function describePortal(session: Session): void {
  const portal = session.describing;
  session.describing = undefined;
  if (portal === undefined) return;
  portal.followsSchema = false;
  describeColumns(session, portal.statement, portal.columns, portal.formats);
}

function describeColumns(
  session: Session,
  statement: PreparedStatement,
  columns: Portal["columns"],
  formats: readonly FormatCode[],
): void {
  if (columns === undefined) noData(session.output);
  else statement.encoder(columns, formats, session.codecs).describe(session.output);
}

export function* executeMessage(session: Session): Task<void> {
  const { reader, units, block } = session;
  const name = reader.cstring();
  const limit = reader.int32();
  reader.finish();
  const portal = portalNamed(session, name);
  const { statement } = portal;
  session.currentQuery = statement.text;
  if (session.describing !== undefined && session.describing !== portal) describePortal(session);
  const describe = session.describing === portal;
  // A portal without rows says so before it runs.
  if (describe && portal.columns === undefined) describePortal(session);
  session.describing = undefined;
  checkNotFailed(session, statement);
  if (statement.body.kind === "empty") {
    emptyQueryResponse(session.output);
    return;
  }
  const maxRows = limit > 0 ? limit : 0;
  if (block.state === "block" || block.state === "failed") {
    if (repeatability(statement) === "changesSchema") session.blockTurn.noteChange();
    yield* executePortal(session, portal, { maxRows, describe });
    return;
  }
  block.enterImplicit();
  const fresh = portal.state === "ready";
  const again = (): Task<void> => {
    portal.rewind();
    return executePortal(session, portal, { maxRows, describe });
  };
  const first = (): Task<void> => executePortal(session, portal, { maxRows, describe });
  yield* units.run(fresh ? again : first, fresh ? repeatability(statement) : "once");
}

function* executePortal(session: Session, portal: Portal, options: StreamOptions): Task<void> {
  const { statement, columns } = portal;
  if (portal.state === "done" && columns === undefined) {
    throw new SqlError("55000", `portal "${portal.name}" cannot be run`);
  }
  if (portal.state === "ready") {
    const opening = openPortal(session, portal, options.maxRows > 0);
    if (opening !== undefined) yield* opening;
  }
  const encoder =
    columns === undefined ? undefined : statement.encoder(columns, portal.formats, session.codecs);
  const before = portal.position;
  if (yield* streamRows(session, portal, encoder, options)) {
    portalSuspended(session.output);
    return;
  }
  completePortal(session, portal, before);
}

export function closeMessage(session: Session): void {
  const { reader } = session;
  const kind = reader.byte();
  const name = reader.cstring();
  reader.finish();
  if (kind === STATEMENT) session.statements.delete(name);
  else if (kind === PORTAL) session.closePortal(name);
  else throw protocolViolation(`invalid CLOSE message subtype ${String(kind)}`);
  closeComplete(session.output);
}

/** Ends the implicit transaction. */
export function* syncMessage(session: Session): Task<void> {
  session.reader.finish();
  const committing = session.units.commit();
  if (committing !== undefined) yield* committing;
  if (session.block.state === "idle") session.keepHeldPortals();
}
