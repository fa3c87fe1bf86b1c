/** The rows of a span of one of the tables of large objects, a page of the scan at a time. */
import type { Span } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Transaction } from "../transaction/transaction.ts";
import type { TableStore } from "./table-store.ts";

export interface RowsOptions {
  readonly reverse?: boolean;
  readonly rowLimit?: number;
}

export async function* rowsOf(
  store: TableStore,
  reads: Transaction,
  span: Span,
  { reverse = false, rowLimit }: RowsOptions = {},
): AsyncGenerator<Row> {
  const options = rowLimit === undefined ? { withKeys: false } : { withKeys: false, rowLimit };
  for (let rest: Span | undefined = span; rest !== undefined;) {
    const page: Awaited<ReturnType<Transaction["scan"]>> = await reads.scan({
      ...options,
      span: rest,
      reverse,
    });
    if (page.batch.kind !== "raw") throw new TypeError("a scan without a program has stored rows");
    for (const value of page.batch.values) yield store.decode(value);
    rest = page.rest;
  }
}
