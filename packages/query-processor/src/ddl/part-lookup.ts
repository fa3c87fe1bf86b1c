/**
 * Objects that only pg_get_object_address names: columns of any relation, defaults, default
 * privileges, functions of range types, members of publications.
 */
import { SqlError } from "@firstlight/common";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { attributeDefaults } from "../catalog/virtual/attribute-defaults.ts";
import type { DefaultAclDescriptor } from "../catalog/descriptors.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { columnOfRelation } from "../catalog-functions/relation-columns.ts";
import { relationOidIn } from "../catalog-functions/object-names.ts";
import { asTag, items, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { NameContext } from "./ddl-context.ts";
import { displayName, imageOf, nameOfParts, schemaNamed } from "./ddl-context.ts";
import { lookUpRoutine } from "./function/find-function.ts";
import { ACL_OBJECTS } from "./privileges/acl-objects.ts";

type LookUp = (context: NameContext, object: ParseNode) => ObjectAddress;

function textsOf(object: ParseNode | undefined): readonly string[] {
  return items(object).map((each) => stringValue(each) ?? "");
}

/** Whatever has an entry in pg_class. */
function relationOid(context: NameContext, parts: readonly string[]): number {
  const name = nameOfParts(parts);
  const path = context.searchPath.includes("pg_catalog")
    ? context.searchPath
    : ["pg_catalog", ...context.searchPath];
  if (name.schema !== undefined) schemaNamed(context, name.schema);
  for (const schema of name.schema === undefined ? ["pg_temp", ...path] : [name.schema]) {
    const oid = relationOidIn(imageOf(context), schema, name.name);
    if (oid !== undefined) return oid;
  }
  throw new SqlError("42P01", `relation "${displayName(name)}" does not exist`);
}

function columnNumber(context: NameContext, relation: number, name: string): number | undefined {
  const image = imageOf(context);
  const system = SYSTEM_COLUMNS.get(name);
  if (system !== undefined) return system;
  for (let number = 1; number <= COLUMNS_MAX; number++) {
    if (columnOfRelation(image, relation, number) === name) return number;
  }
  return undefined;
}

/** PostgreSQL's bound on the columns of a relation, dropped ones included. */
const COLUMNS_MAX = 1600;

interface FoundColumn {
  readonly relation: number;
  readonly number: number | undefined;
  /** As it was written. */
  readonly place: string;
  readonly name: string;
}

function findColumn(context: NameContext, object: ParseNode): FoundColumn {
  const parts = textsOf(object);
  if (parts.length < 2) throw new SqlError("42601", "column name must be qualified");
  const [place, name] = [parts.slice(0, -1), parts.at(-1) ?? ""];
  const relation = relationOid(context, place);
  const number = columnNumber(context, relation, name);
  return { relation, number, place: place.join("."), name };
}

const column: LookUp = (context, object) => {
  const { relation, number, place, name } = findColumn(context, object);
  if (number !== undefined) return addressOf(CLASS.relation, relation, number);
  throw new SqlError("42703", `column "${name}" of relation "${place}" does not exist`);
};

const defaultValue: LookUp = (context, object) => {
  const { relation, number, place, name } = findColumn(context, object);
  const found = attributeDefaults(imageOf(context)).find(
    (each) => each.table.oid === relation && each.table.columns[(number ?? 0) - 1] === each.column,
  );
  if (found !== undefined) return addressOf(CLASS.default, found.oid);
  const text = `default value for column "${name}" of relation "${place}" does not exist`;
  throw new SqlError("42703", text);
};

function aclLetter(text: string): DefaultAclDescriptor["objectType"] {
  const letter = text.slice(0, 1);
  switch (letter) {
    case "r":
    case "S":
    case "f":
    case "T":
    case "n":
      return letter;
    default:
      throw new SqlError("22023", `unrecognized default ACL object type "${letter}"`, {
        hint: 'Valid object types are "r", "S", "f", "T", "n".',
      });
  }
}

/** The kind, the role and the schema if it is of one. */
const defaultAcl: LookUp = (context, object) => {
  const [kind = "", user = "", schema] = textsOf(object);
  const image = imageOf(context);
  const letter = aclLetter(kind);
  const role = image.roleByName(user)?.oid;
  const place = schema === undefined ? 0 : image.schemaByName(schema)?.oid;
  for (const each of image.objects.values()) {
    if (each.kind !== "defaultAcl" || each.objectType !== letter) continue;
    if (each.role === role && each.schema === place) return addressOf(CLASS.defaultAcl, each.oid);
  }
  const within = schema === undefined ? "" : ` in schema "${schema}"`;
  const text = `default ACL for user "${user}"${within} on ${ACL_OBJECTS[letter]} does not exist`;
  throw new SqlError("42704", text);
};

function noPublication(name: string): SqlError {
  return new SqlError("42704", `publication "${name}" does not exist`);
}

const publicationRelation: LookUp = (context, object) => {
  const [relation, publication] = items(object);
  relationOid(context, textsOf(relation));
  throw noPublication(stringValue(publication) ?? "");
};

const publicationSchema: LookUp = (context, object) => {
  const [schema = "", publication = ""] = textsOf(object);
  schemaNamed(context, schema);
  throw noPublication(publication);
};

const anyFunction: LookUp = (context, object) => {
  const { oid } = lookUpRoutine(context, asTag(object, "ObjectWithArgs") ?? {}, "function");
  return addressOf(CLASS.function, oid);
};

export const PART_LOOK_UPS: Readonly<Record<string, LookUp>> = {
  OBJECT_FUNCTION: anyFunction,
  OBJECT_COLUMN: column,
  OBJECT_DEFAULT: defaultValue,
  OBJECT_DEFACL: defaultAcl,
  OBJECT_PUBLICATION_REL: publicationRelation,
  OBJECT_PUBLICATION_NAMESPACE: publicationSchema,
};
