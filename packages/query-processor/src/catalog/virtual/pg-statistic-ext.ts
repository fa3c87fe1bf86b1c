/** pg_statistic_ext: what CREATE STATISTICS described. */
import { makeArray } from "@firstlight/sql";
import type { VirtualTable } from "../catalog.ts";
import type { StatisticsDescriptor } from "../statistics-descriptor.ts";
import { int2Vector } from "./arrays.ts";
import { statisticsTree } from "./statistics-text.ts";
import { systemTable } from "./virtual-table.ts";

const CHAR = 18;

/** pg_statistic_ext.stxkind */
export function statisticsKinds({ kinds, expressions }: StatisticsDescriptor): readonly string[] {
  return expressions === undefined ? kinds : [...kinds, "e"];
}

export const PG_STATISTIC_EXT: VirtualTable = systemTable("pg_statistic_ext", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "statistics") continue;
    yield {
      oid: object.oid,
      stxrelid: object.table,
      stxname: object.name,
      stxnamespace: object.schema,
      stxowner: object.owner,
      stxstattarget: object.target ?? -1,
      stxkeys: int2Vector(object.columns),
      stxkind: makeArray(CHAR, statisticsKinds(object)),
      stxexprs: statisticsTree(catalog, object) ?? null,
    };
  }
});
