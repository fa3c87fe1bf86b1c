/** Rows of COPY FROM with what their columns have by default. */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { DefaultFiller } from "./stored-row-functions.ts";

/** Of some rows, the places among the fields that take their column's default instead. */
export type DefaultedFields = ReadonlyMap<Row, readonly number[]>;

export const NONE_DEFAULTED: DefaultedFields = new Map();

export interface DefaultParts {
  readonly table: TableDescriptor;
  readonly image: Catalog;
  readonly evaluation: EvaluationContext;
  readonly nextValue: (sequence: number) => MaybePromise<bigint>;
}

export class CopiedDefaults {
  readonly #parts: DefaultParts;
  /** Of the fields, in the table's row. */
  readonly #positions: readonly number[];
  /** The rows that come are the table's as they are. */
  readonly #complete: boolean;
  /** For the columns without a field. */
  readonly #filler: DefaultFiller;
  /** For fields that take their column's default, by place. */
  readonly #fillers = new Map<number, DefaultFiller>();

  constructor(parts: DefaultParts, positions: readonly number[]) {
    this.#parts = parts;
    this.#positions = positions;
    this.#complete =
      positions.length === this.#width && positions.every((position, at) => position === at);
    this.#filler = this.#fillerWithout(new Set(positions));
  }

  get #width(): number {
    return this.#parts.table.columns.length;
  }

  #fillerWithout(given: ReadonlySet<number>): DefaultFiller {
    const { table, image, evaluation, nextValue } = this.#parts;
    return new DefaultFiller(table, image, given, evaluation, nextValue);
  }

  #fillerOf(place: number): DefaultFiller {
    const found = this.#fillers.get(place);
    if (found !== undefined) return found;
    const everything = this.#parts.table.columns.keys();
    const others = [...everything].filter((position) => position !== this.#positions[place]);
    const filler = this.#fillerWithout(new Set(others));
    this.#fillers.set(place, filler);
    return filler;
  }

  /** The same rows where nothing is to be filled in. */
  filled(rows: readonly Row[], defaulted: DefaultedFields): MaybePromise<readonly Row[]> {
    if (this.#complete && defaulted.size === 0) return rows;
    const full = rows.map((row) => this.#widen(row));
    return andThen(this.#fillFields(rows, full, defaulted), () => this.#filler.fill(full));
  }

  #fillFields(
    rows: readonly Row[],
    full: readonly Datum[][],
    defaulted: DefaultedFields,
  ): MaybePromise<void> {
    let done: MaybePromise<unknown> = undefined;
    if (defaulted.size === 0) return undefined;
    for (const [at, row] of rows.entries()) {
      for (const place of defaulted.get(row) ?? []) {
        const cells = full[at] ?? [];
        done = andThen(done, () => this.#fillerOf(place).fill([cells]));
      }
    }
    return andThen(done, () => undefined);
  }

  #widen(row: Row): Datum[] {
    const full: Datum[] = Array.from({ length: this.#width }, () => null);
    for (let i = 0; i < this.#positions.length; i++) {
      const position = this.#positions[i];
      if (position !== undefined) full[position] = row[i] ?? null;
    }
    return full;
  }
}
