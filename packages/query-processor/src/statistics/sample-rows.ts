/**
 * A random sample of a table's rows as a transaction sees them, in the order of their keys. All rows
 * are looked at, page by page, and only those of the sample are decoded and kept.
 */
import { sortInSteps } from "@firstlight/common";
import type { Span } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";

export interface Sampling {
  readonly transaction: KvTransaction;
  /** Uniform in [0, 1). */
  random(): number;
  /** Between two steps: lets others run, and throws when the work is to end. */
  pause(): Promise<void>;
}

export interface RowSample {
  readonly rows: readonly Row[];
  readonly totalRows: number;
}

/** Rows looked at between two pauses. */
const ROWS_PER_STEP = 1_024;

/** Keeps each of the rows that it is told of with the same probability. */
class Reservoir {
  readonly #max: number;
  readonly #random: () => number;
  readonly #kept: { readonly at: number; readonly row: Row }[] = [];
  seen = 0;

  constructor(max: number, random: () => number) {
    this.#max = max;
    this.#random = random;
  }

  offer(read: () => Row): void {
    const at = this.seen++;
    if (this.#kept.length < this.#max) {
      this.#kept.push({ at, row: read() });
      return;
    }
    const place = Math.floor(this.#random() * this.seen);
    if (place < this.#max) this.#kept[place] = { at, row: read() };
  }

  async rows(pause: () => Promise<void>): Promise<Row[]> {
    const sorted = await sortInSteps(this.#kept, (a, b) => a.at - b.at, pause);
    return sorted.map(({ row }) => row);
  }
}

/** Rows hold the table's columns by position. */
export async function sampleRows(
  sampling: Sampling,
  table: TableDescriptor,
  rowsMax: number,
): Promise<RowSample> {
  const layout = tableLayout(table);
  const decode = layout.decoder(table.columns.map((_, position) => position));
  const reservoir = new Reservoir(rowsMax, () => sampling.random());
  let span: Span | undefined = layout.span;
  while (span !== undefined) {
    const page = await sampling.transaction.scan({ span, reverse: false, withKeys: false });
    if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    const { values } = page.batch;
    for (let at = 0; at < values.length; at += ROWS_PER_STEP) {
      for (const value of values.slice(at, at + ROWS_PER_STEP))
        reservoir.offer(() => decode(value));
      await sampling.pause();
    }
    span = page.rest;
  }
  const rows = await reservoir.rows(() => sampling.pause());
  return { rows, totalRows: reservoir.seen };
}
