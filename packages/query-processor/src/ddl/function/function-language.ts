/** Languages other than SQL: those that PostgreSQL has are refused by name. */
import { SqlError, featureNotSupported } from "@firstlight/common";

const IN_SQL = "Functions and procedures can be written in language SQL.";
const KNOWN: ReadonlyMap<string, { readonly hint?: string }> = new Map([
  ["plpgsql", { hint: IN_SQL }],
  ["c", {}],
]);
const EXTENSIONS: ReadonlySet<string> = new Set([
  "plperl",
  "plperlu",
  "plpython3u",
  "pltcl",
  "pltclu",
]);
const HINT = "Use CREATE EXTENSION to load the language into the database.";

export function refuseLanguage(language: string): never {
  const known = KNOWN.get(language);
  if (known !== undefined) throw featureNotSupported(`language "${language}"`, known);
  throw new SqlError(
    "42704",
    `language "${language}" does not exist`,
    EXTENSIONS.has(language) ? { hint: HINT } : {},
  );
}
