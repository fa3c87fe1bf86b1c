/** Expressions of statistics objects as SQL text. */
import { statisticsExpressions } from "../../bind/statistics-expressions.ts";
import type { Catalog } from "../catalog.ts";
import type { TableDescriptor } from "../descriptors.ts";
import type { StatisticsDescriptor } from "../statistics-descriptor.ts";
import type { PrintOptions } from "./expression-text.ts";
import { printExpression } from "./expression-text.ts";

const PLAIN: PrintOptions = { pretty: false, objectName: () => undefined };

export function statisticsTable(
  { objects }: Pick<Catalog, "objects">,
  object: StatisticsDescriptor,
): TableDescriptor | undefined {
  const table = objects.get(object.table);
  return table?.kind === "table" ? table : undefined;
}

/** The statistics objects over a table. */
export function statisticsObjects(
  { objects }: Pick<Catalog, "objects">,
  table: TableDescriptor,
): readonly StatisticsDescriptor[] {
  return [...objects.values()].filter(
    (each): each is StatisticsDescriptor => each.kind === "statistics" && each.table === table.oid,
  );
}

/** pg_get_statisticsobjdef_expressions; undefined where there are none. */
export function statisticsExpressionTexts(
  catalog: Catalog,
  object: StatisticsDescriptor,
  options: PrintOptions = PLAIN,
): readonly string[] | undefined {
  const table = statisticsTable(catalog, object);
  if (table === undefined || object.expressions === undefined) return undefined;
  return statisticsExpressions(object, table, catalog).map((expr) =>
    printExpression({ expr, table, text: "" }, options),
  );
}

/** pg_statistic_ext.stxexprs: all of them in one text. */
export function statisticsTree(
  catalog: Catalog,
  object: StatisticsDescriptor,
  options: PrintOptions = PLAIN,
): string | undefined {
  return statisticsExpressionTexts(catalog, object, options)?.join(", ");
}
