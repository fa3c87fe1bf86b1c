/**
 * What a row must satisfy on its own: NOT NULL and CHECK, with PostgreSQL's messages.
 */
import { SqlError } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { datumText } from "../plan/codec.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { RowLimit } from "./row-limits.ts";
import { rowLimit } from "./row-limits.ts";

export interface CompiledCheck {
  readonly name: string;
  /** The check option of a view of that name. */
  readonly ofView?: boolean;
  /** False only when the condition is false: NULL passes. */
  readonly holds: (row: Row, context: EvaluationContext) => boolean;
}

/** PostgreSQL cuts each value at 64 bytes (ExecBuildSlotValueDescription). */
const VALUE_BYTES_MAX = 64;

/** Cut at a character, which is seen. */
export function shortened(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.toString("utf8", 0, end)}...`;
}

export function valueText(value: Datum, type: number, context: EvaluationContext): string {
  return value === null ? "null" : datumText(value, type, context);
}

export function failingRow(
  table: TableDescriptor,
  values: Row,
  context: EvaluationContext,
): string {
  const texts: string[] = [];
  table.columns.forEach((column, at) => {
    if (column.dropped) return;
    const text = valueText(values[at] ?? null, column.type, context);
    texts.push(shortened(text, VALUE_BYTES_MAX));
  });
  return `Failing row contains (${texts.join(", ")}).`;
}

/** What a row is judged by. */
export interface RowJudge {
  readonly layout: TableLayout;
  /** Name of the table's schema, for errors. */
  readonly schema: string;
  readonly checks: readonly CompiledCheck[];
  readonly evaluation: EvaluationContext;
  /** Of the profile; undefined: rows may be of any size. */
  readonly limit?: RowLimit | undefined;
}

export function judgeOf(
  catalog: Catalog,
  evaluation: EvaluationContext,
  table: TableDescriptor,
  checks: readonly CompiledCheck[],
): RowJudge {
  const limit = rowLimit(catalog.profile.limits, table);
  const schema = schemaName(catalog, table);
  return { layout: tableLayout(table), schema, checks, evaluation, limit };
}

function notNullViolation(judge: RowJudge, position: number, values: Row): SqlError {
  const { schema, evaluation: context } = judge;
  const { table } = judge.layout;
  const column = table.columns[position]?.name ?? "";
  return new SqlError(
    "23502",
    `null value in column "${column}" of relation "${table.name}" violates not-null constraint`,
    { detail: failingRow(table, values, context), schema, table: table.name, column },
  );
}

export function checkRow(judge: RowJudge, values: Row): void {
  const { layout, checks, evaluation: context } = judge;
  for (const position of layout.notNull) {
    if ((values[position] ?? null) === null) {
      throw notNullViolation(judge, position, values);
    }
  }
  for (const check of checks) {
    if (check.holds(values, context)) continue;
    const { table } = layout;
    if (check.ofView === true) {
      const text = `new row violates check option for view "${check.name}"`;
      throw new SqlError("44000", text, { detail: failingRow(table, values, context) });
    }
    throw new SqlError(
      "23514",
      `new row for relation "${table.name}" violates check constraint "${check.name}"`,
      {
        detail: failingRow(table, values, context),
        schema: judge.schema,
        table: table.name,
        constraint: check.name,
      },
    );
  }
  judge.limit?.(values);
}
