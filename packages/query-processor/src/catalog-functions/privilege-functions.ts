/**
 * has_*_privilege and their kin. There are no grants yet: whoever may log in may do everything, so
 * the answer is true for what exists, and PostgreSQL's error for what does not.
 */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { makeArray, oids, quoteIdentifier } from "@firstlight/sql";
import type { RoleDescriptor } from "../catalog/descriptors.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { relationObject } from "./object-names.ts";
import { relationOid } from "./registered-objects.ts";

function requireRole(call: CatalogCall, user: Datum | undefined): void {
  if (typeof user !== "string" || user === "public") return;
  if (call.image.roleByName(user) !== undefined) return;
  throw new SqlError("42704", `role "${user}" does not exist`);
}

type Exists = (call: CatalogCall, object: Datum | undefined) => boolean;

/** `width`: arguments without the user, which may come first. */
function privilege(width: number, exists: Exists): CatalogFunction {
  return (call, args) => {
    if (args.length > width) requireRole(call, args[0]);
    return exists(call, args[args.length - width]) ? true : null;
  };
}

const always: Exists = () => true;

const relationExists: Exists = (call, object) => {
  if (typeof object === "number") return relationObject(call.image, object) !== undefined;
  if (typeof object !== "string") return false;
  if (relationOid(call, object) !== undefined) return true;
  throw new SqlError("42P01", `relation "${object}" does not exist`);
};

const schemaExists: Exists = (call, object) => {
  if (typeof object === "number") return call.image.schemaByOid(object) !== undefined;
  if (typeof object !== "string") return false;
  if (call.image.schemaByName(object) !== undefined) return true;
  throw new SqlError("3F000", `schema "${object}" does not exist`);
};

const databaseExists: Exists = (call, object) => {
  if (typeof object !== "string" || object === call.session.database) return true;
  throw new SqlError("3D000", `database "${object}" does not exist`);
};

/** What an object's kind grants when nothing was granted: to all, and to the owner. */
const DEFAULT_RIGHTS: Readonly<Record<string, readonly [all: string, owner: string]>> = {
  c: ["", ""],
  r: ["", "arwdDxt"],
  s: ["", "rwU"],
  d: ["Tc", "CTc"],
  f: ["X", "X"],
  l: ["U", "U"],
  L: ["", "rw"],
  n: ["", "UC"],
  p: ["", "sA"],
  t: ["", "C"],
  F: ["", "U"],
  S: ["", "U"],
  T: ["U", "U"],
};

function defaultRights(
  call: CatalogCall,
  kind: Datum | undefined,
  owner: Datum | undefined,
): Datum {
  const rights = typeof kind === "string" ? DEFAULT_RIGHTS[kind] : undefined;
  if (rights === undefined) throw new SqlError("22023", "unrecognized object type abbreviation");
  const role = typeof owner === "number" ? call.image.objects.get(owner) : undefined;
  const name = role?.kind === "role" ? quoteIdentifier(role.name) : String(Number(owner));
  const [all, own] = rights;
  const items = [
    ...(all === "" ? [] : [`=${all}/${name}`]),
    ...(own === "" ? [] : [`${name}=${own}/${name}`]),
  ];
  return makeArray(oids.ACLITEM, items);
}

function roleOf(call: CatalogCall, role: Datum | undefined): RoleDescriptor | undefined {
  if (typeof role === "string") {
    requireRole(call, role);
    return call.image.roleByName(role);
  }
  const object = typeof role === "number" ? call.image.objects.get(role) : undefined;
  return object?.kind === "role" ? object : undefined;
}

/** A superuser is in every role, everybody else in the own one: nothing is granted. */
const hasRole: CatalogFunction = (call, args) => {
  const user = args.length > 2 ? roleOf(call, args[0]) : roleOf(call, call.session.currentUser);
  const role = roleOf(call, args[args.length - 2]);
  return user !== undefined && (user.superuser || user.oid === role?.oid);
};

export const PRIVILEGE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  has_any_column_privilege: privilege(2, relationExists),
  has_column_privilege: privilege(3, relationExists),
  has_table_privilege: privilege(2, relationExists),
  has_sequence_privilege: privilege(2, relationExists),
  has_schema_privilege: privilege(2, schemaExists),
  has_database_privilege: privilege(2, databaseExists),
  has_foreign_data_wrapper_privilege: privilege(2, always),
  has_function_privilege: privilege(2, always),
  has_language_privilege: privilege(2, always),
  has_parameter_privilege: privilege(2, always),
  has_server_privilege: privilege(2, always),
  has_tablespace_privilege: privilege(2, always),
  has_type_privilege: privilege(2, always),
  pg_has_role: hasRole,
  acldefault: (call, [kind, owner]) => defaultRights(call, kind, owner),
  row_security_active: () => false,
};
