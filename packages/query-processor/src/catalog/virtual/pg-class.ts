/** pg_class: tables, indexes, views, sequences and the system's own relations. */
import type { Datum } from "@firstlight/sql";
import type { Relation, VirtualTable } from "../catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../descriptors.ts";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import { virtualTable } from "./virtual-table.ts";

const BTREE_OID = 403;
const HEAP_OID = 2;

const COLUMNS = {
  oid: "oid",
  relname: "name",
  relnamespace: "oid",
  reltype: "oid",
  reloftype: "oid",
  relowner: "oid",
  relam: "oid",
  relfilenode: "oid",
  reltablespace: "oid",
  relpages: "int4",
  reltuples: "float4",
  relallvisible: "int4",
  reltoastrelid: "oid",
  relhasindex: "bool",
  relisshared: "bool",
  relpersistence: "char",
  relkind: "char",
  relnatts: "int2",
  relchecks: "int2",
  relhasrules: "bool",
  relhastriggers: "bool",
  relhassubclass: "bool",
  relrowsecurity: "bool",
  relforcerowsecurity: "bool",
  relispopulated: "bool",
  relreplident: "char",
  relispartition: "bool",
  relrewrite: "oid",
  relfrozenxid: "xid",
  relminmxid: "xid",
  relacl: "aclitem[]",
  reloptions: "text[]",
  relpartbound: "pg_node_tree",
} as const;

type ClassRow = Partial<Record<keyof typeof COLUMNS, Datum>>;

const DEFAULTS: ClassRow = {
  reloftype: 0,
  reltablespace: 0,
  relpages: 0,
  reltuples: -1,
  relallvisible: 0,
  reltoastrelid: 0,
  relhasindex: false,
  relisshared: false,
  relpersistence: "p",
  relchecks: 0,
  relhasrules: false,
  relhastriggers: false,
  relhassubclass: false,
  relrowsecurity: false,
  relforcerowsecurity: false,
  relispopulated: true,
  relreplident: "n",
  relispartition: false,
  relrewrite: 0,
  relfrozenxid: 0,
  relminmxid: 0,
};

const KINDS = { table: "r", view: "v", sequence: "S", virtual: "r" } as const;

function relationRow(relation: Relation): ClassRow {
  const table = relation.kind === "table" ? relation : undefined;
  return {
    ...DEFAULTS,
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schema,
    reltype: relation.kind === "table" || relation.kind === "view" ? relation.typeOid : 0,
    relowner: relation.kind === "virtual" ? BOOTSTRAP_SUPERUSER : relation.owner,
    relam: relation.kind === "table" || relation.kind === "virtual" ? HEAP_OID : 0,
    relfilenode: table?.storageId ?? 0,
    relhasindex: (table?.indexes.length ?? 0) > 0,
    relkind: KINDS[relation.kind],
    relnatts: relation.kind === "sequence" ? 3 : relation.columns.length,
    relchecks: table?.checks.length ?? 0,
    relreplident: relation.kind === "table" ? "d" : "n",
  };
}

function indexRow(table: TableDescriptor, index: IndexDescriptor): ClassRow {
  return {
    ...DEFAULTS,
    oid: index.oid,
    relname: index.name,
    relnamespace: table.schema,
    reltype: 0,
    relowner: table.owner,
    relam: BTREE_OID,
    relfilenode: index.oid,
    relkind: "i",
    relnatts: index.columns.length + index.include.length,
  };
}

export const PG_CLASS: VirtualTable = virtualTable({
  oid: 1259,
  name: "pg_class",
  columns: COLUMNS,
  *rows(catalog) {
    for (const relation of catalog.relations()) {
      yield relationRow(relation);
      if (relation.kind !== "table") continue;
      for (const index of relation.indexes) yield indexRow(relation, index);
    }
  },
});
