/** default_text_search_config: the qualified name of a configuration that is there. */
import { inOtherDatabase } from "../catalog/far-name.ts";
import { SqlError } from "@firstlight/common";
import { quoteIdentifier, systemCatalogText } from "@firstlight/sql";

export const TEXT_SEARCH_SETTING = "default_text_search_config";

/** Names between dots, folded unless quoted; undefined for what is no name. */
function nameParts(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([^\s."]+))\s*(\.|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain = "", end] = match;
    parts.push(quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'));
    if (end === "") return parts;
  }
  return undefined;
}

/** There are PostgreSQL's own only. */
function isConfiguration(schema: string, name: string): boolean {
  if (schema !== "pg_catalog") return false;
  return systemCatalogText("pg_ts_config")
    .rows()
    .some((row) => row.text("cfgname") === name);
}

export function textSearchConfiguration(value: string): string {
  const parts = nameParts(value);
  const shown = parts?.join(".") ?? value;
  if (parts?.length === 3) {
    throw inOtherDatabase(shown);
  }
  if (parts !== undefined && parts.length > 3) {
    const message = `improper qualified name (too many dotted names): ${shown}`;
    throw new SqlError("42601", message);
  }
  const [schema, name] = parts?.length === 2 ? parts : ["pg_catalog", parts?.[0]];
  if (schema !== undefined && name !== undefined && isConfiguration(schema, name)) {
    return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  }
  throw new SqlError("22023", `invalid value for parameter "${TEXT_SEARCH_SETTING}": "${value}"`);
}
