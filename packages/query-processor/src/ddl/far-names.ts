/** Names of other databases in schema changes, which are refused (see catalog/far-name.ts). */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { refuseFarName } from "../catalog/far-name.ts";
import {
  asTag,
  fieldsOf,
  items,
  list,
  names,
  optionalString,
  string,
  tagOf,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

type Refuse = (parts: readonly string[], isRelation: boolean) => void;

function refusal(image: CatalogImage): Refuse {
  return (parts, isRelation) => refuseFarName(image, parts, isRelation);
}

/** Kinds whose names are of relations. */
const RELATIONS: ReadonlySet<string> = new Set([
  "OBJECT_TABLE",
  "OBJECT_INDEX",
  "OBJECT_SEQUENCE",
  "OBJECT_VIEW",
  "OBJECT_MATVIEW",
  "OBJECT_FOREIGN_TABLE",
]);

/** Kinds whose names are of relations, with one part more. */
const PARTS_OF_RELATIONS: ReadonlySet<string> = new Set([
  "OBJECT_COLUMN",
  "OBJECT_DEFAULT",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_RULE",
  "OBJECT_TRIGGER",
  "OBJECT_POLICY",
]);

/** Kinds that are looked at where they are found, after the access method. */
const OF_METHODS: ReadonlySet<string> = new Set([
  "OBJECT_OPCLASS",
  "OBJECT_OPFAMILY",
  "OBJECT_AMOP",
  "OBJECT_AMPROC",
]);

function checkObject(kind: string, object: ParseNode, refuse: Refuse): void {
  const typed = asTag(object, "TypeName");
  if (typed !== undefined) refuse(names(typed, "names"), false);
  const listed = asTag(object, "List");
  if (listed === undefined || kind === "OBJECT_DEFACL" || OF_METHODS.has(kind)) return;
  const parts = names(listed, "items");
  if (PARTS_OF_RELATIONS.has(kind)) refuse(parts.slice(0, -1), true);
  else if (kind !== "OBJECT_PUBLICATION_REL") refuse(parts, RELATIONS.has(kind));
  else refuse(names(asTag(items(object)[0], "List") ?? {}, "items"), true);
}

/** Of an object as COMMENT ON and its kin name it. */
export function refuseFarObject(image: CatalogImage, kind: string, object: ParseNode): void {
  checkObject(kind, object, refusal(image));
}

/** Fields of statements and expressions that are a name. */
const NAME_FIELDS: Readonly<Record<string, string>> = {
  TypeName: "names",
  CollateClause: "collname",
  FuncCall: "funcname",
  CreateFunctionStmt: "funcname",
  DefineStmt: "defnames",
  CreateEnumStmt: "typeName",
  CreateRangeStmt: "typeName",
  CreateDomainStmt: "domainname",
  AlterEnumStmt: "typeName",
  AlterDomainStmt: "typeName",
  AlterTypeStmt: "typeName",
};

const KIND_FIELDS = ["objtype", "objectType", "renameType", "removeType"] as const;

function kindOf(fields: ParseNode): string {
  for (const field of KIND_FIELDS) {
    const kind = optionalString(fields, field);
    if (kind !== undefined) return kind;
  }
  return "";
}

function checkNode(tag: string, fields: ParseNode, refuse: Refuse): void {
  const database = optionalString(fields, "catalogname");
  if (database !== undefined) {
    refuse([database, string(fields, "schemaname"), string(fields, "relname")], true);
  }
  const field = NAME_FIELDS[tag];
  if (field !== undefined && fields["pct_type"] !== true) refuse(names(fields, field), false);
  const kind = kindOf(fields);
  const object = fields["object"];
  if (isNode(object)) checkObject(kind, object, refuse);
  if (tag !== "DropStmt") return;
  for (const each of list(fields, "objects")) checkObject(kind, each, refuse);
}

function isNode(value: unknown): value is ParseNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function walk(tag: string, fields: ParseNode, refuse: Refuse): void {
  // Queries are looked at where they are bound, which knows places.
  if (tag === "SelectStmt") return;
  checkNode(tag, fields, refuse);
  for (const value of Object.values(fields)) {
    if (isNode(value)) walkValue(value, refuse);
    else if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) walkValue(each, refuse);
    }
  }
}

/** A wrapped node, or the bare fields of one whose type its place tells. */
function walkValue(node: ParseNode, refuse: Refuse): void {
  const tag = tagOf(node);
  if (/^[A-Z]/u.test(tag)) walk(tag, fieldsOf(node), refuse);
  else walk(Array.isArray(node["names"]) ? "TypeName" : "", node, refuse);
}

/** 0A000 for a name of another database anywhere in the statement. */
export function refuseFarNames(image: CatalogImage, tag: string, statement: ParseNode): void {
  // LOCK asks for it after other things, CREATE TABLE says the place of its own name.
  if (tag === "LockStmt") return;
  const others = tag === "CreateStmt" ? { ...statement, relation: undefined } : statement;
  walk(tag, others, refusal(image));
}
