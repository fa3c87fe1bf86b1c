/**
 * The two tables of a database that hold its large objects: pages of data, and who owns an object. They
 * are there from the start and never change, so no schema fence stands for them. Their storage ids are
 * the database's OID and the one that its array type would have: no table is ever numbered so.
 */
import { oids } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER, PG_CATALOG_OID } from "../catalog/builtin-objects.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { arrayTypeOid } from "../catalog/type-oids.ts";

export const PAGES_OID = 2613;
const PAGES_KEY_OID = 2683;
const PAGES_TYPE_OID = 10025;
const OWNERS_OID = 2995;
const OWNERS_KEY_OID = 2996;
const OWNERS_TYPE_OID = 10023;

function columns(named: readonly (readonly [name: string, type: number])[]): ColumnDescriptor[] {
  return named.map(([name, type], at) => ({
    number: at + 1,
    name,
    type,
    typmod: -1,
    notNull: true,
    dropped: false,
  }));
}

interface Shape {
  readonly oid: number;
  readonly name: string;
  readonly typeOid: number;
  readonly storageId: number;
  readonly keyOid: number;
  readonly keyName: string;
  readonly keyColumns: number;
  readonly columns: readonly ColumnDescriptor[];
}

function table(shape: Shape): TableDescriptor {
  const { oid, name, typeOid, storageId } = shape;
  const key = shape.columns.slice(0, shape.keyColumns);
  return {
    kind: "table",
    oid,
    name,
    schema: PG_CATALOG_OID,
    owner: BOOTSTRAP_SUPERUSER,
    storageId,
    columns: shape.columns,
    indexes: [
      {
        oid: shape.keyOid,
        name: shape.keyName,
        number: 0,
        unique: true,
        nullsDistinct: true,
        primary: true,
        columns: key.map(({ number }) => ({
          column: number,
          descending: false,
          nullsFirst: false,
        })),
        include: [],
      },
    ],
    checks: [],
    nextColumn: shape.columns.length + 1,
    nextIndex: 1,
    typeOid,
  };
}

const PAGE_COLUMNS = columns([
  ["loid", oids.OID],
  ["pageno", oids.INT4],
  ["data", oids.BYTEA],
]);

/** pg_largeobject: as PostgreSQL's, and read by statements as any table. */
export function pagesTable(database: number): TableDescriptor {
  return table({
    oid: PAGES_OID,
    name: "pg_largeobject",
    typeOid: PAGES_TYPE_OID,
    storageId: database,
    keyOid: PAGES_KEY_OID,
    keyName: "pg_largeobject_loid_pn_index",
    keyColumns: 2,
    columns: PAGE_COLUMNS,
  });
}

/** The access list goes by OIDs of roles, as JSON; nothing where nothing was granted. */
const OWNER_COLUMNS = columns([
  ["oid", oids.OID],
  ["lomowner", oids.OID],
  ["lomacl", oids.BYTEA],
]);

/** What pg_largeobject_metadata is made of. */
export function ownersTable(database: number): TableDescriptor {
  return table({
    oid: OWNERS_OID,
    name: "pg_largeobject_metadata",
    typeOid: OWNERS_TYPE_OID,
    storageId: arrayTypeOid(database),
    keyOid: OWNERS_KEY_OID,
    keyName: "pg_largeobject_metadata_oid_index",
    keyColumns: 1,
    columns: OWNER_COLUMNS,
  });
}
