/** Schemas and roles that exist from the start, without a row of their own. OIDs are PostgreSQL's. */
import type { DatabaseDescriptor, RoleDescriptor, SchemaDescriptor } from "./descriptors.ts";

export const BOOTSTRAP_SUPERUSER = 10;
export const PG_CATALOG_OID = 11;
export const INFORMATION_SCHEMA_OID = 13127;
export const PUBLIC_OID = 2200;
export const DEFAULT_TABLESPACE = 1663;
/** User objects are numbered from here, as in PostgreSQL (FirstNormalObjectId). */
export const FIRST_USER_OID = 16384;

/**
 * Temporary relations are numbered from here, as OIDs and as storage ids, above the OIDs of arrays
 * (type-oids.ts). They never reach storage, so sessions may use the same numbers. The upper half is for arrays of their row types.
 */
export const FIRST_TEMPORARY_OID = 0x70000000;
const END_OF_TEMPORARY_OIDS = 0x80000000;

const FIRST_ACL_OID = 0x80000000;

/** Access lists are objects by themselves, numbered after the object that they are about. */
export function aclOid(objectId: number): number {
  return objectId + FIRST_ACL_OID;
}

export function isTemporaryOid(oid: number): boolean {
  const own = oid >= FIRST_ACL_OID ? oid - FIRST_ACL_OID : oid;
  return own >= FIRST_TEMPORARY_OID && own < END_OF_TEMPORARY_OIDS;
}

const ADMIN_OID = 16383;
const DATABASE_OWNER_OID = 6171;

export const BUILTIN_SCHEMAS: readonly SchemaDescriptor[] = [
  { kind: "schema", oid: 99, name: "pg_toast", owner: BOOTSTRAP_SUPERUSER },
  { kind: "schema", oid: PG_CATALOG_OID, name: "pg_catalog", owner: BOOTSTRAP_SUPERUSER },
  {
    kind: "schema",
    oid: INFORMATION_SCHEMA_OID,
    name: "information_schema",
    owner: BOOTSTRAP_SUPERUSER,
  },
  { kind: "schema", oid: PUBLIC_OID, name: "public", owner: DATABASE_OWNER_OID },
];

/** Roles that PostgreSQL has from the start; nobody logs in as one of them. */
const PREDEFINED: Readonly<Record<string, number>> = {
  pg_monitor: 3373,
  pg_read_all_settings: 3374,
  pg_read_all_stats: 3375,
  pg_stat_scan_tables: 3377,
  pg_signal_backend: 4200,
  pg_checkpoint: 4544,
  pg_use_reserved_connections: 4550,
  pg_read_server_files: 4569,
  pg_write_server_files: 4570,
  pg_execute_server_program: 4571,
  pg_database_owner: DATABASE_OWNER_OID,
  pg_read_all_data: 6181,
  pg_write_all_data: 6182,
  pg_create_subscription: 6304,
};

export const BUILTIN_ROLES: readonly RoleDescriptor[] = [
  ...Object.entries(PREDEFINED).map(([name, oid]): RoleDescriptor => ({
    kind: "role",
    oid,
    name,
    superuser: false,
    login: false,
  })),
  { kind: "role", oid: BOOTSTRAP_SUPERUSER, name: "postgres", superuser: true, login: true },
  { kind: "role", oid: ADMIN_OID, name: "admin", superuser: true, login: true },
];

/** The database that is there from the start; objects of it are stored without saying so. */
export const FIRST_DATABASE = 5;
const TEMPLATE1 = 1;
const TEMPLATE0 = 4;

export const BUILTIN_DATABASES: readonly DatabaseDescriptor[] = [
  { kind: "database", oid: FIRST_DATABASE, name: "postgres", owner: BOOTSTRAP_SUPERUSER },
  {
    kind: "database",
    oid: TEMPLATE0,
    name: "template0",
    owner: BOOTSTRAP_SUPERUSER,
    isTemplate: true,
    isClosed: true,
  },
  {
    kind: "database",
    oid: TEMPLATE1,
    name: "template1",
    owner: BOOTSTRAP_SUPERUSER,
    isTemplate: true,
  },
];
