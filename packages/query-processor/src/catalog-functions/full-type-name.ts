/** Types by names that hold whatever the search path is (format_type with FORMAT_TYPE_FORCE_QUALIFY). */
import { formatType, quoteIdentifier, typeRow } from "@firstlight/sql";
import { PG_CATALOG_OID } from "../catalog/builtin-objects.ts";
import type { NameScope } from "./object-names.ts";
import { showNamesFor, typeName } from "./object-names.ts";

/** Those of SQL's own spelling that is also their name. */
const STANDARD: ReadonlySet<string> = new Set(["bit", "interval", "numeric"]);

export function fullTypeName(scope: NameScope, oid: number): string {
  const row = typeRow(oid);
  const element = row?.category === "A" ? row.element : 0;
  if (element !== 0 && row?.namespace === PG_CATALOG_OID) {
    return `${fullTypeName(scope, element)}[]`;
  }
  if (row?.namespace === PG_CATALOG_OID) {
    const text = formatType(oid);
    const isName = text === quoteIdentifier(row.name) && !STANDARD.has(row.name);
    return isName ? `pg_catalog.${text}` : text;
  }
  const text = typeName({ ...scope, searchPath: [] }, oid);
  showNamesFor(scope);
  return text;
}
