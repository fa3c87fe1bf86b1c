/** pg_get_statisticsobjdef and its kin: definitions of statistics objects as SQL text. */
import { makeArray, quoteIdentifier } from "@firstlight/sql";
import type { Datum } from "@firstlight/sql";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import { statisticsExpressions } from "../bind/statistics-expressions.ts";
import { elementText } from "../catalog/virtual/index-text.ts";
import { statisticsExpressionTexts, statisticsTable } from "../catalog/virtual/statistics-text.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { printOptions } from "./definition-functions.ts";
import { lookUpPath, qualifiedName, relationName } from "./object-names.ts";

const TEXT = 25;

const KIND_NAMES = { d: "ndistinct", f: "dependencies", m: "mcv" } as const;

function statisticsOf(call: CatalogCall, oid: Datum | undefined): StatisticsDescriptor | undefined {
  const object = typeof oid === "number" ? call.image.objects.get(oid) : undefined;
  return object?.kind === "statistics" ? object : undefined;
}

function elementList(call: CatalogCall, object: StatisticsDescriptor): string {
  const table = statisticsTable(call.image, object);
  if (table === undefined) return "";
  const names = object.columns.map((number) =>
    quoteIdentifier(table.columns[number - 1]?.name ?? ""),
  );
  const options = { ...printOptions(call, true), lines: false };
  const exprs = statisticsExpressions(object, table, call.image);
  return [...names, ...exprs.map((expr) => elementText(expr, table, options))].join(", ");
}

/** Kinds are spelled unless they are all there are. */
function kindList({ kinds }: StatisticsDescriptor): string {
  if (kinds.length === 0 || kinds.length === Object.keys(KIND_NAMES).length) return "";
  return ` (${kinds.map((kind) => KIND_NAMES[kind]).join(", ")})`;
}

const definition: CatalogFunction = (call, [oid]) => {
  const found = statisticsOf(call, oid);
  if (found === undefined) return null;
  const name = qualifiedName(call.image, found);
  const from = relationName(call, found.table) ?? "";
  return `CREATE STATISTICS ${name}${kindList(found)} ON ${elementList(call, found)} FROM ${from}`;
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
    return found === undefined ? null : elementList(call, found);
  },
  pg_get_statisticsobjdef_expressions: (call, [oid]) => {
    const found = statisticsOf(call, oid);
    const texts = found && statisticsExpressionTexts(call.image, found, printOptions(call, false));
    return texts === undefined ? null : makeArray(TEXT, texts);
  },
  pg_statistics_obj_is_visible: (call, [oid]) => {
    const found = statisticsOf(call, oid);
    return found === undefined ? null : isVisible(call, found);
  },
};
