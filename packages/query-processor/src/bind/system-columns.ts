/** The columns that every stored relation has, and that no column of a user's may be named like. */
import { oids } from "@firstlight/sql";

/** Names and types in the order of pg_attribute.attnum, which counts down from -1. */
export const SYSTEM_COLUMN_TYPES: readonly (readonly [name: string, type: number])[] = [
  ["ctid", oids.TID],
  ["xmin", oids.XID],
  ["cmin", oids.CID],
  ["xmax", oids.XID],
  ["cmax", oids.CID],
  ["tableoid", oids.OID],
];

/** With their attribute numbers. */
export const SYSTEM_COLUMNS: ReadonlyMap<string, number> = new Map(
  SYSTEM_COLUMN_TYPES.map(([name], index) => [name, -1 - index]),
);
