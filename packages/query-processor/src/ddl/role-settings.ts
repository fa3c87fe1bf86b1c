/**
 * ALTER ROLE and ALTER DATABASE ... SET and RESET: settings that sessions begin with
 * (pg_db_role_setting). A setting is checked when it is stored; one that is no longer valid later
 * is passed over at login.
 */
import { SqlError } from "@firstlight/common";
import { aboutRoleSettings } from "../catalog/role-settings.ts";
import type { DatabaseDescriptor, RoleSettingDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { notOwner, owns } from "../privileges/access-check.ts";
import { isAdminOf, isSuperuser } from "../privileges/memberships.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";
import { requireDatabase } from "./database/find-database.ts";
import { roleNameOf } from "./role-specification.ts";
import { changedSettings } from "./setting-changes.ts";

/** 0: all of them. */
interface Place {
  readonly role: number;
  readonly database: number;
}

function checkDatabaseOwner(context: DdlContext, { name, owner }: DatabaseDescriptor): void {
  if (owns(imageOf(context), owner, ownerOf(context))) return;
  throw notOwner("database", name);
}

function denied(what: string, detail: string): SqlError {
  return new SqlError("42501", `permission denied to alter ${what}`, { detail });
}

function roleOf(context: DdlContext, spec: ParseNode): number {
  const image = imageOf(context);
  const name = roleNameOf(context, spec);
  const role = image.roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  const own = ownerOf(context);
  if (isSuperuser(image, own) || own === role.oid) return role.oid;
  if (role.superuser) {
    const detail = "Only roles with the SUPERUSER attribute may alter roles";
    throw denied("role", `${detail} with the SUPERUSER attribute.`);
  }
  const mayCreate = image.roleByName(context.session.user)?.createRole === true;
  if (mayCreate && isAdminOf(image, own, role.oid)) return role.oid;
  throw denied(
    "role",
    `Only roles with the CREATEROLE attribute and the ADMIN option on role "${name}" may alter this role.`,
  );
}

function placeOf(context: DdlContext, statement: ParseNode): Place {
  const spec = child(statement, "role");
  const name = optionalString(statement, "database");
  const role = spec === undefined ? 0 : roleOf(context, asTag(spec, "RoleSpec") ?? spec);
  const database = name === undefined ? undefined : requireDatabase(context, name);
  if (role === 0 && database !== undefined) checkDatabaseOwner(context, database);
  if (role === 0 && database === undefined && !isSuperuser(imageOf(context), ownerOf(context))) {
    const detail = "Only roles with the SUPERUSER attribute may alter settings globally.";
    throw denied("setting", detail);
  }
  return { role, database: database?.oid ?? 0 };
}

async function change(context: DdlContext, place: Place, clause: ParseNode): Promise<void> {
  const before = aboutRoleSettings(imageOf(context), place.role, place.database);
  const config = changedSettings(context, before?.config, [clause]);
  if (config === undefined) {
    if (before !== undefined) applyChanges(context, [{ drop: before.oid }]);
    return;
  }
  const oid = before?.oid ?? (await newOid(context));
  const put: RoleSettingDescriptor = { kind: "roleSetting", oid, ...place, config };
  applyChanges(context, [{ put }]);
}

export function alterRoleSet(context: DdlContext, statement: ParseNode): Promise<void> {
  const place = placeOf(context, statement);
  return change(context, place, requiredChild(statement, "setstmt"));
}

export function alterDatabaseSet(context: DdlContext, statement: ParseNode): Promise<void> {
  const database = requireDatabase(context, string(statement, "dbname"));
  checkDatabaseOwner(context, database);
  const place = { role: 0, database: database.oid };
  return change(context, place, requiredChild(statement, "setstmt"));
}
