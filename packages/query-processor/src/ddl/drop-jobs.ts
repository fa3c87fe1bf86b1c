/**
 * Aurora DSQL lists a job for each table and index that is dropped: it removes what is stored. Here
 * the change itself marks that as garbage (catalog/garbage-marks.ts), so the job has nothing to do.
 */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { schemaName } from "../catalog/schema-name.ts";
import { allIndexes } from "../catalog/table-indexes.ts";
import type { DdlContext } from "./ddl-context.ts";
import { submitJob } from "./submit-job.ts";

interface Dropped {
  readonly table: number;
  readonly object: number;
  readonly objectName: string;
  readonly command: string;
}

/** Undefined: it is neither; an index that goes with its table counts as a part of it. */
function droppedIn(
  before: CatalogImage,
  gone: ReadonlySet<number>,
  oid: number,
): Dropped | undefined {
  const object = before.objects.get(oid);
  if (object !== undefined) {
    if (object.kind !== "table") return undefined;
    const objectName = `${schemaName(before, object)}.${object.name}`;
    return { table: oid, object: oid, objectName, command: "DROP TABLE" };
  }
  for (const table of before.objects.values()) {
    if (table.kind !== "table") continue;
    const index = allIndexes(table).find((each) => each.oid === oid);
    if (index === undefined) continue;
    if (gone.has(table.oid)) return undefined;
    const objectName = `${schemaName(before, table)}.${index.name}`;
    return { table: table.oid, object: oid, objectName, command: "DROP INDEX" };
  }
  return undefined;
}

/** `before`: the schema that they were dropped from. */
export function submitDropJobs(
  context: DdlContext,
  before: CatalogImage,
  addresses: readonly ObjectAddress[],
): void {
  const relations = addresses.filter(
    ({ classId, subId }) => classId === CLASS.relation && subId === 0,
  );
  const gone = new Set(relations.map(({ objectId }) => objectId));
  for (const oid of gone) {
    const dropped = droppedIn(before, gone, oid);
    if (dropped !== undefined) submitJob(context, { type: "DROP", ...dropped });
  }
}
