/** ALTER TABLE ADD PRIMARY KEY, UNIQUE and CHECK. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { refuseNulls, rewriteTable, validateRows } from "./backfill.ts";
import type { CheckDraft, ConstraintDraft, KeyDraft } from "./constraint-draft.ts";
import { draftTableConstraint } from "./constraint-draft.ts";
import { addIndex } from "./create-index.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, newOid } from "./ddl-context.ts";
import { toDescriptor } from "./index-definition.ts";
import { keyDefinition } from "./key-constraint.ts";
import { addForeignKey } from "./foreign-key.ts";
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
  if (draft.usingIndex !== undefined) throw featureNotSupported("ADD CONSTRAINT USING INDEX");
  if (draft.kind === "primary") return addPrimaryKey(context, table, draft);
  return addIndex(context, table, keyDefinition(context, table, draft));
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
  const place = { oid: await newOid(context), number: 0, constraintOid: await newOid(context) };
  const target: TableDescriptor = {
    ...table,
    storageId: await newOid(context),
    columns: table.columns.map((column) =>
      numbers.includes(column.number) ? { ...column, notNull: true } : column,
    ),
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
    table.checks.some((check) => check.name === name) ||
    table.indexes.some((index) => index.name === name);
  if (draft.name !== undefined && taken(draft.name)) {
    throw new SqlError(
      "42710",
      `constraint "${draft.name}" for relation "${table.name}" already exists`,
    );
  }
  const { expression, columns } = storeCheck(context, table, draft.node);
  const only = columns.length === 1 ? columns[0] : undefined;
  const name = draft.name ?? chooseName(table.name, only, "check", taken);
  const check = { oid: await newOid(context), name, expression };
  const changed = { ...table, checks: [...table.checks, check] };
  const holds = checkPredicate(context, changed, check);
  await validateRows(context, table, (row) => {
    if (holds(row)) return;
    throw new SqlError(
      "23514",
      `check constraint "${name}" of relation "${table.name}" is violated by some row`,
      { table: table.name, constraint: name },
    );
  });
  applyChanges(context, [{ put: changed }]);
  return changed;
}
