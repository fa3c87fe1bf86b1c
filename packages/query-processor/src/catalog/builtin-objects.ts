/** Schemas and roles that exist from the start, without a row of their own. OIDs are PostgreSQL's. */
import type { RoleDescriptor, SchemaDescriptor } from "./descriptors.ts";

export const BOOTSTRAP_SUPERUSER = 10;
export const PG_CATALOG_OID = 11;
export const INFORMATION_SCHEMA_OID = 13000;
export const PUBLIC_OID = 2200;
/** User objects are numbered from here, as in PostgreSQL (FirstNormalObjectId). */
export const FIRST_USER_OID = 16384;

const ADMIN_OID = 16383;

export const BUILTIN_SCHEMAS: readonly SchemaDescriptor[] = [
  { kind: "schema", oid: PG_CATALOG_OID, name: "pg_catalog", owner: BOOTSTRAP_SUPERUSER },
  {
    kind: "schema",
    oid: INFORMATION_SCHEMA_OID,
    name: "information_schema",
    owner: BOOTSTRAP_SUPERUSER,
  },
  { kind: "schema", oid: PUBLIC_OID, name: "public", owner: BOOTSTRAP_SUPERUSER },
];

export const BUILTIN_ROLES: readonly RoleDescriptor[] = [
  { kind: "role", oid: BOOTSTRAP_SUPERUSER, name: "postgres", superuser: true, login: true },
  { kind: "role", oid: ADMIN_OID, name: "admin", superuser: true, login: true },
];
