/** What a statement that writes rows of a table needs for it: where to, what judges them, what follows. */
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { Run } from "./operator.ts";
import { referencesOf } from "./operator.ts";
import type { CompiledCheck } from "./row-constraints.ts";
import { judgeOf } from "./row-constraints.ts";
import type { RowWriterTarget } from "./row-writer.ts";

/** `transaction`: where that is not the statement's own. */
export function writeTarget(
  run: Run,
  table: TableDescriptor,
  checks: readonly CompiledCheck[],
  transaction: RowWriterTarget["transaction"] = run.context.transaction,
): RowWriterTarget {
  const { context, evaluation } = run;
  return {
    transaction,
    ...judgeOf(context.catalog, evaluation, table, checks),
    references: referencesOf(run, table),
    activity: context.activity?.writesOf(table.oid),
  };
}
