/** Key columns and conditions of indexes as SQL text, as pg_get_indexdef writes them. */
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { keyExpression } from "../../bind/index-collations.ts";
import { indexPredicate } from "../../bind/index-expressions.ts";
import type { IndexDescriptor, TableDescriptor } from "../descriptors.ts";
import type { PrintOptions } from "./expression-text.ts";
import { printExpression } from "./expression-text.ts";

const PLAIN: PrintOptions = { pretty: false, objectName: () => undefined };
const PRETTY: PrintOptions = { ...PLAIN, pretty: true };

const FUNCTION_LIKE: ReadonlySet<Expr["kind"]> = new Set([
  "coalesce",
  "greatest",
  "least",
  "nullif",
  "sqlValue",
]);

/** looks_like_function: written as a call, it needs no parentheses. */
function looksLikeCall(expr: Expr, text: string): boolean {
  if (FUNCTION_LIKE.has(expr.kind)) return true;
  return expr.kind === "call" && expr.operator === 0 && /^[\w".]+\(.*\)$/su.test(text);
}

/** As an element of CREATE INDEX or CREATE STATISTICS. */
export function elementText(
  expr: Expr,
  table: TableDescriptor,
  options: PrintOptions = PLAIN,
): string {
  const text = printExpression({ expr, table, text: "" }, options);
  return looksLikeCall(expr, text) ? text : `(${text})`;
}

/** The key columns: names, or expressions with the parentheses that an index definition takes. */
export function indexKeyTexts(
  table: TableDescriptor,
  index: IndexDescriptor,
  options: PrintOptions = PLAIN,
): string[] {
  return index.columns.map(({ column, expression }, at) => {
    if (expression === undefined) return quoteIdentifier(table.columns[column - 1]?.name ?? "");
    return elementText(keyExpression(table, index, at), table, options);
  });
}

/** As errors about duplicate keys name them. */
export function indexKeyNames(table: TableDescriptor, index: IndexDescriptor): string[] {
  return indexKeyTexts(table, index, PRETTY);
}

export function indexPredicateText(
  table: TableDescriptor,
  index: IndexDescriptor,
  options: PrintOptions = PLAIN,
): string | undefined {
  const expr = indexPredicate(table, index);
  return expr && printExpression({ expr, table, text: "" }, options);
}

/** All expressions of an index, those of its key and its condition. */
export function derivedOf(
  table: TableDescriptor,
  index: IndexDescriptor,
): { readonly keys: readonly Expr[]; readonly predicate: readonly Expr[] } {
  const keys = index.columns.flatMap((each, at) =>
    each.expression === undefined ? [] : [keyExpression(table, index, at)],
  );
  const predicate = indexPredicate(table, index);
  return { keys, predicate: predicate === undefined ? [] : [predicate] };
}

/** pg_index.indexprs: all expressions of the key. */
export function indexExpressionsText(
  table: TableDescriptor,
  index: IndexDescriptor,
  options: PrintOptions = PLAIN,
): string | undefined {
  const texts = index.columns.flatMap((each, at) => {
    if (each.expression === undefined) return [];
    return [printExpression({ expr: keyExpression(table, index, at), table, text: "" }, options)];
  });
  return texts.length === 0 ? undefined : texts.join(", ");
}
