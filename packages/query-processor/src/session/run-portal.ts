/** Runs a portal: opens its execution, streams rows into the output, and tells how it ended. */
import { SqlError, isPromise } from "@firstlight/common";
import type { FormatSettings, Row } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import type { Execution } from "../execute/executable.ts";
import { commandComplete } from "../wire/messages.ts";
import { RowEncoder } from "../wire/row-encoder.ts";
import { commandTag } from "./command-tag.ts";
import type { Portal } from "./portal.ts";
import type { StatementBody } from "./prepared-statement.ts";
import { RowsExecution } from "./rows-execution.ts";
import { sendLong } from "./send-long.ts";
import type { Session } from "./session.ts";
import { limitAge } from "./transaction-age.ts";
import type { Task } from "./task.ts";

/** Rows asked for at once. */
const BATCH_ROWS = 1000;

/** Rows of a batch that take more do not wait for the others. */
const WIDE_BYTES = 1 << 20;

type UtilityBody = Extract<StatementBody, { readonly kind: "utility" }>;

const NO_ROWS = new RowsExecution([]);

/**
 * Undefined when it is done at once. After it the portal has an execution, and a statement
 * without rows has done its work.
 */
export function openPortal(
  session: Session,
  portal: Portal,
  /** Whether it may stop before its last row. */
  pauses = false,
): Task<void> | undefined {
  const { body } = portal.statement;
  portal.state = "open";
  if (body.kind === "empty") return undefined;
  const { transactions } = session.engine.profile;
  if (transactions !== undefined) session.block.admit(transactions, body.statement);
  if (session.ageMicros !== Infinity) limitAge(session, body);
  if (body.kind === "utility") return openUtility(session, portal, body);
  const { query } = body;
  const isAllowed = query.readsOnly || query.refusesItself === true;
  checkAllowed(session, query.command, isAllowed, query.outsideTransactionOnly);
  portal.command = query.command;
  const execution = session.engine.execute(
    session,
    session.block.transaction,
    query,
    portal.parameters,
    portal.followsSchema ? (columns) => (portal.revisedColumns = columns) : undefined,
    pauses,
  );
  if (isPromise(execution)) return openLater(session, portal, execution);
  portal.execution = execution;
  return undefined;
}

function* openUtility(session: Session, portal: Portal, body: UtilityBody): Task<void> {
  const outcome = yield* body.utility.run(session, body.statement);
  portal.command = outcome.command;
  portal.execution = outcome.execution ?? NO_ROWS;
}

function* openLater(session: Session, portal: Portal, opening: Promise<Execution>): Task<void> {
  portal.execution = yield* session.wait(opening);
}

export function checkAllowed(
  session: Session,
  command: string,
  readsOnly: boolean,
  outsideTransactionOnly: boolean | string,
): void {
  if (!readsOnly && session.block.characteristics.readOnly) {
    throw new SqlError("25006", `cannot execute ${command} in a read-only transaction`);
  }
  if (outsideTransactionOnly === false) return;
  if (session.block.state === "block" || session.statementsInMessage > 1) {
    const what = outsideTransactionOnly === true ? command : outsideTransactionOnly;
    throw new SqlError("25001", `${what} cannot run inside a transaction block`);
  }
}

/** A cursor that outlives its transaction has no catalog left to ask. */
function formatWithNames(session: Session, portal: Portal): FormatSettings {
  const { format } = session.settings.derived;
  if (portal.isCommitted || session.engine.objectNames === undefined) return format;
  const objectName = session.engine.objectNames(session, session.block.transaction);
  return { ...format, objectName };
}

export interface StreamOptions {
  /** 0 for all. */
  readonly maxRows: number;
  /** Whether RowDescription goes before the rows, as the simple protocol has it. */
  readonly describe: boolean;
}

/** The schema may have changed since the portal was made. */
function revised(
  session: Session,
  portal: Portal,
  encoder: RowEncoder | undefined,
): RowEncoder | undefined {
  const columns = portal.revisedColumns;
  if (columns === undefined) return encoder;
  portal.revisedColumns = undefined;
  return revisedEncoder(session, portal, columns);
}

/** Streams rows into the output. True when it stopped at the limit. */
export function* streamRows(
  session: Session,
  portal: Portal,
  expectedEncoder: RowEncoder | undefined,
  { maxRows, describe }: StreamOptions,
): Task<boolean> {
  let encoder = expectedEncoder;
  const { output } = session;
  const { format: plainFormat } = session.settings.derived;
  const format = encoder?.printsNames === true ? formatWithNames(session, portal) : plainFormat;
  const { body } = portal.statement;
  let remaining = maxRows === 0 ? Infinity : maxRows;
  let describeDue = describe && encoder !== undefined;
  // A statement that writes does its work before its first row: if it fails, no row was announced.
  const describeFirst = body.kind === "query" && body.query.readsOnly;
  if (describeDue && describeFirst && !portal.followsSchema) {
    encoder?.describe(output);
    describeDue = false;
  }
  for (;;) {
    const { execution } = portal;
    if (execution === undefined) return false;
    const wanted = remaining < BATCH_ROWS ? remaining : BATCH_ROWS;
    let rows: readonly Row[] | undefined;
    if (describeDue && describeFirst) {
      session.describeFirst = () => {
        encoder = revised(session, portal, encoder);
        encoder?.describe(output);
        describeDue = false;
        session.describeFirst = undefined;
      };
    }
    try {
      const pulled = execution.next(wanted);
      rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
    } catch (error) {
      if (describeDue && describeFirst) encoder?.describe(output);
      throw error;
    } finally {
      session.describeFirst = undefined;
    }
    encoder = revised(session, portal, encoder);
    if (describeDue) {
      encoder?.describe(output);
      describeDue = false;
    }
    if (rows === undefined) return false;
    if (encoder !== undefined) {
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at] ?? [];
        if (!encoder.writeRow(output, row, format)) {
          yield* sendLong(session, encoder.longRow(row, format, output.characters));
        }
        if (output.size >= WIDE_BYTES && at + 1 < rows.length) yield* partSent(session);
      }
    }
    portal.position += rows.length;
    remaining -= rows.length;
    if (session.hasMuchOutput) yield* session.relieve();
    if (remaining <= 0) return true;
    if (rows.length === 0) continue;
    session.interrupts.check();
    // A client that reads as fast as rows come must not keep the others waiting.
    if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
  }
}

/** Wide rows leave, and are left, within their batch. */
function* partSent(session: Session): Task<void> {
  yield* session.relieve();
  session.interrupts.check();
  if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
}

function revisedEncoder(
  session: Session,
  portal: Portal,
  columns: readonly ResultColumn[],
): RowEncoder {
  const { formats } = portal;
  const [first] = formats;
  const each = first === undefined ? formats : columns.map((_column, at) => formats[at] ?? first);
  return new RowEncoder(columns, each, session.codecs);
}

/** CommandComplete for a portal that ended; where there are rows, its tag counts those of this run. */
export function completePortal(session: Session, portal: Portal, rowsBefore: number): void {
  const { execution } = portal;
  const rowCount =
    portal.columns === undefined ? (execution?.rowCount ?? 0) : portal.position - rowsBefore;
  session.units.noteTag();
  commandComplete(session.output, commandTag(execution?.command ?? portal.command, rowCount));
  portal.state = "done";
}
