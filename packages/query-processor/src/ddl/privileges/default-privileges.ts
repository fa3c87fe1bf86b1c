/** ALTER DEFAULT PRIVILEGES: what will be granted on objects as they are made. */
import { SqlError } from "@firstlight/common";
import type { DefaultAclDescriptor } from "../../catalog/descriptors.ts";
import { asTag, items, list, requiredChild, stringValue } from "../../parse/node.ts";
import { string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { AccessList } from "../../privileges/access-list.ts";
import { defaultAccess, sameAccess, sorted, withGrant } from "../../privileges/access-list.ts";
import { hasPrivilegesOf } from "../../privileges/memberships.ts";
import type { AclKind } from "../../privileges/rights.ts";
import { ALL_RIGHTS } from "../../privileges/rights.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf, schemaNamed } from "../ddl-context.ts";
import { roleOidOf } from "../role-specification.ts";
import { defaultAclOf } from "./access-changes.ts";
import { readGrant } from "./grant-request.ts";

type ObjectType = DefaultAclDescriptor["objectType"];

const TYPES: Readonly<Record<string, readonly [ObjectType, AclKind]>> = {
  OBJECT_TABLE: ["r", "table"],
  OBJECT_SEQUENCE: ["S", "sequence"],
  OBJECT_FUNCTION: ["f", "function"],
  OBJECT_PROCEDURE: ["f", "function"],
  OBJECT_ROUTINE: ["f", "function"],
  OBJECT_TYPE: ["T", "type"],
  OBJECT_SCHEMA: ["n", "schema"],
};

function optionNodes(statement: ParseNode, name: string): readonly ParseNode[] {
  for (const each of list(statement, "options")) {
    const option = asTag(each, "DefElem") ?? {};
    if (string(option, "defname") === name) return items(requiredChild(option, "arg"));
  }
  return [];
}

function rolesFor(context: DdlContext, statement: ParseNode): readonly number[] {
  const specs = optionNodes(statement, "roles");
  if (specs.length === 0) return [ownerOf(context)];
  return specs.map((each) => {
    const role = roleOidOf(context, asTag(each, "RoleSpec") ?? {});
    if (hasPrivilegesOf(imageOf(context), ownerOf(context), role)) return role;
    throw new SqlError("42501", "permission denied to change default privileges");
  });
}

export async function alterDefaultPrivileges(
  context: DdlContext,
  statement: ParseNode,
): Promise<void> {
  const action = requiredChild(statement, "action");
  const kindName = string(action, "objtype");
  const [objectType, kind] = TYPES[kindName] ?? ["r", "table"];
  const request = readGrant(context, action, kindName);
  const rights = request.isAll ? ALL_RIGHTS[kind] : request.rights;
  const roles = rolesFor(context, statement);
  const schemas = optionNodes(statement, "schemas").map((each) => stringValue(each) ?? "");
  if (objectType === "n" && schemas.length > 0) {
    const text = "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS";
    throw new SqlError("0LP01", text);
  }
  const places = schemas.length === 0 ? [0] : schemas.map((name) => schemaNamed(context, name).oid);
  for (const role of roles) {
    for (const schema of places) {
      const start = schema === 0 ? defaultAccess(kind, role) : [];
      const old = defaultAclOf(imageOf(context), role, schema, objectType);
      const { isGrant, grantOption, grantees, cascade } = request;
      const given = { isGrant, grantOption, grantees, rights, grantor: role };
      const change = { catalog: imageOf(context), owner: role, cascade };
      const after = sorted(withGrant(old?.items ?? start, given, change));
      await put(context, { old, role, schema, objectType, after, start });
    }
  }
}

interface Entry {
  readonly old: DefaultAclDescriptor | undefined;
  readonly role: number;
  readonly schema: number;
  readonly objectType: ObjectType;
  readonly after: AccessList;
  /** What there is without an entry. */
  readonly start: AccessList;
}

async function put(context: DdlContext, entry: Entry): Promise<void> {
  const { old, role, schema, objectType, after, start } = entry;
  if (sameAccess(after, start)) {
    if (old !== undefined) applyChanges(context, [{ drop: old.oid }]);
    return;
  }
  const oid = old?.oid ?? (await newOid(context));
  const made = { kind: "defaultAcl", oid, role, schema, objectType, items: after } as const;
  applyChanges(context, [{ put: made }]);
}
