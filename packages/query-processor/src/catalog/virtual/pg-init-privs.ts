/** pg_init_privs: what PostgreSQL's own objects begin with, which dumps compare with. */
import { makeArray, oids } from "@firstlight/sql";
import { accessArray } from "../../privileges/access-text.ts";
import { initialAccessLists } from "../../privileges/initial-access.ts";
import type { VirtualTable } from "../catalog.ts";
import { systemTable } from "./virtual-table.ts";

const INITDB = "i";

export const PG_INIT_PRIVS: VirtualTable = systemTable("pg_init_privs", function* (catalog) {
  for (const each of initialAccessLists().values()) {
    if (!each.listed) continue;
    const { classId, objectId, subId, texts } = each;
    yield {
      objoid: objectId,
      classoid: classId,
      objsubid: subId,
      privtype: INITDB,
      initprivs: makeArray(oids.ACLITEM, texts),
    };
  }
  // Views of our own are granted on from the start, too: no dump repeats that.
  const own = new Set(catalog.system.ownRelations.map(({ oid }) => oid));
  for (const granted of catalog.system.objects) {
    if (granted.kind !== "acl" || !own.has(granted.about[1])) continue;
    yield {
      objoid: granted.about[1],
      classoid: granted.about[0],
      objsubid: 0,
      privtype: INITDB,
      initprivs: accessArray(catalog, granted.items ?? []),
    };
  }
});
