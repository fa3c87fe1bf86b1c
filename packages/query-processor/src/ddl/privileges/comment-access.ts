/** Who may say something of an object: its owner (check_object_ownership). */
import { SqlError } from "@firstlight/common";
import { formatType, typeOid } from "@firstlight/sql";
import { typeName } from "../../catalog-functions/object-names.ts";
import { BOOTSTRAP_SUPERUSER, FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { asTag, items, names, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName } from "../../parse/type-name.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import { checkSchema } from "../../privileges/check-requirements.ts";
import { isAdminOf, isSuperuser } from "../../privileges/memberships.ts";
import type { DdlContext } from "../ddl-context.ts";
import { findRelation, imageOf, nameOfParts, ownerOf } from "../ddl-context.ts";
import { findIndex } from "../drop-targets.ts";
import { lookUpObject, partsOf } from "../object-lookup.ts";

/** What the owner of a relation may say something of, by how many parts follow the relation's name. */
const RELATION_PARTS: Readonly<Record<string, number>> = {
  OBJECT_TABLE: 0,
  OBJECT_VIEW: 0,
  OBJECT_MATVIEW: 0,
  OBJECT_SEQUENCE: 0,
  OBJECT_INDEX: 0,
  OBJECT_FOREIGN_TABLE: 0,
  OBJECT_COLUMN: 1,
  OBJECT_TABCONSTRAINT: 1,
  OBJECT_RULE: 1,
  OBJECT_TRIGGER: 1,
  OBJECT_POLICY: 1,
};

const OF_SUPERUSERS: ReadonlySet<string> = new Set([
  "OBJECT_ACCESS_METHOD",
  "OBJECT_TSPARSER",
  "OBJECT_TSTEMPLATE",
]);

const WORDS: Readonly<Record<string, string>> = {
  OBJECT_MATVIEW: "materialized view",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_COLUMN: "relation",
  OBJECT_TABCONSTRAINT: "relation",
  OBJECT_RULE: "relation",
  OBJECT_TRIGGER: "relation",
  OBJECT_POLICY: "relation",
  OBJECT_OPCLASS: "operator class",
  OBJECT_OPFAMILY: "operator family",
  OBJECT_STATISTIC_EXT: "statistics object",
  OBJECT_TSCONFIGURATION: "text search configuration",
  OBJECT_TSDICTIONARY: "text search dictionary",
};

function wordOf(kind: string): string {
  return WORDS[kind] ?? kind.replace("OBJECT_", "").toLowerCase();
}

function isOwn(context: DdlContext, owner: number): boolean {
  return owns(imageOf(context), owner, ownerOf(context));
}

/** PostgreSQL's own objects belong to its first role. */
function ownerByOid(context: DdlContext, oid: number): number | undefined {
  const object = imageOf(context).objects.get(oid);
  if (object !== undefined && "owner" in object) return object.owner;
  return oid < FIRST_USER_OID ? BOOTSTRAP_SUPERUSER : undefined;
}

function relationCheck(context: DdlContext, kind: string, object: ParseNode): void {
  const image = imageOf(context);
  const parts = partsOf(object);
  const name = nameOfParts(parts.slice(0, parts.length - (RELATION_PARTS[kind] ?? 0)));
  if (name.schema !== undefined) checkSchema(image, name.schema, ownerOf(context));
  const relation = findRelation(context, name) ?? findIndex(context, name)?.table;
  if (relation === undefined) {
    const type = image.typeOwner(lookUpObject(context, kind, object, "").objectId);
    if (isOwn(context, type === undefined ? BOOTSTRAP_SUPERUSER : type.owner)) return;
  } else if (isOwn(context, relation.kind === "virtual" ? BOOTSTRAP_SUPERUSER : relation.owner))
    return;
  throw notOwner(wordOf(kind), name.name);
}

/** The owner of either type may. */
function castCheck(context: DdlContext, object: ParseNode): void {
  const image = imageOf(context);
  const types = items(object).map(
    (node) => resolveTypeName(asTag(node, "TypeName") ?? {}, image, context.searchPath).type,
  );
  if (types.some((type) => ownsType(context, typeOid(type)))) return;
  const [source, target] = types.map((type) => formatType(type));
  throw new SqlError("42501", `must be owner of type ${source} or type ${target}`);
}

function ownsType(context: DdlContext, oid: number): boolean {
  const owner = imageOf(context).typeOwner(oid)?.owner ?? ownerByOid(context, oid);
  return owner === undefined || isOwn(context, owner);
}

export function requireTypeOwner(context: DdlContext, oid: number): void {
  if (ownsType(context, oid)) return;
  const { searchPath } = context;
  throw notOwner("type", typeName({ image: imageOf(context), searchPath }, oid));
}

function denied(what: "attribute" | "option", name: string, role = ""): SqlError {
  const detail = `The current user must have the ${name} ${what}${role}.`;
  return new SqlError("42501", "permission denied", { detail });
}

/** Roles are managed by those with CREATEROLE and the ADMIN option on them. */
function roleCheck(context: DdlContext, oid: number): void {
  const image = imageOf(context);
  const own = ownerOf(context);
  if (isSuperuser(image, own)) return;
  if (isSuperuser(image, oid)) throw denied("attribute", "SUPERUSER");
  const role = image.objects.get(own);
  if (role?.kind !== "role" || role.createRole !== true) throw denied("attribute", "CREATEROLE");
  if (isAdminOf(image, own, oid)) return;
  const other = image.objects.get(oid);
  throw denied("option", "ADMIN", ` on role "${other?.kind === "role" ? other.name : ""}"`);
}

function nameOf(object: ParseNode): string {
  const withArguments = asTag(object, "ObjectWithArgs");
  if (withArguments !== undefined) return names(withArguments, "objname").join(".");
  return partsOf(object).join(".");
}

export function checkFound(
  context: DdlContext,
  kind: string,
  object: ParseNode,
  { objectId }: ObjectAddress,
): void {
  if (kind === "OBJECT_ROLE") return roleCheck(context, objectId);
  if (kind === "OBJECT_CAST") return castCheck(context, object);
  if (kind === "OBJECT_TYPE" || kind === "OBJECT_DOMAIN")
    return requireTypeOwner(context, objectId);
  if (kind === "OBJECT_DOMCONSTRAINT") {
    const [domain = {}] = items(object);
    return requireTypeOwner(context, lookUpObject(context, "OBJECT_DOMAIN", domain, "").objectId);
  }
  if (OF_SUPERUSERS.has(kind)) {
    if (isSuperuser(imageOf(context), ownerOf(context))) return;
    throw new SqlError("42501", "must be superuser");
  }
  const owner = ownerByOid(context, objectId);
  if (owner === undefined || isOwn(context, owner)) return;
  throw notOwner(wordOf(kind), nameOf(object));
}

/** What is not found is left to the statement, which says so. */
export function found(
  context: DdlContext,
  kind: string,
  object: ParseNode,
): ObjectAddress | undefined {
  try {
    return lookUpObject(context, kind, object, "");
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

export function commentCheck(context: DdlContext, statement: ParseNode): void {
  const kind = string(statement, "objtype");
  const object = statement["object"] as ParseNode | undefined;
  if (object === undefined) return;
  const { schema } = kind in RELATION_PARTS ? nameOfParts(partsOf(object)) : {};
  if (schema !== undefined && RELATION_PARTS[kind] === 0) {
    checkSchema(imageOf(context), schema, ownerOf(context));
  }
  const address = found(context, kind, object);
  if (address === undefined) return;
  if (kind in RELATION_PARTS) relationCheck(context, kind, object);
  else checkFound(context, kind, object, address);
}
