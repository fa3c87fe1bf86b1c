/** How many objects a profile allows, asked of every schema change BEFORE it is applied. */
import type { CatalogChange, CatalogImage } from "../catalog/catalog-image.ts";
import type { CatalogObject, TableDescriptor } from "../catalog/descriptors.ts";
import { allIndexes } from "../catalog/table-indexes.ts";
import { FIRST_USER_OID, PUBLIC_OID } from "../catalog/builtin-objects.ts";
import type { LimitName, ProfileLimits } from "../profile/limits.ts";

const COUNTED: Readonly<Partial<Record<CatalogObject["kind"], LimitName>>> = {
  schema: "schemas",
  table: "tables",
  view: "views",
  sequence: "sequences",
};

/** The system's own do not count, `public` does. */
function counts({ kind, oid }: CatalogObject, wanted: CatalogObject["kind"]): boolean {
  return kind === wanted && (oid >= FIRST_USER_OID || oid === PUBLIC_OID);
}

function numberOf(image: CatalogImage, kind: CatalogObject["kind"]): number {
  let number = 0;
  for (const object of image.objects.values()) if (counts(object, kind)) number++;
  return number;
}

/** Only what grows is refused: a limit may have been lowered since. */
function checkGrowth(limits: ProfileLimits, name: LimitName, before: number, after: number): void {
  if (after > before) limits.check(name, after);
}

function columnsIn(table: TableDescriptor | undefined): number {
  return table?.columns.filter(({ dropped }) => !dropped).length ?? 0;
}

function checkTable(
  limits: ProfileLimits,
  before: TableDescriptor | undefined,
  after: TableDescriptor,
): void {
  checkGrowth(limits, "columns", columnsIn(before), columnsIn(after));
  const numbers = before?.columns.length ?? 0;
  checkGrowth(limits, "column-numbers", numbers, after.columns.length);
  const known = new Set(before === undefined ? [] : allIndexes(before).map(({ oid }) => oid));
  const indexes = allIndexes(after);
  for (const { oid, columns } of indexes) {
    if (!known.has(oid)) limits.check("key-columns", columns.length);
  }
  checkGrowth(limits, "indexes", known.size, indexes.length);
}

function checkStatistics(limits: ProfileLimits, image: CatalogImage, table: number): void {
  let number = 1;
  for (const object of image.objects.values()) {
    if (object.kind === "statistics" && object.table === table) number++;
  }
  limits.check("statistics", number);
}

export function checkSchemaLimits(image: CatalogImage, changes: readonly CatalogChange[]): void {
  const { limits } = image.profile;
  const added = new Map<CatalogObject["kind"], number>();
  for (const { put } of changes) {
    if (put === undefined) continue;
    const before = image.objects.get(put.oid);
    if (put.kind === "table") {
      checkTable(limits, before?.kind === "table" ? before : undefined, put);
    }
    if (before !== undefined) continue;
    if (put.kind === "statistics") checkStatistics(limits, image, put.table);
    const name = COUNTED[put.kind];
    if (name === undefined) continue;
    const more = (added.get(put.kind) ?? 0) + 1;
    added.set(put.kind, more);
    limits.check(name, numberOf(image, put.kind) + more);
  }
}
