/** COPY TO of a relation, as the query that it stands for. */
import { SqlError } from "@firstlight/common";
import type { DdlContext } from "../ddl/ddl-context.ts";
import { findRelation, nameOfParts, relationNamed } from "../ddl/ddl-context.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { parse } from "../parse/parser.ts";
import { copyColumns } from "./copy-columns.ts";

/** COPY TO leaves generated columns out, and refuses them by name; no other column is copied. */
export function copiedColumns(
  context: DdlContext,
  relation: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  const table = findRelation(context, nameOfParts(relation));
  if (table?.kind !== "table") return names;
  const isWhole = table.columns.every((each) => each.generated === undefined);
  if (names === undefined && isWhole) return undefined;
  return copyColumns(table, names).map((column) => column.name);
}

const SELECT_HINT = { hint: "Try the COPY (SELECT ...) TO variant." };

/** COPY TO reads rows that are stored, of tables that are there. */
export function refuseCopySource(context: DdlContext, parts: readonly string[]): void {
  const relation = relationNamed(context, nameOfParts(parts));
  if (relation.kind === "view") {
    throw new SqlError("42809", `cannot copy from view "${relation.name}"`, SELECT_HINT);
  }
  if (relation.kind === "table" && relation.materialized !== undefined) {
    throw new SqlError(
      "42809",
      `cannot copy from materialized view "${relation.name}"`,
      SELECT_HINT,
    );
  }
  if (relation.kind === "sequence") {
    throw new SqlError("42809", `cannot copy from sequence "${relation.name}"`);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** SELECT of the columns in their order. */
export function copyToStatement(
  relation: readonly string[],
  columns: readonly string[] | undefined,
): ParsedStatement {
  const list = columns === undefined ? "*" : columns.map(quoted).join(", ");
  const [statement] = parse(`SELECT ${list} FROM ${relation.map(quoted).join(".")}`);
  if (statement === undefined) throw new TypeError("COPY without a query");
  return statement;
}
