/** Which role is in which: roles_is_member_of and its kin, over one catalog image. */
import { BOOTSTRAP_SUPERUSER } from "../catalog/builtin-objects.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { MembershipDescriptor } from "../catalog/descriptors.ts";

export type Objects = Pick<Catalog, "objects">;
/** Along which memberships: those that give privileges, those that allow SET ROLE, all. */
export type Recursion = "privileges" | "setRole" | "members";

const DATABASE_OWNER_ROLE = 6171;
const MONITOR = 3373;
const MONITOR_PARTS: readonly number[] = [3374, 3375, 3377];
const FIRST_MEMBERSHIP = 10226;

/** What PostgreSQL's monitoring role consists of. */
const BUILTIN: readonly MembershipDescriptor[] = MONITOR_PARTS.map((role, at) => ({
  kind: "membership",
  oid: FIRST_MEMBERSHIP + at,
  role,
  member: MONITOR,
  grantor: BOOTSTRAP_SUPERUSER,
  admin: false,
  inherit: true,
  set: true,
}));

const known = new WeakMap<object, readonly MembershipDescriptor[]>();

/** All rows of pg_auth_members. */
export function membershipsIn({ objects }: Objects): readonly MembershipDescriptor[] {
  let found = known.get(objects);
  if (found === undefined) {
    const own = [...objects.values()].filter((each) => each.kind === "membership");
    found = [...BUILTIN, ...own];
    known.set(objects, found);
  }
  return found;
}

export function isSuperuser({ objects }: Objects, role: number): boolean {
  const found = objects.get(role);
  return found?.kind === "role" && found.superuser;
}

/** The role itself and every role that it is in, nearest first. */
export function rolesOf(catalog: Objects, role: number, recursion: Recursion): ReadonlySet<number> {
  const all = membershipsIn(catalog);
  const roles = new Set([role]);
  for (const member of roles) {
    for (const each of all) {
      if (each.member !== member) continue;
      if (recursion === "privileges" && !each.inherit) continue;
      if (recursion === "setRole" && !each.set) continue;
      roles.add(each.role);
    }
    if (member === BOOTSTRAP_SUPERUSER) roles.add(DATABASE_OWNER_ROLE);
  }
  return roles;
}

/** has_privs_of_role. */
export function hasPrivilegesOf(catalog: Objects, member: number, role: number): boolean {
  if (member === role || isSuperuser(catalog, member)) return true;
  return rolesOf(catalog, member, "privileges").has(role);
}

/** member_can_set_role. */
export function canSetRole(catalog: Objects, member: number, role: number): boolean {
  if (member === role || isSuperuser(catalog, member)) return true;
  return rolesOf(catalog, member, "setRole").has(role);
}

/** is_member_of_role_nosuper. */
export function isMemberOf(catalog: Objects, member: number, role: number): boolean {
  return rolesOf(catalog, member, "members").has(role);
}

/** is_admin_of_role: may grant the role to others. */
export function isAdminOf(catalog: Objects, member: number, role: number): boolean {
  if (isSuperuser(catalog, member)) return true;
  if (member === role) return false;
  const roles = rolesOf(catalog, member, "members");
  return membershipsIn(catalog).some(
    (each) => each.role === role && each.admin && roles.has(each.member),
  );
}
