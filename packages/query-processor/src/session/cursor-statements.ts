/** DECLARE, FETCH, MOVE and CLOSE: cursors that read forward within their transaction. */
import { SqlError, featureNotSupported, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { analyse } from "./analyse.ts";
import { flagField, numberField, textField } from "./parse-fields.ts";
import type { Portal } from "./portal.ts";
import { innerStatement } from "./inner-statement.ts";
import { openPortal } from "./run-portal.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";
import type { Utility } from "./utility.ts";

const BINARY = 1;
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
    if ((cursorOptions & HOLD) !== 0) throw featureNotSupported("DECLARE CURSOR WITH HOLD");
    if (session.block.state !== "block") {
      throw new SqlError("25P01", "DECLARE CURSOR can only be used in transaction blocks");
    }
    const name = textField(node, "portalname") ?? "";
    if (session.portals.has(name)) {
      throw new SqlError("42P03", `cursor "${name}" already exists`);
    }
    const prepared = yield* analyse(session, "", innerStatement(statement, "query"), []);
    const { columns } = prepared;
    const portal = session.newPortal({
      name,
      statement: prepared,
      parameters: [],
      formats: (cursorOptions & BINARY) === 0 ? [] : (columns ?? []).map(() => 1 as const),
      columns,
      isCursor: true,
    });
    yield* openPortal(session, portal);
    session.addPortal(portal);
    return { command: "DECLARE CURSOR" };
  },
};

function cursorNamed(session: Session, { node }: ParsedStatement): Portal {
  const name = textField(node, "portalname") ?? "";
  const portal = session.portals.get(name);
  if (portal !== undefined) return portal;
  throw new SqlError("34000", `cursor "${name}" does not exist`);
}

/** How many rows forward; other directions need a cursor that can scroll. */
function forwardCount(statement: ParsedStatement): number {
  const { node } = statement;
  const direction = textField(node, "direction") ?? "FETCH_FORWARD";
  const count = numberField(node, "howMany") ?? 0;
  if (direction === "FETCH_FORWARD" && count > 0) return count;
  if (direction === "FETCH_RELATIVE" && count === 1) return 1;
  if (direction === "FETCH_BACKWARD" || count < 0) {
    throw new SqlError("55000", "cursor can only scan forward", {
      hint: "Declare it with SCROLL option to enable backward scan.",
    });
  }
  throw featureNotSupported("FETCH to a position");
}

export const fetchCursor: Utility = {
  endsFailedBlock: () => false,
  columns: (session, statement) =>
    flagField(statement.node, "ismove") ? undefined : cursorNamed(session, statement).columns,
  *run(session, statement) {
    const portal = cursorNamed(session, statement);
    const count = forwardCount(statement);
    if (portal.state === "ready") yield* openPortal(session, portal);
    const source = new CursorExecution(portal, count >= ALL ? Infinity : count);
    if (!flagField(statement.node, "ismove")) return { command: "FETCH", execution: source };
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
    const rows = execution.next(Math.min(maxRows, this.#left));
    return isPromise(rows) ? rows.then((late) => this.#took(late)) : this.#took(rows);
  }

  #took(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    if (rows === undefined) {
      this.#left = 0;
      return undefined;
    }
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
      for (const portal of session.portals.values()) {
        if (portal.isCursor) session.closePortal(portal.name);
      }
      return { command: "CLOSE CURSOR ALL" };
    }
    session.closePortal(cursorNamed(session, statement).name);
    return { command: "CLOSE CURSOR" };
  },
};
