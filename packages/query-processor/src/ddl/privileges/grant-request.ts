/** What a GrantStmt asks for: rights by kind of object, columns, grantees (ExecuteGrantStmt). */
import { SqlError } from "@firstlight/common";
import { asTag, child, flag, list, names, optionalString, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { PUBLIC_ROLE } from "../../privileges/access-list.ts";
import { ALL_RIGHTS, firstRight, nameOfRight, rightNamed } from "../../privileges/rights.ts";
import type { DdlContext } from "../ddl-context.ts";
import { ownerOf } from "../ddl-context.ts";
import { roleOidOf } from "../role-specification.ts";

export interface ColumnRights {
  /** 0: all that columns have. */
  readonly rights: number;
  readonly columns: readonly string[];
}

export interface GrantRequest {
  readonly isGrant: boolean;
  readonly grantOption: boolean;
  readonly cascade: boolean;
  readonly grantees: readonly number[];
  /** ALL PRIVILEGES. */
  readonly isAll: boolean;
  readonly rights: number;
  readonly columns: readonly ColumnRights[];
}

/** What may be granted on the kind of object, and how errors call it. */
const LIMITS: Readonly<Record<string, readonly [allowed: number, what: string]>> = {
  OBJECT_TABLE: [ALL_RIGHTS.table | ALL_RIGHTS.sequence, "relation"],
  OBJECT_SEQUENCE: [ALL_RIGHTS.sequence, "sequence"],
  OBJECT_DATABASE: [ALL_RIGHTS.database, "database"],
  OBJECT_DOMAIN: [ALL_RIGHTS.type, "domain"],
  OBJECT_FUNCTION: [ALL_RIGHTS.function, "function"],
  OBJECT_LANGUAGE: [ALL_RIGHTS.language, "language"],
  OBJECT_LARGEOBJECT: [6, "large object"],
  OBJECT_SCHEMA: [ALL_RIGHTS.schema, "schema"],
  OBJECT_TABLESPACE: [ALL_RIGHTS.tablespace, "tablespace"],
  OBJECT_TYPE: [ALL_RIGHTS.type, "type"],
  OBJECT_FDW: [ALL_RIGHTS.type, "foreign-data wrapper"],
  OBJECT_FOREIGN_SERVER: [ALL_RIGHTS.type, "foreign server"],
  OBJECT_PROCEDURE: [ALL_RIGHTS.function, "procedure"],
  OBJECT_ROUTINE: [ALL_RIGHTS.function, "routine"],
};

export function invalidRight(right: number, what: string): SqlError {
  const name = nameOfRight(firstRight(right));
  return new SqlError("0LP01", `invalid privilege type ${name} for ${what}`);
}

export function granteeOf(context: DdlContext, node: ParseNode): number {
  const spec = asTag(node, "RoleSpec") ?? node;
  if (string(spec, "roletype") === "ROLESPEC_PUBLIC") return PUBLIC_ROLE;
  return roleOidOf(context, spec);
}

function checkGrantor(context: DdlContext, statement: ParseNode): void {
  const grantor = child(statement, "grantor");
  if (grantor === undefined || roleOidOf(context, grantor) === ownerOf(context)) return;
  throw new SqlError("0A000", "grantor must be current user");
}

export function readGrant(context: DdlContext, statement: ParseNode, kind: string): GrantRequest {
  checkGrantor(context, statement);
  const grantees = list(statement, "grantees").map((each) => granteeOf(context, each));
  const [allowed = 0, what = ""] = LIMITS[kind] ?? [];
  const privileges = list(statement, "privileges").map((each) => asTag(each, "AccessPriv") ?? {});
  const columns: ColumnRights[] = [];
  let rights = 0;
  for (const privilege of privileges) {
    const name = optionalString(privilege, "priv_name");
    const named = names(privilege, "cols");
    if (named.length > 0) {
      if (kind !== "OBJECT_TABLE") {
        throw new SqlError("0LP01", "column privileges are only valid for relations");
      }
      columns.push({ rights: name === undefined ? 0 : rightNamed(name), columns: named });
      continue;
    }
    const right = rightNamed(name ?? "");
    if ((right & ~allowed) !== 0) throw invalidRight(right, what);
    rights |= right;
  }
  return {
    isGrant: flag(statement, "is_grant"),
    grantOption: flag(statement, "grant_option"),
    cascade: string(statement, "behavior") === "DROP_CASCADE",
    grantees,
    isAll: privileges.length === 0,
    rights,
    columns,
  };
}
