/** What pg_cast has of users' casts. */
import { typeOid } from "@firstlight/sql";
import type { Catalog } from "../catalog.ts";
import type { NamedRow } from "./virtual-table.ts";

export function* userCasts(catalog: Catalog): Iterable<NamedRow> {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "cast") continue;
    yield {
      oid: object.oid,
      castsource: typeOid(object.sourceType),
      casttarget: typeOid(object.targetType),
      castfunc: object.proc,
      castcontext: object.context.charAt(0),
      castmethod: object.method.charAt(0),
    };
  }
}
