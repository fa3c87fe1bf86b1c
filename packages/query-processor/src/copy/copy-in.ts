/**
 * COPY FROM: takes CopyData until CopyDone or CopyFail, or pieces of a file. At most one piece's rows
 * are in memory; while the target works nothing more is read.
 */
import type { ServerFileReader } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { Session } from "../session/session.ts";
import { INPUT } from "../session/task.ts";
import type { Task } from "../session/task.ts";
import { copyInResponse, errorResponse } from "../wire/messages.ts";
import { fatalProtocolViolation } from "../wire/protocol-violation.ts";
import { placeContext } from "./bad-copy-data.ts";
import type { CopyOptions } from "./copy-options.ts";
import type { CopyParts } from "./copy-parts.ts";
import type { DataReader } from "./data-reader.ts";
import { dataReader } from "./data-reader.ts";

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const COPY_FAIL = 0x66;
const FLUSH = 0x48;
const SYNC = 0x53;

/** Rows given to the target at once, or those of so much data. */
const BATCH_ROWS = 1000;
const BATCH_BYTES = 1 << 20;
/** Data that is read between two looks at the clock. */
const SLICE_BYTES = 16 * 1024;

/** Where the data comes from: valid until the next piece is asked for, undefined at the end. */
type NextPiece = () => Task<Buffer | undefined>;

/** Returns the number of rows stored. */
export function* copyFromClient(
  session: Session,
  parts: CopyParts,
  options: CopyOptions,
): Task<number> {
  const { target } = parts;
  const reader = dataReader(session, target, options);
  copyInResponse(session.output, options.format === "binary" ? 1 : 0, target.columns.length);
  session.output.release();
  if (target.refusal !== undefined) throw target.refusal;
  return yield* copyIn(session, parts, reader, function* () {
    if (!(yield* nextData(session, target.table, reader))) return undefined;
    const { framer } = session;
    return framer.buffer.subarray(framer.bodyStart, framer.bodyEnd);
  });
}

/** Closes the file in any case. */
export function* copyFromFile(
  session: Session,
  parts: CopyParts,
  options: CopyOptions,
  file: ServerFileReader,
): Task<number> {
  const { target } = parts;
  const reader = dataReader(session, target, options);
  try {
    if (target.refusal !== undefined) throw target.refusal;
    return yield* copyIn(session, parts, reader, () => session.wait(file.read()));
  } finally {
    file.close();
  }
}

function* copyIn(
  session: Session,
  parts: CopyParts,
  reader: DataReader,
  next: NextPiece,
): Task<number> {
  try {
    yield* readAll(session, parts, reader, next);
    return yield* parts.finish();
  } catch (error) {
    throw parts.failure(error);
  }
}

function* readAll(
  session: Session,
  parts: CopyParts,
  reader: DataReader,
  next: NextPiece,
): Task<void> {
  let bytes = 0;
  for (let piece = yield* next(); piece !== undefined; piece = yield* next()) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES) {
      const slice = piece.subarray(at, at + SLICE_BYTES);
      yield* orFailure(session, reader, () => reader.read(slice));
      bytes += slice.length;
      if (reader.waiting >= BATCH_ROWS || (reader.waiting > 0 && bytes >= BATCH_BYTES)) {
        yield* store(session, reader);
        yield* parts.stored(reader.line);
        bytes = 0;
      }
      yield* turn(session);
    }
  }
  yield* orFailure(session, reader, () => reader.finish());
  yield* store(session, reader);
}

function* orFailure(session: Session, reader: DataReader, read: () => void): Task<void> {
  try {
    read();
  } catch (error) {
    throw yield* session.wait(reader.failure(error, 0, reader.waiting));
  }
}

function* store(session: Session, reader: DataReader): Task<void> {
  const { waiting } = reader;
  for (let at = 0; at < waiting; at += BATCH_ROWS) {
    yield* turn(session);
    yield* storeBatch(session, reader, at, Math.min(at + BATCH_ROWS, waiting));
  }
  reader.clear();
}

function* storeBatch(session: Session, reader: DataReader, from: number, to: number): Task<void> {
  try {
    const stored = reader.store(from, to);
    if (isPromise(stored)) yield* session.wait(stored);
  } catch (error) {
    throw yield* session.wait(reader.failure(error, from, to));
  }
}

function* turn(session: Session): Task<void> {
  const { interrupts } = session;
  interrupts.check();
  if (interrupts.overdue()) yield* session.wait(interrupts.yield());
}

/** True for data; false at its end. Flush and Sync are ignored while copying. */
function* nextData(session: Session, table: string, data: DataReader): Task<boolean> {
  const { framer, reader } = session;
  for (;;) {
    while (!framer.next()) {
      yield INPUT;
      session.turn.begin();
    }
    switch (framer.type) {
      case COPY_DATA:
        return true;
      case COPY_DONE:
        return false;
      case COPY_FAIL:
        reader.reset(framer.buffer, framer.bodyStart, framer.bodyEnd);
        throw new SqlError("57014", `COPY from stdin failed: ${reader.cstring()}`, {
          where: whereOf(table, data),
        });
      case FLUSH:
      case SYNC:
        break;
      default:
        throw lostSynchronization(session, whereOf(table, data));
    }
  }
}

function whereOf(table: string, { line }: DataReader): string {
  return placeContext({ table, line: line + 1 });
}

/** Tells what was wrong; what is thrown then ends the connection. */
function lostSynchronization(session: Session, where: string): SqlError {
  const type = session.framer.type.toString(16).toUpperCase().padStart(2, "0");
  errorResponse(session.output, {
    severity: "ERROR",
    sqlstate: "08P01",
    message: `unexpected message type 0x${type} during COPY from stdin`,
    fields: { where },
  });
  return fatalProtocolViolation("terminating connection because protocol synchronization was lost");
}
