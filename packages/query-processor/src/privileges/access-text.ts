/** Access lists as aclitem[] values: grantee=letters/grantor. */
import type { Datum } from "@firstlight/sql";
import { makeArray, oids } from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { AclItem } from "../catalog/descriptors.ts";
import type { AccessList } from "./access-list.ts";
import { PUBLIC_ROLE } from "./access-list.ts";
import type { Objects } from "./memberships.ts";
import type { AccessTarget } from "./object-access.ts";
import { aclOf, columnAccess, storedAccess } from "./object-access.ts";
import { lettersOf } from "./rights.ts";

/** putid: quoted unless it consists of letters, digits and underscores. */
export function roleText({ objects }: Objects, oid: number): string {
  const role = objects.get(oid);
  if (role?.kind !== "role") return String(oid);
  const { name } = role;
  return /^[A-Za-z0-9_]+$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function itemText(catalog: Objects, { grantee, grantor, mode }: AclItem): string {
  const to = grantee === PUBLIC_ROLE ? "" : roleText(catalog, grantee);
  return `${to}=${lettersOf(mode)}/${roleText(catalog, grantor)}`;
}

export function accessArray(catalog: Objects, list: AccessList): Datum {
  const items = list.map((item) => itemText(catalog, item));
  return makeArray(oids.ACLITEM, items);
}

/** As pg_class.relacl and its kin: NULL where nothing was granted. */
export function shownAccess(catalog: Objects, target: AccessTarget): Datum {
  const list = storedAccess(catalog, target);
  return list === undefined ? null : accessArray(catalog, list);
}

/** Whether nothing was granted on the object of a user, nor on its columns. */
export function isUngranted(catalog: Objects, oid: number): boolean {
  return oid >= FIRST_USER_OID && aclOf(catalog, oid) === undefined;
}

/** pg_attribute.attacl. */
export function shownColumnAccess(catalog: Objects, relation: number, column: number): Datum {
  const list = columnAccess(catalog, relation, column);
  return list === undefined ? null : accessArray(catalog, list);
}

/** OIDs of the system's own objects of a class that something was granted on. */
export function grantedOnBuiltins({ objects }: Objects, classId: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (const each of objects.values()) {
    if (each.kind !== "acl" || each.about[0] !== classId) continue;
    if (each.about[1] < FIRST_USER_OID) found.add(each.about[1]);
  }
  return found;
}
