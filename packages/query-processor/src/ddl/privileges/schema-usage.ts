/** USAGE on the schemas that a schema change names things in (LookupExplicitNamespace). */
import { namedSchemas } from "../../bind/named-schemas.ts";
import { asTag, list, names, optionalString, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { checkSchema } from "../../privileges/check-requirements.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf, ownerOf } from "../ddl-context.ts";

/**
 * Fields that name what is made, for which CREATE is asked where it is made, and queries that are
 * looked at where they are bound.
 */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  CreateStmt: ["relation"],
  ViewStmt: ["view"],
  CreateTableAsStmt: ["into", "query"],
  CreateSeqStmt: ["sequence"],
  CompositeTypeStmt: ["typevar"],
  CreateFunctionStmt: ["funcname"],
  DefineStmt: ["defnames"],
  CreateEnumStmt: ["typeName"],
  CreateRangeStmt: ["typeName"],
  CreateDomainStmt: ["domainname"],
  CreateStatsStmt: ["defnames"],
  CopyStmt: ["query"],
};

const ELSEWHERE: ReadonlySet<string> = new Set([
  "PrepareStmt",
  "DeclareCursorStmt",
  "ExplainStmt",
  "DoStmt",
]);

/** How many parts follow the name that the schema is of. */
const PARTS: Readonly<Record<string, number>> = {
  OBJECT_TABCONSTRAINT: 1,
  OBJECT_RULE: 1,
  OBJECT_TRIGGER: 1,
  OBJECT_COLUMN: 1,
};

/** Kinds whose lists of parts begin with something else. */
const OF_METHODS: ReadonlySet<string> = new Set(["OBJECT_OPCLASS", "OBJECT_OPFAMILY"]);

function kindOf(statement: ParseNode): string {
  const fields = ["removeType", "renameType", "objectType", "objtype"] as const;
  return fields.map((field) => optionalString(statement, field)).find((kind) => kind) ?? "";
}

function schemaOfList(kind: string, object: unknown): string | undefined {
  const items = asTag(object as ParseNode, "List");
  if (items === undefined || OF_METHODS.has(kind)) return undefined;
  return names(items, "items").at(-2 - (PARTS[kind] ?? 0));
}

function objectsOf(statement: ParseNode): readonly ParseNode[] {
  const object = statement["object"];
  if (typeof object === "object" && object !== null) return [object as ParseNode];
  return list(statement, "objects");
}

/** Fields of what is bound as expressions are, whose errors say where in the text it is. */
const PLACED: Readonly<Record<string, readonly string[]>> = {
  CreateStmt: ["tableElts"],
  ViewStmt: ["query"],
  CreateFunctionStmt: ["sql_body"],
  IndexStmt: ["indexParams", "whereClause"],
};

export function requireNamedSchemas(context: DdlContext, tag: string, statement: ParseNode): void {
  if (ELSEWHERE.has(tag)) return;
  const found = new Map<string, number>();
  const rest = { ...statement };
  for (const field of [...(OTHERS[tag] ?? []), ...(PLACED[tag] ?? [])]) delete rest[field];
  namedSchemas(rest, found);
  for (const name of found.keys()) found.set(name, -1);
  for (const field of PLACED[tag] ?? []) namedSchemas(statement[field], found);
  const kind = kindOf(statement);
  for (const object of objectsOf(statement)) {
    const schema = tagOf(object) === "List" ? schemaOfList(kind, object) : undefined;
    if (schema !== undefined && !found.has(schema)) found.set(schema, -1);
  }
  if (statement["targtype"] === "ACL_TARGET_ALL_IN_SCHEMA") {
    for (const each of names(statement, "objects")) found.set(each, -1);
  }
  for (const [name, at] of found) {
    checkSchema(imageOf(context), name, ownerOf(context), at);
  }
}
