/** Who becomes a member of a role and who stops being one (AddRoleMems, DelRoleMems). */
import { SqlError } from "@firstlight/common";
import { BOOTSTRAP_SUPERUSER } from "../../catalog/builtin-objects.ts";
import type { MembershipDescriptor } from "../../catalog/descriptors.ts";
import {
  hasPrivilegesOf,
  isAdminOf,
  isMemberOf,
  isSuperuser,
  membershipsIn,
  rolesOf,
} from "../../privileges/memberships.ts";
import { roleByOid, roleName } from "../../privileges/role-name.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "../ddl-context.ts";

const DATABASE_OWNER_ROLE = 6171;

/** WITH ADMIN, INHERIT, SET; absent: not said. */
export interface MemberOptions {
  readonly admin?: boolean;
  readonly inherit?: boolean;
  readonly set?: boolean;
}

/** check_role_membership_authorization. */
export function checkMayGrant(context: DdlContext, role: number, isGrant: boolean): void {
  const catalog = imageOf(context);
  const user = ownerOf(context);
  const name = roleName(catalog, role);
  const verb = isGrant ? "grant" : "revoke";
  if (isGrant && role === DATABASE_OWNER_ROLE) {
    throw new SqlError("0LP01", `role "${name}" cannot have explicit members`);
  }
  const text = `permission denied to ${verb} role "${name}"`;
  if (isSuperuser(catalog, role) && !isSuperuser(catalog, user)) {
    throw new SqlError("42501", text, {
      detail: `Only roles with the SUPERUSER attribute may ${verb} roles with the SUPERUSER attribute.`,
    });
  }
  if (isAdminOf(catalog, user, role)) return;
  throw new SqlError("42501", text, {
    detail: `Only roles with the ADMIN option on role "${name}" may ${verb} this role.`,
  });
}

/** select_best_admin: the nearest role of the member's that has the ADMIN option. */
function bestAdmin(context: DdlContext, member: number, role: number): number | undefined {
  if (member === role) return undefined;
  const catalog = imageOf(context);
  const admins = new Set(
    membershipsIn(catalog)
      .filter((each) => each.role === role && each.admin)
      .map((each) => each.member),
  );
  for (const each of rolesOf(catalog, member, "privileges")) if (admins.has(each)) return each;
  return undefined;
}

/** check_role_grantor. */
export function grantorFor(
  context: DdlContext,
  role: number,
  given: number | undefined,
  isGrant: boolean,
): number {
  const catalog = imageOf(context);
  const user = ownerOf(context);
  const name = roleName(catalog, role);
  if (given === undefined) {
    if (isSuperuser(catalog, user)) return BOOTSTRAP_SUPERUSER;
    const found = bestAdmin(context, user, role);
    if (found === undefined) throw new Error(`no possible grantors of ${name}`);
    return found;
  }
  const verb = isGrant ? "grant" : "revoke";
  const grantor = roleName(catalog, given);
  const text = isGrant
    ? `permission denied to grant privileges as role "${grantor}"`
    : `permission denied to revoke privileges granted by role "${grantor}"`;
  if (!hasPrivilegesOf(catalog, user, given)) {
    const what = isGrant ? "grant privileges as" : "revoke privileges granted by";
    throw new SqlError("42501", text, {
      detail: `Only roles with privileges of role "${grantor}" may ${what} this role.`,
    });
  }
  const isUnable = given !== BOOTSTRAP_SUPERUSER && bestAdmin(context, given, role) !== given;
  if (verb === "grant" && isUnable) {
    const detail = `The grantor must have the ADMIN option on role "${name}".`;
    throw new SqlError("42501", text, { detail });
  }
  return given;
}

function findMembership(
  context: DdlContext,
  role: number,
  member: number,
  grantor: number,
): MembershipDescriptor | undefined {
  return membershipsIn(imageOf(context)).find(
    (each) => each.role === role && each.member === member && each.grantor === grantor,
  );
}

