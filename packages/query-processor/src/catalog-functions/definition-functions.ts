/** pg_get_indexdef, pg_get_constraintdef and their kin: definitions as SQL text. */
import { collationText } from "@firstlight/sql";
import { isUnique } from "../catalog/table-indexes.ts";
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { quoteIdentifier, quoting } from "@firstlight/sql";
import { constraintByOid } from "../catalog/constraints-by-oid.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type {
  ForeignKeyDescriptor,
  IndexColumn,
  IndexDescriptor,
  ReferentialAction,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { shownInclude } from "../catalog/system-catalog.ts";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { indexPredicate } from "../bind/index-expressions.ts";
import { attributeDefaults } from "../catalog/virtual/attribute-defaults.ts";
import { domainCheckText, domainDefaultExpression } from "../catalog/virtual/domain-text.ts";
import type { PrintOptions, StoredExpression } from "../catalog/virtual/expression-text.ts";
import { checkExpression, printExpression } from "../catalog/virtual/expression-text.ts";
import {
  indexKeyTexts,
  indexPredicateText,
  indexExpressionsText,
} from "../catalog/virtual/index-text.ts";
import { statisticsObjects, statisticsTree } from "../catalog/virtual/statistics-text.ts";
import {
  systemConstraints,
  systemIndexColumns,
  systemIndexes,
} from "../catalog/virtual/system-indexes.ts";
import { systemViewDefinition } from "../catalog/virtual/system-views.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { asView, viewDefinition } from "../deparse/view-definition.ts";
import { functionBody, functionDefinition } from "./function-definition.ts";
import { indexByOid, qualifiedName, relationName } from "./object-names.ts";
import { noRelation, registeredObjectName, relationOid } from "./registered-objects.ts";

function columnName(table: TableDescriptor, number: number): string {
  return quoteIdentifier(table.columns[number - 1]?.name ?? "");
}

function orderText(key: IndexColumn): string {
  const named = systemRows("pg_opclass").find((row) => row["oid"] === key.operatorClass);
  const className = named?.["opcname"];
  const operatorClass = typeof className === "string" ? ` ${quoteIdentifier(className)}` : "";
  const direction = key.descending ? " DESC" : "";
  const nulls =
    key.nullsFirst === key.descending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST";
  const collation = key.collation === undefined ? "" : ` COLLATE ${collationText(key.collation)}`;
  return `${collation}${operatorClass}${direction}${nulls}`;
}

function keyTexts(
  call: CatalogCall,
  table: TableDescriptor,
  index: IndexDescriptor,
  pretty: boolean,
): string[] {
  return indexKeyTexts(table, index, printOptions(call, pretty));
}

function includeText(call: CatalogCall, table: TableDescriptor, index: IndexDescriptor): string {
  const include = shownInclude(call.image.system.shape, table, index);
  if (include.length === 0) return "";
  return ` INCLUDE (${include.map((number) => columnName(table, number)).join(", ")})`;
}

function indexDefinition(
  call: CatalogCall,
  table: TableDescriptor,
  index: IndexDescriptor,
  pretty: boolean,
): string {
  const unique = isUnique(index) ? "UNIQUE " : "";
  const on = pretty ? (relationName(call, table.oid) ?? "") : qualifiedName(call.image, table);
  const texts = keyTexts(call, table, index, pretty);
  const keys = index.columns.map((key, at) => `${texts[at] ?? ""}${orderText(key)}`).join(", ");
  const nulls = index.nullsDistinct ? "" : " NULLS NOT DISTINCT";
  const name = quoteIdentifier(index.name);
  const predicate = indexPredicateText(table, index, printOptions(call, pretty));
  const condition = predicate === undefined ? "" : ` WHERE ${predicate}`;
  const method = quoteIdentifier(call.image.system.shape.indexMethod.name);
  return `CREATE ${unique}INDEX ${name} ON ${on} USING ${method} (${keys})${includeText(call, table, index)}${nulls}${storageText(index)}${condition}`;
}

/** flatten_reloptions */
function storageText({ storage = [] }: IndexDescriptor): string {
  if (storage.length === 0) return "";
  const texts = storage.map((each) => {
    const [name = "", value = ""] = each.split("=");
    const written = quoteIdentifier(value) === value ? value : `'${value}'`;
    return `${quoteIdentifier(name)}=${written}`;
  });
  return ` WITH (${texts.join(", ")})`;
}

function systemIndexDef(oid: Datum | undefined, column: Datum | undefined): Datum {
  const index = typeof oid === "number" ? systemIndexes().get(oid) : undefined;
  if (index === undefined) return null;
  if (typeof column !== "number" || column === 0) return index.definition;
  return systemIndexColumns(index)[column - 1]?.name ?? "";
}

const indexDef: CatalogFunction = (call, [oid, column, pretty]) => {
  const found = typeof oid === "number" ? indexByOid(call.image, oid) : undefined;
  if (found === undefined) return systemIndexDef(oid, column);
  const { table, index } = found;
  if (typeof column !== "number" || column === 0) {
    return indexDefinition(call, table, index, pretty === true);
  }
  const key = keyTexts(call, table, index, pretty === true)[column - 1];
  if (key !== undefined) return key;
  const include = shownInclude(call.image.system.shape, table, index);
  const number = include[column - 1 - index.columns.length];
  return number === undefined ? "" : columnName(table, number);
};

