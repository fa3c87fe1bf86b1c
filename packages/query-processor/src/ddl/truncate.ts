/**
 * TRUNCATE: the table gets an empty place in the key space. What lies in the old one is no longer
 * reachable from this version of the schema on. Tables that refer to it must go along.
 */
import type { ScanPage, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import { asTag, flag, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { guardTable, layoutOf } from "./backfill.ts";
import { restartOwned } from "./alter-sequence.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, nameOfRangeVar, newOid, tableNamed } from "./ddl-context.ts";
import { isOtherRelation } from "./other-relation.ts";
import { refusePending } from "./pending-checks.ts";

export async function truncate(context: DdlContext, statement: ParseNode): Promise<void> {
  const tables = new Map<number, TableDescriptor>();
  for (const node of list(statement, "relations")) {
    const rangeVar = asTag(node, "RangeVar");
    if (rangeVar === undefined) continue;
    const name = nameOfRangeVar(rangeVar);
    if (isOtherRelation(context, name)) {
      throw new SqlError("42809", `"${name.name}" is not a table`);
    }
    const table = tableNamed(context, name);
    refusePending(context, table, "TRUNCATE");
    tables.set(table.oid, table);
  }
  if (string(statement, "behavior") === "DROP_CASCADE") addReferring(context, tables);
  else refuseReferring(context, tables);
  for (const table of tables.values()) {
    if (!(await staysEmpty(context, table))) await moveAway(context, table);
    if (flag(statement, "restart_seqs")) await restartOwned(context, table.oid);
  }
}

/**
 * A table without rows needs no change of the schema, which would conflict with every other one. The
 * commit checks that nobody has put a row into it meanwhile.
 */
async function staysEmpty(context: DdlContext, table: TableDescriptor): Promise<boolean> {
  const { kv } = context.transaction;
  if (isTemporaryOid(table.oid)) return false;
  let span: Span | undefined = layoutOf(context, table).span;
  while (span !== undefined) {
    const page: ScanPage = await kv.scan({ span, reverse: false, withKeys: true, rowLimit: 1 });
    if (page.keys?.length !== 0) return false;
    span = page.rest;
  }
  guardTable(context, table);
  kv.dependsOn(table.oid);
  context.transaction.emptied(table.oid);
  return true;
}

async function moveAway(context: DdlContext, table: TableDescriptor): Promise<void> {
  await context.transaction.allocatingFor(isTemporaryOid(table.oid), async () => {
    applyChanges(context, [{ put: { ...table, storageId: await newOid(context) } }]);
  });
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
