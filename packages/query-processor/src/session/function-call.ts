/**
 * FunctionCall: one function by its OID, without a statement (fastpath.c). libpq's large objects are
 * calls of this kind. It runs as a SELECT of the function would.
 */
import { SqlError, featureNotSupported, isPromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { CallableRoutine } from "../engine/callable-routine.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { protocolViolation } from "../wire/protocol-violation.ts";
import type { FormatCode } from "../wire/row-encoder.ts";
import { analyse } from "./analyse.ts";
import { readFormat, readFormats, readValue } from "./bind-parameters.ts";
import type { Portal } from "./portal.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { openPortal } from "./run-portal.ts";
import { sendLong } from "./send-long.ts";
import type { Session } from "./session.ts";
import { repeatability } from "./simple-query.ts";
import type { Task } from "./task.ts";
import { inFailedTransaction } from "./transaction-block.ts";

/** Values belong to the message: they are read BEFORE anything is waited for. */
export function* functionCallMessage(session: Session): Task<void> {
  const { reader, block, units, engine } = session;
  if (engine.profile.isDsql) throw featureNotSupported("a function call message");
  if (block.state === "failed") throw inFailedTransaction();
  session.limitTime();
  block.enterImplicit();
  const routine = routineOf(session, reader.uint32());
  const args = readArguments(session, routine);
  const format = readFormat(reader);
  reader.finish();
  const statement = callOf(routine);
  session.currentQuery = statement.text;
  const prepared = yield* analyse(session, "", statement, routine.argTypes);
  const call = (): Task<void> => answer(session, prepared, args, format);
  if (block.state === "block") {
    yield* call();
    return;
  }
  yield* units.run(call, repeatability(prepared));
  const committing = units.commit();
  if (committing !== undefined) yield* committing;
  session.keepHeldPortals();
}

function routineOf(session: Session, oid: number): CallableRoutine {
  const found = session.engine.routineByOid?.(session.block.transaction, oid);
  if (found === undefined) {
    throw new SqlError("42883", `function with OID ${oid} does not exist`);
  }
  if (found.kind === "f" && !found.returnsSet) return found;
  const text = `cannot call function "${found.name}" via fastpath interface`;
  throw new SqlError("0A000", text);
}

function readArguments(session: Session, { argTypes }: CallableRoutine): readonly Datum[] {
  const { reader } = session;
  const formats = readFormats(reader);
  const count = reader.count();
  if (count !== argTypes.length) {
    throw protocolViolation(
      `function call message contains ${count} arguments but function requires ${argTypes.length}`,
    );
  }
  if (formats.length > 1 && formats.length !== count) {
    throw protocolViolation(
      `function call message contains ${formats.length} argument formats but ${count} arguments`,
    );
  }
  return argTypes.map((type, at) => {
    const length = reader.int32();
    if (length === -1) return null;
    if (length < -1) {
      throw protocolViolation(`invalid argument size ${length} in function call message`);
    }
    const format = (formats.length > 1 ? formats[at] : formats[0]) ?? 0;
    return readValue(session, { type, format, length }, `function argument ${at + 1}`);
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function callOf({ schema, name, argTypes }: CallableRoutine): ParsedStatement {
  const parameters = argTypes.map((_, at) => `$${at + 1}`).join(", ");
  const text = `SELECT ${quoted(schema)}.${quoted(name)}(${parameters})`;
  const call = {
    funcname: [schema, name].map((sval) => ({ String: { sval } })),
    args: argTypes.map((_, at) => ({ ParamRef: { number: at + 1, location: -1 } })),
    funcformat: "COERCE_EXPLICIT_CALL",
    location: -1,
  };
  const node = {
    targetList: [{ ResTarget: { val: { FuncCall: call }, location: -1 } }],
    limitOption: "LIMIT_OPTION_DEFAULT",
    op: "SETOP_NONE",
  };
  return { tag: "SelectStmt", node, source: text, text };
}

function* answer(
  session: Session,
  prepared: PreparedStatement,
  parameters: readonly Datum[],
  format: FormatCode,
): Task<void> {
  const { columns = [] } = prepared;
  const formats = [format];
  const portal = session.newPortal({
    name: "",
    statement: prepared,
    parameters,
    formats,
    columns,
  });
  try {
    const opening = openPortal(session, portal);
    if (opening !== undefined) yield* opening;
    const value = yield* onlyValue(session, portal);
    const encoder = prepared.encoder(columns, formats, session.codecs);
    const { format, characters } = session.settings.derived;
    yield* sendLong(session, encoder.functionResult(value, format, characters));
  } finally {
    portal.close();
  }
}

/** Run to its end: what a call does is done then. */
function* onlyValue(session: Session, { execution }: Portal): Task<Datum> {
  let value: Datum = null;
  for (;;) {
    const pulled = execution?.next(1);
    const rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
    if (rows === undefined) return value;
    value = rows[0]?.[0] ?? null;
  }
}
