/** 23503 in PostgreSQL's words (ri_ReportViolation). */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../../catalog/descriptors.ts";
import { schemaName } from "../../catalog/schema-name.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import type { ExecutionContext } from "../executable.ts";
import { valueText } from "../row-constraints.ts";

type ErrorContext = Pick<ExecutionContext, "catalog" | "evaluation">;

function keyText(context: ErrorContext, side: Side, values: readonly Datum[]): string {
  const names = columnsOf(side).map((column) => column?.name ?? "");
  const texts = columnsOf(side).map((column, at) =>
    valueText(values[at] ?? null, column?.type ?? 0, context.evaluation),
  );
  return `Key (${names.join(", ")})=(${texts.join(", ")})`;
}

interface Side {
  readonly table: TableDescriptor;
  readonly numbers: readonly number[];
}

function columnsOf({ table, numbers }: Side): (ColumnDescriptor | undefined)[] {
  return numbers.map((number) => table.columns[number - 1]);
}

function fieldsOf(context: ErrorContext, { child, key }: Reference): Record<string, string> {
  const schema = schemaName(context.catalog, child);
  return { schema, table: child.name, constraint: key.name };
}

export function missingParent(
  context: ErrorContext,
  reference: Reference,
  parent: TableDescriptor,
  values: readonly Datum[],
): SqlError {
  const { child, key } = reference;
  const text = `insert or update on table "${child.name}" violates foreign key constraint "${key.name}"`;
  const detail = `${keyText(context, { table: child, numbers: key.columns }, values)} is not present in table "${parent.name}".`;
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}

export function mixedNulls(context: ErrorContext, reference: Reference): SqlError {
  const { child, key } = reference;
  const text = `insert or update on table "${child.name}" violates foreign key constraint "${key.name}"`;
  const detail = "MATCH FULL does not allow mixing of null and nonnull key values.";
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}

/** `values` are those of the parent. */
export function stillReferenced(
  context: ErrorContext,
  reference: Reference,
  parent: TableDescriptor,
  values: readonly Datum[],
): SqlError {
  const { child, key } = reference;
  const text = `update or delete on table "${parent.name}" violates foreign key constraint "${key.name}" on table "${child.name}"`;
  const owner = { table: parent, numbers: key.parentColumns };
  const detail = `${keyText(context, owner, values)} is still referenced from table "${child.name}".`;
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}
