/** pg_namespace, pg_authid, pg_db_role_setting, pg_database and pg_tablespace. */
import { makeArray, oids } from "@firstlight/sql";
import type { VirtualTable } from "../catalog.ts";
import { databaseTarget, schemaTarget } from "../../privileges/access-check.ts";
import { databasesIn } from "../databases.ts";
import { accessArray, shownAccess } from "../../privileges/access-text.ts";
import { membershipsIn } from "../../privileges/memberships.ts";
import { BOOTSTRAP_SUPERUSER, DEFAULT_TABLESPACE, FIRST_USER_OID } from "../builtin-objects.ts";
import type { RoleDescriptor } from "../descriptors.ts";
import { roleSettingsIn } from "../role-settings.ts";
import { systemTable } from "./virtual-table.ts";

export const PG_NAMESPACE: VirtualTable = systemTable("pg_namespace", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "schema") continue;
    yield {
      oid: object.oid,
      nspname: object.name,
      nspowner: object.owner,
      nspacl: shownAccess(catalog, schemaTarget(object)),
    };
  }
});

/** The first superusers have every attribute; one that is made later has what it is given. */
function isBuiltinSuperuser({ oid, superuser }: RoleDescriptor): boolean {
  return superuser && oid < FIRST_USER_OID;
}

/** Verifiers are for those who may read the catalog at all: superusers, whose dumps have them. */
export const PG_AUTHID: VirtualTable = systemTable("pg_authid", function* (catalog) {
  for (const role of catalog.objects.values()) {
    if (role.kind !== "role") continue;
    yield {
      oid: role.oid,
      rolname: role.name,
      rolsuper: role.superuser,
      rolinherit: role.noInherit !== true,
      rolcreaterole: role.createRole ?? isBuiltinSuperuser(role),
      rolcreatedb: role.createDb ?? isBuiltinSuperuser(role),
      rolcanlogin: role.login,
      rolreplication: role.replication ?? isBuiltinSuperuser(role),
      rolbypassrls: role.bypassRls ?? isBuiltinSuperuser(role),
      rolpassword: role.password ?? null,
      rolconnlimit: role.connectionLimit ?? -1,
      rolvaliduntil: role.validUntil === undefined ? null : BigInt(role.validUntil),
    };
  }
});

export const PG_AUTH_MEMBERS: VirtualTable = systemTable("pg_auth_members", (catalog) =>
  membershipsIn(catalog).map(({ oid, role, member, grantor, admin, inherit, set }) => ({
    oid,
    roleid: role,
    member,
    grantor,
    admin_option: admin,
    inherit_option: inherit,
    set_option: set,
  })),
);

export const PG_DEFAULT_ACL: VirtualTable = systemTable("pg_default_acl", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "defaultAcl") continue;
    yield {
      oid: object.oid,
      defaclrole: object.role,
      defaclnamespace: object.schema,
      defaclobjtype: object.objectType,
      defaclacl: accessArray(catalog, object.items),
    };
  }
});

export const PG_DB_ROLE_SETTING: VirtualTable = systemTable("pg_db_role_setting", (catalog) =>
  roleSettingsIn(catalog).map(({ role, database, config }) => ({
    setdatabase: database,
    setrole: role,
    setconfig: makeArray(oids.TEXT, config),
  })),
);

const GLOBAL_TABLESPACE = 1664;
const UTF8 = 6;

export const PG_DATABASE: VirtualTable = systemTable("pg_database", (catalog) =>
  databasesIn(catalog).map((database) => ({
    oid: database.oid,
    datname: database.name,
    datdba: database.owner,
    encoding: UTF8,
    datlocprovider: "c",
    datistemplate: database.isTemplate === true,
    datallowconn: database.isClosed !== true,
    datconnlimit: database.connectionLimit ?? -1,
    // The first that counts: nothing here is ever old.
    datfrozenxid: 3,
    datminmxid: 1,
    dattablespace: DEFAULT_TABLESPACE,
    datcollate: "C",
    datctype: "C",
    datacl: shownAccess(catalog, databaseTarget(database)),
  })),
);

export const PG_TABLESPACE: VirtualTable = systemTable("pg_tablespace", () => [
  { oid: DEFAULT_TABLESPACE, spcname: "pg_default", spcowner: BOOTSTRAP_SUPERUSER },
  { oid: GLOBAL_TABLESPACE, spcname: "pg_global", spcowner: BOOTSTRAP_SUPERUSER },
]);
