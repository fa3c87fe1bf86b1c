/** Defaults, generation expressions and CHECK conditions for DDL and for those who store rows. */
import type { Expr } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { CheckDescriptor, ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { BINDERS } from "./binders.ts";
import { withSource } from "./errors.ts";
import type { BoundCheck, ColumnAssignment } from "./query-tree.ts";
import {
  bindCheck as checkOf,
  bindDefault as defaultOf,
  bindTableExpression,
  boundChecks,
  boundDefaults,
  type ColumnExpressionOptions,
  generatedColumns,
  insertedDefault,
} from "./table-expressions.ts";

export type { ColumnExpressionOptions } from "./table-expressions.ts";

/**
 * Binds an expression over one row of a table, as Vars of rte 0. Without `source` positions in errors
 * stay byte offsets into the text that the caller knows.
 */
export function bindColumnExpression(
  expression: string | ParseNode,
  table: TableDescriptor,
  options: ColumnExpressionOptions,
  source?: string,
): Expr {
  const bind = (): Expr => bindTableExpression(BINDERS, expression, table, options);
  return source === undefined ? bind() : withSource(source, bind);
}

/** The default or generation expression of a column, undefined when it is NULL. */
export function bindDefault(
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): Expr | undefined {
  return defaultOf(BINDERS, column, table, catalog);
}

/** As bindDefault, or the domain's default: COPY stores NULL where there is none, unjudged. */
export function bindCopied(
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): Expr | undefined {
  return insertedDefault(BINDERS, column, table, catalog, "stay silent");
}

/** As bindDefault, and what a domain has to say where there is none. */
export function bindInserted(
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): Expr | undefined {
  return insertedDefault(BINDERS, column, table, catalog);
}

export function bindCheck(check: CheckDescriptor, table: TableDescriptor, catalog: Catalog): Expr {
  return checkOf(BINDERS, check, table, catalog);
}

/** One per table column, dropped ones included. */
export function bindDefaults(
  table: TableDescriptor,
  catalog: Catalog,
): readonly (Expr | undefined)[] {
  return boundDefaults(BINDERS, table, catalog);
}

export function bindChecks(table: TableDescriptor, catalog: Catalog): readonly BoundCheck[] {
  return boundChecks(BINDERS, table, catalog);
}

export function bindGenerated(
  table: TableDescriptor,
  catalog: Catalog,
): readonly ColumnAssignment[] {
  return generatedColumns(BINDERS, table, catalog);
}
