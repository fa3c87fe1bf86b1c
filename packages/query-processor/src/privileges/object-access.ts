/** The access list of an object: as granted, or the default of its kind. */
import { BOOTSTRAP_SUPERUSER, FIRST_USER_OID, aclOid } from "../catalog/builtin-objects.ts";
import type { AclDescriptor } from "../catalog/descriptors.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { SYSTEM_RELATION_FACTS } from "../catalog/virtual/system-relations.ts";
import type { AccessList } from "./access-list.ts";
import { defaultAccess } from "./access-list.ts";
import type { Objects } from "./memberships.ts";
import type { AclKind } from "./rights.ts";
import { RIGHT } from "./rights.ts";

export interface AccessTarget {
  readonly classId: number;
  readonly objectId: number;
  readonly kind: AclKind;
  readonly owner: number;
}

/** Relations of the system that are not for everybody to read. */
const RESERVED: ReadonlySet<string> = new Set([
  "pg_authid",
  "pg_statistic",
  "pg_statistic_ext_data",
  "pg_user_mapping",
  "pg_largeobject",
  "pg_subscription",
  "pg_file_settings",
  "pg_hba_file_rules",
  "pg_ident_file_mappings",
  "pg_replication_origin_status",
  "pg_backend_memory_contexts",
  "pg_config",
  "pg_shmem_allocations",
  "pg_shadow",
]);

const OPEN: ReadonlySet<number> = new Set(
  SYSTEM_RELATION_FACTS.filter(({ name }) => !RESERVED.has(name)).map(({ oid }) => oid),
);

const INITIAL_SCHEMAS: ReadonlyMap<number, number> = new Map([
  [11, RIGHT.usage],
  [2200, RIGHT.usage],
  [13127, RIGHT.usage],
]);

export function aclOf({ objects }: Objects, objectId: number): AclDescriptor | undefined {
  const found = objects.get(aclOid(objectId));
  return found?.kind === "acl" ? found : undefined;
}

/** What initdb grants, for objects of the system. */
function initialAccess({ classId, objectId, kind, owner }: AccessTarget): AccessList | undefined {
  if (objectId >= FIRST_USER_OID) return undefined;
  const own = defaultAccess(kind, owner);
  if (classId === CLASS.relation && !OPEN.has(objectId)) return own;
  const mode = classId === CLASS.relation ? RIGHT.select : INITIAL_SCHEMAS.get(objectId);
  if (mode === undefined || (classId !== CLASS.relation && classId !== CLASS.schema)) {
    return undefined;
  }
  return [...own, { grantee: 0, grantor: owner, mode }];
}

/** As the catalogs show it; undefined: nothing was ever granted or revoked. */
export function storedAccess(catalog: Objects, target: AccessTarget): AccessList | undefined {
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
  return aclOf(catalog, relation)?.columns?.[column];
}

export function ownerOfObject({ objects }: Objects, objectId: number): number {
  const found = objects.get(objectId);
  return found !== undefined && "owner" in found ? found.owner : BOOTSTRAP_SUPERUSER;
}
