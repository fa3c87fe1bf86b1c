/**
 * The message loop of one session. An error in the extended protocol skips to the next Sync; an
 * error that is fatal ends the connection after it was told.
 */
import { SqlError } from "@firstlight/common";
import type { Timer } from "@firstlight/common";
import { userError } from "../engine/service-failure.ts";
import { isLongReport } from "../wire/long-report.ts";
import { errorResponse } from "../wire/messages.ts";
import {
  bindMessage,
  closeMessage,
  describeMessage,
  describePortal,
  executeMessage,
  parseMessage,
  syncMessage,
} from "./extended-query.ts";
import { functionCallMessage } from "./function-call.ts";
import { adminShutdown } from "./interrupts.ts";
import { reportLong } from "./send-long.ts";
import type { Session } from "./session.ts";
import { simpleQuery } from "./simple-query.ts";
import { INPUT, settled } from "./task.ts";
import type { Task } from "./task.ts";

const QUERY = 0x51;
const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const CLOSE = 0x43;
const FLUSH = 0x48;
const SYNC = 0x53;
const TERMINATE = 0x58;
const FUNCTION_CALL = 0x46;
const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const COPY_FAIL = 0x66;

/** Messages that one statement comes in: clients that send more at a time are watched. */
const MESSAGES_UNWATCHED = 8;
/** Bytes of a message from which on what is done with it takes its time: what follows is watched. */
const LONG_MESSAGE = 16_384;

/** Runs until the client ends the session. Fatal errors are thrown. */
export function* sessionLoop(session: Session): Task<void> {
  let skipping = false;
  let handled = 0;
  for (;;) {
    let type: number;
    if (hasMessage(session)) {
      ({ type } = session.framer);
      if (++handled > MESSAGES_UNWATCHED && session.turn.isOver()) {
        yield* settled(session.turn.next());
      }
    } else {
      handled = 0;
      type = yield* nextMessage(session, skipping);
      session.turn.begin();
    }
    if (type === TERMINATE) return;
    if (session.reader.remaining > LONG_MESSAGE) handled = MESSAGES_UNWATCHED;
    if (skipping && type !== SYNC) continue;
    skipping = false;
    try {
      const work = workOf(session, type);
      if (work !== undefined) yield* work;
      // A pipeline without Sync must not gather answers without end.
      if (session.hasMuchOutput) yield* session.relieve();
    } catch (error) {
      yield* report(session, error);
      skipping = type !== QUERY && type !== SYNC && type !== FUNCTION_CALL;
    } finally {
      if (session.active) session.endStatement();
    }
    if (type === QUERY || type === SYNC || type === FUNCTION_CALL) {
      const { listener, knownLocks } = session;
      const releasing = knownLocks?.settle();
      if (releasing !== undefined) yield* settled(releasing);
      if (listener !== undefined) yield* session.notifications.deliver(listener);
      session.ready();
    }
  }
}

/** The common case: the next message is here and nothing needs to be waited for. */
function hasMessage({ terminating, connection, framer, reader }: Session): boolean {
  if (terminating || connection.blocked || !framer.next()) return false;
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
  return true;
}

/** Waits for a message with the idle timeouts running; output is sent BEFORE any wait. */
function* nextMessage(session: Session, skipping: boolean): Task<number> {
  const { framer, connection, reader } = session;
  if (session.terminating) {
    if (!session.isExpired) throw adminShutdown();
    if (session.block.status === "I") return TERMINATE;
  }
  if (connection.blocked) {
    connection.flush();
    yield* settled(connection.drained());
  }
  if (!framer.next()) {
    session.idleSince = session.runtime.clock.now().latest;
    const timer = skipping ? undefined : idleTimer(session);
    try {
      do yield INPUT;
      while (!framer.next());
    } finally {
      timer?.cancel();
    }
  }
  reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
  return framer.type;
}

function idleTimer(session: Session): Timer | undefined {
  const { status } = session.block;
  const { idleInTransactionMicros, idleSessionMicros } = session.settings.derived;
  const micros = status === "I" ? idleSessionMicros : idleInTransactionMicros;
  if (micros === 0) return undefined;
  return session.runtime.clock.after(micros, () => {
    session.connection.interruptInput(
      status === "I"
        ? fatal("57P05", "terminating connection due to idle-session timeout")
        : fatal("25P03", "terminating connection due to idle-in-transaction timeout"),
    );
  });
}

function fatal(sqlstate: string, message: string): SqlError {
  return new SqlError(sqlstate, message, { severity: "FATAL" });
}

/** What is left to do of a message; undefined when it is done. */
function workOf(session: Session, type: number): Task<void> | undefined {
  const { reader } = session;
  if (session.describing !== undefined && type !== EXECUTE) describePortal(session);
  switch (type) {
    case CLOSE:
      closeMessage(session);
      return undefined;
    case FLUSH:
      reader.finish();
      session.output.release();
      return undefined;
    case COPY_DATA:
    case COPY_DONE:
    case COPY_FAIL:
      // A client may still be sending after its COPY failed.
      return undefined;
    default:
      return statementOf(session, type);
  }
}

/** Messages that run statements or parts of them: they can be cancelled. */
function statementOf(session: Session, type: number): Task<void> | undefined {
  session.beginStatement();
  switch (type) {
    case QUERY: {
      const text = session.reader.cstring();
      session.reader.finish();
      return simpleQuery(session, text);
    }
    case PARSE:
      return parseMessage(session);
    case BIND:
      return bindMessage(session);
    case DESCRIBE:
      return describeMessage(session);
    case EXECUTE:
      return executeMessage(session);
    case FUNCTION_CALL:
      return functionCallMessage(session);
    case SYNC:
      return syncMessage(session);
    default:
      throw fatal("08P01", `invalid frontend message type ${String(type)}`);
  }
}

/** Tells the client of an error and undoes what failed. A fatal one goes on to end the session. */
function* report(session: Session, error: unknown): Task<void> {
  session.fail();
  session.blockTurn.noteFailure(error);
  session.describing = undefined;
  const known = asSqlError(session, error);
  const severity = known.fields.severity ?? "ERROR";
  if (severity === "FATAL" || severity === "PANIC") throw known;
  const { sqlstate, message, fields } = known;
  const told = { severity, sqlstate, message, fields };
  if (isLongReport(told)) yield* reportLong(session, told);
  else errorResponse(session.output, told);
  // An error is told at once, not with the next Sync.
  session.output.release();
}

/** What V8 and Node say of strings, collections and buffers past their bounds. */
const TOO_LONG =
  /^Invalid (?:string|array|typed array) length|maximum size exceeded|^Array buffer allocation failed|^Cannot create a string longer/u;

function asSqlError(session: Session, error: unknown): SqlError {
  // A read that storage could not answer fails while rows are pulled.
  const known = userError(error);
  if (known instanceof SqlError) return known;
  // Statements may be nested as deep as they like; how deep they can be worked on is limited.
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new SqlError("54001", "stack depth limit exceeded");
  }
  if (error instanceof Error && TOO_LONG.test(error.message)) {
    return new SqlError("54000", "out of memory", {
      detail: "A single value is longer than can be held: texts end at 536,870,888 characters.",
    });
  }
  session.runtime.log.error("internal error in a session", { error });
  return new SqlError("XX000", "internal error", { cause: error });
}
