/** Whether all rows of a table have the parents that a new foreign key asks for. */
import type { Key } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { ForeignKeyDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { ChildCheck } from "../execute/references/child-check.ts";
import { childValues } from "../execute/references/foreign-key-columns.ts";
import { mixedNulls } from "../execute/references/violations.ts";
import { tableLayout } from "../plan/table-layout.ts";
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

/** 23503 for the first row without its parent; parents that go meanwhile refuse this transaction. */
export async function validateForeignKey(
  context: DdlContext,
  table: TableDescriptor,
  key: ForeignKeyDescriptor,
): Promise<void> {
  const { kv } = context.transaction;
  const judge = childJudge(context, table, key);
  const parent = imageOf(context).objects.get(key.parent);
  if (parent?.kind === "table") kv.check({ span: tableLayout(parent).span, intent: "R" });
  const eachRow = context.online.bugs.has("childrenComeUnseen") ? forEachRow : validateRows;
  await eachRow(context, table, (row, rowKey) => judge.visit(row, rowKey));
  await judge.finish();
}
