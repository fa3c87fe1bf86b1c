/** CREATE, ALTER, RENAME and DROP ROLE: who may log in, with which password and attributes. */
import { SqlError } from "@firstlight/common";
import type { RoleDescriptor } from "../catalog/descriptors.ts";
import { roleSettingsIn } from "../catalog/role-settings.ts";
import { asTag, flag, int, list, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { isAdminOf, isSuperuser, membershipsIn } from "../privileges/memberships.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";
import { addMember, checkMayGrant, grantorFor, removeMember } from "./privileges/membership.ts";
import { refuseNeededRole } from "./privileges/role-dependents.ts";
import type { RoleOptions } from "./role-options.ts";
import { readRoleOptions, withRoleOptions } from "./role-options.ts";
import { roleNameOf, sessionUserOf } from "./role-specification.ts";

const BOOTSTRAP = 10;

function refuseReserved(name: string): void {
  if (!name.startsWith("pg_")) return;
  throw new SqlError("42939", `role name "${name}" is reserved`, {
    detail: 'Role names starting with "pg_" are reserved.',
  });
}

function refuseTaken(context: DdlContext, name: string): void {
  if (imageOf(context).roleByName(name) === undefined) return;
  throw new SqlError("42710", `role "${name}" already exists`);
}

function currentRole(context: DdlContext): RoleDescriptor | undefined {
  return imageOf(context).roleByName(context.session.user);
}

function denied(verb: string, detail: string): SqlError {
  return new SqlError("42501", `permission denied to ${verb} role`, { detail });
}

/** Attributes that only those who have them may give, with what the roles are called. */
function attributes(options: RoleOptions): readonly (readonly [string, keyof RoleDescriptor])[] {
  const all: (readonly [string, keyof RoleDescriptor])[] = [];
  if (options.superuser !== undefined) all.push(["SUPERUSER", "superuser"]);
  if (options.createDb !== undefined) all.push(["CREATEDB", "createDb"]);
  if (options.replication !== undefined) all.push(["REPLICATION", "replication"]);
  if (options.bypassRls !== undefined) all.push(["BYPASSRLS", "bypassRls"]);
  return all;
}

function checkMayCreate(context: DdlContext, options: RoleOptions): void {
  const own = currentRole(context);
  if (own === undefined || own.superuser) return;
  if (own.createRole !== true) {
    throw denied("create", "Only roles with the CREATEROLE attribute may create roles.");
  }
  for (const [name, field] of attributes(options)) {
    const wanted = field === "superuser" ? options.superuser : true;
    const given = field === "createDb" ? options.createDb : wanted;
    const isGiven =
      field === "replication"
        ? options.replication
        : field === "bypassRls"
          ? options.bypassRls
          : given;
    if (isGiven !== true || own[field] === true) continue;
    const detail = `Only roles with the ${name} attribute may create roles with the ${name} attribute.`;
    throw denied("create", detail);
  }
}

export async function createRole(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "role");
  const options = readRoleOptions(context, statement);
  checkMayCreate(context, options);
  refuseReserved(name);
  refuseTaken(context, name);
  const kind = string(statement, "stmt_type");
  const oid = await newOid(context);
  const login = kind === "ROLESTMT_USER";
  const role: RoleDescriptor = { kind: "role", oid, name, superuser: false, login };
  applyChanges(context, [{ put: withRoleOptions(context, role, options) }]);
  await addMemberships(context, oid, options);
}

async function addMemberships(
  context: DdlContext,
  oid: number,
  options: RoleOptions,
): Promise<void> {
  const user = ownerOf(context);
  for (const group of options.memberOf ?? []) {
    checkMayGrant(context, group, true);
    const grantor = grantorFor(context, group, undefined, true);
    await addMember(context, group, oid, { grantor, options: {} });
  }
  if (!isSuperuser(imageOf(context), user)) {
    const own = { admin: true, inherit: false, set: false };
    await addMember(context, oid, user, { grantor: BOOTSTRAP, options: own });
  }
  const grantor = isSuperuser(imageOf(context), user) ? BOOTSTRAP : user;
  for (const member of options.admins ?? []) {
    await addMember(context, oid, member, { grantor, options: { admin: true } });
  }
  for (const member of options.members ?? []) {
    await addMember(context, oid, member, { grantor, options: {} });
  }
}

function roleNamed(context: DdlContext, name: string): RoleDescriptor {
  const role = imageOf(context).roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  return role;
}

/** Whether CREATEROLE with the ADMIN option on it lets the current user change this role. */
function isManaged(context: DdlContext, role: RoleDescriptor): boolean {
  const own = currentRole(context);
  if (own === undefined || own.superuser) return true;
  return own.createRole === true && isAdminOf(imageOf(context), own.oid, role.oid);
}

