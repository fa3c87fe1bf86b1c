/** What initdb grants on PostgreSQL's own objects, as access lists. */
import { systemListing } from "@firstlight/sql";
import { BUILTIN_ROLES } from "../catalog/builtin-objects.ts";
import type { AclItem } from "../catalog/descriptors.ts";
import { modeOf } from "./rights.ts";

export interface InitialAccess {
  readonly classId: number;
  readonly objectId: number;
  readonly subId: number;
  readonly items: readonly AclItem[];
  /** As aclitem prints them. */
  readonly texts: readonly string[];
  /** Whether pg_init_privs lists it. */
  readonly listed: boolean;
}

function roleOid(name: string): number {
  return BUILTIN_ROLES.find((role) => role.name === name)?.oid ?? 0;
}

/** grantee=letters/grantor. */
function itemOf(text: string): AclItem {
  const [, grantee = "", letters = "", grantor = ""] = /^(.*)=(.*)\/(.*)$/u.exec(text) ?? [];
  return { grantee: roleOid(grantee), grantor: roleOid(grantor), mode: modeOf(letters) };
}

function read(): ReadonlyMap<string, InitialAccess> {
  const entries = systemListing("system_privileges")
    .rows()
    .map((row): InitialAccess => {
      const texts = row.text("items").split(",");
      return {
        classId: row.number("classoid"),
        objectId: row.number("objoid"),
        subId: row.number("objsubid"),
        items: texts.map(itemOf),
        texts,
        listed: row.flag("initial"),
      };
    });
  return new Map(entries.map((each) => [keyOf(each.classId, each.objectId, each.subId), each]));
}

const keyOf = (classId: number, objectId: number, subId: number): string =>
  `${classId} ${objectId} ${subId}`;

let known: ReadonlyMap<string, InitialAccess> | undefined;

export function initialAccessLists(): ReadonlyMap<string, InitialAccess> {
  known ??= read();
  return known;
}

export function initialItems(
  classId: number,
  objectId: number,
  subId = 0,
): readonly AclItem[] | undefined {
  return initialAccessLists().get(keyOf(classId, objectId, subId))?.items;
}
