/** May this role do that: aclmask over an object's list with what the predefined roles add. */
import { SqlError } from "@firstlight/common";
import { BOOTSTRAP_SUPERUSER, isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { Catalog, Relation } from "../catalog/catalog.ts";
import { databaseByOid } from "../catalog/databases.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type {
  DatabaseDescriptor,
  FunctionDescriptor,
  SchemaDescriptor,
} from "../catalog/descriptors.ts";
import { PUBLIC_ROLE, heldOf } from "./access-list.ts";
import type { Objects } from "./memberships.ts";
import { hasPrivilegesOf, isSuperuser } from "./memberships.ts";
import type { AccessTarget } from "./object-access.ts";
import { accessOf, aclOf, ownerOfObject } from "./object-access.ts";
import { RIGHT } from "./rights.ts";

const READ_ALL_DATA = 6181;
const WRITE_ALL_DATA = 6182;
const WRITES = RIGHT.insert | RIGHT.update | RIGHT.delete;

export function databaseTarget({
  oid,
  owner,
}: Pick<DatabaseDescriptor, "oid" | "owner">): AccessTarget {
  return { classId: CLASS.database, objectId: oid, kind: "database", owner };
}

/** The database that the session is in. */
export function ownDatabaseTarget(catalog: Pick<Catalog, "objects" | "database">): AccessTarget {
  const found = databaseByOid(catalog, catalog.database);
  return databaseTarget(found ?? { oid: catalog.database, owner: BOOTSTRAP_SUPERUSER });
}

export function relationTarget(relation: Relation): AccessTarget {
  return {
    classId: CLASS.relation,
    objectId: relation.oid,
    kind: relation.kind === "sequence" ? "sequence" : "table",
    owner: relation.kind === "virtual" ? 10 : relation.owner,
  };
}

export function schemaTarget({ oid, owner }: SchemaDescriptor): AccessTarget {
  return { classId: CLASS.schema, objectId: oid, kind: "schema", owner };
}

export function functionTarget(catalog: Objects, oid: number): AccessTarget {
  const owner = ownerOfObject(catalog, oid);
  return { classId: CLASS.function, objectId: oid, kind: "function", owner };
}

export function typeTarget(catalog: Objects, oid: number): AccessTarget {
  return { classId: CLASS.type, objectId: oid, kind: "type", owner: ownerOfObject(catalog, oid) };
}

function heldByPredefined(catalog: Objects, target: AccessTarget, role: number): number {
  const { kind } = target;
  if (kind !== "table" && kind !== "sequence" && kind !== "schema") return 0;
  if (role === PUBLIC_ROLE) return 0;
  const reads = hasPrivilegesOf(catalog, role, READ_ALL_DATA);
  const writes = hasPrivilegesOf(catalog, role, WRITE_ALL_DATA);
  if (kind === "schema") return reads || writes ? RIGHT.usage : 0;
  return (reads ? RIGHT.select : 0) | (writes ? WRITES : 0);
}

/** Which bits of the mask the role holds on the object as a whole. */
export function held(catalog: Objects, target: AccessTarget, role: number, mask: number): number {
  if (isSuperuser(catalog, role)) return mask;
  if (target.kind === "schema" && isTemporaryOid(target.objectId)) return mask;
  const { owner } = target;
  const listed = heldOf(catalog, accessOf(catalog, target), { role, owner, mask });
  if ((mask & ~listed) === 0) return listed;
  return listed | (heldByPredefined(catalog, target, role) & mask);
}

export function holds(
  catalog: Objects,
  target: AccessTarget,
  role: number,
  right: number,
): boolean {
  return (held(catalog, target, role, right) & right) !== 0;
}

/** What was granted on one column, whatever the relation's list says. */
export function heldOnColumn(
  catalog: Objects,
  target: AccessTarget,
  asked: { readonly column: number; readonly role: number; readonly mask: number },
): number {
  const { column, role, mask } = asked;
  if (isSuperuser(catalog, role)) return mask;
  const list = aclOf(catalog, target.objectId)?.columns?.[column] ?? [];
  if (list.length === 0) return 0;
  return heldOf(catalog, list, { role, owner: target.owner, mask });
}

export function owns(catalog: Objects, owner: number, role: number): boolean {
  return hasPrivilegesOf(catalog, role, owner);
}

export function permissionDenied(what: string, name: string): SqlError {
  return new SqlError("42501", `permission denied for ${what} ${name}`);
}

export function notOwner(what: string, name: string): SqlError {
  return new SqlError("42501", `must be owner of ${what} ${name}`);
}

export function relationWord(relation: Relation): string {
  return relation.kind === "virtual" ? "table" : relationKind(relation);
}

export function routineWord({ routine }: Pick<FunctionDescriptor, "routine">): string {
  if (routine === "p") return "procedure";
  return routine === "a" ? "aggregate" : "function";
}
