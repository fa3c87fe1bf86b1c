/** Roles as statements name them: by name, CURRENT_USER, SESSION_USER. */
import { SqlError } from "@firstlight/common";
import { string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

export function sessionUserOf(context: DdlContext): string {
  return context.session.evaluation([]).session?.sessionUser ?? context.session.user;
}

export function roleNameOf(context: DdlContext, spec: ParseNode): string {
  switch (string(spec, "roletype")) {
    case "ROLESPEC_CURRENT_USER":
    case "ROLESPEC_CURRENT_ROLE":
      return context.session.user;
    case "ROLESPEC_SESSION_USER":
      return sessionUserOf(context);
    case "ROLESPEC_PUBLIC":
      throw new SqlError("42704", 'role "public" does not exist');
    default:
      return string(spec, "rolename");
  }
}

export function roleOidOf(context: DdlContext, spec: ParseNode): number {
  const name = roleNameOf(context, spec);
  const role = imageOf(context).roleByName(name);
  if (role !== undefined) return role.oid;
  throw new SqlError("42704", `role "${name}" does not exist`);
}
