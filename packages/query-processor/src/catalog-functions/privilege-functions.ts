/** has_*_privilege, pg_has_role, acldefault: what roles may do, as access lists say. */
import { databaseByOid, databaseNamed } from "../catalog/databases.ts";
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { makeArray, oids } from "@firstlight/sql";
import { SYSTEM_COLUMN_TYPES } from "../bind/system-columns.ts";
import { roleText } from "../privileges/access-text.ts";
import type { Relation } from "../catalog/catalog.ts";
import {
  databaseTarget,
  functionTarget,
  held,
  heldOnColumn,
  relationTarget,
  schemaTarget,
  typeTarget,
} from "../privileges/access-check.ts";
import {
  canSetRole,
  hasPrivilegesOf,
  isAdminOf,
  isMemberOf,
  isSuperuser,
} from "../privileges/memberships.ts";
import type { AccessTarget } from "../privileges/object-access.ts";
import { aclOf } from "../privileges/object-access.ts";
import { ALL_RIGHTS, RIGHT, optionFor, rightNamed } from "../privileges/rights.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { indexByOid } from "./object-names.ts";
import { noRelation, registeredObjectOid, relationOid } from "./registered-objects.ts";

function roleOid(call: CatalogCall, user: Datum | undefined): number {
  if (typeof user === "number") return user;
  const name = typeof user === "string" ? user : call.session.currentUser;
  if (name === "public" && typeof user === "string") return 0;
  const role = call.image.roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  return role.oid;
}

/** convert_any_priv_string: masks, any of which will do. */
function masks(text: Datum | undefined, allowed: number): readonly number[] {
  const parts = typeof text === "string" ? text.split(",") : [];
  return parts.map((part) => {
    const name = part.trim().toLowerCase();
    const [, right = name, option] = /^(.*?)( with grant option)?$/u.exec(name) ?? [];
    const bit = knownRight(right);
    if ((bit & allowed) === 0) {
      throw new SqlError("22023", `unrecognized privilege type: "${part.trim()}"`);
    }
    return option === undefined ? bit : optionFor(bit);
  });
}

function knownRight(name: string): number {
  try {
    return rightNamed(name);
  } catch (error) {
    if (error instanceof SqlError) return 0;
    throw error;
  }
}

type Find = (call: CatalogCall, object: Datum | undefined) => AccessTarget | undefined;

/** The user comes first, or is left out. */
function privilege(find: Find, allowed: number): CatalogFunction {
  return (call, args) => {
    const [object, text] = args.slice(-2);
    const role = roleOid(call, args.length > 2 ? args[0] : undefined);
    const target = find(call, object);
    const wanted = masks(text, allowed);
    if (target === undefined) return null;
    const { image } = call;
    return wanted.some((mask) => (held(image, target, role, mask) & mask) !== 0);
  };
}

function relationOf(call: CatalogCall, object: Datum | undefined): Relation | undefined {
  if (typeof object === "number") return call.image.relationByOid(object);
  if (typeof object !== "string") return undefined;
  const oid = relationOid(call, object);
  if (oid === undefined) throw noRelation(call, object);
  return call.image.relationByOid(oid);
}

const relation: Find = (call, object) => {
  const found = relationOf(call, object);
  return found === undefined ? indexTarget(call, object) : relationTarget(found);
};

/** Nobody is given rights on an index: they are its owner's. */
function indexTarget(call: CatalogCall, object: Datum | undefined): AccessTarget | undefined {
  const oid = typeof object === "string" ? relationOid(call, object) : object;
  const found = typeof oid === "number" ? indexByOid(call.image, oid) : undefined;
  if (found === undefined) return undefined;
  return { ...relationTarget(found.table), objectId: found.index.oid };
}

const sequence: Find = (call, object) => {
  const found = relationOf(call, object);
  if (found === undefined) return undefined;
  if (found.kind === "sequence") return relationTarget(found);
  const name = typeof object === "string" ? object : found.name;
  throw new SqlError("42809", `"${name}" is not a sequence`);
};

const schema: Find = (call, object) => {
  const { image } = call;
  if (typeof object === "number") {
    const found = image.schemaByOid(object);
    return found && schemaTarget(found);
  }
  if (typeof object !== "string") return undefined;
  const found = image.schemaByName(object);
  if (found !== undefined) return schemaTarget(found);
  throw new SqlError("3F000", `schema "${object}" does not exist`);
};

const database: Find = (call, object) => {
  if (typeof object === "number") {
    const byOid = databaseByOid(call.image, object);
    return byOid && databaseTarget(byOid);
  }
  if (typeof object !== "string") return undefined;
  const found = databaseNamed(call.image, object);
  if (found !== undefined) return databaseTarget(found);
  throw new SqlError("3D000", `database "${object}" does not exist`);
};

const routine: Find = (call, object) => {
  const oid =
    typeof object === "string" ? registeredObjectOid(call, oids.REGPROCEDURE, object) : object;
  return typeof oid === "number" ? functionTarget(call.image, oid) : undefined;
};

const type: Find = (call, object) => {
  const oid = typeof object === "string" ? registeredObjectOid(call, oids.REGTYPE, object) : object;
  return typeof oid === "number" ? typeTarget(call.image, oid) : undefined;
};

const LANGUAGES: Readonly<Record<string, number>> = { internal: 12, c: 13, sql: 14 };

