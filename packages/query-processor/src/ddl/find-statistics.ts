/** Statistics objects by name, along the search path. */
import { SqlError } from "@firstlight/common";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import type { NameContext, QualifiedName } from "./ddl-context.ts";
import { imageOf, nameOfParts } from "./ddl-context.ts";

export function statisticsIn(
  context: NameContext,
  schema: number,
  name: string,
): StatisticsDescriptor | undefined {
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "statistics" || object.name !== name) continue;
    if (object.schema === schema) return object;
  }
  return undefined;
}

export function findStatistics(
  context: NameContext,
  { schema, name }: QualifiedName,
): StatisticsDescriptor | undefined {
  for (const each of schema === undefined ? context.searchPath : [schema]) {
    const oid = imageOf(context).schemaByName(each)?.oid;
    const found = oid === undefined ? undefined : statisticsIn(context, oid, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function missing(parts: readonly string[]): SqlError {
  return new SqlError("42704", `statistics object "${parts.join(".")}" does not exist`);
}

export function statisticsNamed(
  context: NameContext,
  parts: readonly string[],
): StatisticsDescriptor {
  const name = nameOfParts(parts);
  const found = findStatistics(context, name);
  if (found !== undefined) return found;
  if (name.schema !== undefined && imageOf(context).schemaByName(name.schema) === undefined) {
    throw new SqlError("3F000", `schema "${name.schema}" does not exist`);
  }
  throw missing(parts);
}
