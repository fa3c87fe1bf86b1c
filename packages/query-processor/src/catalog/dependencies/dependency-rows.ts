/**
 * Who depends on what: the rows of pg_depend, computed from the objects of a catalog image. A kind of
 * object that others bring adds its rows to ROWS_OF.
 */
import type { ExtensionDescriptor } from "../extension-descriptor.ts";
import type { CastDescriptor } from "../cast-descriptor.ts";
import { allIndexes } from "../table-indexes.ts";
import type { Expr } from "@firstlight/sql";
import { typeOid } from "@firstlight/sql";
import { tableColumns } from "../../bind/entries.ts";
import type { RangeTableEntry } from "../../bind/query-tree.ts";
import { statisticsExpressions } from "../../bind/statistics-expressions.ts";
import { originalOf } from "../../bind/index-expressions.ts";
import { bindCheck } from "../../bind/schema-expressions.ts";
import { FIRST_USER_OID } from "../builtin-objects.ts";
import type { Catalog } from "../catalog.ts";
import type {
  CatalogObject,
  FunctionDescriptor,
  CollationDescriptor,
  OperatorDescriptor,
  IndexDescriptor,
  SequenceDescriptor,
  CompositeType,
  DefaultAclDescriptor,
  TableDescriptor,
  TypeDescriptor,
  ViewDescriptor,
} from "../descriptors.ts";
import type { StatisticsDescriptor } from "../statistics-descriptor.ts";
import type { AttributeDefault } from "../virtual/attribute-defaults.ts";
import { attributeDefaults } from "../virtual/attribute-defaults.ts";
import { domainDefaultExpression } from "../virtual/domain-text.ts";
import { derivedOf } from "../virtual/index-text.ts";
import { rangeFunctions } from "../virtual/range-functions.ts";
import { rowArrayTypeOid } from "../virtual/row-types.ts";
import type { Dependency, ObjectAddress, StoredReference } from "./object-address.ts";
import { CLASS, addressOf, depends, fromStored } from "./object-address.ts";
import { expressionReferences } from "./references.ts";

type RowsOf<K extends CatalogObject["kind"]> = (
  object: Extract<CatalogObject, { kind: K }>,
  catalog: Catalog,
) => Iterable<Dependency>;

/** Rows of what belongs to the relation itself: its schema and its row type with the array type. */
function* relationRows(relation: TableDescriptor | ViewDescriptor): Iterable<Dependency> {
  const own = addressOf(CLASS.relation, relation.oid);
  const rowType = addressOf(CLASS.type, relation.typeOid);
  yield depends(own, addressOf(CLASS.schema, relation.schema), "n");
  yield depends(rowType, own, "i");
  yield depends(addressOf(CLASS.type, rowArrayTypeOid(relation.typeOid)), rowType, "i");
}

function* indexRows(
  table: TableDescriptor,
  index: IndexDescriptor,
  catalog: Catalog,
): Iterable<Dependency> {
  const own = addressOf(CLASS.relation, index.oid);
  const { constraint } = index;
  const dependent = constraint === undefined ? own : addressOf(CLASS.constraint, constraint.oid);
  const plain = index.columns.flatMap(({ column, expression }) => (expression ? [] : [column]));
  for (const column of new Set([...plain, ...index.include])) {
    yield depends(dependent, addressOf(CLASS.relation, table.oid, column), "a");
  }
  // An index goes with its table even where it names none of its columns by itself.
  if (plain.length === 0 && index.include.length === 0) {
    yield depends(own, addressOf(CLASS.relation, table.oid), "a");
  }
  for (const { collation } of index.columns) {
    if (collation === undefined || collation.oid < FIRST_USER_OID) continue;
    yield depends(own, addressOf(CLASS.collation, collation.oid), "n");
  }
  const { keys, predicate } = derivedOf(table, index);
  yield* expressionRows(own, keys, table, catalog);
  yield* expressionRows(own, predicate, table, catalog);
  if (constraint !== undefined) yield depends(own, dependent, "i");
}

/** What belongs to a table goes with the columns that its expressions read: each is told of once. */
function* expressionRows(
  own: ObjectAddress,
  exprs: readonly Expr[],
  table: TableDescriptor,
  catalog: Catalog,
): Iterable<Dependency> {
  const told = new Set<string>();
  for (const expr of exprs) {
    for (const reference of expressionReferences(expr, catalog.casts, entryOf(table))) {
      if (told.has(reference.join())) continue;
      told.add(reference.join());
      const isColumn = reference[0] === CLASS.relation && reference[1] === table.oid;
      yield depends(own, fromStored(reference), isColumn ? "a" : "n");
    }
  }
}

