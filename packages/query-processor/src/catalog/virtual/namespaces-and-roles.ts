/** pg_namespace, pg_authid, pg_database and pg_tablespace. */
import type { VirtualTable } from "../catalog.ts";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import { sessionTable, systemTable } from "./virtual-table.ts";

export const PG_NAMESPACE: VirtualTable = systemTable("pg_namespace", function* (catalog) {
  for (const object of catalog.objects.values()) {
    if (object.kind !== "schema") continue;
    yield { oid: object.oid, nspname: object.name, nspowner: object.owner };
  }
});

/** Verifiers are shown to nobody. */
export const PG_AUTHID: VirtualTable = systemTable("pg_authid", function* (catalog) {
  for (const role of catalog.objects.values()) {
    if (role.kind !== "role") continue;
    yield {
      oid: role.oid,
      rolname: role.name,
      rolsuper: role.superuser,
      rolinherit: true,
      rolcreaterole: role.superuser,
      rolcreatedb: role.superuser,
      rolcanlogin: role.login,
      rolreplication: role.superuser,
      rolbypassrls: role.superuser,
      rolconnlimit: -1,
    };
  }
});

/** What PostgreSQL's monitoring role consists of: pg_read_all_settings and its kin. */
const MONITOR_OID = 3373;
const MONITOR_PARTS: readonly number[] = [3374, 3375, 3377];
const FIRST_MEMBERSHIP = 10226;

export const PG_AUTH_MEMBERS: VirtualTable = systemTable("pg_auth_members", () =>
  MONITOR_PARTS.map((roleid, at) => ({
    oid: FIRST_MEMBERSHIP + at,
    roleid,
    member: MONITOR_OID,
    grantor: BOOTSTRAP_SUPERUSER,
    admin_option: false,
    inherit_option: true,
    set_option: true,
  })),
);

export const DATABASE_OID = 5;
const DEFAULT_TABLESPACE = 1663;
const GLOBAL_TABLESPACE = 1664;
const UTF8 = 6;

export const PG_DATABASE: VirtualTable = sessionTable("pg_database", (session) => [
  {
    oid: DATABASE_OID,
    datname: session.database,
    datdba: BOOTSTRAP_SUPERUSER,
    encoding: UTF8,
    datlocprovider: "c",
    datistemplate: false,
    datallowconn: true,
    datconnlimit: -1,
    datfrozenxid: 0,
    datminmxid: 0,
    dattablespace: DEFAULT_TABLESPACE,
    datcollate: "C",
    datctype: "C",
  },
]);

export const PG_TABLESPACE: VirtualTable = systemTable("pg_tablespace", () => [
  { oid: DEFAULT_TABLESPACE, spcname: "pg_default", spcowner: BOOTSTRAP_SUPERUSER },
  { oid: GLOBAL_TABLESPACE, spcname: "pg_global", spcowner: BOOTSTRAP_SUPERUSER },
]);
