/** pg_get_statisticsobjdef and its kin: definitions of statistics objects as SQL text. */
import { quoteIdentifier } from "@firstlight/sql";
import type { Datum } from "@firstlight/sql";
import type { StatisticsDescriptor } from "../catalog/descriptors.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { lookUpPath, qualifiedName, relationName } from "./object-names.ts";

const KIND_NAMES = { d: "ndistinct", f: "dependencies", m: "mcv" } as const;

function statisticsOf(call: CatalogCall, oid: Datum | undefined): StatisticsDescriptor | undefined {
  const object = typeof oid === "number" ? call.image.objects.get(oid) : undefined;
  return object?.kind === "statistics" ? object : undefined;
}

function columnList({ image }: CatalogCall, { table, columns }: StatisticsDescriptor): string {
  const owner = image.objects.get(table);
  const all = owner?.kind === "table" ? owner.columns : [];
  return columns.map((number) => quoteIdentifier(all[number - 1]?.name ?? "")).join(", ");
}

/** Kinds are spelled unless they are all there are. */
function kindList({ kinds }: StatisticsDescriptor): string {
  if (kinds.length === Object.keys(KIND_NAMES).length) return "";
  return ` (${kinds.map((kind) => KIND_NAMES[kind]).join(", ")})`;
}

const definition: CatalogFunction = (call, [oid]) => {
  const found = statisticsOf(call, oid);
  if (found === undefined) return null;
  const name = qualifiedName(call.image, found);
  const from = relationName(call, found.table) ?? "";
  return `CREATE STATISTICS ${name}${kindList(found)} ON ${columnList(call, found)} FROM ${from}`;
};

function isVisible(call: CatalogCall, { oid, name }: StatisticsDescriptor): boolean {
  for (const schema of lookUpPath(call)) {
    const schemaOid = call.image.schemaByName(schema)?.oid;
    for (const each of call.image.objects.values()) {
      const same = each.kind === "statistics" && each.schema === schemaOid && each.name === name;
      if (same) return each.oid === oid;
    }
  }
  return false;
}

export const STATISTICS_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_get_statisticsobjdef: definition,
  pg_get_statisticsobjdef_columns: (call, [oid]) => {
    const found = statisticsOf(call, oid);
    return found === undefined ? null : columnList(call, found);
  },
  pg_statistics_obj_is_visible: (call, [oid]) => {
    const found = statisticsOf(call, oid);
    return found === undefined ? null : isVisible(call, found);
  },
};