/** A foreign key goes with its own columns; the parent's columns and index cannot go before it. */
function* foreignKeyRows(table: TableDescriptor): Iterable<Dependency> {
  for (const key of table.foreignKeys ?? []) {
    const own = addressOf(CLASS.constraint, key.oid);
    for (const column of key.columns) {
      yield depends(own, addressOf(CLASS.relation, table.oid, column), "a");
    }
    for (const column of key.parentColumns) {
      yield depends(own, addressOf(CLASS.relation, key.parent, column), "n");
    }
    yield depends(own, addressOf(CLASS.relation, key.index), "n");
  }
}

function entryOf(table: TableDescriptor): RangeTableEntry {
  const columns = tableColumns(table);
  return { kind: "table", alias: table.name, columns, lateral: false, table };
}

/** A condition goes with its own columns, and stands in the way of everything else that it uses. */
function* checkRows(table: TableDescriptor, catalog: Catalog): Iterable<Dependency> {
  for (const check of table.checks) {
    const own = addressOf(CLASS.constraint, check.oid);
    const references = expressionReferences(
      bindCheck(check, table, catalog),
      catalog.casts,
      entryOf(table),
    );
    const isColumn = ([classId, oid]: StoredReference): boolean =>
      classId === CLASS.relation && oid === table.oid;
    const columns = references.filter(isColumn).map(fromStored);
    for (const column of columns) yield depends(own, column, "a");
    if (columns.length === 0) yield depends(own, addressOf(CLASS.relation, table.oid), "a");
    for (const reference of references) yield depends(own, fromStored(reference), "n");
  }
}

function* tableRows(table: TableDescriptor, catalog: Catalog): Iterable<Dependency> {
  yield* relationRows(table);
  for (const { number, type, collation, dropped } of table.columns) {
    const column = addressOf(CLASS.relation, table.oid, number);
    if (dropped) continue;
    if (type >= FIRST_USER_OID) yield depends(column, addressOf(CLASS.type, typeOid(type)), "n");
    if (collation !== undefined && collation.oid >= FIRST_USER_OID) {
      yield depends(column, addressOf(CLASS.collation, collation.oid), "n");
    }
  }
  if (table.ofType !== undefined) {
    yield depends(addressOf(CLASS.relation, table.oid), addressOf(CLASS.type, table.ofType), "n");
  }
  for (const index of allIndexes(table)) yield* indexRows(table, index, catalog);
  yield* checkRows(table, catalog);
  yield* foreignKeyRows(table);
  if (table.materialized !== undefined) {
    yield* ruleRows(table.oid, table.materialized.ruleOid, table.materialized.dependsOn);
  }
}

function* sequenceRows(sequence: SequenceDescriptor, catalog: Catalog): Iterable<Dependency> {
  const own = addressOf(CLASS.relation, sequence.oid);
  yield depends(own, addressOf(CLASS.schema, sequence.schema), "n");
  const { ownedBy } = sequence;
  if (ownedBy === undefined) return;
  const owner = catalog.objects.get(ownedBy.table);
  const column = owner?.kind === "table" ? owner.columns[ownedBy.column - 1] : undefined;
  const internal = column?.identity !== undefined && column.sequence === sequence.oid;
  yield depends(
    own,
    addressOf(CLASS.relation, ownedBy.table, ownedBy.column),
    internal ? "i" : "a",
  );
}

function* ruleRows(
  view: number,
  ruleOid: number,
  references: readonly StoredReference[],
): Iterable<Dependency> {
  const rule = addressOf(CLASS.rule, ruleOid);
  yield depends(rule, addressOf(CLASS.relation, view), "i");
  for (const reference of references) yield depends(rule, fromStored(reference), "n");
}

/** What the query refers to is what the rule refers to, and the rule is the view. */
function* viewRows(view: ViewDescriptor): Iterable<Dependency> {
  if (view.oid < FIRST_USER_OID) return;
  yield* relationRows(view);
  for (const [at, { type }] of view.columns.entries()) {
    yield* typeUse(addressOf(CLASS.relation, view.oid, at + 1), type);
  }
  yield* ruleRows(view.oid, view.ruleOid ?? view.oid, view.dependsOn ?? []);
}

