/** Prepared statements and cursors of a session, as pg_prepared_statements and pg_cursors tell. */
import type { ListedCursor, ListedStatement } from "../catalog/catalog.ts";
import type { Portal } from "./portal.ts";
import type { PreparedStatement } from "./prepared-statement.ts";

export function listedStatement(statement: PreparedStatement): ListedStatement {
  const { name, body, paramTypes, preparedAt, preparedBy } = statement;
  const ownText = body.kind === "empty" ? "" : body.statement.text;
  return {
    name,
    text: preparedBy ?? ownText,
    preparedAt,
    paramTypes,
    resultTypes: statement.columns?.map((column) => column.type),
    fromSql: preparedBy !== undefined,
  };
}

/** Nothing for portals that nobody has declared. */
export function listedCursor(portal: Portal): readonly ListedCursor[] {
  const { declared, name, isHeld } = portal;
  if (declared === undefined) return [];
  const { text, isBinary, isScrollable, at } = declared;
  return [{ name, text, isHeld, isBinary, isScrollable, declaredAt: at }];
}
