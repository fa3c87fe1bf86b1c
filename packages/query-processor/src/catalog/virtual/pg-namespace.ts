/** pg_namespace: schemas. */
import type { VirtualTable } from "../catalog.ts";
import { virtualTable } from "./virtual-table.ts";

export const PG_NAMESPACE_TABLE: VirtualTable = virtualTable({
  oid: 2615,
  name: "pg_namespace",
  columns: { oid: "oid", nspname: "name", nspowner: "oid", nspacl: "aclitem[]" },
  *rows(catalog) {
    for (const object of catalog.objects.values()) {
      if (object.kind !== "schema") continue;
      yield { oid: object.oid, nspname: object.name, nspowner: object.owner };
    }
  },
});
