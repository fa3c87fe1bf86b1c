/** pg_attribute and pg_attrdef: columns of all relations, and their defaults. */
import { allIndexes } from "../table-indexes.ts";
import type { CollationName, Datum, Row } from "@firstlight/sql";
import { elementTypeOid, isUserType, makeArray, oids } from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type {
  ColumnDescriptor,
  IndexColumn,
  IndexDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../descriptors.ts";
import { isUngranted, shownColumnAccess } from "../../privileges/access-text.ts";
import { attributeDefaults } from "./attribute-defaults.ts";
import { systemIndexColumns, systemIndexes } from "./system-indexes.ts";
import type { SystemRelationFacts } from "./system-relations.ts";
import { SYSTEM_RELATION_FACTS } from "./system-relations.ts";
import { indexCollations } from "../../bind/index-collations.ts";
import { indexColumnNames } from "./index-columns.ts";
import { SYSTEM_COLUMN_TYPES } from "../../bind/system-columns.ts";
import { shownInclude } from "../system-catalog.ts";
import { typeFacts } from "./type-facts.ts";
import { compositeRelations } from "./user-type-rows.ts";
import type { MadeRows, NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

interface Attribute {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly notNull?: boolean;
  readonly collation?: CollationName | undefined;
}

const TEXT = 25;

function attributeRow(attribute: Attribute): Record<string, Datum> {
  const facts = typeFacts(attribute.type);
  return {
    attrelid: attribute.relation,
    attname: attribute.name,
    atttypid: attribute.type,
    attlen: facts.length,
    attnum: attribute.number,
    attcacheoff: -1,
    atttypmod: attribute.typmod,
    attndims: elementTypeOid(attribute.type) === 0 ? 0 : 1,
    attbyval: facts.byValue,
    attalign: facts.align,
    attstorage: facts.storage,
    attcompression: "",
    attnotnull: attribute.notNull ?? false,
    atthasdef: false,
    atthasmissing: false,
    attidentity: "",
    attgenerated: "",
    attisdropped: false,
    attislocal: true,
    attinhcount: 0,
    attstattarget: -1,
    attcollation: attribute.collation?.oid ?? facts.collation,
  };
}

function droppedRow(table: TableDescriptor, column: ColumnDescriptor): NamedRow {
  const name = `........pg.dropped.${column.number}........`;
  const { number, type, typmod, collation } = column;
  const row = attributeRow({ relation: table.oid, number, name, type, typmod, collation });
  return { ...row, atttypid: 0, attisdropped: true, attstattarget: 0 };
}

/** The one-element array that attmissingval is; the value is kept as its text. */
function missingValue(column: ColumnDescriptor): Datum {
  return column.missing === undefined ? null : makeArray(TEXT, [column.missing]);
}

function columnRow(catalog: Catalog, table: TableDescriptor, column: ColumnDescriptor): NamedRow {
  if (column.dropped) return droppedRow(table, column);
  const { number, name, type, typmod, notNull, collation } = column;
  const own = { number, name, type, typmod, notNull, collation };
  const row = attributeRow({ relation: table.oid, ...own });
  row["attndims"] = column.dimensions ?? row["attndims"] ?? 0;
  row["atthasdef"] = column.default !== undefined;
  row["atthasmissing"] = column.missing !== undefined;
  row["attmissingval"] = missingValue(column);
  row["attstattarget"] = column.statisticsTarget ?? -1;
  if (column.options !== undefined) row["attoptions"] = makeArray(TEXT, [...column.options]);
  if (column.identity !== undefined) row["attidentity"] = column.identity === "always" ? "a" : "d";
  if (column.generated !== undefined) row["attgenerated"] = "s";
  const { compression } = catalog.system.shape;
  if (compression.types.has(type)) row["attcompression"] = compression.method;
  if (column.compression !== undefined) row["attcompression"] = column.compression;
  if (column.storage !== undefined) row["attstorage"] = column.storage;
  row["attacl"] = shownColumnAccess(catalog, table.oid, number);
  return row;
}

function* indexRows(
  catalog: Catalog,
  table: TableDescriptor,
  index: IndexDescriptor,
): Iterable<NamedRow> {
  const include = shownInclude(catalog.system.shape, table, index);
  const names = indexColumnNames(table, index.columns, include);
  const included = include.map((column) => ({ column }));
  const columns: readonly Partial<IndexColumn>[] = [...index.columns, ...included];
  const collations = indexCollations(table, index);
  for (const [at, { column = 0, expression }] of columns.entries()) {
    const named = expression ?? table.columns[column - 1];
    const name = names[at];
    if (named === undefined || name === undefined) continue;
    const { typmod } = named;
    // name_ops keeps the text up to its zero byte.
    const isName = named.type === oids.NAME && at < index.columns.length;
    const type = isName ? oids.CSTRING : named.type;
    const row = attributeRow({ relation: index.oid, number: at + 1, name, type, typmod });
    row["attstattarget"] = columns[at]?.statisticsTarget ?? -1;
    const source = expression === undefined ? table.columns[column - 1] : undefined;
    if (source?.storage !== undefined) row["attstorage"] = source.storage;
    if (source?.compression !== undefined) row["attcompression"] = source.compression;
    // Columns that are only included have no order.
    const own = at < index.columns.length ? collations[at] : { oid: 0 };
    yield own === undefined ? row : { ...row, attcollation: own.oid };
  }
}

function* systemColumnsOf(relation: number): Iterable<NamedRow> {
  for (const [at, [name, type]] of SYSTEM_COLUMN_TYPES.entries()) {
    const place = { relation, number: -1 - at };
    const row = attributeRow({ ...place, name, type, typmod: -1, notNull: true });
    yield { ...row, attstattarget: 0 };
  }
}

const SEQUENCE_COLUMNS: readonly (readonly [string, number])[] = [
  ["last_value", 20],
  ["log_cnt", 20],
  ["is_called", 16],
];

function* sequenceRows(catalog: Catalog, sequence: SequenceDescriptor): Iterable<NamedRow> {
  for (const [at, [name, type]] of SEQUENCE_COLUMNS.entries()) {
    const place = { relation: sequence.oid, number: at + 1 };
    const row = attributeRow({ ...place, name, type, typmod: -1, notNull: true });
    yield { ...row, attacl: shownColumnAccess(catalog, sequence.oid, at + 1) };
  }
  yield* systemColumnsOf(sequence.oid);
}

function* relationRows(relations: readonly SystemRelationFacts[]): Iterable<NamedRow> {
  for (const relation of relations) {
    for (const [at, column] of relation.columns.entries()) {
      const { collation: attcollation, storage: attstorage, ...named } = column;
      const row = attributeRow({ relation: relation.oid, number: at + 1, ...named });
      yield { ...row, attcollation, attstorage };
    }
    if (relation.kind === "r") yield* systemColumnsOf(relation.oid);
  }
}

function* systemColumnRows(): Iterable<NamedRow> {
  yield* relationRows(SYSTEM_RELATION_FACTS);
  for (const index of systemIndexes().values()) {
    for (const [at, column] of systemIndexColumns(index).entries()) {
      const { name, type, typmod } = column;
      const row = attributeRow({ relation: index.oid, number: at + 1, name, type, typmod });
      yield { ...row, attcollation: column.collation };
    }
  }
}

let systemColumns: readonly NamedRow[] | undefined;

/** The columns of PostgreSQL's relations, with the few that have an access list of their own. */
function* systemRows(catalog: Catalog, made: MadeRows): Iterable<NamedRow | Row> {
  systemColumns ??= [...systemColumnRows()];
  for (const row of systemColumns) {
    const attacl = shownColumnAccess(catalog, Number(row["attrelid"]), Number(row["attnum"]));
    if (attacl === null) yield* made.of(row, [], () => [row]);
    else yield { ...row, attacl };
  }
}

function* tableRows(catalog: Catalog, table: TableDescriptor): Iterable<NamedRow> {
  for (const column of table.columns) yield columnRow(catalog, table, column);
  yield* systemColumnsOf(table.oid);
  for (const index of allIndexes(table)) yield* indexRows(catalog, table, index);
}

/** Of users' types it may change what their columns look like. */
function hasUserTypes(table: TableDescriptor): boolean {
  return (
    table.columns.some(({ type }) => isUserType(type)) ||
    allIndexes(table).some(({ columns }) =>
      columns.some(({ expression }) => expression !== undefined && isUserType(expression.type)),
    )
  );
}

function ofTable(
  catalog: Catalog,
  table: TableDescriptor,
  made: MadeRows,
): Iterable<NamedRow | Row> {
  const rows = (): Iterable<NamedRow> => tableRows(catalog, table);
  const isKept = isUngranted(catalog, table.oid) && !hasUserTypes(table);
  return isKept ? made.of(table, [catalog.system], rows) : rows();
}

function* columnRows(catalog: Catalog, made: MadeRows): Iterable<NamedRow | Row> {
  yield* systemRows(catalog, made);
  yield* relationRows(catalog.system.ownRelations);
  for (const { composite } of compositeRelations(catalog)) {
    for (const attribute of composite.attributes) {
      const row = attributeRow({ relation: composite.relation, ...attribute });
      yield attribute.dropped ? { ...row, atttypid: 0, attisdropped: true, attstattarget: 0 } : row;
    }
  }
  for (const object of catalog.objects.values()) {
    if (object.kind === "view") {
      for (const [at, column] of object.columns.entries()) {
        const row = attributeRow({ relation: object.oid, number: at + 1, ...column });
        const atthasdef = column.default !== undefined;
        yield { ...row, atthasdef, attacl: shownColumnAccess(catalog, object.oid, at + 1) };
      }
    } else if (object.kind === "sequence") yield* sequenceRows(catalog, object);
    else if (object.kind === "table") yield* ofTable(catalog, object, made);
  }
}

export const PG_ATTRIBUTE: VirtualTable = systemTable("pg_attribute", columnRows);

export const PG_ATTRDEF: VirtualTable = systemTable("pg_attrdef", function* (catalog) {
  for (const { oid, table, column, expression } of attributeDefaults(catalog)) {
    yield { oid, adrelid: table.oid, adnum: column.number, adbin: expression.text };
  }
});
