/**
 * Writes the rows of a commutative UPDATE as deltas, if the transaction has looked at none of the
 * table's rows but by statements of this kind: what it has seen must hold when it commits.
 */
import type { Key } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { DeltaWrites } from "../transaction/transaction.ts";
import type { Run } from "./operator.ts";
import type { RowDeltas } from "./row-deltas.ts";

interface DeltaRow {
  readonly key: Key;
  readonly after: Row;
  readonly delta: Uint8Array;
}

export class DeltaWriter {
  readonly #run: Run;
  readonly #writes: DeltaWrites;
  readonly #layout: TableLayout;
  readonly #table: number;
  readonly #amounts: RowDeltas;
  #rows: DeltaRow[] = [];

  private constructor(
    run: Run,
    writes: DeltaWrites,
    { amounts, table }: { readonly amounts: RowDeltas; readonly table: TableDescriptor },
  ) {
    this.#run = run;
    this.#writes = writes;
    this.#amounts = amounts;
    this.#layout = tableLayout(table);
    this.#table = table.oid;
  }

  /** Asked BEFORE the statement reads its rows. */
  static over(run: Run, amounts: RowDeltas, table: TableDescriptor): DeltaWriter | undefined {
    const { deltas } = run.context.transaction;
    if (deltas === undefined || run.writesByRow) return undefined;
    if (!deltas.isUnseen(tableLayout(table).prefix)) return undefined;
    return new DeltaWriter(run, deltas, { amounts, table });
  }

  /** For the next rows. What was read for them was read by this statement. */
  begin(): this {
    this.#rows = [];
    this.#writes.excuse(this.#layout.prefix);
    return this;
  }

  /** False: the row has to be written as a whole. */
  takes(key: Key, before: Row, after: Row, input?: Row): boolean {
    const delta = this.#amounts.of(before, this.#run.evaluation, input);
    if (delta === undefined) return false;
    this.#rows.push({ key, after, delta });
    return true;
  }

  write(): void {
    const counters = this.#run.context.activity?.writesOf(this.#table);
    if (counters !== undefined) counters.updated += this.#rows.length;
    for (const { key, after, delta } of this.#rows) {
      this.#writes.put(key, this.#layout.encode(after), delta);
    }
  }
}