function keyConstraint(call: CatalogCall, table: TableDescriptor, index: IndexDescriptor): string {
  const kind = index.primary
    ? "PRIMARY KEY"
    : `UNIQUE${index.nullsDistinct ? "" : " NULLS NOT DISTINCT"}`;
  const names = index.columns.map((each) => columnName(table, each.column)).join(", ");
  const when =
    index.deferrable === undefined
      ? ""
      : ` DEFERRABLE${index.deferrable.initiallyDeferred ? " INITIALLY DEFERRED" : ""}`;
  return `${kind} (${names})${includeText(call, table, index)}${when}`;
}

const ACTION_WORDS = {
  noAction: "",
  restrict: "RESTRICT",
  cascade: "CASCADE",
  setNull: "SET NULL",
  setDefault: "SET DEFAULT",
} as const;

function actionText(event: string, action: ReferentialAction): string {
  const words = ACTION_WORDS[action];
  return words === "" ? "" : ` ON ${event} ${words}`;
}

function foreignKeyText(
  call: CatalogCall,
  table: TableDescriptor,
  key: ForeignKeyDescriptor,
): string {
  const parent = call.image.objects.get(key.parent);
  const names = (of: TableDescriptor, numbers: readonly number[]): string =>
    numbers.map((number) => columnName(of, number)).join(", ");
  const parentNames = parent?.kind === "table" ? names(parent, key.parentColumns) : "";
  const set = key.setColumns === undefined ? "" : ` (${names(table, key.setColumns)})`;
  return [
    `FOREIGN KEY (${names(table, key.columns)})`,
    ` REFERENCES ${relationName(call, key.parent) ?? ""}(${parentNames})`,
    key.match === "full" ? " MATCH FULL" : "",
    actionText("UPDATE", key.onUpdate),
    actionText("DELETE", key.onDelete),
    set,
    key.deferrable ? " DEFERRABLE" : "",
    key.initiallyDeferred ? " INITIALLY DEFERRED" : "",
    key.validated ? "" : " NOT VALID",
  ].join("");
}

function domainConstraint(call: CatalogCall, oid: Datum | undefined, pretty: boolean): Datum {
  const system = typeof oid === "number" ? systemConstraints().get(oid) : undefined;
  if (system !== undefined) return pretty ? system.pretty : system.definition;
  for (const type of call.image.objects.values()) {
    if (type.kind !== "type" || type.definition.kind !== "domain") continue;
    const check = type.definition.checks.find((each) => each.oid === oid);
    if (check === undefined) continue;
    return domainCheckText(call.image, type, check, printOptions(call, pretty));
  }
  return null;
}

const constraintDef: CatalogFunction = (call, [oid, pretty]) => {
  const found = constraintByOid(call.image, Number(oid));
  if (found === undefined) return domainConstraint(call, oid, pretty === true);
  if (found.kind === "key") return keyConstraint(call, found.table, found.index);
  if (found.kind === "foreignKey") return foreignKeyText(call, found.table, found.key);
  const stored = checkExpression(found.check, found.table, call.image);
  const inherit = found.check.noInherit === true ? " NO INHERIT" : "";
  const valid = found.check.notValid === true ? " NOT VALID" : "";
  return `CHECK (${printed(call, stored, pretty === true)})${inherit}${valid}`;
};

type Stored = ReadonlyMap<string, StoredExpression>;

const storedByText = new WeakMap<CatalogImage, Stored>();

const textKey = (table: number, text: string): string => `${table} ${text}`;

/** The condition of a partial index is in pg_index.indpred. */
function addIndexTexts(
  table: TableDescriptor,
  index: IndexDescriptor,
  add: (stored: StoredExpression) => void,
): void {
  const predicate = indexPredicate(table, index);
  const text = indexPredicateText(table, index);
  if (predicate !== undefined && text !== undefined) add({ expr: predicate, table, text });
}

function collectStored(image: CatalogImage): Stored {
  const found = new Map<string, StoredExpression>();
  const add = (stored: StoredExpression): void => {
    found.set(textKey(stored.table.oid, stored.text), stored);
  };
  for (const each of attributeDefaults(image)) add(each.expression);
  for (const table of image.objects.values()) {
    const domainDefault = table.kind === "type" ? domainDefaultExpression(image, table) : undefined;
    if (domainDefault !== undefined) add(domainDefault);
    if (table.kind !== "table") continue;
    for (const check of table.checks) add(checkExpression(check, table, image));
    for (const index of table.indexes) addIndexTexts(table, index, add);
  }
  return found;
}

function storedExpressions(image: CatalogImage): Stored {
  let stored = storedByText.get(image);
  if (stored === undefined) {
    // Found by their texts as the catalogs have them.
    stored = quoting(false, () => collectStored(image));
    storedByText.set(image, stored);
  }
  return stored;
}

