/** CREATE TABLE AS, SELECT INTO (ExecCreateTableAs). */
import { SqlError } from "@firstlight/common";
import { formatType, typeRow } from "@firstlight/sql";
import { bindQueryToStore } from "../bind/bind-stored-query.ts";
import { outputColumns } from "../bind/output-columns.ts";
import type { OutputColumn } from "../bind/query-tree.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, list, requiredChild, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { creationPlace } from "./creation-place.ts";
import type { CreationPlace } from "./creation-place.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";
import { checkStorageOptions, storageAfter } from "./storage-options.ts";
import { onCommitOf } from "./on-commit.ts";
import type { UtilityResult } from "./utility-result.ts";

function underivedCollation(name: string, type: number): SqlError {
  const text = `no collation was derived for column "${name}" with collatable type ${formatType(type)}`;
  return new SqlError("42P22", text, {
    hint: "Use the COLLATE clause to set the collation explicitly.",
  });
}

/** Columns by the names that are given, as those of a table. */
export function tableColumnsOf(
  columns: readonly OutputColumn[],
  given: readonly string[],
): TableDescriptor["columns"] {
  if (given.length > columns.length) {
    throw new SqlError("42601", "too many column names were specified");
  }
  const seen = new Set<string>();
  return columns.map(({ name: own, type, typmod, collation }, index) => {
    const name = given[index] ?? own;
    if (seen.has(name)) throw new SqlError("42701", `column "${name}" specified more than once`);
    seen.add(name);
    if (typeRow(type)?.kind === "p") {
      throw new SqlError("42P16", `column "${name}" has pseudo-type ${formatType(type)}`);
    }
    if (collation?.oid === 0) throw underivedCollation(name, type);
    const collated = collation === undefined ? {} : { collation };
    return { number: index + 1, name, type, typmod, ...collated, notNull: false, dropped: false };
  });
}

/** A table with these columns and nothing else. */
export async function newTable(
  context: DdlContext,
  place: CreationPlace,
  columns: TableDescriptor["columns"],
): Promise<TableDescriptor> {
  const oid = await newOid(context);
  return {
    kind: "table",
    oid,
    name: place.name,
    schema: place.schema.oid,
    owner: ownerOf(context),
    // A number of its own: with that of its type and of a key, tables that follow each other are an
    // odd number apart, so that their rows fall into different halves of the key space.
    storageId: await newOid(context),
    columns,
    indexes: [],
    checks: [],
    nextColumn: columns.length + 1,
    nextIndex: 1,
    typeOid: await newOid(context),
    ...(place.persistence === "unlogged" ? { unlogged: true } : {}),
  };
}

/** INSERT INTO the table of what the query yields; how many rows that were. */
export function fillTable(
  context: DdlContext,
  table: TableDescriptor,
  tree: ParseNode,
): Promise<number> {
  const schemaname = imageOf(context).schemaByOid(table.schema)?.name ?? "";
  const relation = { schemaname, relname: table.name, inh: true, location: -1 };
  return context.run("InsertStmt", { relation, selectStmt: { SelectStmt: tree } });
}

export async function createTableAs(
  context: DdlContext,
  statement: ParseNode,
): Promise<UtilityResult> {
  const into = requiredChild(statement, "into");
  const fields = asTag(child(statement, "query"), "SelectStmt");
  if (fields === undefined) throw new SqlError("0A000", "CREATE TABLE AS of such a statement");
  const { searchPath } = context;
  const catalog = imageOf(context);
  const evaluation = context.evaluation();
  const { query, tree } = bindQueryToStore(fields, { catalog, searchPath, evaluation });
  const place = creationPlace(context, requiredChild(into, "rel"));
  if (place.taken(flag(statement, "if_not_exists"))) return { command: "CREATE TABLE AS" };
  const given = list(into, "colNames").map((node) => stringValue(node) ?? "");
  const columns = tableColumnsOf(outputColumns(query), given);
  return place.creating(async () => {
    const made = { ...(await newTable(context, place, columns)), ...onCommitOf(into, place) };
    checkStorageOptions(list(into, "options"), "table");
    const table = storageAfter(made, list(into, "options"));
    applyChanges(context, [{ put: table }]);
    if (flag(into, "skipData")) {
      // EXECUTE is run for no rows.
      const isRun = flag(statement, "executes");
      return isRun ? { command: "SELECT", rowCount: 0 } : { command: "CREATE TABLE AS" };
    }
    const rowCount = await fillTable(context, table, tree);
    return { command: "SELECT", rowCount };
  });
}
