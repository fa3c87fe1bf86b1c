/** Columns of whatever has an entry in pg_class, by number. */
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { indexColumnNames } from "../catalog/virtual/index-columns.ts";
import { indexByOid } from "./object-names.ts";

const OF_SEQUENCE = ["last_value", "log_cnt", "is_called"];

function systemColumn(kind: string | undefined, number: number): string | undefined {
  if (kind !== "table" && kind !== "virtual" && kind !== "sequence") return undefined;
  for (const [name, each] of SYSTEM_COLUMNS) if (each === number) return name;
  return undefined;
}

/** Its name, undefined where there is no such column any more. */
export function columnOfRelation(
  image: CatalogImage,
  oid: number,
  number: number,
): string | undefined {
  const relation = image.relationByOid(oid);
  if (number < 0) return systemColumn(relation?.kind, number);
  if (relation?.kind === "sequence") return OF_SEQUENCE[number - 1];
  if (relation !== undefined) {
    const column = relation.columns[number - 1];
    return column !== undefined && "dropped" in column && column.dropped ? undefined : column?.name;
  }
  const composite = image.compositeOf(oid)?.definition;
  if (composite?.kind === "composite") {
    return composite.attributes.find((each) => each.number === number && !each.dropped)?.name;
  }
  const found = indexByOid(image, oid);
  if (found === undefined) return undefined;
  const { table, index } = found;
  return indexColumnNames(table, index.columns, index.include)[number - 1];
}
