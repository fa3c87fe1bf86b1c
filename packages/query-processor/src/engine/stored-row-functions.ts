/** A table's schema expressions compiled over a complete row, for rows that no plan makes (COPY). */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import { DEFAULT_FORMAT, compileExpr, mapChildren, typeByOid } from "@firstlight/sql";
import { bindChecks, bindCopied } from "../bind/schema-expressions.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { CompiledCheck } from "../execute/row-constraints.ts";

type RowFunction = (row: Row, context: EvaluationContext) => Datum;

/** Vars of the table as positions of its row. */
export function overStoredRow(expr: Expr): Expr {
  if (expr.kind !== "var") return mapChildren(expr, overStoredRow);
  const { type, typmod, position, column } = expr;
  return { kind: "slot", type, typmod, position, index: column };
}

export function compileTableChecks(
  table: TableDescriptor,
  catalog: Catalog,
): readonly CompiledCheck[] {
  return bindChecks(table, catalog).map(({ name, expr }) => {
    const condition = compileExpr(overStoredRow(expr));
    return { name, holds: (row, context) => condition(row, context) !== false };
  });
}

interface Filling {
  readonly position: number;
  readonly evaluate: RowFunction;
}

interface SequenceFilling {
  readonly position: number;
  readonly column: ColumnDescriptor;
  readonly sequence: number;
}

/** Fills the columns that were not given: defaults, then sequences, then generated columns. */
export class DefaultFiller {
  readonly #defaults: Filling[] = [];
  readonly #sequences: SequenceFilling[] = [];
  readonly #generated: Filling[] = [];
  readonly #context: EvaluationContext;
  readonly #nextValue: (sequence: number) => MaybePromise<bigint>;

  constructor(
    table: TableDescriptor,
    catalog: Catalog,
    given: ReadonlySet<number>,
    context: EvaluationContext,
    nextValue: (sequence: number) => MaybePromise<bigint>,
  ) {
    this.#context = context;
    this.#nextValue = nextValue;
    table.columns.forEach((column, position) => {
      if (!given.has(position) && !column.dropped) this.#plan(table, catalog, column, position);
    });
  }

  #plan(
    table: TableDescriptor,
    catalog: Catalog,
    column: ColumnDescriptor,
    position: number,
  ): void {
    if (column.sequence !== undefined) {
      this.#sequences.push({ position, column, sequence: column.sequence });
      return;
    }
    const expr = bindCopied(column, table, catalog);
    if (expr === undefined) return;
    const evaluate = compileExpr(overStoredRow(expr));
    const list = column.generated === undefined ? this.#defaults : this.#generated;
    list.push({ position, evaluate });
  }

  fill(rows: readonly Datum[][]): MaybePromise<readonly Datum[][]> {
    this.#evaluate(rows, this.#defaults);
    return andThen(this.#fillSequences(rows), () => {
      this.#evaluate(rows, this.#generated);
      return rows;
    });
  }

  #evaluate(rows: readonly Datum[][], fillings: readonly Filling[]): void {
    if (fillings.length === 0) return;
    for (const row of rows) {
      for (const { position, evaluate } of fillings) row[position] = evaluate(row, this.#context);
    }
  }

  #fillSequences(rows: readonly Datum[][]): MaybePromise<void> {
    return this.#sequences.length === 0 ? undefined : this.#takeValues(rows);
  }

  async #takeValues(rows: readonly Datum[][]): Promise<void> {
    for (const row of rows) {
      for (const { position, column, sequence } of this.#sequences) {
        const next = this.#nextValue(sequence);
        const value = next instanceof Promise ? await next : next;
        row[position] = integerDatum(column, value);
      }
    }
  }
}

function integerDatum(column: ColumnDescriptor, value: bigint): Datum {
  return typeByOid(column.type).input(String(value), -1, { ...DEFAULT_FORMAT, now: 0n });
}
