/**
 * Kinds of objects of which there are PostgreSQL's own only, or none, as COMMENT ON and
 * pg_get_object_address name them.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type { SystemCatalogName } from "@firstlight/sql";
import { PG_CATALOG_OID } from "../catalog/builtin-objects.ts";
import { addressOf, CLASS } from "../catalog/dependencies/object-address.ts";
import { tablespaceNamed } from "../catalog/tablespaces.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import type { NamedRow } from "../catalog/virtual/virtual-table.ts";
import { asTag, items, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { NameContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { refuseFarName } from "../catalog/far-name.ts";
import { resolveIn, shownTypeName } from "./type/find-type.ts";

type LookUp = (context: NameContext, object: ParseNode) => ObjectAddress;

function textsOf(object: ParseNode | undefined): readonly string[] {
  const single = stringValue(object);
  return single === undefined ? items(object).map((each) => stringValue(each) ?? "") : [single];
}

function missing(text: string): SqlError {
  return new SqlError("42704", `${text} does not exist`);
}

function schemaOid(context: NameContext, name: string): number {
  const found = imageOf(context).schemaByName(name);
  if (found !== undefined) return found.oid;
  throw new SqlError("3F000", `schema "${name}" does not exist`);
}

/** In no schema. */
function alone(classId: number, catalog: SystemCatalogName, column: string, what: string): LookUp {
  return (_context, object) => {
    const [name = ""] = textsOf(object);
    const found = systemRows(catalog).find((row) => row[column] === name);
    if (found !== undefined) return addressOf(classId, Number(found["oid"]));
    throw missing(`${what} "${name}"`);
  };
}

/** Whether names of these parts may be of pg_catalog; 3F000 for a schema that is not there. */
function mayBeSystem(context: NameContext, parts: readonly string[]): boolean {
  const schema = parts.at(-2);
  return schema === undefined || schemaOid(context, schema) === PG_CATALOG_OID;
}

function inCatalog(
  classId: number,
  catalog: SystemCatalogName,
  column: string,
  what: string,
): LookUp {
  return (context, object) => {
    const parts = textsOf(object);
    const name = parts.at(-1) ?? "";
    const isSystem = mayBeSystem(context, parts);
    const found = isSystem && systemRows(catalog).find((row) => row[column] === name);
    if (found !== undefined && found !== false) return addressOf(classId, Number(found["oid"]));
    throw missing(`${what} "${parts.join(".")}"`);
  };
}

interface Method {
  readonly oid: number;
  readonly name: string;
}

function methodNamed(name: string): Method {
  const found = systemRows("pg_am").find((row) => row["amname"] === name);
  if (found === undefined) throw missing(`access method "${name}"`);
  return { oid: Number(found["oid"]), name };
}

interface OfMethods {
  readonly classId: number;
  readonly catalog: SystemCatalogName;
  readonly prefix: string;
  readonly what: string;
}

const CLASSES: OfMethods = {
  classId: 2616,
  catalog: "pg_opclass",
  prefix: "opc",
  what: "operator class",
};

const FAMILIES: OfMethods = {
  classId: 2753,
  catalog: "pg_opfamily",
  prefix: "opf",
  what: "operator family",
};

/** Classes and families of operators: the access method comes first. */
function ofMethod(
  context: NameContext,
  { catalog, prefix, what }: OfMethods,
  [first = "", ...parts]: readonly string[],
): { readonly row: NamedRow; readonly method: Method } {
  const method = methodNamed(first);
  refuseFarName(imageOf(context), parts);
  const name = parts.at(-1) ?? "";
  const rows = mayBeSystem(context, parts) ? systemRows(catalog) : [];
  const row = rows.find(
    (each) => each[`${prefix}method`] === method.oid && each[`${prefix}name`] === name,
  );
  if (row !== undefined) return { row, method };
  const text = `${what} "${parts.join(".")}" does not exist for access method "${method.name}"`;
  throw new SqlError("42704", text);
}

function methodKind(kind: OfMethods): LookUp {
  return (context, object) => {
    const { row } = ofMethod(context, kind, textsOf(object));
    return addressOf(kind.classId, Number(row["oid"]));
  };
}

interface Members {
  readonly classId: number;
  readonly catalog: SystemCatalogName;
  readonly word: string;
  readonly family: string;
  readonly number: string;
  readonly left: string;
  readonly right: string;
}

