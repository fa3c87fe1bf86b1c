/** What hangs on a role: objects that it owns, privileges that it was given (pg_shdepend). */
import { SqlError } from "@firstlight/common";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import { CLASS_OF_OWNED } from "../../catalog/dependencies/owned-classes.ts";
import { describeObject } from "../../catalog/dependencies/object-description.ts";
import type {
  AclDescriptor,
  AclItem,
  CatalogObject,
  DefaultAclDescriptor,
  RoleDescriptor,
} from "../../catalog/descriptors.ts";
import { membershipsIn } from "../../privileges/memberships.ts";
import { ownerOfObject } from "../../privileges/object-access.ts";
import { roleName } from "../../privileges/role-name.ts";
import type { CatalogImage } from "../../catalog/catalog-image.ts";
import { iamMappingsIn } from "../../catalog/iam-mappings.ts";
import { databaseByOid, databasesIn, isShared } from "../../catalog/databases.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { largeObjectsOf } from "../large-object.ts";

export function ownedObjects(context: DdlContext, role: number): readonly ObjectAddress[] {
  return [...imageOf(context).objects.values()].flatMap((object) => {
    const classId = CLASS_OF_OWNED[object.kind];
    const isOwn = "owner" in object && object.owner === role;
    return isOwn && classId !== undefined ? [addressOf(classId, object.oid)] : [];
  });
}

function names(items: readonly AclItem[] | undefined, role: number): boolean {
  return items?.some((each) => each.grantee === role || each.grantor === role) === true;
}

/** Lists that name the role; an owner's own entries are no dependency. */
export function aclsNaming(context: DdlContext, role: number): readonly AclDescriptor[] {
  const image = imageOf(context);
  return [...image.objects.values()].filter((object): object is AclDescriptor => {
    if (object.kind !== "acl" || ownerOfObject(image, object.about[1]) === role) return false;
    return (
      names(object.items, role) ||
      Object.values(object.columns ?? {}).some((items) => names(items, role))
    );
  });
}

export function defaultsNaming(context: DdlContext, role: number): readonly DefaultAclDescriptor[] {
  return [...imageOf(context).objects.values()].filter(
    (object): object is DefaultAclDescriptor =>
      object.kind === "defaultAcl" && (object.role === role || names(object.items, role)),
  );
}

const OBJECTS: Readonly<Record<DefaultAclDescriptor["objectType"], string>> = {
  r: "relations",
  S: "sequences",
  f: "functions",
  T: "types",
  n: "schemas",
};

function describeDefault(context: DdlContext, each: DefaultAclDescriptor): string {
  const image = imageOf(context);
  const what = `default privileges on new ${OBJECTS[each.objectType]} belonging to role ${roleName(image, each.role)}`;
  const schema = image.schemaByOid(each.schema);
  return schema === undefined ? what : `${what} in schema ${schema.name}`;
}

/** 0 for the object as a whole, and numbers of columns. */
function partsNaming({ items, columns = {} }: AclDescriptor, role: number): readonly number[] {
  const numbers = Object.entries(columns).flatMap(([number, list]) =>
    names(list, role) ? [Number(number)] : [],
  );
  return names(items, role) ? [0, ...numbers] : numbers;
}

interface Line {
  readonly oid: number;
  readonly text: string;
}

/** What hangs on it in another database is only counted. */
async function dependentsElsewhere(context: DdlContext, role: number): Promise<readonly Line[]> {
  const here = imageOf(context);
  const lines: Line[] = [];
  for (const database of databasesIn(here)) {
    if (database.oid === here.database) continue;
    const image = await context.transaction.imageOf(database.oid);
    let count = 0;
    for (const object of image.objects.values()) {
      if (!isShared(object) && dependsOnRole(image, object, role)) count++;
    }
    count += (await largeObjectsOf(context, role, database.oid)).length;
    const objects = count === 1 ? "1 object" : `${count} objects`;
    if (count > 0)
      lines.push({ oid: database.oid, text: `${objects} in database ${database.name}` });
  }
  return lines;
}

function dependsOnRole(image: CatalogImage, object: CatalogObject, role: number): boolean {
  if (object.kind === "defaultAcl") return object.role === role || names(object.items, role);
  if (object.kind === "acl") {
    if (ownerOfObject(image, object.about[1]) === role) return false;
    return (
      names(object.items, role) ||
      Object.values(object.columns ?? {}).some((items) => names(items, role))
    );
  }
  return CLASS_OF_OWNED[object.kind] !== undefined && "owner" in object && object.owner === role;
}

function dependents(context: DdlContext, role: number): readonly Line[] {
  const image = imageOf(context);
  const scope = { image, searchPath: context.searchPath };
  const describe = (address: ObjectAddress): string =>
    address.classId === CLASS.database
      ? `database ${databaseByOid(image, address.objectId)?.name ?? ""}`
      : describeObject(scope, address);
  const lines: Line[] = ownedObjects(context, role).map((each) => ({
    oid: each.objectId,
    text: `owner of ${describe(each)}`,
  }));
  for (const acl of aclsNaming(context, role)) {
    for (const subId of partsNaming(acl, role)) {
      const [classId, oid] = acl.about;
      lines.push({ oid, text: `privileges for ${describe(addressOf(classId, oid, subId))}` });
    }
  }
  for (const each of defaultsNaming(context, role)) {
    const verb = each.role === role ? "owner of" : "privileges for";
    lines.push({ oid: each.oid, text: `${verb} ${describeDefault(context, each)}` });
  }
  for (const each of membershipsIn(image)) {
    if (each.grantor !== role) continue;
    const [member, group] = [roleName(image, each.member), roleName(image, each.role)];
    lines.push({
      oid: each.oid,
      text: `privileges for membership of role ${member} in role ${group}`,
    });
  }
  for (const each of iamMappingsIn(image)) {
    if (each.role !== role && each.grantor !== role) continue;
    const text = `IAM mapping of role ${roleName(image, each.role)} to ${each.arn}`;
    lines.push({ oid: each.oid, text });
  }
  return lines.toSorted((a, b) => a.oid - b.oid);
}

async function largeDependents(context: DdlContext, role: number): Promise<readonly Line[]> {
  const objects = await largeObjectsOf(context, role);
  return objects.map(({ oid, owner }) => {
    const text = `${owner === role ? "owner of" : "privileges for"} large object ${oid}`;
    return { oid, text };
  });
}

/** 2BP01 while anything hangs on it. */
export async function refuseNeededRole(context: DdlContext, role: RoleDescriptor): Promise<void> {
  const lines = [
    ...dependents(context, role.oid),
    ...(await largeDependents(context, role.oid)),
    ...(await dependentsElsewhere(context, role.oid)),
  ];
  if (lines.length === 0) return;
  const text = `role "${role.name}" cannot be dropped because some objects depend on it`;
  throw new SqlError("2BP01", text, { detail: lines.map((each) => each.text).join("\n") });
}
