/** The target of a COPY FROM whose transaction was committed in between, and another one begun. */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { CopyTarget, StoredCopy } from "../engine/engine.ts";

/** All targets have the shape of the first one, and write their stored rows to the same place. */
export class RenewedTarget implements CopyTarget {
  current: CopyTarget;
  readonly table: string;
  readonly tableColumns: readonly string[];
  readonly columns: CopyTarget["columns"];
  readonly stored: StoredCopy | undefined;

  constructor(first: CopyTarget) {
    this.current = first;
    this.table = first.table;
    this.tableColumns = first.tableColumns;
    this.columns = first.columns;
    const { stored } = first;
    if (stored === undefined) return;
    const now = (): StoredCopy => this.current.stored ?? stored;
    this.stored = {
      types: stored.types,
      fields: stored.fields,
      rows: stored.rows,
      required: stored.required,
      judge: (row) => now().judge(row),
      add: (from, to) => now().add(from, to),
    };
  }

  get refusal(): CopyTarget["refusal"] {
    return this.current.refusal;
  }

  get taken(): number | undefined {
    return this.current.taken;
  }

  add(rows: readonly Row[], defaulted?: ReadonlyMap<Row, readonly number[]>): MaybePromise<void> {
    return this.current.add(rows, defaulted);
  }

  judge(row: Row, defaulted?: ReadonlyMap<Row, readonly number[]>): MaybePromise<void> {
    return this.current.judge(row, defaulted);
  }

  finish(): MaybePromise<number> {
    return this.current.finish();
  }
}
