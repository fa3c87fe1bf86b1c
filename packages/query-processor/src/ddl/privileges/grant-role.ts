/** GRANT role TO role and REVOKE role FROM role. */
import { SqlError } from "@firstlight/common";
import { asTag, child, flag, list, optionalString, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { roleOidOf } from "../role-specification.ts";
import type { MemberOptions } from "./membership.ts";
import { addMember, checkMayGrant, grantorFor, removeMember } from "./membership.ts";

const OPTIONS: ReadonlySet<string> = new Set(["admin", "inherit", "set"]);

function isOption(name: string): name is keyof MemberOptions {
  return OPTIONS.has(name);
}

function booleanOption(name: string, option: ParseNode): boolean {
  const arg = child(option, "arg");
  const value = asTag(arg, "Boolean");
  if (value !== undefined) return flag(value, "boolval");
  const text = string(asTag(arg, "String") ?? {}, "sval").toLowerCase();
  if (text === "true" || text === "on") return true;
  if (text === "false" || text === "off") return false;
  throw new SqlError("22023", `unrecognized value for role option "${name}": "${text}"`);
}

function readOptions(statement: ParseNode): MemberOptions {
  const options: Partial<Record<keyof MemberOptions, boolean>> = {};
  for (const each of list(statement, "opt")) {
    const option = asTag(each, "DefElem") ?? {};
    const name = string(option, "defname").toLowerCase();
    if (!isOption(name)) throw new SqlError("42601", `unrecognized role option "${name}"`);
    options[name] = booleanOption(name, option);
  }
  return options;
}

function roleNamed(context: DdlContext, node: ParseNode): number {
  const privilege = asTag(node, "AccessPriv") ?? {};
  if (list(privilege, "cols").length > 0) {
    throw new SqlError("0LP01", "column names cannot be included in GRANT/REVOKE ROLE");
  }
  const name = optionalString(privilege, "priv_name") ?? "";
  const role = imageOf(context).roleByName(name);
  if (role === undefined) throw new SqlError("42704", `role "${name}" does not exist`);
  return role.oid;
}

export async function grantRole(context: DdlContext, statement: ParseNode): Promise<void> {
  const isGrant = flag(statement, "is_grant");
  const cascade = string(statement, "behavior") === "DROP_CASCADE";
  const options = readOptions(statement);
  const grantorSpec = child(statement, "grantor");
  const given = grantorSpec === undefined ? undefined : roleOidOf(context, grantorSpec);
  const members = list(statement, "grantee_roles").map((each) =>
    roleOidOf(context, asTag(each, "RoleSpec") ?? {}),
  );
  const [option] = Object.keys(options).filter(isOption);
  for (const node of list(statement, "granted_roles")) {
    const role = roleNamed(context, node);
    checkMayGrant(context, role, isGrant);
    const grantor = grantorFor(context, role, given, isGrant);
    for (const member of members) {
      if (isGrant) await addMember(context, role, member, { grantor, options });
      else removeMember(context, role, member, { grantor, option, cascade });
    }
  }
}