const OPERATORS: Members = {
  classId: 2602,
  catalog: "pg_amop",
  word: "operator",
  family: "amopfamily",
  number: "amopstrategy",
  left: "amoplefttype",
  right: "amoprighttype",
};

const FUNCTIONS: Members = {
  classId: 2603,
  catalog: "pg_amproc",
  word: "function",
  family: "amprocfamily",
  number: "amprocnum",
  left: "amproclefttype",
  right: "amprocrighttype",
};

/** Of an operator family: its names and the number of the member, and two types. */
function member(kind: Members): LookUp {
  return (context, object) => {
    const [nameNode, typeNodes] = items(object);
    const names = textsOf(nameNode);
    const family = ofMethod(context, FAMILIES, names.slice(0, -1));
    const types = items(typeNodes).map((node) => asTag(node, "TypeName") ?? {});
    const [left, right] = types.map((type) => resolveIn(context, type).type);
    const number = Number.parseInt(names.at(-1) ?? "", 10) || 0;
    const found = systemRows(kind.catalog).find(
      (row) =>
        row[kind.family] === family.row["oid"] &&
        row[kind.number] === number &&
        row[kind.left] === left &&
        row[kind.right] === right,
    );
    if (found !== undefined) return addressOf(kind.classId, Number(found["oid"]));
    const shown = types.map(shownTypeName).join(", ");
    const of = `operator family ${names.at(-2) ?? ""} for access method ${family.method.name}`;
    throw missing(`${kind.word} ${number} (${shown}) of ${of}`);
  };
}

/** There is none of these. */
function absent(what: string): LookUp {
  return (_context, object) => {
    throw missing(`${what} "${textsOf(object).join(".")}"`);
  };
}

const transform: LookUp = (context, object) => {
  const [typeNode, languageNode] = items(object);
  const { type } = resolveIn(context, asTag(typeNode, "TypeName") ?? {});
  const language = stringValue(languageNode) ?? "";
  languageNamed(context, { String: { sval: language } });
  throw missing(`transform for type ${formatType(type)} language "${language}"`);
};

const userMapping: LookUp = (context, object) => {
  const [user = "", server = ""] = textsOf(object);
  const role = user === "public" || imageOf(context).roleByName(user) !== undefined;
  if (role) throw missing(`server "${server}"`);
  throw missing(`user mapping for user "${user}" on server "${server}"`);
};

const tablespace: LookUp = (_context, object) => {
  const [name = ""] = textsOf(object);
  const oid = tablespaceNamed(name);
  if (oid !== undefined) return addressOf(CLASS.tablespace, oid);
  throw missing(`tablespace "${name}"`);
};

const languageNamed: LookUp = alone(CLASS.language, "pg_language", "lanname", "language");

export const SYSTEM_LOOK_UPS: Readonly<Record<string, LookUp>> = {
  OBJECT_LANGUAGE: languageNamed,
  OBJECT_ACCESS_METHOD: alone(2601, "pg_am", "amname", "access method"),
  OBJECT_TABLESPACE: tablespace,
  OBJECT_CONVERSION: inCatalog(2607, "pg_conversion", "conname", "conversion"),
  OBJECT_TSCONFIGURATION: inCatalog(3602, "pg_ts_config", "cfgname", "text search configuration"),
  OBJECT_TSDICTIONARY: inCatalog(3600, "pg_ts_dict", "dictname", "text search dictionary"),
  OBJECT_TSPARSER: inCatalog(3601, "pg_ts_parser", "prsname", "text search parser"),
  OBJECT_TSTEMPLATE: inCatalog(3764, "pg_ts_template", "tmplname", "text search template"),
  OBJECT_OPCLASS: methodKind(CLASSES),
  OBJECT_OPFAMILY: methodKind(FAMILIES),
  OBJECT_AMOP: member(OPERATORS),
  OBJECT_AMPROC: member(FUNCTIONS),
  OBJECT_TRANSFORM: transform,
  OBJECT_USER_MAPPING: userMapping,
  OBJECT_PARAMETER_ACL: absent("parameter ACL"),
  OBJECT_PUBLICATION: absent("publication"),
  OBJECT_SUBSCRIPTION: absent("subscription"),
  OBJECT_FOREIGN_SERVER: absent("server"),
  OBJECT_FDW: absent("foreign-data wrapper"),
  OBJECT_EVENT_TRIGGER: absent("event trigger"),
};
