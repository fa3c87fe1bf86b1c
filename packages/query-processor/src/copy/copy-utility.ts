/** COPY as a statement of the session: from and to the client or a file of the server. */
import type { FormatSettings } from "@firstlight/sql";
import { SqlError, featureNotSupported, isPromise } from "@firstlight/common";
import type { FreezeRequest, PreparedQuery } from "../engine/engine.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import {
  constantText,
  flagField,
  listField,
  nodeField,
  textField,
} from "../session/parse-fields.ts";
import { innerStatement } from "../session/inner-statement.ts";
import type { Portal } from "../session/portal.ts";
import { checkAllowed } from "../session/run-portal.ts";
import { sendLong } from "../session/send-long.ts";
import type { Session } from "../session/session.ts";
import type { Task } from "../session/task.ts";
import type { Utility } from "../session/utility.ts";
import { copyFromClient, copyFromFile } from "./copy-in.ts";
import { copyParts } from "./copy-parts.ts";
import { copyOptions } from "./copy-options.ts";
import type { CopyOptions } from "./copy-options.ts";
import type { CopySink } from "./copy-sink.ts";
import { clientSink, fileSink } from "./copy-sink.ts";
import type { RowWriter } from "./row-writer.ts";
import { rowWriter } from "./row-writer.ts";
import { openToRead, openToWrite } from "./server-file.ts";

const BATCH_ROWS = 1000;
/** Rows of a batch that take more do not wait for the others. */
const PART_BYTES = 64 * 1024;

export const copyUtility: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  *run(session, statement) {
    const { node } = statement;
    if (flagField(node, "is_program")) throw featureNotSupported("COPY with a program");
    const from = flagField(node, "is_from");
    const options = copyOptions(listField(node, "options"), from ? "from" : "to");
    const rowCount = from
      ? yield* copyFrom(session, statement, options)
      : yield* copyTo(session, statement, options);
    return { command: "COPY", execution: { next: () => undefined, close: () => {}, rowCount } };
  },
};

function relationParts(relation: ParseNode): readonly string[] {
  return ["catalogname", "schemaname", "relname"]
    .map((field) => textField(relation, field))
    .filter((part) => part !== undefined);
}

function columnNames(node: ParseNode): readonly string[] | undefined {
  const names = listField(node, "attlist").map((name) => constantText(name) ?? "");
  if (names.length === 0) return undefined;
  for (const [at, name] of names.entries()) {
    if (names.indexOf(name) !== at) {
      throw new SqlError("42701", `column "${name}" specified more than once`);
    }
  }
  return names;
}

function freezeRequest({ block, portals }: Session): FreezeRequest {
  const isReader = ({ isCursor, isOpen }: Portal): boolean => isCursor || isOpen;
  return { savepoint: block.savepointMark, hasReaders: portals.all().some(isReader) };
}

function* copyFrom(
  session: Session,
  { node, source }: ParsedStatement,
  options: CopyOptions,
): Task<number> {
  checkAllowed(session, "COPY FROM", false, false);
  const relation = relationParts(nodeField(node, "relation") ?? {});
  const where = node["whereClause"] as ParseNode | undefined;
  const freeze = options.freeze ? freezeRequest(session) : undefined;
  const request = { relation, columns: columnNames(node), where, source, freeze };
  const parts = yield* copyParts(session, options, request);
  const path = textField(node, "filename");
  if (path === undefined) return yield* copyFromClient(session, parts, options);
  const file = yield* openToRead(session, path);
  return yield* copyFromFile(session, parts, options, file);
}

function* copySource(session: Session, statement: ParsedStatement): Task<PreparedQuery> {
  const { node } = statement;
  const relation = nodeField(node, "relation");
  const { transaction } = session.block;
  const prepared =
    relation === undefined
      ? session.engine.prepare(session, transaction, innerStatement(statement, "query"), [])
      : session.engine.copyToQuery(
          session,
          transaction,
          relationParts(relation),
          columnNames(node),
        );
  return isPromise(prepared) ? yield* session.wait(prepared) : prepared;
}

function formatWithNames(session: Session): FormatSettings {
  const { format } = session.settings.derived;
  const objectName = session.engine.objectNames?.(session, session.block.transaction);
  return objectName === undefined ? format : { ...format, objectName };
}

function* copyTo(session: Session, statement: ParsedStatement, options: CopyOptions): Task<number> {
  const query = yield* copySource(session, statement);
  const { columns } = query;
  if (columns === undefined) {
    throw new SqlError("0A000", "COPY query must have a RETURNING clause");
  }
  const isAllowed = query.readsOnly || query.refusesItself === true;
  checkAllowed(session, query.command, isAllowed, query.outsideTransactionOnly);
  const writer = rowWriter(
    columns,
    options,
    session.codecs,
    formatWithNames(session),
    textField(nodeField(statement.node, "relation") ?? {}, "relname"),
    options.characters(session.settings.derived.characters),
  );
  const path = textField(statement.node, "filename");
  const sink =
    path === undefined
      ? clientSink(session, options, columns.length)
      : fileSink(session, yield* openToWrite(session, path));
  try {
    return yield* copyOut(session, query, writer, sink);
  } finally {
    sink.close();
  }
}

/** Wide rows leave within their batch. */
function* turn(session: Session, sink: CopySink): Task<void> {
  yield* sink.relieve();
  session.interrupts.check();
  if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
}

/** Rows of a query as lines, in batches between which the reader may catch up. */
function* copyOut(
  session: Session,
  query: PreparedQuery,
  writer: RowWriter,
  sink: CopySink,
): Task<number> {
  const { engine, block } = session;
  const { output } = sink;
  const started = engine.execute(session, block.transaction, query, []);
  const execution = isPromise(started) ? yield* session.wait(started) : started;
  let count = 0;
  try {
    sink.begin();
    writer.begin(output);
    for (;;) {
      const pulled = execution.next(BATCH_ROWS);
      const rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
      if (rows === undefined) break;
      for (const row of rows) {
        if (!writer.row(output, row)) yield* sendLong(session, writer.longRow(row), sink);
        if (output.size >= PART_BYTES) yield* turn(session, sink);
      }
      count += rows.length;
      yield* turn(session, sink);
    }
  } finally {
    execution.close();
  }
  writer.end(output);
  sink.end();
  yield* sink.flush();
  return count;
}
