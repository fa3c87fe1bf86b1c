/** The row that a cursor stands on, with the errors of PostgreSQL's execCurrentOf. */
import type { Key } from "@firstlight/common";
import { SqlError, keyFromLatin1 } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { RowKey } from "../plan/cursor-keys.ts";
import type { SessionContext } from "./engine.ts";

function keyColumn(cursor: string, rowKeys: readonly RowKey[], table: TableDescriptor): RowKey {
  const own = rowKeys.filter((key) => key.table === table.oid);
  const [only] = own;
  if (only !== undefined && own.length === 1) return only;
  const refuse = (what: string): SqlError => new SqlError("24000", `cursor "${cursor}" ${what}`);
  if (own.length > 1) {
    throw refuse(`has multiple FOR UPDATE/SHARE references to table "${table.name}"`);
  }
  if (rowKeys.some((key) => key.locked)) {
    throw refuse(`does not have a FOR UPDATE/SHARE reference to table "${table.name}"`);
  }
  throw refuse(`is not a simply updatable scan of table "${table.name}"`);
}

export function cursorKey(session: SessionContext, cursor: string, table: TableDescriptor): Key {
  const position = session.cursor?.(cursor);
  if (position === undefined) throw new SqlError("34000", `cursor "${cursor}" does not exist`);
  if (!position.isSelect) throw new SqlError("24000", `cursor "${cursor}" is not a SELECT query`);
  if (position.isCommitted) {
    throw new SqlError("24000", `cursor "${cursor}" is held from a previous transaction`);
  }
  const { slot } = keyColumn(cursor, position.rowKeys, table);
  const key = position.row?.[slot];
  if (typeof key !== "string") {
    throw new SqlError("24000", `cursor "${cursor}" is not positioned on a row`);
  }
  return keyFromLatin1(key);
}
