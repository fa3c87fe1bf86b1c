/** CREATE, ALTER and DROP ROLE: who may log in, and with which password. */
import { SqlError } from "@firstlight/common";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { describeObject } from "../catalog/dependencies/object-description.ts";
import type { CatalogObject, RoleDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, list, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { scramVerifier } from "../wire/scram.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";

interface RoleOptions {
  superuser?: boolean;
  login?: boolean;
  /** null: PASSWORD NULL. */
  password?: string | null;
}

function optionFlag(option: ParseNode): boolean {
  const value = asTag(child(option, "arg"), "Boolean");
  return value !== undefined && flag(value, "boolval");
}

function readOptions(nodes: readonly ParseNode[]): RoleOptions {
  const options: RoleOptions = {};
  for (const node of nodes) {
    const option = asTag(node, "DefElem");
    if (option === undefined) continue;
    const name = string(option, "defname");
    if (name === "superuser") options.superuser = optionFlag(option);
    else if (name === "canlogin") options.login = optionFlag(option);
    else if (name === "password") options.password = passwordOf(option);
  }
  return options;
}

function passwordOf(option: ParseNode): string | null {
  const value = asTag(child(option, "arg"), "String");
  return value === undefined ? null : string(value, "sval");
}

function applyOptions(
  context: DdlContext,
  role: RoleDescriptor,
  options: RoleOptions,
): RoleDescriptor {
  const { password: current, ...rest } = role;
  const verifier =
    options.password === undefined
      ? current
      : options.password === null
        ? undefined
        : verifierOf(context, options.password);
  return {
    ...rest,
    superuser: options.superuser ?? role.superuser,
    login: options.login ?? role.login,
    ...(verifier === undefined ? {} : { password: verifier }),
  };
}

function verifierOf(context: DdlContext, password: string): string {
  if (password.startsWith("SCRAM-SHA-256$")) return password;
  const evaluation = context.session.evaluation([]);
  return scramVerifier(password, {
    next: () => evaluation.random(),
    bytes: (length) => evaluation.randomBytes(length),
  });
}

export async function createRole(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "role");
  if (imageOf(context).roleByName(name) !== undefined) {
    throw new SqlError("42710", `role "${name}" already exists`);
  }
  if (name.startsWith("pg_")) {
    throw new SqlError("42939", `role name "${name}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    });
  }
  const login = string(statement, "stmt_type") === "ROLESTMT_USER";
  const oid = await newOid(context);
  const role: RoleDescriptor = { kind: "role", oid, name, superuser: false, login };
  const options = readOptions(list(statement, "options"));
  applyChanges(context, [{ put: applyOptions(context, role, options) }]);
}

function roleNamed(context: DdlContext, name: string): RoleDescriptor {
  const role = imageOf(context).roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  return role;
}

function roleSpec(context: DdlContext, spec: ParseNode): string {
  const type = string(spec, "roletype");
  if (type === "ROLESPEC_CSTRING" || type === "") return optionalString(spec, "rolename") ?? "";
  return context.session.user;
}

export function alterRole(context: DdlContext, statement: ParseNode): void {
  const role = roleNamed(context, roleSpec(context, requiredChild(statement, "role")));
  const options = readOptions(list(statement, "options"));
  applyChanges(context, [{ put: applyOptions(context, role, options) }]);
}

export function dropRole(context: DdlContext, statement: ParseNode): void {
  for (const node of list(statement, "roles")) {
    const spec = asTag(node, "RoleSpec");
    if (spec === undefined) continue;
    const name = roleSpec(context, spec);
    if (flag(statement, "missing_ok") && imageOf(context).roleByName(name) === undefined) {
      context.session.notice("NOTICE", "00000", `role "${name}" does not exist, skipping`);
      continue;
    }
    dropOne(context, roleNamed(context, name));
  }
}

function refuseOwner(context: DdlContext, role: RoleDescriptor): void {
  const scope = { image: imageOf(context), searchPath: context.searchPath };
  const owned = [...scope.image.objects.values()].flatMap((object) => {
    const classId = CLASS_OF_KIND[object.kind];
    const isOwn = "owner" in object && object.owner === role.oid;
    return isOwn && classId !== undefined ? [addressOf(classId, object.oid)] : [];
  });
  if (owned.length === 0) return;
  const sorted = owned.toSorted((a, b) => a.objectId - b.objectId || a.classId - b.classId);
  const text = `role "${role.name}" cannot be dropped because some objects depend on it`;
  throw new SqlError("2BP01", text, {
    detail: sorted.map((each) => `owner of ${describeObject(scope, each)}`).join("\n"),
  });
}

const CLASS_OF_KIND: Readonly<Partial<Record<CatalogObject["kind"], number>>> = {
  table: CLASS.relation,
  view: CLASS.relation,
  sequence: CLASS.relation,
  type: CLASS.type,
  function: CLASS.function,
  schema: CLASS.schema,
};

function dropOne(context: DdlContext, role: RoleDescriptor): void {
  if (role.oid < 16384) {
    throw new SqlError(
      "2BP01",
      `cannot drop role ${role.name} because it is required by the database system`,
    );
  }
  if (role.name === context.session.user) {
    throw new SqlError("55006", "current user cannot be dropped");
  }
  refuseOwner(context, role);
  applyChanges(context, [{ drop: role.oid }]);
}
