/** Types that the definition of a function names: those of pg_type, row types, column%TYPE. */
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import { flag, list, names } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName } from "../../parse/type-name.ts";
import type { NameContext } from "../ddl-context.ts";
import { imageOf, nameOfParts, relationNamed } from "../ddl-context.ts";

export function typeText(fields: ParseNode): string {
  const suffix = flag(fields, "pct_type") ? "%TYPE" : "";
  const array = list(fields, "arrayBounds").length > 0 ? "[]" : "";
  return names(fields, "names").join(".") + suffix + array;
}

function referencedType(context: NameContext, fields: ParseNode): number {
  const parts = names(fields, "names");
  const relation = relationNamed(context, nameOfParts(parts.slice(0, -1)));
  const column =
    "columns" in relation ? relation.columns.find((each) => each.name === parts.at(-1)) : undefined;
  if (column === undefined) {
    throw new SqlError(
      "42703",
      `column "${parts.at(-1)}" of relation "${parts.slice(0, -1).join(".")}" does not exist`,
    );
  }
  context.session.notice(
    "NOTICE",
    "00000",
    `type reference ${typeText(fields)} converted to ${formatType(column.type)}`,
  );
  return column.type;
}

/** Undefined: there is no such type. */
export function typeNamed(context: NameContext, fields: ParseNode): number | undefined {
  if (flag(fields, "pct_type")) return referencedType(context, fields);
  try {
    return resolveTypeName(fields, imageOf(context), context.searchPath).type;
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate === "42704") return undefined;
    throw error;
  }
}