const language: Find = (_call, object) => {
  const objectId = typeof object === "string" ? LANGUAGES[object] : object;
  if (typeof objectId !== "number") {
    const name = typeof object === "string" ? object : "";
    throw new SqlError("42704", `language "${name}" does not exist`);
  }
  return { classId: 2612, objectId, kind: "language", owner: 10 };
};

/** Kinds of which there are no objects, or none that anything is granted on. */
function superuserOnly(): CatalogFunction {
  return (call, args) =>
    isSuperuser(call.image, roleOid(call, args.length > 2 ? args[0] : undefined));
}

/** Below zero; undefined for what names none, and in views, which have none. */
function systemColumnNumber(found: Relation, column: Datum | undefined): number | undefined {
  if (found.kind === "view") return undefined;
  const at = SYSTEM_COLUMN_TYPES.findIndex(
    ([name], index) => name === column || -1 - index === column,
  );
  return at < 0 ? undefined : -1 - at;
}

function columnNumber(found: Relation, column: Datum | undefined): number | undefined {
  const hidden = systemColumnNumber(found, column);
  if (hidden !== undefined) return hidden;
  const columns = found.kind === "sequence" ? [] : found.columns;
  const isLive = (at: number): boolean => {
    const each = columns[at];
    return each !== undefined && !("dropped" in each && each.dropped);
  };
  if (typeof column === "number") return isLive(column - 1) ? column : undefined;
  const at = columns.findIndex((each, index) => each.name === column && isLive(index));
  if (at >= 0) return at + 1;
  const name = typeof column === "string" ? column : "";
  const text = `column "${name}" of relation "${found.name}" does not exist`;
  throw new SqlError("42703", text);
}

const hasColumnPrivilege: CatalogFunction = (call, args) => {
  const [object, name, text] = args.slice(-3);
  const role = roleOid(call, args.length > 3 ? args[0] : undefined);
  const found = relationOf(call, object);
  if (found === undefined) return null;
  const column = columnNumber(found, name);
  if (column === undefined) return null;
  const target = relationTarget(found);
  const { image } = call;
  return masks(text, ALL_RIGHTS.column).some(
    (mask) =>
      ((held(image, target, role, mask) | heldOnColumn(image, target, { column, role, mask })) &
        mask) !==
      0,
  );
};

const hasAnyColumnPrivilege: CatalogFunction = (call, args) => {
  const [object, text] = args.slice(-2);
  const role = roleOid(call, args.length > 2 ? args[0] : undefined);
  const found = relationOf(call, object);
  if (found === undefined) return null;
  const target = relationTarget(found);
  const { image } = call;
  const columns = Object.keys(aclOf(image, found.oid)?.columns ?? {}).map(Number);
  return masks(text, ALL_RIGHTS.column).some((mask) => {
    if ((held(image, target, role, mask) & mask) !== 0) return true;
    return columns.some(
      (column) => (heldOnColumn(image, target, { column, role, mask }) & mask) !== 0,
    );
  });
};

const ROLE_RIGHTS: ReadonlySet<string> = new Set(["member", "usage", "set"]);

function hasRoleRight(call: CatalogCall, user: number, role: number, text: string): boolean {
  const name = text.trim().toLowerCase();
  const [, right = name, option] = /^(.*?)( with (?:grant|admin) option)?$/u.exec(name) ?? [];
  if (!ROLE_RIGHTS.has(right)) {
    throw new SqlError("22023", `unrecognized privilege type: "${text.trim()}"`);
  }
  const { image } = call;
  if (option !== undefined) return isAdminOf(image, user, role);
  if (right === "usage") return hasPrivilegesOf(image, user, role);
  if (right === "set") return canSetRole(image, user, role);
  return isSuperuser(image, user) || isMemberOf(image, user, role);
}

const hasRole: CatalogFunction = (call, args) => {
  const [of, text] = args.slice(-2);
  const user = roleOid(call, args.length > 2 ? args[0] : undefined);
  const role = roleOid(call, of);
  const parts = typeof text === "string" ? text.split(",") : [];
  return parts.some((part) => hasRoleRight(call, user, role, part));
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
  const name = roleText(call.image, Number(owner));
  const [all, own] = rights;
  const items = [
    ...(all === "" ? [] : [`=${all}/${name}`]),
    ...(own === "" ? [] : [`${name}=${own}/${name}`]),
  ];
  return makeArray(oids.ACLITEM, items);
}

export const PRIVILEGE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  has_any_column_privilege: hasAnyColumnPrivilege,
  has_column_privilege: hasColumnPrivilege,
  has_table_privilege: privilege(relation, ALL_RIGHTS.table),
  has_sequence_privilege: privilege(sequence, ALL_RIGHTS.sequence),
  has_schema_privilege: privilege(schema, ALL_RIGHTS.schema),
  has_database_privilege: privilege(database, ALL_RIGHTS.database),
  has_function_privilege: privilege(routine, RIGHT.execute),
  has_language_privilege: privilege(language, RIGHT.usage),
  has_type_privilege: privilege(type, RIGHT.usage),
  has_foreign_data_wrapper_privilege: superuserOnly(),
  has_parameter_privilege: superuserOnly(),
  has_server_privilege: superuserOnly(),
  has_tablespace_privilege: superuserOnly(),
  pg_has_role: hasRole,
  acldefault: (call, [kind, owner]) => defaultRights(call, kind, owner),
  row_security_active: () => false,
};
