/**
 * DROP of kinds of objects of which there are none: what PostgreSQL says when the object does not
 * exist, with and without IF EXISTS.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import { asTag, items, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";
import type { DdlContext } from "./ddl-context.ts";
import { displayName, findRelation, imageOf, nameOfParts } from "./ddl-context.ts";
import type { DropRequest, FindDropTarget } from "./drop-request.ts";
import { objectName } from "./drop-request.ts";

/** The error, or the notice and nothing to drop. */
function absent(
  context: DdlContext,
  { ifExists }: DropRequest,
  sqlstate: string,
  text: string,
  skipped: string = text,
): undefined {
  if (!ifExists) throw new SqlError(sqlstate, text);
  context.session.notice("NOTICE", "00000", `${skipped}, skipping`);
  return undefined;
}

function missingSchema(context: DdlContext, request: DropRequest, schema?: string): boolean {
  if (schema === undefined || imageOf(context).schemaByName(schema) !== undefined) return false;
  absent(context, request, "3F000", `schema "${schema}" does not exist`);
  return true;
}

/** Named objects; `builtin` are there and stay there. */
function named(what: string, builtin: readonly string[] = []): FindDropTarget {
  return (context, request) => {
    const { schema, name } = objectName(request.object);
    if (missingSchema(context, request, schema)) return undefined;
    if (builtin.includes(name)) {
      const text = `cannot drop ${what} ${name} because it is required by the database system`;
      throw new SqlError("2BP01", text);
    }
    return absent(context, request, "42704", `${what} "${name}" does not exist`);
  };
}

function typeText(context: DdlContext, node: ParseNode): string {
  const fields = asTag(node, "TypeName");
  if (fields === undefined) return "none";
  const { type } = resolveTypeName(fields, imageOf(context), context.searchPath);
  return formatType(type);
}

const cast: FindDropTarget = (context, request) => {
  const [from, to] = items(request.object).map((each) => typeText(context, each));
  const text = `cast from type ${from} to type ${to} does not exist`;
  return absent(context, request, "42704", text);
};

const operator: FindDropTarget = (context, request) => {
  const object = asTag(request.object, "ObjectWithArgs") ?? {};
  const parts = ((object["objname"] ?? []) as ParseNode[]).map((each) => stringValue(each) ?? "");
  const args = ((object["objargs"] ?? []) as ParseNode[]).map((each) => typeText(context, each));
  const name = parts.join(".");
  const [left, right] = args;
  const shown = left === "none" ? `${name} ${right}` : `${left} ${name} ${right}`;
  const skipped = `operator ${name} does not exist`;
  return absent(context, request, "42883", `operator does not exist: ${shown}`, skipped);
};

const METHODS = ["btree", "hash", "gist", "gin", "spgist", "brin"];

function ofMethod(what: string): FindDropTarget {
  return (context, request) => {
    const [method = "", ...parts] = items(request.object).map((each) => stringValue(each) ?? "");
    if (!METHODS.includes(method)) {
      throw new SqlError("42704", `access method "${method}" does not exist`);
    }
    const { schema, name } = nameOfParts(parts);
    if (missingSchema(context, request, schema)) return undefined;
    const text = `${what} "${name}" does not exist for access method "${method}"`;
    return absent(context, request, "42704", text);
  };
}

/** Rules, triggers and policies belong to a relation. */
function ofRelation(what: string, preposition: string): FindDropTarget {
  return (context, request) => {
    const parts = items(request.object).map((each) => stringValue(each) ?? "");
    const relationName = nameOfParts(parts.slice(0, -1));
    if (missingSchema(context, request, relationName.schema)) return undefined;
    const relation = findRelation(context, relationName);
    if (relation === undefined) {
      const text = `relation "${displayName(relationName)}" does not exist`;
      return absent(context, request, "42P01", text);
    }
    const name = parts.at(-1) ?? "";
    if (name === "_RETURN") throw featureNotSupported(`DROP ${what.toUpperCase()} "_RETURN"`);
    const text = `${what} "${name}" for ${preposition} "${relation.name}" does not exist`;
    const skipped = `${what} "${name}" for relation "${relation.name}" does not exist`;
    return absent(context, request, "42704", text, skipped);
  };
}

export const ABSENT_KINDS: Readonly<Record<string, FindDropTarget>> = {
  OBJECT_CONVERSION: named("conversion"),
  OBJECT_TSPARSER: named("text search parser"),
  OBJECT_TSDICTIONARY: named("text search dictionary"),
  OBJECT_TSTEMPLATE: named("text search template"),
  OBJECT_TSCONFIGURATION: named("text search configuration"),
  OBJECT_LANGUAGE: named("language", ["sql", "c", "internal"]),
  OBJECT_FDW: named("foreign-data wrapper"),
  OBJECT_FOREIGN_SERVER: named("server"),
  OBJECT_ACCESS_METHOD: named("access method", METHODS),
  OBJECT_PUBLICATION: named("publication"),
  OBJECT_FOREIGN_TABLE: named("foreign table"),
  OBJECT_EVENT_TRIGGER: named("event trigger"),
  OBJECT_CAST: cast,
  OBJECT_OPERATOR: operator,
  OBJECT_OPCLASS: ofMethod("operator class"),
  OBJECT_OPFAMILY: ofMethod("operator family"),
  OBJECT_RULE: ofRelation("rule", "relation"),
  OBJECT_TRIGGER: ofRelation("trigger", "table"),
  OBJECT_POLICY: ofRelation("policy", "table"),
};

const WORDS: Readonly<Record<string, string>> = {
  TSPARSER: "TEXT SEARCH PARSER",
  TSDICTIONARY: "TEXT SEARCH DICTIONARY",
  TSTEMPLATE: "TEXT SEARCH TEMPLATE",
  TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
  FDW: "FOREIGN DATA WRAPPER",
  FOREIGN_SERVER: "SERVER",
  STATISTIC_EXT: "STATISTICS",
  OPCLASS: "OPERATOR CLASS",
  OPFAMILY: "OPERATOR FAMILY",
};

/** The command's tag by the kind of object. */
export function dropTag(removeType: string): string {
  const kind = removeType.replace("OBJECT_", "");
  return `DROP ${WORDS[kind] ?? kind.replaceAll("_", " ")}`;
}
