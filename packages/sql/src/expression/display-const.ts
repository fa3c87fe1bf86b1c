/** Constants as pg_get_expr and EXPLAIN print them: quoted and labelled unless the text says it all. */
import { formatType } from "../catalog/format-type.ts";
import type { Const } from "./tree.ts";
import { requireSqlType } from "./type-io.ts";
import { DEFAULT_FORMAT, type FormatSettings } from "./evaluation-context.ts";

const BOOL = 16;
const INT4 = 23;
const NUMERIC = 1700;
const UNKNOWN = 705;

/** `label`: never for a cast's operand of the same type, which names the type itself. */
export type ConstLabel = "auto" | "never";

/** A literal under standard_conforming_strings: backslashes stand for themselves. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function isPlainNumber(type: number, text: string): boolean {
  if (type === INT4) return !text.startsWith("-");
  return type === NUMERIC && /^\d/.test(text) && /[eE.]/.test(text);
}

export function displayConst(
  expr: Const,
  label: ConstLabel = "auto",
  format: FormatSettings = DEFAULT_FORMAT,
): string {
  const typeName = formatType(expr.type, expr.typmod);
  if (expr.value === null) return label === "never" ? "NULL" : `NULL::${typeName}`;
  if (expr.type === BOOL) return String(expr.value === true);
  const text =
    expr.type === UNKNOWN
      ? String(expr.value as string)
      : requireSqlType(expr.type).output(expr.value, format);
  const plain = isPlainNumber(expr.type, text);
  const body = plain ? text : quoteLiteral(text);
  const bare = expr.type === UNKNOWN || (plain && !(expr.type === NUMERIC && expr.typmod >= 0));
  return label === "never" || bare ? body : `${body}::${typeName}`;
}