export function printOptions(call: CatalogCall, pretty: boolean): PrintOptions {
  const objectName: PrintOptions["objectName"] = (type, oid) =>
    registeredObjectName(call, type, oid);
  return { pretty, format: call.format, objectName };
}

function printed(call: CatalogCall, stored: StoredExpression, pretty: boolean): string {
  return printExpression(stored, printOptions(call, pretty));
}

/** pg_index.indexprs, pg_statistic_ext.stxexprs: all expressions of one object in one text. */
function joinedExpressions(
  call: CatalogCall,
  oid: number,
  tree: string,
  pretty: boolean,
): string | undefined {
  const table = call.image.objects.get(oid);
  if (table?.kind !== "table") return undefined;
  const statistics = statisticsObjects(call.image, table).find(
    (each) => quoting(false, () => statisticsTree(call.image, each)) === tree,
  );
  if (statistics !== undefined) {
    return statisticsTree(call.image, statistics, printOptions(call, pretty));
  }
  const index = table.indexes.find(
    (each) => quoting(false, () => indexExpressionsText(table, each)) === tree,
  );
  return index && indexExpressionsText(table, index, printOptions(call, pretty));
}

/** pg_node_tree holds text here; the expression that it belongs to is printed for the session. */
const getExpr: CatalogFunction = (call, [tree, relation, pretty]) => {
  if (typeof tree !== "string" || typeof relation !== "number") return null;
  const stored = storedExpressions(call.image).get(textKey(relation, tree));
  if (stored !== undefined) return printed(call, stored, pretty === true);
  return joinedExpressions(call, relation, tree, pretty === true) ?? tree;
};

/** The place of a column in an index, for columns that a foreign key refers to. */
const indexPosition: CatalogFunction = (call, [oid, column]) => {
  const found = typeof oid === "number" ? indexByOid(call.image, oid) : undefined;
  const at = found?.index.columns.findIndex((each) => each.column === column) ?? -1;
  return at < 0 ? null : at + 1;
};

const SCREEN_COLUMNS = 0;

/** The second argument: pretty or not, or the column to wrap at. */
const viewDef: CatalogFunction = (call, [which, style]) => {
  const oid = typeof which === "string" ? relationOid(call, which) : which;
  if (typeof which === "string" && oid === undefined) throw noRelation(call, which);
  const relation = typeof oid === "number" ? call.image.relationByOid(oid) : undefined;
  const pretty = style === true || typeof style === "number";
  if (typeof oid === "number" && oid < FIRST_USER_OID) {
    return systemViewDefinition(oid, pretty) ?? null;
  }
  if (relation?.kind !== "view" && relation?.kind !== "table") return null;
  const view = asView(relation);
  if (view === undefined) return null;
  const wrap = typeof style === "number" ? style : SCREEN_COLUMNS;
  return viewDefinition(call, view, { pretty, wrap });
};

/** The only rules are those of views, with the numbers that pg_rewrite has for them. */
const ruleDef: CatalogFunction = (call, [oid, style]) => {
  for (const object of call.image.objects.values()) {
    if (object.kind !== "view" && object.kind !== "table") continue;
    const rule = object.kind === "view" ? object.ruleOid : object.materialized?.ruleOid;
    const view = rule === oid ? asView(object) : undefined;
    if (view === undefined) continue;
    const pretty = style === true;
    const name = pretty
      ? (relationName(call, object.oid) ?? object.name)
      : qualifiedName(call.image, object);
    const query = viewDefinition(call, view, { pretty, wrap: SCREEN_COLUMNS });
    return `CREATE RULE "_RETURN" AS\n    ON SELECT TO ${name} DO INSTEAD ${query}`;
  }
  return null;
};

const serialSequence: CatalogFunction = (call, [tableName, column]) => {
  if (typeof tableName !== "string" || typeof column !== "string") return null;
  const oid = relationOid(call, tableName);
  const table = oid === undefined ? undefined : call.image.relationByOid(oid);
  if (table === undefined) throw noRelation(call, tableName);
  const columns = table.kind === "sequence" ? [] : table.columns;
  const at = columns.findIndex(
    (each) => each.name === column && !("dropped" in each && each.dropped),
  );
  if (at < 0) {
    const name = "name" in table ? table.name : tableName;
    throw new SqlError("42703", `column "${column}" of relation "${name}" does not exist`);
  }
  for (const object of call.image.objects.values()) {
    const owner = object.kind === "sequence" ? object.ownedBy : undefined;
    if (object.kind !== "sequence" || owner?.table !== table.oid) continue;
    if (owner.column === at + 1) return qualifiedName(call.image, object);
  }
  return null;
};

const nothing: CatalogFunction = () => null;

export const DEFINITION_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_get_indexdef: indexDef,
  _pg_index_position: indexPosition,
  pg_get_constraintdef: constraintDef,
  pg_get_expr: getExpr,
  pg_get_viewdef: viewDef,
  pg_get_serial_sequence: serialSequence,
  pg_get_functiondef: functionDefinition,
  pg_get_function_sqlbody: functionBody,
  pg_get_ruledef: ruleDef,
  pg_get_triggerdef: nothing,
  pg_get_partkeydef: nothing,
  pg_get_partition_constraintdef: nothing,
};
