/**
 * TRUNCATE: the table gets an empty place in the key space. What lies in the old one is no longer
 * reachable from this version of the schema on.
 */
import { featureNotSupported } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { asTag, flag, list } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, nameOfRangeVar, newOid, tableNamed } from "./ddl-context.ts";

export async function truncate(context: DdlContext, statement: ParseNode): Promise<void> {
  if (flag(statement, "restart_seqs")) throw featureNotSupported("TRUNCATE ... RESTART IDENTITY");
  for (const node of list(statement, "relations")) {
    const rangeVar = asTag(node, "RangeVar");
    if (rangeVar === undefined) continue;
    const table = tableNamed(context, nameOfRangeVar(rangeVar));
    await context.transaction.allocatingFor(isTemporaryOid(table.oid), async () => {
      applyChanges(context, [{ put: { ...table, storageId: await newOid(context) } }]);
    });
  }
}
