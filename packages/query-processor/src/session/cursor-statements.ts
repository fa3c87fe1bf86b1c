/**
 * DECLARE, FETCH, MOVE and CLOSE. A cursor reads on within its transaction, row by row, and keeps
 * some rows to go back to; one with SCROLL or WITH HOLD keeps all.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { withSource } from "../bind/errors.ts";
import { refuseInto } from "../bind/select-into.ts";
import { typesOfNoParameters } from "./missing-parameter.ts";
import { analyse } from "./analyse.ts";
import { CursorRows, allRows } from "./cursor-rows.ts";
import type { CursorMove } from "./cursor-rows.ts";
import { flagField, numberField, textField } from "./parse-fields.ts";
import type { Portal } from "./portal.ts";
import { innerStatement } from "./inner-statement.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import { RewindableCursor, forwardOnly } from "./rewindable-cursor.ts";
import { RowsExecution } from "./rows-execution.ts";
import { openPortal } from "./run-portal.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { Utility } from "./utility.ts";

const BINARY = 1;
const SCROLL = 2;
const NO_SCROLL = 4;
const HOLD = 0x20;
/** FETCH ALL: PostgreSQL's LONG_MAX, which JSON rounds. */
const ALL = 2 ** 62;
const BATCH_ROWS = 1000;

export const declareCursor: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  *run(session, statement) {
    const { node } = statement;
    const cursorOptions = numberField(node, "options") ?? 0;
    const query = { ...innerStatement(statement, "query"), keepsRowKeys: true };
    withSource(query.source, () => refuseInto(query.node));
    const prepared = yield* analyse(session, "", query, typesOfNoParameters(query));
    const isHeld = (cursorOptions & HOLD) !== 0;
    if (!isHeld && session.block.state !== "block") {
      throw new SqlError("25P01", "DECLARE CURSOR can only be used in transaction blocks");
    }
    const name = textField(node, "portalname") ?? "";
    if (session.portals.has(name)) {
      throw new SqlError("42P03", `cursor "${name}" already exists`);
    }
    const { columns } = prepared;
    const portal = session.newPortal({
      name,
      statement: prepared,
      parameters: [],
      formats: (cursorOptions & BINARY) === 0 ? [] : (columns ?? []).map(() => 1 as const),
      columns,
      declared: {
        text: statement.source,
        isBinary: (cursorOptions & BINARY) !== 0,
        isScrollable: scrolls(cursorOptions, prepared),
        isForwardOnly: (cursorOptions & NO_SCROLL) !== 0,
        at: session.statementTime,
      },
    });
    const opening = openPortal(session, portal, true);
    if (opening !== undefined) yield* opening;
    if (isHeld || (cursorOptions & SCROLL) !== 0) yield* keepRows(session, portal);
    else if (mayGoBack(cursorOptions, prepared)) makeRewindable(portal);
    portal.isHeld = isHeld;
    session.addPortal(portal);
    return { command: "DECLARE CURSOR" };
  },
};

/** PostgreSQL's choice where neither SCROLL nor NO SCROLL is said: all but what locks rows. */
function mayGoBack(options: number, { body }: PreparedStatement): boolean {
  if ((options & NO_SCROLL) !== 0 || body.kind !== "query") return false;
  return body.query.rowKeys?.some((key) => key.locked) !== true;
}

function scrolls(options: number, prepared: PreparedStatement): boolean {
  if ((options & SCROLL) !== 0) return true;
  const { body } = prepared;
  return mayGoBack(options, prepared) && body.kind === "query" && body.query.goesBack === true;
}

function makeRewindable(portal: Portal): void {
  if (portal.execution !== undefined) portal.execution = new RewindableCursor(portal.execution);
}

function* keepRows(session: Session, portal: Portal): Task<void> {
  const { execution } = portal;
  if (execution === undefined) return;
  try {
    portal.execution = yield* allRows(session, execution);
  } finally {
    execution.close();
  }
}

function cursorNamed(session: Session, { node }: ParsedStatement): Portal {
  const name = textField(node, "portalname") ?? "";
  const portal = session.portals.get(name);
  if (portal !== undefined) return portal;
  throw new SqlError("34000", `cursor "${name}" does not exist`);
}

const MOVES: Readonly<Record<string, CursorMove["kind"]>> = {
  FETCH_FORWARD: "forward",
  FETCH_BACKWARD: "backward",
  FETCH_ABSOLUTE: "absolute",
  FETCH_RELATIVE: "relative",
};

function moveOf({ node }: ParsedStatement): CursorMove {
  const kind = MOVES[textField(node, "direction") ?? "FETCH_FORWARD"] ?? "forward";
  const count = numberField(node, "howMany") ?? 0;
  if (Math.abs(count) < ALL) return { kind, count };
  return { kind, count: count > 0 ? Infinity : -Infinity };
}

/** Rows to skip and then to give; undefined if the move goes back or stays. */
interface ForwardMove {
  readonly skipped: number;
  readonly given: number;
}

