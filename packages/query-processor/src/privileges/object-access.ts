/** The access list of an object: as granted, or the default of its kind. */
import {
  BOOTSTRAP_SUPERUSER,
  BUILTIN_DATABASES,
  FIRST_USER_OID,
  aclOid,
} from "../catalog/builtin-objects.ts";
import type { AclDescriptor } from "../catalog/descriptors.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import type { AccessList } from "./access-list.ts";
import { PUBLIC_ROLE, defaultAccess } from "./access-list.ts";
import { initialItems } from "./initial-access.ts";
import type { Objects } from "./memberships.ts";
import type { AclKind } from "./rights.ts";
import { RIGHT } from "./rights.ts";

const TEMPLATES: ReadonlySet<number> = new Set(
  BUILTIN_DATABASES.filter(({ isTemplate }) => isTemplate === true).map(({ oid }) => oid),
);

export interface AccessTarget {
  readonly classId: number;
  readonly objectId: number;
  readonly kind: AclKind;
  readonly owner: number;
  /** Of an object that keeps its list with itself, a large object. */
  readonly items?: AccessList | undefined;
}

export function aclOf({ objects }: Objects, objectId: number): AclDescriptor | undefined {
  const found = objects.get(aclOid(objectId));
  return found?.kind === "acl" ? found : undefined;
}

/** What initdb grants, for objects of the system. */
function initialAccess({ classId, objectId }: AccessTarget): AccessList | undefined {
  if (objectId >= FIRST_USER_OID) return undefined;
  return classId === CLASS.database ? ofTemplate(objectId) : initialItems(classId, objectId);
}

/** Everybody may look at a template, and make nothing temporary in it. */
function ofTemplate(database: number): AccessList | undefined {
  if (!TEMPLATES.has(database)) return undefined;
  const owner = BOOTSTRAP_SUPERUSER;
  const [, owners] = defaultAccess("database", owner);
  const everybody = { grantee: PUBLIC_ROLE, grantor: owner, mode: RIGHT.connect };
  return owners === undefined ? [everybody] : [everybody, owners];
}

/** As the catalogs show it; undefined: nothing was ever granted or revoked. */
export function storedAccess(catalog: Objects, target: AccessTarget): AccessList | undefined {
  if (target.kind === "largeObject") return target.items;
  return aclOf(catalog, target.objectId)?.items ?? initialAccess(target);
}

export function accessOf(catalog: Objects, target: AccessTarget): AccessList {
  return storedAccess(catalog, target) ?? defaultAccess(target.kind, target.owner);
}

export function columnAccess(
  catalog: Objects,
  relation: number,
  column: number,
): AccessList | undefined {
  const own = aclOf(catalog, relation)?.columns?.[column];
  return own ?? (relation < FIRST_USER_OID ? initialItems(CLASS.relation, relation, column) : own);
}

export function ownerOfObject({ objects }: Objects, objectId: number): number {
  const found = objects.get(objectId);
  return found !== undefined && "owner" in found ? found.owner : BOOTSTRAP_SUPERUSER;
}
