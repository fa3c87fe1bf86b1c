/** What a plan is found by again, on one image of the catalog. */
import type { FormatSettings } from "@firstlight/sql";
import type { ParsedStatement } from "../parse/parsed-statement.ts";

interface ReadBy {
  readonly format: FormatSettings;
  /** What was analysed before may call labels of enums by names that they had then. */
  readonly isAgain: boolean;
}

/**
 * Literals are read while binding, so the settings for reading them count. Positions in errors refer
 * to the source, so statements of longer texts are cached with it.
 */
export function planKey(
  statement: ParsedStatement,
  paramTypes: readonly number[],
  searchPath: readonly string[],
  { format, isAgain }: ReadBy,
): string {
  const { source } = statement;
  const text = statement.normalized?.key ?? statement.text;
  const place = source === statement.text ? "" : source;
  const { timeZone, dateStyle, dateOrder, intervalStyle, quotesAll } = format;
  const again = isAgain ? ",again" : "";
  const quoting = quotesAll === true ? ",quoted" : "";
  const reading = `${timeZone},${dateStyle},${dateOrder},${intervalStyle}${quoting}${again}`;
  const keys = statement.keepsRowKeys === true ? "\0keys" : "";
  return `${text}${keys}\0${paramTypes.join(",")}\0${searchPath.join(",")}\0${reading}\0${place}`;
}
