/**
 * Prepared statements and cursors of a session, as pg_prepared_statements and pg_cursors tell; and
 * sessions, as pg_stat_activity does.
 */
import type { ListedCursor, ListedSession, ListedStatement } from "../catalog/catalog.ts";
import type { CursorPosition } from "../engine/engine.ts";
import type { Portal } from "./portal.ts";
import type { PreparedStatement } from "./prepared-statement.ts";
import type { Session } from "./session.ts";
import { postgresTime } from "./statement-evaluation.ts";

export function listedStatement(statement: PreparedStatement): ListedStatement {
  const { name, body, paramTypes, preparedAt, preparedBy } = statement;
  const choice = body.kind === "query" ? body.query.choice : undefined;
  const ownText = body.kind === "empty" ? "" : body.statement.source;
  return {
    name,
    text: preparedBy ?? ownText,
    preparedAt,
    paramTypes,
    resultTypes: statement.columns?.map((column) => column.type),
    fromSql: preparedBy !== undefined,
    genericPlans: choice?.genericPlans ?? 0,
    customPlans: choice?.customPlans ?? 0,
  };
}

/** Nothing for portals that nobody has declared. */
export function listedCursor(portal: Portal): readonly ListedCursor[] {
  const { declared, name, isHeld } = portal;
  if (declared === undefined) return [];
  const { text, isBinary, isScrollable, at } = declared;
  return [{ name, text, isHeld, isBinary, isScrollable, declaredAt: at }];
}

/** Where it stands, for WHERE CURRENT OF. */
export function cursorPosition(portal: Portal): CursorPosition {
  const { body } = portal.statement;
  const query = body.kind === "query" ? body.query : undefined;
  return {
    isSelect: query?.command === "SELECT",
    isCommitted: portal.isCommitted,
    rowKeys: query?.rowKeys ?? [],
    row: portal.current,
  };
}

/** What another session may know of this one. */
export function listedSession(session: Session, idle: boolean): ListedSession {
  const { identity, connection, settings } = session;
  const { remoteAddress, tls } = connection;
  const port = /:(\d+)$/.exec(remoteAddress)?.[1];
  return {
    pid: identity.pid,
    user: session.sessionUser,
    database: identity.database,
    applicationName: settings.get("application_name") ?? "",
    clientAddress: remoteAddress.replace(/:\d+$/, "").replace(/^::ffff:/, ""),
    clientPort: port === undefined ? -1 : Number(port),
    startedAt: postgresTime(session.startedAt),
    transactionAt: idle && session.block.status !== "T" ? undefined : session.transactionTime,
    statementAt: session.statementTime,
    changedAt: idle ? postgresTime(session.idleSince) : session.statementTime,
    state: idle ? IDLE_STATES[session.block.status] : "active",
    waitsForLock: session.knownLocks?.isWaiting === true,
    query: session.currentQuery,
    tls,
  };
}

const IDLE_STATES = {
  I: "idle",
  T: "idle in transaction",
  E: "idle in transaction (aborted)",
} as const;
