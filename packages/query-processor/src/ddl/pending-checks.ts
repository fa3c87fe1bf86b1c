/**
 * Tables whose rows wait for a check at the end of the transaction stay as they are until then: the
 * check reads them as they were when it was put off (CheckTableNotInUse).
 */
import { SqlError } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "./ddl-context.ts";

export function refusePending(context: DdlContext, table: TableDescriptor, command: string): void {
  if (!context.transaction.kv.deferredConstraints.isAbout(table.oid)) return;
  const text = `cannot ${command} "${table.name}" because it has pending trigger events`;
  throw new SqlError("55006", text);
}