/** A type of CREATE TYPE or CREATE DOMAIN, with what comes with it. */
function* typeRows(type: TypeDescriptor, catalog: Catalog): Iterable<Dependency> {
  const { oid, schema, definition } = type;
  const own = addressOf(CLASS.type, oid);
  yield depends(addressOf(CLASS.type, rowArrayTypeOid(oid)), own, "i");
  if (definition.kind === "composite") {
    yield* compositeRows(own, schema, definition);
    return;
  }
  yield depends(own, addressOf(CLASS.schema, schema), "n");
  if (definition.kind === "range") {
    const multirange = addressOf(CLASS.type, definition.multirange.oid);
    yield depends(multirange, own, "i");
    const array = addressOf(CLASS.type, rowArrayTypeOid(definition.multirange.oid));
    yield depends(array, multirange, "i");
    yield* typeUse(own, definition.subtype);
    const { difference } = definition;
    if (difference >= FIRST_USER_OID)
      yield depends(own, addressOf(CLASS.function, difference), "n");
  }
  if (definition.kind !== "domain") return;
  yield* typeUse(own, definition.baseType);
  const written = domainDefaultExpression(catalog, type);
  const used = written === undefined ? [] : expressionReferences(written.expr, catalog.casts);
  for (const reference of used) yield depends(own, fromStored(reference), "n");
  for (const check of definition.checks) {
    const constraint = addressOf(CLASS.constraint, check.oid);
    yield depends(constraint, own, "a");
    for (const reference of check.dependsOn) yield depends(constraint, fromStored(reference), "n");
  }
}

function* compositeRows(
  own: ObjectAddress,
  schema: number,
  { relation, attributes }: CompositeType,
): Iterable<Dependency> {
  const pgClass = addressOf(CLASS.relation, relation);
  yield depends(pgClass, own, "i");
  yield depends(own, addressOf(CLASS.schema, schema), "n");
  for (const { number, type, collation, dropped } of attributes) {
    if (dropped) continue;
    const attribute = addressOf(CLASS.relation, relation, number);
    yield* typeUse(attribute, type);
    if (collation === undefined || collation.oid < FIRST_USER_OID) continue;
    yield depends(attribute, addressOf(CLASS.collation, collation.oid), "n");
  }
}

/** Nothing can drop built-in types. */
function* typeUse(object: ObjectAddress, type: number): Iterable<Dependency> {
  const oid = typeOid(type);
  if (oid >= FIRST_USER_OID) yield depends(object, addressOf(CLASS.type, oid), "n");
}

function* functionRows(object: FunctionDescriptor): Iterable<Dependency> {
  const own = addressOf(CLASS.function, object.oid);
  yield depends(own, addressOf(CLASS.schema, object.schema), "n");
  const types = new Set([object.returnType, ...object.parameters.map(({ type }) => type)]);
  for (const type of types) yield* typeUse(own, type);
  for (const reference of object.dependsOn ?? []) yield depends(own, fromStored(reference), "n");
}

function* collationRows({ oid, schema }: CollationDescriptor): Iterable<Dependency> {
  yield depends(addressOf(CLASS.collation, oid), addressOf(CLASS.schema, schema), "n");
}

function* operatorRows(object: OperatorDescriptor): Iterable<Dependency> {
  const own = addressOf(CLASS.operator, object.oid);
  yield depends(own, addressOf(CLASS.schema, object.schema), "n");
  const types = new Set([object.leftType, object.rightType, object.resultType]);
  for (const type of types) yield* typeUse(own, type);
  if (object.proc < FIRST_USER_OID) return;
  yield depends(own, addressOf(CLASS.function, object.proc), "n");
}

function* castRows(object: CastDescriptor): Iterable<Dependency> {
  const own = addressOf(CLASS.cast, object.oid);
  yield* typeUse(own, object.sourceType);
  yield* typeUse(own, object.targetType);
  if (object.proc < FIRST_USER_OID) return;
  yield depends(own, addressOf(CLASS.function, object.proc), "n");
}

/** Gone with any of its columns. */
function* statisticsRows(object: StatisticsDescriptor, catalog: Catalog): Iterable<Dependency> {
  const own = addressOf(CLASS.statistics, object.oid);
  yield depends(own, addressOf(CLASS.schema, object.schema), "n");
  for (const column of object.columns) {
    yield depends(own, addressOf(CLASS.relation, object.table, column), "a");
  }
  const table = catalog.objects.get(object.table);
  if (table?.kind !== "table" || object.expressions === undefined) return;
  // They go with their table even where they name none of its columns.
  if (object.columns.length === 0) {
    yield depends(own, addressOf(CLASS.relation, object.table), "a");
  }
  const exprs = statisticsExpressions(object, table, catalog);
  yield* expressionRows(own, exprs, table, catalog);
}

