/** pg_depend: what goes with what (catalog/dependencies). */
import { dependencyRows } from "../dependencies/dependency-rows.ts";
import type { VirtualTable } from "../catalog.ts";
import { systemTable } from "./virtual-table.ts";

export const PG_DEPEND: VirtualTable = systemTable("pg_depend", function* (catalog) {
  for (const { object, on, type } of dependencyRows(catalog)) {
    yield {
      classid: object.classId,
      objid: object.objectId,
      objsubid: object.subId,
      refclassid: on.classId,
      refobjid: on.objectId,
      refobjsubid: on.subId,
      deptype: type,
    };
  }
});
