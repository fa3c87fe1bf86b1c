/**
 * ALTER TABLE ... ALTER COLUMN ... TYPE: rows and indexes are written anew with the converted value
 * (tablecmds.c, ATPrepAlterColumnType). Everything stored about the column is bound to the new type
 * BEFORE a row is read, so that what does not fit is said at once.
 */
import { allIndexes, mapIndexes } from "../catalog/table-indexes.ts";
import { SqlError } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import {
  baseTypeOid,
  collationOfType,
  compileExpr,
  findType,
  formatType,
  isUserType,
  typeOid,
  typeRow,
} from "@firstlight/sql";
import { BINDERS } from "../bind/binders.ts";
import { rememberCatalog } from "../bind/index-expressions.ts";
import { withoutPositions } from "../bind/errors.ts";
import { bindColumnExpression, bindDefault } from "../bind/schema-expressions.ts";
import { dependentsOf } from "../catalog/dependencies/find-dependents.ts";
import { describeObject } from "../catalog/dependencies/object-description.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { columnsOf } from "../catalog/virtual/expression-text.ts";
import { overStoredRow } from "../engine/stored-row-functions.ts";
import { asTag, child, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";
import { dimensionsOf } from "./column-draft.ts";
import { rewriteTable } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import { refuseTypes } from "./foreign-key.ts";
import { validateForeignKey } from "./foreign-key-validation.ts";
import { collateClauseOf } from "./collation-clause.ts";
import { columnNamed, refuseNondeterministic, refuseUnordered } from "./index-definition.ts";
import { type Retyping, retypedCheck, retypedIndex, retypedPart } from "./retyped-expressions.ts";
import { refuseRowTypeUsers } from "./type/row-type-users.ts";

const INT_MAX: ReadonlyMap<number, string> = new Map([
  [21, "32767"],
  [23, "2147483647"],
  [20, "9223372036854775807"],
]);

interface Retyped {
  readonly column: ColumnDescriptor;
  readonly changed: ColumnDescriptor;
  /** Over the old row. */
  readonly value: Expr;
}

/** All columns that one statement gives other types: each new value is made of the old row. */
export async function alterColumnTypes(
  context: DdlContext,
  table: TableDescriptor,
  commands: readonly ParseNode[],
  besideDrops = false,
): Promise<TableDescriptor> {
  if (besideDrops) for (const each of commands) columnToAlter(table, string(each, "name"));
  const all = commands.map((command) => retypedColumn(context, table, command));
  const twice = all.find(({ column }, at) => all.findIndex((e) => e.column === column) !== at);
  if (twice !== undefined) {
    const { name } = twice.column;
    throw new SqlError("0A000", `cannot alter type of column "${name}" twice`);
  }
  refuseRowTypeUsers(context, table);
  const target = await retyped(
    context,
    table,
    all.map(({ changed }) => changed),
  );
  await rewriteTable(context, table, target, converter(context, table, all));
  applyChanges(context, [{ put: target }]);
  for (const { column, changed } of all) {
    changeIdentity(context, column, changed.type);
    await revalidate(context, target, column.number);
  }
  return target;
}

/**
 * What is wrong with new types of columns is said before the first action is done
 * (ATPrepAlterColumnType), also of columns that another action drops.
 */
export function prepareRetypes(
  context: DdlContext,
  table: TableDescriptor,
  commands: readonly ParseNode[],
): void {
  for (const command of commands) preparedRetype(context, table, command);
}

function retypedColumn(context: DdlContext, table: TableDescriptor, command: ParseNode): Retyped {
  const prepared = preparedRetype(context, table, command);
  refuseUsers(context, table, prepared.column);
  return prepared;
}

function preparedRetype(context: DdlContext, table: TableDescriptor, command: ParseNode): Retyped {
  const definition = asTag(child(command, "def"), "ColumnDef") ?? {};
  const image = imageOf(context);
  const using = child(definition, "raw_default");
  if (using !== undefined) bindColumnExpression(using, table, transformOptions(context));
  const column = columnToAlter(table, string(command, "name"));
  if (column.generated !== undefined && using !== undefined) {
    const text = "cannot specify USING when altering type of generated column";
    const detail = `Column "${column.name}" is a generated column.`;
    throw new SqlError("42611", text, { detail });
  }
  const typeName = requiredChild(definition, "typeName");
  const type = withoutPositions(() => resolveTypeName(typeName, image, context.searchPath));
  const value = conversion(context, table, column, type, using);
  const { missing: _, dimensions: __, collation: ___, ...named } = column;
  // Both are of the type.
  const { storage: ____, compression: _____, ...present } = named;
  const collation = withoutPositions(() =>
    collateClauseOf(context, child(definition, "collClause"), type.type),
  );
  if (table.indexes.some(({ columns }) => columns.some((each) => each.column === column.number))) {
    refuseNondeterministic(collation.collation ?? collationOfType(type.type));
  }
  const kept = keptDefault(column);
  const changed = { ...present, ...kept, ...type, ...collation, ...dimensionsOf(typeName) };
  return { column, changed, value };
}

/** A literal stays what it was read as: a value of the old type. */
function keptDefault({ default: text, type }: ColumnDescriptor): { default?: string } {
  // That of a serial column is written as text.
  if (text === undefined || !text.startsWith("{")) return {};
  const arg = JSON.parse(text) as ParseNode;
  const constant = asTag(arg, "A_Const");
  if (constant === undefined || child(constant, "sval") === undefined) return {};
  const base = baseTypeOid(type);
  const name = { String: { sval: typeRow(base)?.name ?? "" } };
  const typeName = isUserType(base)
    ? { names: [name], typemod: -1, location: -1, typeOid: typeOid(base) }
    : { names: [{ String: { sval: "pg_catalog" } }, name], typemod: -1, location: -1 };
  return { default: JSON.stringify({ TypeCast: { arg, typeName, location: -1 } }) };
}

function columnToAlter(table: TableDescriptor, name: string): ColumnDescriptor {
  const column = columnNamed(table.columns, name);
  if (column !== undefined) return column;
  throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
}

/** Generated columns and views are made from the column as it is. */
function refuseUsers(context: DdlContext, table: TableDescriptor, column: ColumnDescriptor): void {
  const generated = table.columns.find((each) => {
    if (each.generated === undefined || each.dropped) return false;
    const expr = bindDefault(each, table, imageOf(context));
    return expr !== undefined && columnsOf(expr).includes(column.number);
  });
  if (generated !== undefined && generated.number !== column.number) {
    const text = "cannot alter type of a column used by a generated column";
    const detail = `Column "${column.name}" is used by generated column "${generated.name}".`;
    throw new SqlError("0A000", text, { detail });
  }
  const address = addressOf(CLASS.relation, table.oid, column.number);
  const dependents = dependentsOf(imageOf(context), address).map(({ object }) => object);
  const rule = dependents.find(({ classId }) => classId === CLASS.rule);
  const routine = dependents.find(({ classId }) => classId === CLASS.function);
  const scope = { image: imageOf(context), searchPath: context.searchPath };
  const detailOf = (object: ObjectAddress): { detail: string } => ({
    detail: `${describeObject(scope, object)} depends on column "${column.name}"`,
  });
  if (routine !== undefined) {
    const text = "cannot alter type of a column used by a function or procedure";
    throw new SqlError("0A000", text, detailOf(routine));
  }
  if (rule === undefined) return;
  const text = "cannot alter type of a column used by a view or rule";
  throw new SqlError("0A000", text, detailOf(rule));
}

function transformOptions(context: DdlContext): ReturnType<typeof optionsOf<"alterTransform">> {
  return optionsOf(context, "alterTransform");
}

/** The new value over the old row: USING, or the column itself, assigned to the new type. */
function conversion(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  type: { readonly type: number; readonly typmod: number },
  using: ParseNode | undefined,
): Expr {
  const node = using ?? { ColumnRef: { fields: [{ String: { sval: column.name } }] } };
  const options = transformOptions(context);
  // Errors of the expression itself are its own; what is left is that it does not fit.
  const given = bindColumnExpression(node, table, options);
  try {
    return bindColumnExpression(node, table, {
      ...options,
      column: { name: column.name, ...type },
    });
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== "42804") throw error;
    throw notCast(column, formatType(type.type), given, using !== undefined);
  }
}

