/**
 * Expressions of the statistics objects over one table, as they stand over an entry. Equal ones of
 * several objects have one number, which is negative: columns have theirs from 1.
 */
import type { Expr } from "@firstlight/sql";
import { statisticsExpressions } from "../../bind/statistics-expressions.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../../catalog/statistics-descriptor.ts";
import type { ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import type { ColumnStatistics, TableStatistics } from "../../statistics/table-statistics.ts";
import { exprKey } from "../expression-map.ts";
import { overEntry } from "../index-match.ts";

export class ComputedColumns {
  readonly #table: TableDescriptor;
  readonly #catalog: Catalog;
  readonly #rte: number;
  readonly #numbers = new Map<string, number>();
  readonly #statistics = new Map<string, ColumnStatistics>();

  constructor(table: TableDescriptor, catalog: Catalog, rte: number) {
    this.#table = table;
    this.#catalog = catalog;
    this.#rte = rte;
  }

  add({ expressions = [], extended = [] }: TableStatistics): void {
    const oids = new Set([...expressions.map(({ index }) => index), ...extended.map(objectOf)]);
    for (const oid of oids) {
      const object = this.#catalog.objects.get(oid);
      if (object?.kind !== "statistics" || object.table !== this.#table.oid) continue;
      const own = expressions.filter(({ index }) => index === oid);
      this.#keys(object).forEach((key, at) => {
        if (!this.#numbers.has(key)) this.#numbers.set(key, -(this.#numbers.size + 1));
        const found = own.find(({ column }) => column === at + 1);
        if (found !== undefined) this.#statistics.set(key, found);
      });
    }
  }

  #exprs(object: StatisticsDescriptor): readonly Expr[] {
    return statisticsExpressions(object, this.#table, this.#catalog);
  }

  #keys(object: StatisticsDescriptor): readonly string[] {
    return this.#exprs(object).map((expr) => exprKey(overEntry(expr, this.#rte)));
  }

  numberOf(expr: Expr): number | undefined {
    return this.#numbers.size === 0 ? undefined : this.#numbers.get(exprKey(expr));
  }

  statisticsOf(expr: Expr): ColumnStatistics | undefined {
    return this.#statistics.size === 0 ? undefined : this.#statistics.get(exprKey(expr));
  }

  /** Undefined where a column or an expression is not what it was. */
  renumbered(known: ExtendedStatistics): ExtendedStatistics | undefined {
    const { columns, types } = known;
    const isThere = columns.every((number, at) => this.#typeOf(known, number) === types[at]);
    if (!isThere) return undefined;
    if (!columns.some((number) => number < 0)) return known;
    const object = this.#catalog.objects.get(known.object);
    const keys = object?.kind === "statistics" ? this.#keys(object) : [];
    const own = (number: number): number =>
      number > 0 ? number : (this.#numbers.get(keys[-number - 1] ?? "") ?? 0);
    return {
      ...known,
      columns: columns.map(own),
      distinct: known.distinct.map((each) => ({ ...each, columns: each.columns.map(own) })),
      dependencies: known.dependencies.map((each) => ({ ...each, columns: each.columns.map(own) })),
    };
  }

  #typeOf({ object: oid }: ExtendedStatistics, number: number): number | undefined {
    if (number < 0) {
      const object = this.#catalog.objects.get(oid);
      return object?.kind === "statistics" ? this.#exprs(object)[-number - 1]?.type : undefined;
    }
    const column = this.#table.columns[number - 1];
    return column?.dropped === false ? column.type : undefined;
  }
}

function objectOf({ object }: ExtendedStatistics): number {
  return object;
}