function refuseMember(context: DdlContext, role: number, member: number): void {
  const catalog = imageOf(context);
  if (member === DATABASE_OWNER_ROLE) {
    const text = `role "${roleName(catalog, member)}" cannot be a member of any role`;
    throw new SqlError("0LP01", text);
  }
  if (!isMemberOf(catalog, role, member)) return;
  const [group, own] = [roleName(catalog, role), roleName(catalog, member)];
  throw new SqlError("0LP01", `role "${group}" is a member of role "${own}"`);
}

/** An ADMIN option must not come from one that it was given to. */
function refuseAdminCircle(
  context: DdlContext,
  role: number,
  member: number,
  grantor: number,
): void {
  if (grantor === BOOTSTRAP_SUPERUSER) return;
  const all = membershipsIn(imageOf(context)).filter((each) => each.role === role && each.admin);
  const lost = new Set([member]);
  for (const admin of lost) {
    for (const each of all) {
      if (each.grantor !== admin) continue;
      const others = all.some((other) => other.member === each.member && !lost.has(other.grantor));
      if (!others) lost.add(each.member);
    }
  }
  if (!lost.has(grantor)) return;
  throw new SqlError("0LP01", "ADMIN option cannot be granted back to your own grantor");
}

export async function addMember(
  context: DdlContext,
  role: number,
  member: number,
  how: { readonly grantor: number; readonly options: MemberOptions },
): Promise<void> {
  const { grantor, options } = how;
  refuseMember(context, role, member);
  if (options.admin === true) refuseAdminCircle(context, role, member, grantor);
  const catalog = imageOf(context);
  const old = findMembership(context, role, member, grantor);
  if (old !== undefined) {
    const next = { ...old, ...options };
    const same = next.admin === old.admin && next.inherit === old.inherit && next.set === old.set;
    if (!same) {
      applyChanges(context, [{ put: next }]);
      return;
    }
    const [own, group, by] = [member, role, grantor].map((oid) => roleName(catalog, oid));
    const text = `role "${own}" has already been granted membership in role "${group}" by role "${by}"`;
    context.session.notice("NOTICE", "00000", text);
    return;
  }
  const inherit = options.inherit ?? roleByOid(catalog, member)?.noInherit !== true;
  const { admin = false, set = true } = options;
  const oid = await newOid(context);
  const put = { kind: "membership", oid, role, member, grantor, admin, inherit, set } as const;
  applyChanges(context, [{ put }]);
}

function withoutAdminOf(
  context: DdlContext,
  { role, member, oid }: MembershipDescriptor,
  cascade: boolean,
): void {
  const all = membershipsIn(imageOf(context)).filter((each) => each.role === role);
  if (all.some((each) => each.oid !== oid && each.member === member && each.admin)) return;
  for (const each of all) {
    if (each.grantor !== member) continue;
    if (!cascade) {
      throw new SqlError("2BP01", "dependent privileges exist", {
        hint: "Use CASCADE to revoke them too.",
      });
    }
    revoke(context, each, undefined, cascade);
  }
}

/** `option`: what of the membership ends; undefined: all of it. */
function revoke(
  context: DdlContext,
  old: MembershipDescriptor,
  option: keyof MemberOptions | undefined,
  cascade: boolean,
): void {
  if (old.admin && (option === undefined || option === "admin")) {
    withoutAdminOf(context, old, cascade);
  }
  if (option === undefined) applyChanges(context, [{ drop: old.oid }]);
  else applyChanges(context, [{ put: { ...old, [option]: false } }]);
}

export function removeMember(
  context: DdlContext,
  role: number,
  member: number,
  how: {
    readonly grantor: number;
    readonly option: keyof MemberOptions | undefined;
    readonly cascade: boolean;
  },
): void {
  const { grantor, option, cascade } = how;
  const catalog = imageOf(context);
  const old = findMembership(context, role, member, grantor);
  if (old !== undefined) {
    revoke(context, old, option, cascade);
    return;
  }
  const [own, group, by] = [member, role, grantor].map((oid) => roleName(catalog, oid));
  const text = `role "${own}" has not been granted membership in role "${group}" by role "${by}"`;
  context.session.notice("WARNING", "01000", text);
}
