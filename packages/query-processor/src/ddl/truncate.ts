/**
 * TRUNCATE: the table gets an empty place in the key space. What lies in the old one is no longer
 * reachable from this version of the schema on. Tables that refer to it must go along.
 */
import { SqlError } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import { asTag, flag, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { restartOwned } from "./alter-sequence.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfRangeVar, newOid, tableNamed } from "./ddl-context.ts";

export async function truncate(context: DdlContext, statement: ParseNode): Promise<void> {
  const tables = new Map<number, TableDescriptor>();
  for (const node of list(statement, "relations")) {
    const rangeVar = asTag(node, "RangeVar");
    if (rangeVar === undefined) continue;
    const table = tableNamed(context, nameOfRangeVar(rangeVar));
    tables.set(table.oid, table);
  }
  if (string(statement, "behavior") === "DROP_CASCADE") addReferring(context, tables);
  else refuseReferring(context, tables);
  for (const table of tables.values()) {
    await context.transaction.allocatingFor(isTemporaryOid(table.oid), async () => {
      applyChanges(context, [{ put: { ...table, storageId: await newOid(context) } }]);
    });
    if (flag(statement, "restart_seqs")) await restartOwned(context, table.oid);
  }
}

/** A Map's values are visited in the order of their addition, those added meanwhile as well. */
function addReferring(context: DdlContext, tables: Map<number, TableDescriptor>): void {
  for (const table of tables.values()) {
    for (const { child } of referencesTo(imageOf(context), table.oid)) {
      if (tables.has(child.oid)) continue;
      context.session.notice("NOTICE", "00000", `truncate cascades to table "${child.name}"`);
      tables.set(child.oid, child);
    }
  }
}

function refuseReferring(context: DdlContext, tables: ReadonlyMap<number, TableDescriptor>): void {
  for (const table of tables.values()) {
    for (const { child } of referencesTo(imageOf(context), table.oid)) {
      if (tables.has(child.oid)) continue;
      throw new SqlError(
        "0A000",
        "cannot truncate a table referenced in a foreign key constraint",
        {
          detail: `Table "${child.name}" references "${table.name}".`,
          hint: `Truncate table "${child.name}" at the same time, or use TRUNCATE ... CASCADE.`,
        },
      );
    }
  }
}
