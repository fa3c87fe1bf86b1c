/** REASSIGN OWNED and DROP OWNED. */
import { SqlError } from "@firstlight/common";
import type { CatalogChange } from "../../catalog/catalog-image.ts";
import { CLASS } from "../../catalog/dependencies/object-address.ts";
import type { AclDescriptor, AclItem, RoleDescriptor } from "../../catalog/descriptors.ts";
import { asTag, list, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { defaultAccess, withOwner } from "../../privileges/access-list.ts";
import { hasPrivilegesOf, membershipsIn } from "../../privileges/memberships.ts";
import { aclOf } from "../../privileges/object-access.ts";
import { roleByOid } from "../../privileges/role-name.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf } from "../ddl-context.ts";
import { dropObjects } from "../drop-objects.ts";
import { dropLargeObjectsOf, reassignLargeObjects } from "../large-object.ts";
import { roleOidOf } from "../role-specification.ts";
import { aclsNaming, defaultsNaming, ownedObjects } from "./role-dependents.ts";

function rolesOf(context: DdlContext, statement: ParseNode): readonly RoleDescriptor[] {
  return list(statement, "roles").map((each) => {
    const role = roleByOid(imageOf(context), roleOidOf(context, asTag(each, "RoleSpec") ?? {}));
    if (role === undefined) throw new Error("a role that has just been found");
    return role;
  });
}

function checkMay(context: DdlContext, role: RoleDescriptor, verb: "drop" | "reassign"): void {
  if (role.oid < 16384) {
    const what = verb === "drop" ? "drop" : "reassign ownership of";
    const text = `cannot ${what} objects owned by role ${role.name} because they are required by the database system`;
    throw new SqlError("2BP01", text);
  }
  if (hasPrivilegesOf(imageOf(context), ownerOf(context), role.oid)) return;
  throw new SqlError("42501", `permission denied to ${verb} objects`, {
    detail:
      verb === "drop"
        ? `Only roles with privileges of role "${role.name}" may drop objects owned by it.`
        : `Only roles with privileges of role "${role.name}" may reassign objects owned by it.`,
  });
}

/** An object with another owner, and its access list with it. */
export function ownerChanges(
  context: DdlContext,
  objectId: number,
  owner: number,
): readonly CatalogChange[] {
  const image = imageOf(context);
  const object = image.objects.get(objectId);
  if (object === undefined || !("owner" in object) || object.owner === owner) return [];
  const changes: CatalogChange[] = [{ put: { ...object, owner } }];
  for (const each of image.objects.values()) {
    const follows = each.kind === "sequence" && each.ownedBy?.table === objectId;
    if (follows) changes.push(...ownerChanges(context, each.oid, owner));
  }
  const acl = aclOf(image, objectId);
  if (acl === undefined) return changes;
  const moved = (items: readonly AclItem[]): readonly AclItem[] =>
    withOwner(items, object.owner, owner);
  changes.push({ put: mapped(acl, moved) });
  return changes;
}

function mapped(
  acl: AclDescriptor,
  change: (items: readonly AclItem[]) => readonly AclItem[],
): AclDescriptor {
  const { items, columns, ...rest } = acl;
  const changedColumns = Object.entries(columns ?? {}).map(([at, list_]) => [at, change(list_)]);
  return {
    ...rest,
    ...(items === undefined ? {} : { items: change(items) }),
    ...(columns === undefined ? {} : { columns: Object.fromEntries(changedColumns) }),
  };
}

export async function reassignOwned(context: DdlContext, statement: ParseNode): Promise<void> {
  const roles = rolesOf(context, statement);
  for (const role of roles) checkMay(context, role, "reassign");
  const owner = roleOidOf(context, requiredChild(statement, "newrole"));
  if (!hasPrivilegesOf(imageOf(context), ownerOf(context), owner)) {
    const name = roleByOid(imageOf(context), owner)?.name ?? "";
    throw new SqlError("42501", "permission denied to reassign objects", {
      detail: `Only roles with privileges of role "${name}" may reassign objects to it.`,
    });
  }
  for (const role of roles) {
    const owned = ownedObjects(context, role.oid);
    const changes = owned.flatMap((each) => ownerChanges(context, each.objectId, owner));
    if (changes.length > 0) applyChanges(context, changes);
    await reassignLargeObjects(context, role.oid, owner);
  }
}

/** What is taken from a relation of which only columns were granted makes its own rights explicit. */
function relationDefaults(context: DdlContext, { about }: AclDescriptor): readonly AclItem[] {
  const relation = imageOf(context).objects.get(about[1]);
  if (relation === undefined || !("owner" in relation)) return [];
  return defaultAccess("table", relation.owner);
}

function withoutRole(context: DdlContext, role: number): void {
  const kept = (items: readonly AclItem[]): readonly AclItem[] =>
    items.filter((each) => each.grantee !== role && each.grantor !== role);
  const changes: CatalogChange[] = aclsNaming(context, role).map((acl) => {
    const after = mapped(acl, kept);
    const columns = Object.entries(after.columns ?? {}).filter(([, items]) => items.length > 0);
    const items = after.items ?? relationDefaults(context, after);
    return { put: { ...after, items, columns: Object.fromEntries(columns) } };
  });
  for (const each of defaultsNaming(context, role)) {
    const items = kept(each.items);
    const isGone = each.role === role || items.length === 0;
    changes.push(isGone ? { drop: each.oid } : { put: { ...each, items } });
  }
  for (const each of membershipsIn(imageOf(context))) {
    if (each.grantor === role) changes.push({ drop: each.oid });
  }
  if (changes.length > 0) applyChanges(context, changes);
}

export async function dropOwned(context: DdlContext, statement: ParseNode): Promise<void> {
  const cascade = string(statement, "behavior") === "DROP_CASCADE";
  const roles = rolesOf(context, statement);
  for (const role of roles) checkMay(context, role, "drop");
  for (const role of roles) {
    withoutRole(context, role.oid);
    await dropLargeObjectsOf(context, role.oid);
    // Databases stay: PostgreSQL leaves them to DROP DATABASE.
    const all = ownedObjects(context, role.oid);
    const owned = all.filter((each) => each.classId !== CLASS.database);
    if (owned.length > 0) await dropObjects(context, owned, cascade ? "cascade" : "restrict");
  }
}
