/** Lookups in pg_operator: by OID and by name. */
import { PG_OPERATOR } from "../catalog-data/pg-operator.ts";
import { groupBy } from "./group-by.ts";
import { lazy } from "./lazy.ts";
import { procByOid } from "./proc-catalog.ts";
import { type CatalogRow, CatalogText } from "./tsv.ts";

/** One row of pg_operator; `left` is 0 for a prefix operator. */
export interface OperatorRow {
  readonly oid: number;
  readonly name: string;
  readonly namespace: number;
  readonly canMerge: boolean;
  readonly canHash: boolean;
  readonly left: number;
  readonly right: number;
  readonly result: number;
  readonly commutator: number;
  readonly negator: number;
  readonly proc: number;
  /** Names of its selectivity estimators in pg_proc; empty when it has none. */
  readonly restriction: string;
  readonly join: string;
  /** Of a user's operator. */
  readonly schemaName?: string | undefined;
}

function toOperatorRow(row: CatalogRow): OperatorRow {
  return {
    oid: row.number("oid"),
    name: row.text("oprname"),
    namespace: row.number("oprnamespace"),
    canMerge: row.flag("oprcanmerge"),
    canHash: row.flag("oprcanhash"),
    left: row.number("oprleft"),
    right: row.number("oprright"),
    result: row.number("oprresult"),
    commutator: row.number("oprcom"),
    negator: row.number("oprnegate"),
    proc: row.number("oprcode"),
    restriction: procByOid(row.number("oprrest"))?.source ?? "",
    join: procByOid(row.number("oprjoin"))?.source ?? "",
  };
}

const rows = lazy(() => new CatalogText(PG_OPERATOR).rows().map(toOperatorRow));
const byOid = lazy(() => new Map(rows().map((row) => [row.oid, row])));
const byName = lazy(() => groupBy(rows(), (row) => row.name));

export function operatorByOid(oid: number): OperatorRow | undefined {
  return byOid().get(oid);
}

export function operatorsByName(name: string): readonly OperatorRow[] {
  return byName().get(name) ?? [];
}