function notCast(
  { name, generated }: ColumnDescriptor,
  type: string,
  given: Expr,
  isUsing: boolean,
): SqlError {
  if (isUsing) {
    const text = `result of USING clause for column "${name}" cannot be cast automatically to type ${type}`;
    return new SqlError("42804", text, { hint: "You might need to add an explicit cast." });
  }
  const text = `column "${name}" cannot be cast automatically to type ${type}`;
  if (given.type === 0 || generated !== undefined) return new SqlError("42804", text);
  const hint = `You might need to specify "USING ${name}::${type}".`;
  return new SqlError("42804", text, { hint });
}

/** The table with the columns' new types in all that is stored about them, in a new place. */
async function retyped(
  context: DdlContext,
  table: TableDescriptor,
  given: readonly ColumnDescriptor[],
): Promise<TableDescriptor> {
  const columns = table.columns.map(
    (each) => given.find(({ number }) => each.number === number) ?? each,
  );
  const changed = { ...table, columns, storageId: await newOid(context) };
  for (const column of given) {
    checkDefault(context, changed, column);
    for (const index of allIndexes(table)) {
      if (index.columns.some((each) => each.column === column.number)) refuseUnordered(column.type);
    }
  }
  const numbers = given.map(({ number }) => number);
  const retyping = { context, before: table, after: changed, columns: numbers };
  const checks = table.checks.map((check) => retypedCheck(retyping, check));
  const target = mapIndexes({ ...changed, checks }, (index) => retypedIndex(retyping, index));
  for (const key of table.foreignKeys ?? []) refuseReference(context, changed, key.columns, key);
  retypeStatistics(retyping);
  rememberCatalog(target, imageOf(context), BINDERS);
  return target;
}