/** `position` is of a cursor that only goes forward. */
function forwardMove(
  { kind, count }: CursorMove,
  position: number | undefined,
): ForwardMove | undefined {
  if (kind === "forward" && count > 0) return { skipped: 0, given: count };
  if (kind === "backward" && count < 0) return { skipped: 0, given: -count };
  if (kind === "relative" && count === 1) return { skipped: 0, given: 1 };
  if (position === undefined) return undefined;
  if (kind === "relative" && count > 0) return { skipped: count - 1, given: 1 };
  if (kind !== "absolute" || count <= position) return undefined;
  return { skipped: count - position - 1, given: 1 };
}

/** Moves that a cursor has to go back for, or to skip rows. */
function* moveWithin(
  session: Session,
  portal: Portal,
  cursor: RewindableCursor,
  move: CursorMove,
): Task<readonly Row[]> {
  try {
    for (;;) {
      const read = cursor.readAhead(move);
      const more = isPromise(read) ? yield* session.wait(read) : read;
      if (!more) break;
      session.interrupts.check();
    }
  } catch (error) {
    portal.hasFailed = cursor.goesBack;
    throw error;
  }
  const rows = cursor.move(move);
  portal.current = cursor.current;
  return rows;
}

export const fetchCursor: Utility = {
  endsFailedBlock: () => false,
  columns: (session, statement) =>
    flagField(statement.node, "ismove") ? undefined : cursorNamed(session, statement).columns,
  *run(session, statement) {
    const portal = cursorNamed(session, statement);
    const move = moveOf(statement);
    const isMove = flagField(statement.node, "ismove");
    const opening = portal.state === "ready" ? openPortal(session, portal, true) : undefined;
    if (opening !== undefined) yield* opening;
    if (portal.hasFailed) throw new SqlError("55000", `portal "${portal.name}" cannot be run`);
    if (portal.execution instanceof CursorRows && portal.declared?.isForwardOnly !== true) {
      const rows = portal.execution.move(move);
      const current = portal.execution.current();
      portal.current = isPromise(current) ? yield* session.wait(current) : current;
      return isMove
        ? { command: "MOVE", execution: countOnly(rows.rowCount) }
        : { command: "FETCH", execution: rows };
    }
    const cursor = portal.execution instanceof RewindableCursor ? portal.execution : undefined;
    const forward = forwardMove(move, cursor === undefined ? portal.position : undefined);
    if (forward === undefined) {
      if (cursor === undefined) {
        portal.hasFailed = true;
        throw forwardOnly();
      }
      const rows = yield* moveWithin(session, portal, cursor, move);
      return isMove
        ? { command: "MOVE", execution: countOnly(rows.length) }
        : { command: "FETCH", execution: new RowsExecution(rows) };
    }
    if (forward.skipped > 0) yield* skip(session, new CursorExecution(portal, forward.skipped));
    const source = new CursorExecution(portal, forward.given);
    if (!isMove) return { command: "FETCH", execution: source };
    return { command: "MOVE", execution: yield* skip(session, source) };
  },
};

/** Reads the rows of a MOVE without keeping them: what is left is their number. */
function* skip(session: Session, source: CursorExecution): Task<Execution> {
  for (;;) {
    const pulled = source.next(BATCH_ROWS);
    const rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
    if (rows === undefined) break;
    session.interrupts.check();
  }
  return countOnly(source.rowCount);
}

function countOnly(rowCount: number): Execution {
  return { next: () => undefined, close: () => {}, rowCount };
}

/** The next rows of a cursor, which stays open when this is closed. */
class CursorExecution implements Execution {
  readonly #portal: Portal;
  #left: number;
  #count = 0;

  constructor(portal: Portal, count: number) {
    this.#portal = portal;
    this.#left = count;
  }

  next(maxRows: number): ReturnType<Execution["next"]> {
    const { execution } = this.#portal;
    if (execution === undefined || this.#left <= 0) return undefined;
    try {
      const rows = execution.next(Math.min(maxRows, this.#left));
      if (!isPromise(rows)) return this.#took(rows);
      return rows.then(
        (late) => this.#took(late),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): never {
    this.#portal.hasFailed = true;
    throw error;
  }

  #took(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    if (rows === undefined) {
      this.#left = 0;
      this.#portal.current = undefined;
      return undefined;
    }
    this.#portal.current = rows.at(-1);
    this.#left -= rows.length;
    this.#count += rows.length;
    this.#portal.position += rows.length;
    return rows;
  }

  close(): void {}

  get rowCount(): number {
    return this.#count;
  }
}

export const closeCursor: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  // oxlint-disable-next-line require-yield -- a task that never waits
  *run(session, statement) {
    if (statement.node["portalname"] === undefined) {
      for (const portal of session.portals.all()) {
        if (portal.isCursor) session.closePortal(portal.name);
      }
      return { command: "CLOSE CURSOR ALL" };
    }
    session.closePortal(cursorNamed(session, statement).name);
    return { command: "CLOSE CURSOR" };
  },
};
