/** Whether all rows of a table have the parents that a new foreign key asks for. */
import type { Key } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { ForeignKeyDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { ChildCheck } from "../execute/references/child-check.ts";
import { childValues } from "../execute/references/foreign-key-columns.ts";
import { mixedNulls } from "../execute/references/violations.ts";
import { forEachRow, validateRows } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

/** Takes rows, and tells when all of them have been taken: 23503 for one without its parent. */
export interface ChildJudge {
  visit(row: Row, rowKey: Key): void;
  finish(): Promise<void>;
}

export function childJudge(
  context: DdlContext,
  table: TableDescriptor,
  key: ForeignKeyDescriptor,
): ChildJudge {
  const { kv } = context.transaction;
  const catalog = imageOf(context);
  const { interrupts } = context.session;
  const evaluation = context.session.evaluation([]);
  const reference = { child: table, key };
  const check = new ChildCheck({ transaction: kv, catalog, interrupts, evaluation }, reference);
  return {
    visit: (row, rowKey) => {
      const values = childValues(key, row);
      if (!values.includes(null)) check.add(rowKey, values);
      else if (key.match === "full" && values.some((value) => value !== null)) {
        throw mixedNulls({ catalog, evaluation }, reference);
      }
    },
    finish: () => check.run(),
  };
}

/**
 * 23503 for the first row without its parent. The parent of each row gets intent K, as if the row were
 * written now: parents that go meanwhile refuse this transaction, and whatever else happens to the
 * parent's table does not.
 */
export async function validateForeignKey(
  context: DdlContext,
  table: TableDescriptor,
  key: ForeignKeyDescriptor,
): Promise<void> {
  const { bugs } = context.online;
  const judge = childJudge(context, table, key);
  const eachRow = bugs.has("childrenComeUnseen") ? forEachRow : validateRows;
  await eachRow(context, table, (row, rowKey) => judge.visit(row, rowKey));
  const { checks } = context.transaction.kv;
  const before = checks.length;
  await judge.finish();
  if (bugs.has("parentsLeaveUnseen")) checks.length = before;
}
