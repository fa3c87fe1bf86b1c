/** pg_init_privs: what PostgreSQL's own objects begin with, which dumps compare with. */
import { makeArray, oids } from "@firstlight/sql";
import { initialAccessLists } from "../../privileges/initial-access.ts";
import type { VirtualTable } from "../catalog.ts";
import { systemTable } from "./virtual-table.ts";

const INITDB = "i";

export const PG_INIT_PRIVS: VirtualTable = systemTable("pg_init_privs", function* () {
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
});
