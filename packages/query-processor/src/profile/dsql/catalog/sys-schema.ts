/**
 * The schema `sys` of Aurora DSQL. Its OIDs are those of this system, above PostgreSQL's own and below
 * users': what the service has there is not known.
 */
import { BOOTSTRAP_SUPERUSER, aclOid } from "../../../catalog/builtin-objects.ts";
import { CLASS } from "../../../catalog/dependencies/object-address.ts";
import type { AclDescriptor, SchemaDescriptor } from "../../../catalog/descriptors.ts";
import { PUBLIC_ROLE } from "../../../privileges/access-list.ts";
import { RIGHT } from "../../../privileges/rights.ts";

export const SYS_OIDS = {
  schema: 15_000,
  jobs: 15_001,
  iamRoleMappings: 15_002,
  waitForJob: 15_010,
  majorVersion: 15_011,
  supportedDatatypes: 15_012,
} as const;

export const SYS_SCHEMA: SchemaDescriptor = {
  kind: "schema",
  oid: SYS_OIDS.schema,
  name: "sys",
  owner: BOOTSTRAP_SUPERUSER,
};

function granted(classId: number, objectId: number, everybody: number, all: number): AclDescriptor {
  const grantor = BOOTSTRAP_SUPERUSER;
  return {
    kind: "acl",
    oid: aclOid(objectId),
    about: [classId, objectId],
    items: [
      { grantee: grantor, grantor, mode: all },
      { grantee: PUBLIC_ROLE, grantor, mode: everybody },
    ],
  };
}

/** Everybody may look. */
export const SYS_ACCESS: readonly AclDescriptor[] = [
  granted(CLASS.schema, SYS_OIDS.schema, RIGHT.usage, RIGHT.usage | RIGHT.create),
  ...[SYS_OIDS.jobs, SYS_OIDS.iamRoleMappings].map((oid) =>
    granted(CLASS.relation, oid, RIGHT.select, RIGHT.select),
  ),
];
