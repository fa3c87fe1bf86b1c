/** A TypeName as it is printed back (TypeNameToString): the grammar's own types keep pg_catalog. */
import { flag, list, names } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";

export function spelledType(fields: ParseNode): string {
  const suffix = flag(fields, "pct_type") ? "%TYPE" : "";
  const array = list(fields, "arrayBounds").length > 0 ? "[]" : "";
  return names(fields, "names").join(".") + suffix + array;
}