/** Those for a schema go with it. */
function* defaultAclRows({ oid, schema }: DefaultAclDescriptor): Iterable<Dependency> {
  if (schema === 0) return;
  yield depends(addressOf(CLASS.defaultAcl, oid), addressOf(CLASS.schema, schema), "a");
}

/** What it brought goes with it, and not without it. */
function* extensionRows(object: ExtensionDescriptor): Iterable<Dependency> {
  const own = addressOf(CLASS.extension, object.oid);
  yield depends(own, addressOf(CLASS.schema, object.schema), "n");
  for (const member of object.members) yield depends(fromStored(member), own, "e");
}

const ROWS_OF: { readonly [K in CatalogObject["kind"]]?: RowsOf<K> } = {
  table: tableRows,
  view: viewRows,
  sequence: sequenceRows,
  type: typeRows,
  function: functionRows,
  operator: operatorRows,
  cast: castRows,
  collation: collationRows,
  statistics: statisticsRows,
  defaultAcl: defaultAclRows,
  extension: extensionRows,
};

function rowsOf<K extends CatalogObject["kind"]>(
  object: Extract<CatalogObject, { kind: K }>,
  catalog: Catalog,
): Iterable<Dependency> {
  const kind: K = object.kind as K;
  return ROWS_OF[kind]?.(object, catalog) ?? [];
}

/** Their rows follow from other objects as well. */
const READS_OTHERS: ReadonlySet<CatalogObject["kind"]> = new Set(["sequence", "statistics"]);

/** Of objects, which never change, in any image: expressions keep what their names mean (0056). */
const ofObjects = new WeakMap<CatalogObject, readonly Dependency[]>();

function ownRows(object: CatalogObject, catalog: Catalog): Iterable<Dependency> {
  if (READS_OTHERS.has(object.kind)) return rowsOf(object, catalog);
  const original = originalOf(object);
  let rows = ofObjects.get(original);
  if (rows === undefined) ofObjects.set(original, (rows = [...rowsOf(object, catalog)]));
  return rows;
}

function* defaultRows(found: AttributeDefault, catalog: Catalog): Iterable<Dependency> {
  const { oid, table, column, expression } = found;
  const own = addressOf(CLASS.default, oid);
  const type = column.generated === undefined ? "a" : "i";
  yield depends(own, addressOf(CLASS.relation, table.oid, column.number), type);
  for (const reference of expressionReferences(expression.expr, catalog.casts, entryOf(table))) {
    yield depends(own, fromStored(reference), "n");
  }
}

/** Of columns whose default has a number that stays, by their table's descriptor. */
const ofDefaults = new WeakMap<CatalogObject, Map<number, readonly Dependency[]>>();

function ownDefaultRows(found: AttributeDefault, catalog: Catalog): Iterable<Dependency> {
  const { table, column } = found;
  if (column.defaultOid === undefined) return defaultRows(found, catalog);
  const original = originalOf(table);
  let ofTable = ofDefaults.get(original);
  if (ofTable === undefined) ofDefaults.set(original, (ofTable = new Map()));
  let rows = ofTable.get(column.number);
  if (rows === undefined) ofTable.set(column.number, (rows = [...defaultRows(found, catalog)]));
  return rows;
}

function* rangeFunctionRows(catalog: Catalog): Iterable<Dependency> {
  for (const { oid, type, source } of rangeFunctions(catalog)) {
    const own = addressOf(CLASS.function, oid);
    yield depends(own, addressOf(CLASS.type, type), "i");
    if (source !== "multirange_constructor1") continue;
    yield depends(addressOf(CLASS.cast, oid), own, "i");
  }
}

function* allRows(catalog: Catalog): Iterable<Dependency> {
  yield* rangeFunctionRows(catalog);
  for (const object of catalog.objects.values()) yield* ownRows(object, catalog);
  for (const found of attributeDefaults(catalog)) yield* ownDefaultRows(found, catalog);
}

const known = new WeakMap<Catalog, readonly Dependency[]>();

/** Every dependency among objects of users, once per image. */
export function dependencyRows(catalog: Catalog): readonly Dependency[] {
  let rows = known.get(catalog);
  if (rows === undefined) {
    rows = [...allRows(catalog)];
    known.set(catalog, rows);
  }
  return rows;
}
