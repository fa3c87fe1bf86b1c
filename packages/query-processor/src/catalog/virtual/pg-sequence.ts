/** pg_sequence: parameters of sequences. */
import type { VirtualTable } from "../catalog.ts";
import { systemTable } from "./virtual-table.ts";

export const PG_SEQUENCE: VirtualTable = systemTable("pg_sequence", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "sequence") continue;
    yield {
      seqrelid: object.oid,
      seqtypid: object.dataType,
      seqstart: BigInt(object.start),
      seqincrement: BigInt(object.increment),
      seqmax: BigInt(object.max),
      seqmin: BigInt(object.min),
      seqcache: BigInt(object.cache),
      seqcycle: object.cycle,
    };
  }
});