function retypeStatistics(retyping: Retyping): void {
  const { context, after } = retyping;
  for (const object of statisticsObjects(imageOf(context), after)) {
    if (object.expressions === undefined) continue;
    const expressions = object.expressions.map((each) => {
      const { text, bound } = retypedPart(retyping, each.text, "statisticsExpression");
      return { ...each, text, type: bound.type, typmod: bound.typmod };
    });
    applyChanges(context, [{ put: { ...object, expressions } }]);
  }
}

function optionsOf<K extends "check" | "default" | "generated" | "alterTransform">(
  context: DdlContext,
  kind: K,
): {
  readonly catalog: ReturnType<typeof imageOf>;
  readonly kind: K;
  readonly searchPath: readonly string[];
  readonly evaluation: ReturnType<DdlContext["evaluation"]>;
} {
  const { searchPath } = context;
  return { catalog: imageOf(context), kind, searchPath, evaluation: context.evaluation() };
}

function checkDefault(context: DdlContext, table: TableDescriptor, column: ColumnDescriptor): void {
  if (column.default === undefined) return;
  const kind = column.generated === undefined ? "default" : "generated";
  try {
    bindColumnExpression(column.default, table, { ...optionsOf(context, kind), column });
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== "42804") throw error;
    const type = formatType(column.type);
    const what = column.generated === undefined ? "default" : "generation expression";
    const text = `${what} for column "${column.name}" cannot be cast automatically to type ${type}`;
    throw new SqlError("42804", text);
  }
}

function refuseReference(
  context: DdlContext,
  table: TableDescriptor,
  numbers: readonly number[],
  key: {
    readonly name: string;
    readonly parent: number;
    readonly parentColumns: readonly number[];
  },
): void {
  const stored = imageOf(context).objects.get(key.parent);
  const parent = key.parent === table.oid ? table : stored;
  if (parent?.kind !== "table") return;
  numbers.forEach((number, at) => {
    const own = table.columns[number - 1];
    const other = parent.columns[(key.parentColumns[at] ?? 0) - 1];
    if (own !== undefined && other !== undefined) refuseTypes(key.name, own, other);
  });
}

function converter(
  context: DdlContext,
  table: TableDescriptor,
  all: readonly Retyped[],
): (values: Row) => Row {
  const schema = schemaName(imageOf(context), table);
  const evaluation = context.evaluation();
  const computed = all.map(({ column, value }) => ({
    column,
    compute: compileExpr(overStoredRow(value)),
  }));
  return (values) => {
    const row = [...values];
    for (const { column, compute } of computed) {
      const value = compute(values, evaluation);
      row[column.number - 1] = value;
      if (column.notNull && value === null) {
        const text = `column "${column.name}" of relation "${table.name}" contains null values`;
        throw new SqlError("23502", text, { schema, table: table.name, column: column.name });
      }
    }
    return row;
  };
}

/** The sequence of an identity column counts as far as the column holds. */
function changeIdentity(context: DdlContext, column: ColumnDescriptor, type: number): void {
  if (column.identity === undefined || column.sequence === undefined) return;
  const sequence = imageOf(context).objects.get(column.sequence);
  const max = INT_MAX.get(type);
  if (sequence?.kind !== "sequence") return;
  if (max === undefined || findType(type) === undefined) {
    throw new SqlError("22023", "identity column type must be smallint, integer, or bigint");
  }
  const whole = sequence.max === INT_MAX.get(sequence.dataType);
  applyChanges(context, [
    { put: { ...sequence, dataType: type, max: whole ? max : sequence.max } },
  ]);
}

/** Foreign keys on the column, and those that refer to it, over the converted values. */
async function revalidate(
  context: DdlContext,
  table: TableDescriptor,
  number: number,
): Promise<void> {
  for (const key of table.foreignKeys ?? []) {
    if (key.columns.includes(number) && key.validated) {
      await validateForeignKey(context, table, key);
    }
  }
  for (const { child: other, key } of referencesTo(imageOf(context), table.oid)) {
    if (!key.parentColumns.includes(number)) continue;
    refuseReference(context, other, key.columns, key);
    if (key.validated) await validateForeignKey(context, other, key);
  }
}