function checkMayAlter(context: DdlContext, role: RoleDescriptor, options: RoleOptions): void {
  const own = currentRole(context);
  if (own === undefined || own.superuser) return;
  if (role.superuser) {
    const what = "Only roles with the SUPERUSER attribute may alter roles";
    throw denied("alter", `${what} with the SUPERUSER attribute.`);
  }
  if (options.superuser !== undefined) {
    const detail = "Only roles with the SUPERUSER attribute may change the SUPERUSER attribute.";
    throw denied("alter", detail);
  }
  const { password, members, ...others } = options;
  const isOwnPassword =
    Object.keys(others).length === 0 && password !== undefined && role.oid === own.oid;
  const isMembership = members !== undefined && Object.keys(options).length === 1;
  if (!isManaged(context, role) && !isOwnPassword && !isMembership) {
    if (password !== undefined && Object.keys(others).length === 0) {
      const detail =
        "To change another role's password, the current user must have the CREATEROLE attribute and the ADMIN option on the role.";
      throw denied("alter", detail);
    }
    const detail = `Only roles with the CREATEROLE attribute and the ADMIN option on role "${role.name}" may alter this role.`;
    throw denied("alter", detail);
  }
  for (const [name, field] of attributes(options)) {
    if (own[field] === true) continue;
    const detail = `Only roles with the ${name} attribute may change the ${name} attribute.`;
    throw denied("alter", detail);
  }
}

/** ALTER ROLE, and ALTER GROUP ... ADD or DROP USER. */
export async function alterRole(context: DdlContext, statement: ParseNode): Promise<void> {
  const role = roleNamed(context, roleNameOf(context, requiredChild(statement, "role")));
  const options = readRoleOptions(context, statement);
  checkMayAlter(context, role, options);
  if (options.superuser === false && role.oid === BOOTSTRAP) {
    throw denied("alter", "The bootstrap user must have the SUPERUSER attribute.");
  }
  const { members, ...attributesOnly } = options;
  if (Object.keys(attributesOnly).length > 0) {
    applyChanges(context, [{ put: withRoleOptions(context, role, attributesOnly) }]);
  }
  if (members === undefined) return;
  const isGrant = int(statement, "action") >= 0;
  checkMayGrant(context, role.oid, isGrant);
  const grantor = grantorFor(context, role.oid, undefined, isGrant);
  for (const member of members) {
    if (isGrant) await addMember(context, role.oid, member, { grantor, options: {} });
    else removeMember(context, role.oid, member, { grantor, option: undefined, cascade: false });
  }
}

export function renameRole(context: DdlContext, statement: ParseNode): void {
  const role = roleNamed(context, string(statement, "subname"));
  const name = string(statement, "newname");
  if (role.name === sessionUserOf(context)) {
    throw new SqlError("0A000", "session user cannot be renamed");
  }
  if (role.name === context.session.user) {
    throw new SqlError("0A000", "current user cannot be renamed");
  }
  refuseReserved(role.name);
  refuseReserved(name);
  refuseTaken(context, name);
  if (!isManaged(context, role) || (role.superuser && currentRole(context)?.superuser !== true)) {
    const detail = `Only roles with the CREATEROLE attribute and the ADMIN option on role "${role.name}" may rename this role.`;
    throw denied("rename", detail);
  }
  applyChanges(context, [{ put: { ...role, name } }]);
}

function checkMayDropRoles(context: DdlContext): void {
  const own = currentRole(context);
  if (own === undefined || own.superuser || own.createRole === true) return;
  throw denied(
    "drop",
    "Only roles with the CREATEROLE attribute and the ADMIN option on the target roles may drop roles.",
  );
}

export async function dropRole(context: DdlContext, statement: ParseNode): Promise<void> {
  checkMayDropRoles(context);
  const roles: RoleDescriptor[] = [];
  for (const node of list(statement, "roles")) {
    const spec = asTag(node, "RoleSpec");
    if (spec === undefined) continue;
    if (string(spec, "roletype") !== "ROLESPEC_CSTRING") {
      throw new SqlError("22023", "cannot use special role specifier in DROP ROLE");
    }
    const name = roleNameOf(context, spec);
    if (flag(statement, "missing_ok") && imageOf(context).roleByName(name) === undefined) {
      context.session.notice("NOTICE", "00000", `role "${name}" does not exist, skipping`);
      continue;
    }
    roles.push(checkDroppable(context, roleNamed(context, name)));
  }
  for (const role of roles) dropDependents(context, role);
  for (const role of roles) {
    await refuseNeededRole(context, role);
    applyChanges(context, [{ drop: role.oid }]);
  }
}

function checkDroppable(context: DdlContext, role: RoleDescriptor): RoleDescriptor {
  if (role.name === context.session.user) {
    throw new SqlError("55006", "current user cannot be dropped");
  }
  if (role.name === sessionUserOf(context)) {
    throw new SqlError("55006", "session user cannot be dropped");
  }
  if (role.oid < 16384) {
    const why = "because it is required by the database system";
    throw new SqlError("2BP01", `cannot drop role ${role.name} ${why}`);
  }
  const own = currentRole(context);
  if (own === undefined || own.superuser) return role;
  if (role.superuser) {
    const what = "Only roles with the SUPERUSER attribute may drop roles";
    throw denied("drop", `${what} with the SUPERUSER attribute.`);
  }
  if (isManaged(context, role)) return role;
  throw denied(
    "drop",
    `Only roles with the CREATEROLE attribute and the ADMIN option on role "${role.name}" may drop this role.`,
  );
}

function dropDependents(context: DdlContext, { oid }: RoleDescriptor): void {
  const image = imageOf(context);
  const own = [
    ...membershipsIn(image).filter((each) => each.role === oid || each.member === oid),
    ...roleSettingsIn(image).filter((each) => each.role === oid),
  ];
  if (own.length > 0)
    applyChanges(
      context,
      own.map((each) => ({ drop: each.oid })),
    );
}
