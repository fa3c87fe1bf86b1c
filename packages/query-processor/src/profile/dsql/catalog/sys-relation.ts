/** Makes views of `sys`. */
import type { SystemRelationFacts } from "../../../catalog/virtual/system-relations.ts";
import { ownView } from "../../../catalog/virtual/own-relation.ts";
import { SYS_OIDS } from "./sys-schema.ts";

/** With these columns: names and types. */
export function sysView(
  oid: number,
  name: string,
  columns: readonly (readonly [name: string, type: number])[],
): SystemRelationFacts {
  return ownView({ oid, schema: SYS_OIDS.schema, name }, columns);
}
