/** pg_aggregate: PostgreSQL's own aggregates and those of users. */
import { typeOid } from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { eachSystemRow } from "./system-rows.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

function* rows(catalog: Catalog): Iterable<NamedRow> {
  yield* eachSystemRow("pg_aggregate");
  for (const object of catalog.objects.values()) {
    if (object.kind !== "function" || object.aggregate === undefined) continue;
    const details = object.aggregate;
    yield {
      aggfnoid: object.oid,
      aggkind: "n",
      aggnumdirectargs: 0,
      aggtransfn: details.transition,
      aggfinalfn: details.final,
      aggcombinefn: details.combine,
      aggserialfn: 0,
      aggdeserialfn: 0,
      aggmtransfn: 0,
      aggminvtransfn: 0,
      aggmfinalfn: 0,
      aggfinalextra: details.finalExtra,
      aggmfinalextra: false,
      aggfinalmodify: details.finalModify,
      aggmfinalmodify: details.finalModify,
      aggsortop: details.sortOperator,
      aggtranstype: typeOid(details.stateType),
      aggtransspace: details.stateSpace,
      aggmtranstype: 0,
      aggmtransspace: 0,
      agginitval: details.initial ?? null,
      aggminitval: null,
    };
  }
}

export const PG_AGGREGATE: VirtualTable = systemTable("pg_aggregate", rows);
