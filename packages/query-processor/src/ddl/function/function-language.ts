/** Languages other than SQL: those that PostgreSQL has are refused by name. */
import { SqlError, featureNotSupported } from "@firstlight/common";

const KNOWN: ReadonlySet<string> = new Set(["plpgsql", "c"]);
const EXTENSIONS: ReadonlySet<string> = new Set([
  "plperl",
  "plperlu",
  "plpython3u",
  "pltcl",
  "pltclu",
]);
const HINT = "Use CREATE EXTENSION to load the language into the database.";

export function refuseLanguage(language: string): never {
  if (KNOWN.has(language)) throw featureNotSupported(`language "${language}"`);
  throw new SqlError(
    "42704",
    `language "${language}" does not exist`,
    EXTENSIONS.has(language) ? { hint: HINT } : {},
  );
}
