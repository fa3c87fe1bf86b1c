/** Lookups in pg_aggregate by the aggregate's pg_proc OID. */
import { PG_AGGREGATE } from "../catalog-data/pg-aggregate.ts";
import { lazy } from "./lazy.ts";
import { CatalogText } from "./tsv.ts";

export interface AggregateRow {
  readonly proc: number;
  /** n normal, o ordered-set, h hypothetical-set. */
  readonly kind: string;
  readonly directArgCount: number;
  readonly transition: number;
  readonly final: number;
  readonly combine: number;
  readonly sortOperator: number;
  readonly stateType: number;
  readonly initialValue: string | null;
}

const aggregates = lazy(() => {
  const rows = new CatalogText(PG_AGGREGATE).rows().map((row): AggregateRow => ({
    proc: row.number("aggfnoid"),
    kind: row.text("aggkind"),
    directArgCount: row.number("aggnumdirectargs"),
    transition: row.number("aggtransfn"),
    final: row.number("aggfinalfn"),
    combine: row.number("aggcombinefn"),
    sortOperator: row.number("aggsortop"),
    stateType: row.number("aggtranstype"),
    initialValue: row.get("agginitval"),
  }));
  return new Map(rows.map((row) => [row.proc, row]));
});

export function aggregateByProc(proc: number): AggregateRow | undefined {
  return aggregates().get(proc);
}
