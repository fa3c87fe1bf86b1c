/** ALTER TABLE ADD PRIMARY KEY, UNIQUE and CHECK. */
import { withoutPositions } from "../bind/errors.ts";
import type { Row } from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import { schemaName } from "../catalog/schema-name.ts";
import type { CheckDescriptor, IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { positionedAt } from "../bind/errors.ts";
import { asTag, child } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { fillIndex, refuseNulls, rewriteTable, validateRows } from "./backfill.ts";
import type { CheckDraft, ConstraintDraft, KeyDraft } from "./constraint-draft.ts";
import { checkMarks, draftTableConstraint } from "./constraint-draft.ts";
import { addIndex } from "./create-index.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import { ordersRows, toDescriptor } from "./index-definition.ts";
import { keyDefinition } from "./key-constraint.ts";
import { addForeignKey, isConstraintName } from "./foreign-key.ts";
import { chooseName } from "./object-names.ts";
import { checkPredicate, storeCheck } from "./stored-expression.ts";

export function addConstraint(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const node = asTag(child(command, "def"), "Constraint");
  if (node === undefined) throw new SqlError("42601", "ADD CONSTRAINT without a constraint");
  return addConstraintDraft(context, table, draftTableConstraint(node));
}

export async function addConstraintDraft(
  context: DdlContext,
  table: TableDescriptor,
  draft: ConstraintDraft,
): Promise<TableDescriptor> {
  if (draft.kind === "check") return addCheck(context, table, draft);
  if (draft.kind === "foreign") return addForeignKey(context, table, draft, false);
  if (draft.usingIndex !== undefined) return useIndex(context, table, draft);
  refuseConstraintName(table, draft.name);
  if (draft.kind === "primary") return addPrimaryKey(context, table, draft);
  return addIndex(context, table, keyDefinition(context, table, draft));
}

/** An index of that name is found to exist later, as a relation. */
function refuseConstraintName(table: TableDescriptor, name: string | undefined): void {
  if (name === undefined || !isConstraintName(table, name)) return;
  if (table.indexes.some((index) => index.name === name)) return;
  const text = `constraint "${name}" for relation "${table.name}" already exists`;
  throw new SqlError("42710", text);
}

/** The rows move to a new place, in the order of the key. */
async function addPrimaryKey(
  context: DdlContext,
  table: TableDescriptor,
  draft: KeyDraft,
): Promise<TableDescriptor> {
  if (table.indexes.some((index) => index.primary)) {
    throw new SqlError("42P16", `multiple primary keys for table "${table.name}" are not allowed`);
  }
  const definition = keyDefinition(context, table, draft);
  const numbers = definition.columns.map((column) => column.column);
  const nullable = numbers.filter((number) => !table.columns[number - 1]?.notNull);
  if (nullable.length > 0) await refuseNulls(context, table, nullable);
  const columns = table.columns.map((column) =>
    numbers.includes(column.number) ? { ...column, notNull: true } : column,
  );
  if (!ordersRows(definition)) return addIndex(context, { ...table, columns }, definition);
  const place = { oid: await newOid(context), number: 0, constraintOid: await newOid(context) };
  const target: TableDescriptor = {
    ...table,
    storageId: await newOid(context),
    columns,
    indexes: [toDescriptor(definition, place), ...table.indexes],
  };
  await rewriteTable(context, table, target);
  applyChanges(context, [{ put: target }]);
  return target;
}

async function addCheck(
  context: DdlContext,
  table: TableDescriptor,
  draft: CheckDraft,
): Promise<TableDescriptor> {
  const taken = (name: string): boolean =>
    isConstraintName(table, name) || table.indexes.some((index) => index.name === name);
  if (draft.name !== undefined && isConstraintName(table, draft.name)) {
    throw new SqlError(
      "42710",
      `constraint "${draft.name}" for relation "${table.name}" already exists`,
    );
  }
  const { expression, columns } = withoutPositions(() => storeCheck(context, table, draft.node));
  const only = columns.length === 1 ? columns[0] : undefined;
  const name = draft.name ?? chooseName(table.name, only, "check", taken);
  const check = { oid: await newOid(context), name, expression, ...checkMarks(draft) };
  const changed = { ...table, checks: [...table.checks, check] };
  if (!draft.notValid) await validateCheck(context, changed, check);
  applyChanges(context, [{ put: changed }]);
  return changed;
}

/** 23514 for the first row that fails it. */
export async function validateCheck(
  context: DdlContext,
  table: TableDescriptor,
  check: CheckDescriptor,
): Promise<void> {
  await validateRows(context, table, checkJudge(context, table, check));
}

export function checkJudge(
  context: DdlContext,
  table: TableDescriptor,
  check: CheckDescriptor,
): (row: Row) => void {
  const holds = checkPredicate(context, table, check);
  const schema = schemaName(imageOf(context), table);
  return (row) => {
    if (holds(row)) return;
    throw new SqlError(
      "23514",
      `check constraint "${check.name}" of relation "${table.name}" is violated by some row`,
      { schema, table: table.name, constraint: check.name },
    );
  };
}

/** ADD CONSTRAINT ... USING INDEX: the index becomes the constraint's, and gets its name. */
async function useIndex(
  context: DdlContext,
  table: TableDescriptor,
  draft: KeyDraft,
): Promise<TableDescriptor> {
  const from = draft.usingIndex ?? "";
  const index = positionedAt(draft.location, () => usableIndex(table, from));
  const primary = draft.kind === "primary";
  if (primary && table.indexes.some((each) => each.primary)) {
    throw new SqlError("42P16", `multiple primary keys for table "${table.name}" are not allowed`);
  }
  const name = draft.name ?? from;
  if (name !== from) {
    const text = `ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index "${from}" to "${name}"`;
    context.session.notice("NOTICE", "00000", text);
  }
  const numbers = index.columns.map((each) => each.column);
  const nullable = numbers.filter((number) => !table.columns[number - 1]?.notNull);
  if (primary && nullable.length > 0) await refuseNulls(context, table, nullable);
  const constraint = { oid: await newOid(context), name };
  const used: IndexDescriptor =
    draft.deferrable === undefined
      ? { ...index, name, primary, constraint }
      : // Its entries are of another form.
        { ...index, name, primary, constraint, unique: false, number: table.nextIndex };
  const { deferrable } = draft;
  const replacement = deferrable === undefined ? used : { ...used, deferrable };
  const indexes = table.indexes.map((each) => (each === index ? replacement : each));
  const nextIndex = Math.max(table.nextIndex, replacement.number + 1);
  const columns = table.columns.map((column) =>
    primary && numbers.includes(column.number) ? { ...column, notNull: true } : column,
  );
  const changed = { ...table, columns, indexes, nextIndex };
  if (replacement.number !== index.number) await fillIndex(context, changed, replacement);
  applyChanges(context, [{ put: changed }]);
  return changed;
}

function usableIndex(table: TableDescriptor, name: string): IndexDescriptor {
  const index = table.indexes.find((each) => each.name === name);
  if (table.building?.some((each) => each.index.name === name) === true) {
    throw new SqlError("55000", `index "${name}" is not valid`);
  }
  if (index === undefined) throw new SqlError("42704", `index "${name}" does not exist`);
  refuseIndex(index, name);
  return index;
}

function refuseIndex(index: IndexDescriptor, name: string): void {
  const refuse = (text: string, detail: string): never => {
    throw new SqlError("42809", text, { detail });
  };
  const cannot = "Cannot create a primary key or unique constraint using such an index.";
  if (index.constraint !== undefined) {
    throw new SqlError("55000", `index "${name}" is already associated with a constraint`);
  }
  if (!index.unique) refuse(`"${name}" is not a unique index`, cannot);
  if (index.columns.some((each) => each.expression !== undefined)) {
    refuse(`index "${name}" contains expressions`, cannot);
  }
  if (index.predicate !== undefined) refuse(`"${name}" is a partial index`, cannot);
  if (index.columns.some((each) => each.descending || each.nullsFirst)) {
    refuse(`index "${name}" column number 1 does not have default sorting behavior`, cannot);
  }
}
