/** CREATE SCHEMA, with the objects that it brings along. */
import { SqlError } from "@firstlight/common";
import { asTag, child, flag, list, optionalString, string, tagOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";
import { roleOidOf, roleNameOf } from "./role-specification.ts";

export type RunElement = (context: DdlContext, tag: string, fields: ParseNode) => Promise<void>;

export function refuseSystemName(name: string): void {
  if (!name.startsWith("pg_")) return;
  throw new SqlError("42939", `unacceptable schema name "${name}"`, {
    detail: 'The prefix "pg_" is reserved for system schemas.',
  });
}

/** PostgreSQL makes them in this order, whatever order they are written in. */
const ORDER = [
  "CreateSeqStmt",
  "CreateStmt",
  "ViewStmt",
  "IndexStmt",
  "CreateTrigStmt",
  "GrantStmt",
];

/** Where the name of the new object is. */
const NAME_FIELD: Readonly<Record<string, string>> = {
  CreateSeqStmt: "sequence",
  CreateStmt: "relation",
  ViewStmt: "view",
  IndexStmt: "relation",
  CreateTrigStmt: "relation",
};

/** The element with its name in the new schema. */
function inSchema(element: ParseNode, schema: string): ParseNode {
  const tag = tagOf(element);
  const fields = asTag(element, tag) ?? {};
  const field = NAME_FIELD[tag];
  const name = field === undefined ? undefined : child(fields, field);
  if (field === undefined || name === undefined) return fields;
  const given = optionalString(name, "schemaname");
  if (given !== undefined && given !== schema) {
    const text = `CREATE specifies a schema (${given}) different from the one being created (${schema})`;
    throw new SqlError("42P15", text);
  }
  return { ...fields, [field]: { ...name, schemaname: schema } };
}

export async function createSchema(
  context: DdlContext,
  statement: ParseNode,
  run: RunElement,
): Promise<void> {
  const role = child(statement, "authrole");
  const owner = role === undefined ? ownerOf(context) : roleOidOf(context, role);
  const given = optionalString(statement, "schemaname");
  const name = given ?? (role === undefined ? "" : roleNameOf(context, role));
  refuseSystemName(name);
  if (imageOf(context).schemaByName(name) !== undefined) {
    const text = `schema "${name}" already exists`;
    if (!flag(statement, "if_not_exists")) throw new SqlError("42P06", text);
    context.session.notice("NOTICE", "42P06", `${text}, skipping`);
    return;
  }
  const oid = await newOid(context);
  applyChanges(context, [{ put: { kind: "schema", oid, name, owner } }]);
  const elements = list(statement, "schemaElts");
  const inner = { ...context, searchPath: [name, ...context.searchPath] };
  const placed = elements.map((each) => ({ tag: tagOf(each), fields: inSchema(each, name) }));
  for (const kind of ORDER) {
    for (const { tag, fields } of placed) if (tag === kind) await run(inner, tag, fields);
  }
}

/** ALTER SCHEMA ... RENAME. */
export function renameSchema(context: DdlContext, statement: ParseNode): void {
  const from = string(statement, "subname");
  const to = string(statement, "newname");
  const schema = imageOf(context).schemaByName(from);
  if (schema === undefined) throw new SqlError("3F000", `schema "${from}" does not exist`);
  if (imageOf(context).schemaByName(to) !== undefined) {
    throw new SqlError("42P06", `schema "${to}" already exists`);
  }
  refuseSystemName(to);
  applyChanges(context, [{ put: { ...schema, name: to } }]);
}
