/** pg_class: tables, indexes, views, sequences and the system's own relations. */
import { allIndexes } from "../table-indexes.ts";
import type { Datum, Row } from "@firstlight/sql";
import { makeArray } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import { relationTarget } from "../../privileges/access-check.ts";
import { isUngranted, roleText, shownAccess } from "../../privileges/access-text.ts";
import { aclOf } from "../../privileges/object-access.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { RelationSize } from "../../statistics/table-statistics.ts";
import { isTemporaryOid } from "../builtin-objects.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type {
  IndexDescriptor,
  SequenceDescriptor,
  TableDescriptor,
  ViewDescriptor,
} from "../descriptors.ts";
import { hasSystemIndex, systemIndexClassRow, systemIndexes } from "./system-indexes.ts";
import type { SystemRelationFacts } from "./system-relations.ts";
import { SYSTEM_RELATION_FACTS } from "./system-relations.ts";
import { compositeRelations } from "./user-type-rows.ts";
import { POSTGRES_SHAPE, shownInclude } from "../system-catalog.ts";
import type { MadeRows, NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const TEXT = 25;
const SEQUENCE_COLUMNS = 3;
const GLOBAL_TABLESPACE = 1664;

const DEFAULTS: NamedRow = {
  reltype: 0,
  reloftype: 0,
  relam: 0,
  relfilenode: 0,
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

/** Of what holds rows; the first transaction that counts: nothing here is ever old. */
const FROZEN: NamedRow = { relfrozenxid: 3, relminmxid: 1 };

function systemRow(catalog: Catalog, relation: SystemRelationFacts): NamedRow {
  const isTable = relation.kind === "r";
  return {
    ...DEFAULTS,
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schema,
    reltype: relation.typeOid,
    relowner: BOOTSTRAP_SUPERUSER,
    relam: isTable ? POSTGRES_SHAPE.tableMethod.oid : 0,
    reltablespace: relation.shared ? GLOBAL_TABLESPACE : 0,
    relhasindex: hasSystemIndex(relation.oid),
    relisshared: relation.shared,
    relhasrules: !isTable,
    relkind: relation.kind,
    ...(isTable ? FROZEN : {}),
    relnatts: relation.columns.length,
    relacl: shownAccess(catalog, {
      classId: CLASS.relation,
      objectId: relation.oid,
      kind: "table",
      owner: BOOTSTRAP_SUPERUSER,
    }),
  };
}

function ownRow(
  catalog: Catalog,
  relation: TableDescriptor | ViewDescriptor | SequenceDescriptor,
): NamedRow {
  return {
    ...DEFAULTS,
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schema,
    relowner: relation.owner,
    relacl: shownAccess(catalog, relationTarget(relation)),
    ...(isTemporaryOid(relation.oid) ? { relpersistence: "t" } : {}),
  };
}

function sizeRow(size: RelationSize | undefined): NamedRow {
  return size === undefined ? {} : { reltuples: size.rows, relpages: size.pages };
}

/** OIDs of the tables that foreign keys refer to. */
function referredTables(catalog: Catalog): ReadonlySet<number> {
  const parents = new Set<number>();
  for (const object of catalog.objects.values()) {
    if (object.kind !== "table") continue;
    for (const key of object.foreignKeys ?? []) parents.add(key.parent);
  }
  return parents;
}

/** Foreign keys count as triggers on both sides, as those that check them in PostgreSQL. */
function hasForeignKey(table: TableDescriptor, parents: ReadonlySet<number>): boolean {
  return (table.foreignKeys ?? []).length > 0 || parents.has(table.oid);
}

function tableRow(
  catalog: Catalog,
  table: TableDescriptor,
  parents: ReadonlySet<number>,
): NamedRow {
  return {
    ...ownRow(catalog, table),
    ...sizeRow(catalog.statisticsOf(table)?.size),
    ...(table.unlogged === true ? { relpersistence: "u" } : {}),
    reltype: table.typeOid,
    reloftype: table.ofType ?? 0,
    relam: catalog.system.shape.tableMethod.oid,
    relfilenode: table.storageId,
    relhasindex: allIndexes(table).length > 0,
    relkind: table.materialized === undefined ? "r" : "m",
    ...FROZEN,
    relhasrules: table.materialized !== undefined,
    relispopulated: table.materialized?.populated ?? true,
    reloptions: storageArray(table.storage),
    relnatts: table.columns.length,
    relchecks: table.checks.length,
    relhastriggers: hasForeignKey(table, parents),
    relreplident: table.replicaIdentity?.kind ?? "d",
  };
}

function storageArray(storage: readonly string[] = []): Datum {
  return storage.length === 0 ? null : makeArray(TEXT, [...storage]);
}

function optionsArray({ options }: ViewDescriptor): Datum {
  const texts = Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
  return texts.length === 0 ? null : makeArray(TEXT, texts);
}

function viewRow(catalog: Catalog, view: ViewDescriptor): NamedRow {
  return {
    ...ownRow(catalog, view),
    reltype: view.typeOid,
    reloptions: optionsArray(view),
    relhasrules: true,
    relkind: "v",
    relnatts: view.columns.length,
  };
}

function sequenceRow(catalog: Catalog, sequence: SequenceDescriptor): NamedRow {
  return {
    ...ownRow(catalog, sequence),
    ...(sequence.unlogged === true ? { relpersistence: "u" } : {}),
    relfilenode: sequence.storageId,
    relpages: 1,
    reltuples: 1,
    relkind: "S",
    relnatts: SEQUENCE_COLUMNS,
  };
}

function indexRow(catalog: Catalog, table: TableDescriptor, index: IndexDescriptor): NamedRow {
  return {
    ...DEFAULTS,
    ...sizeRow(catalog.statisticsOf(table)?.indexes.get(index.oid)),
    oid: index.oid,
    relname: index.name,
    relnamespace: table.schema,
    relowner: table.owner,
    relam: catalog.system.shape.indexMethod.oid,
    relfilenode: index.oid,
    ...(isTemporaryOid(index.oid) ? { relpersistence: "t" } : {}),
    ...(table.unlogged === true ? { relpersistence: "u" } : {}),
    relkind: "i",
    reloptions: storageArray(index.storage),
    relnatts: index.columns.length + shownInclude(catalog.system.shape, table, index).length,
  };
}

function* withIndexes(
  catalog: Catalog,
  table: TableDescriptor,
  parents: ReadonlySet<number>,
): Iterable<NamedRow> {
  yield tableRow(catalog, table, parents);
  for (const index of allIndexes(table)) yield indexRow(catalog, table, index);
}

/** The table's row and those of its indexes. */
function tableRows(
  catalog: Catalog,
  table: TableDescriptor,
  parents: ReadonlySet<number>,
  made: MadeRows,
): Iterable<NamedRow | Row> {
  const rows = (): Iterable<NamedRow> => withIndexes(catalog, table, parents);
  if (!isUngranted(catalog, table.oid)) return rows();
  const facts = [catalog.system, catalog.statisticsOf(table), hasForeignKey(table, parents)];
  return made.of(table, facts, rows);
}

/** What initdb grants names its superuser, which may have another name. */
function* systemRows(catalog: Catalog, made: MadeRows): Iterable<NamedRow | Row> {
  const superuser = roleText(catalog, BOOTSTRAP_SUPERUSER);
  for (const relation of [...SYSTEM_RELATION_FACTS, ...catalog.system.ownRelations]) {
    if (aclOf(catalog, relation.oid) !== undefined) yield systemRow(catalog, relation);
    else yield* made.of(relation, [superuser], () => [systemRow(catalog, relation)]);
  }
  for (const index of systemIndexes().values()) {
    yield* made.of(index, [], () => [{ ...DEFAULTS, ...systemIndexClassRow(index) }]);
  }
}

export const PG_CLASS: VirtualTable = systemTable("pg_class", function* (catalog, made) {
  yield* systemRows(catalog, made);
  const parents = referredTables(catalog);
  for (const { type, composite } of compositeRelations(catalog)) {
    yield {
      ...DEFAULTS,
      oid: composite.relation,
      relname: type.name,
      relnamespace: type.schema,
      reltype: type.oid,
      relowner: type.owner,
      reltuples: 0,
      relkind: "c",
      relnatts: composite.attributes.length,
    };
  }
  for (const object of catalog.objects.values()) {
    if (object.kind === "view") yield viewRow(catalog, object);
    else if (object.kind === "sequence") yield sequenceRow(catalog, object);
    else if (object.kind === "table") yield* tableRows(catalog, object, parents, made);
  }
});
