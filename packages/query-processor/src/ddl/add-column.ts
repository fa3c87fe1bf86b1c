/**
 * ALTER TABLE ADD COLUMN. Stored rows are left as they are: they are shorter than the new
 * descriptor, and reading supplies the default as it was when the column was added, unless that is
 * volatile; then the rows are rewritten.
 */
import { refuseRowTypeUsers } from "./type/row-type-users.ts";
import { SqlError } from "@firstlight/common";
import { schemaName } from "../catalog/schema-name.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { withoutPositions } from "../bind/errors.ts";
import { asTag, child, flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addConstraintDraft } from "./add-constraint.ts";
import { rewriteTable, validateRows } from "./backfill.ts";
import { draftColumn } from "./column-draft.ts";
import type { DdlContext } from "./ddl-context.ts";
import { numberDefault } from "./number-defaults.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";
import { createOwnedSequence } from "./sequence.ts";
import { missingText, newColumnValues } from "./stored-expression.ts";

export async function addColumn(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): Promise<TableDescriptor> {
  const node = asTag(child(command, "def"), "ColumnDef");
  if (node === undefined) throw new SqlError("42601", "ADD COLUMN without a column");
  const name = string(node, "colname");
  if (SYSTEM_COLUMNS.has(name)) {
    throw new SqlError("42701", `column name "${name}" conflicts with a system column name`);
  }
  if (columnNamed(table.columns, name) !== undefined) {
    const text = `column "${name}" of relation "${table.name}" already exists`;
    if (!flag(command, "missing_ok")) throw new SqlError("42701", text);
    context.session.notice("NOTICE", "42701", `${text}, skipping`);
    return table;
  }
  const draft = draftColumn(context, table, node, table.nextColumn, undefined, true);
  let column = draft.column;
  if (draft.sequence !== undefined) {
    const sequence = await createOwnedSequence(context, table, column, draft.sequence);
    column = { ...column, notNull: true, sequence: sequence.oid };
    if (column.identity === undefined) {
      column = { ...column, default: `nextval('${sequence.oid}'::regclass)` };
    }
  }
  const widened = widen(table, { ...column, generated: "stored" });
  const finished = withoutPositions(() => draft.finish?.(widened, column)) ?? column;
  let changed = await placeColumn(context, table, await numberDefault(context, finished));
  for (const constraint of draft.constraints) {
    changed = await addConstraintDraft(context, changed, constraint);
  }
  return changed;
}

function widen(table: TableDescriptor, column: ColumnDescriptor): TableDescriptor {
  return { ...table, columns: [...table.columns, column], nextColumn: column.number + 1 };
}

async function placeColumn(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
): Promise<TableDescriptor> {
  const missing = missingText(context, widen(table, column), column);
  if (missing.kind === "volatile" || missing.text !== undefined) {
    refuseRowTypeUsers(context, table);
  }
  if (missing.kind === "constant") {
    await refuseEmptyNotNull(context, table, column, missing.text);
    const stored = missing.text === undefined ? column : { ...column, missing: missing.text };
    const changed = widen(table, stored);
    applyChanges(context, [{ put: changed }]);
    return changed;
  }
  const target = { ...widen(table, column), storageId: await newOid(context) };
  let rowCount = 0;
  await validateRows(context, table, () => {
    rowCount++;
  });
  const valueFor = await newColumnValues(context, target, column, rowCount);
  await rewriteTable(context, table, target, (row) => [...row, valueFor(row)]);
  applyChanges(context, [{ put: target }]);
  return target;
}

async function refuseEmptyNotNull(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  missing: string | undefined,
): Promise<void> {
  if (!column.notNull || missing !== undefined) return;
  await validateRows(context, table, () => {
    throw new SqlError(
      "23502",
      `column "${column.name}" of relation "${table.name}" contains null values`,
      { schema: schemaName(imageOf(context), table), table: table.name, column: column.name },
    );
  });
}
