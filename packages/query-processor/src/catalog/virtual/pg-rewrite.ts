/** pg_rewrite: the rule _RETURN of every view, which stands for its query. */
import { FIRST_USER_OID } from "../builtin-objects.ts";
import type { VirtualTable } from "../catalog.ts";
import { systemRules } from "./system-views.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const SELECT_EVENT = "1";
const ORIGIN = "O";
/** What an empty list reads as pg_node_tree. */
const NOTHING = "<>";

function returnRule(oid: number, view: number): NamedRow {
  return {
    oid,
    rulename: "_RETURN",
    ev_class: view,
    ev_type: SELECT_EVENT,
    ev_enabled: ORIGIN,
    is_instead: true,
    ev_qual: NOTHING,
    ev_action: NOTHING,
  };
}

export const PG_REWRITE: VirtualTable = systemTable("pg_rewrite", function* (catalog) {
  for (const [view, oid] of systemRules()) yield returnRule(oid, view);
  for (const object of catalog.objects.values()) {
    const oid =
      object.kind === "view"
        ? object.ruleOid
        : object.kind === "table"
          ? object.materialized?.ruleOid
          : undefined;
    if (oid === undefined || oid < FIRST_USER_OID) continue;
    yield returnRule(oid, object.oid);
  }
});
