/** 23503 in PostgreSQL's words (ri_ReportViolation). */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import type { ExecutionContext } from "../executable.ts";
import { valueText } from "../row-constraints.ts";

type ErrorContext = Pick<ExecutionContext, "catalog" | "evaluation">;

function keyText(
  context: ErrorContext,
  table: TableDescriptor,
  numbers: readonly number[],
  values: readonly Datum[],
): string {
  const columns = numbers.map((number) => table.columns[number - 1]);
  const names = columns.map((column) => column?.name ?? "").join(", ");
  const texts = columns.map((column, at) =>
    valueText(values[at] ?? null, column?.type ?? 0, context.evaluation),
  );
  return `Key (${names})=(${texts.join(", ")})`;
}

function fieldsOf(context: ErrorContext, { child, key }: Reference): Record<string, string> {
  const schema = context.catalog.schemaByOid(child.schema)?.name ?? "";
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
  const detail = `${keyText(context, child, key.columns, values)} is not present in table "${parent.name}".`;
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}

export function mixedNulls(context: ErrorContext, reference: Reference): SqlError {
  const { child, key } = reference;
  const text = `insert or update on table "${child.name}" violates foreign key constraint "${key.name}"`;
  const detail = "MATCH FULL does not allow mixing of null and nonnull key values.";
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}

export function stillReferenced(
  context: ErrorContext,
  reference: Reference,
  parent: TableDescriptor,
  values: readonly Datum[],
): SqlError {
  const { child, key } = reference;
  const text = `update or delete on table "${parent.name}" violates foreign key constraint "${key.name}" on table "${child.name}"`;
  const detail = `${keyText(context, parent, key.parentColumns, values)} is still referenced from table "${child.name}".`;
  return new SqlError("23503", text, { detail, ...fieldsOf(context, reference) });
}
