/** What schema changes need of those who are no superusers: mostly to own what they change. */
import { SqlError } from "@firstlight/common";
import { typeName } from "../../catalog-functions/object-names.ts";
import type { Relation } from "../../catalog/catalog.ts";
import { asTag, child, flag, list, names, optionalString, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import {
  ownDatabaseTarget,
  holds,
  notOwner,
  owns,
  permissionDenied,
  relationTarget,
  relationWord,
  schemaTarget,
  typeTarget,
} from "../../privileges/access-check.ts";
import { checkSchema } from "../../privileges/check-requirements.ts";
import { canSetRole, isSuperuser } from "../../privileges/memberships.ts";
import { RIGHT } from "../../privileges/rights.ts";
import type { DdlContext, QualifiedName } from "../ddl-context.ts";
import { findRelation, imageOf, nameOfParts, nameOfRangeVar, ownerOf } from "../ddl-context.ts";
import { findIndex } from "../drop-targets.ts";
import { findComposite } from "../type/find-composite.ts";
import { requireDroppable, requireOwnerAsNamed, requireOwnerOfNamed } from "./named-owner.ts";
import { requireNamedSchemas } from "./schema-usage.ts";
import { partsOf } from "../object-lookup.ts";
import { commentCheck } from "./comment-access.ts";
import { roleNameOf, roleOidOf } from "../role-specification.ts";

type Check = (context: DdlContext, statement: ParseNode) => void;

function isOwn(context: DdlContext, owner: number): boolean {
  return owns(imageOf(context), owner, ownerOf(context));
}

function requireRelationOwner(context: DdlContext, relation: Relation): void {
  const owner = relation.kind === "virtual" ? 10 : relation.owner;
  if (!isOwn(context, owner)) throw notOwner(relationWord(relation), relation.name);
}

function ownerOfNamed(context: DdlContext, name: QualifiedName): void {
  if (name.schema !== undefined) checkSchema(imageOf(context), name.schema, ownerOf(context));
  const index = findIndex(context, name);
  const relation = findRelation(context, name);
  if (relation !== undefined) requireRelationOwner(context, relation);
  else if (index !== undefined && !isOwn(context, index.table.owner)) {
    throw notOwner("index", index.index.name);
  }
}

/** A composite type counts as a table where its attributes are changed. */
function requireCompositeOwner(context: DdlContext, name: QualifiedName): void {
  if (findRelation(context, name) !== undefined) return;
  const found = findComposite(context, name);
  const owner = found && imageOf(context).compositeOf(found.relation)?.owner;
  if (owner !== undefined && !isOwn(context, owner)) throw notOwner("table", name.name);
}

function ownerOfRelation(field: string): Check {
  return (context, statement) => {
    const range = child(statement, field);
    if (range === undefined) return;
    requireCompositeOwner(context, nameOfRangeVar(range));
    ownerOfNamed(context, nameOfRangeVar(range));
  };
}

const RELATIONS: ReadonlySet<string> = new Set([
  "OBJECT_TABLE",
  "OBJECT_VIEW",
  "OBJECT_MATVIEW",
  "OBJECT_SEQUENCE",
  "OBJECT_INDEX",
]);

/** The owner of a schema may drop what is in it. */
function dropCheck(context: DdlContext, statement: ParseNode): void {
  const kind = string(statement, "removeType");
  for (const object of list(statement, "objects")) {
    if (!RELATIONS.has(kind)) {
      requireDroppable(context, kind, object);
      continue;
    }
    const name = nameOfParts(partsOf(object));
    const relation = findRelation(context, name) ?? findIndex(context, name)?.table;
    const schema = relation && imageOf(context).schemaByOid(relation.schema);
    if (schema === undefined || !isOwn(context, schema.owner)) ownerOfNamed(context, name);
  }
}

function requireOnSchema(context: DdlContext, name: string, right: number): void {
  const schema = imageOf(context).schemaByName(name);
  if (schema === undefined) return;
  if (holds(imageOf(context), schemaTarget(schema), ownerOf(context), right)) return;
  throw permissionDenied("schema", name);
}

function requireOnDatabase(context: DdlContext, right: number): void {
  if (holds(imageOf(context), ownDatabaseTarget(imageOf(context)), ownerOf(context), right)) return;
  throw permissionDenied("database", context.session.database);
}

function renameCheck(context: DdlContext, statement: ParseNode): void {
  const range = child(statement, "relation");
  const kind = string(statement, "renameType");
  if (range !== undefined) {
    requireCompositeOwner(context, nameOfRangeVar(range));
    ownerOfNamed(context, nameOfRangeVar(range));
  } else if (kind === "OBJECT_SCHEMA") {
    const schema = imageOf(context).schemaByName(string(statement, "subname"));
    if (schema !== undefined && !isOwn(context, schema.owner)) {
      throw notOwner("schema", schema.name);
    }
    requireOnDatabase(context, RIGHT.create);
  } else {
    const object = child(statement, "object");
    if (object !== undefined) requireOwnerOfNamed(context, kind, object);
  }
}

/** check_can_set_role for the new owner, who must be able to create there. */
function requireNewOwner(context: DdlContext, spec: ParseNode): void {
  const image = imageOf(context);
  const role = roleOidOf(context, spec);
  if (canSetRole(image, ownerOf(context), role)) return;
  throw new SqlError("42501", `must be able to SET ROLE "${roleNameOf(context, spec)}"`);
}

function ownerCheck(context: DdlContext, statement: ParseNode): void {
  const object = child(statement, "object");
  if (object !== undefined) requireOwnerOfNamed(context, string(statement, "objectType"), object);
  const role = child(statement, "newowner");
  if (role !== undefined) requireNewOwner(context, role);
}

function alterTableCheck(context: DdlContext, statement: ParseNode): void {
  ownerOfRelation("relation")(context, statement);
  requireTypes(context, list(statement, "cmds"));
  for (const each of list(statement, "cmds")) {
    const command = asTag(each, "AlterTableCmd") ?? {};
    const role = child(command, "newowner");
    if (string(command, "subtype") === "AT_ChangeOwner" && role !== undefined) {
      requireNewOwner(context, role);
    }
    referencesIn(context, [child(command, "def") ?? {}]);
  }
}

/** REFERENCES is needed on the columns that a foreign key refers to, or on all of the table. */
function referencesIn(context: DdlContext, nodes: readonly ParseNode[]): void {
  for (const node of nodes) {
    const column = asTag(node, "ColumnDef");
    if (column !== undefined) referencesIn(context, list(column, "constraints"));
    const key = asTag(node, "Constraint");
    const range = key === undefined ? undefined : child(key, "pktable");
    const parent = range === undefined ? undefined : findRelation(context, nameOfRangeVar(range));
    if (parent === undefined) continue;
    const target = relationTarget(parent);
    if (holds(imageOf(context), target, ownerOf(context), RIGHT.references)) continue;
    throw permissionDenied(relationWord(parent), parent.name);
  }
}

function truncateCheck(context: DdlContext, statement: ParseNode): void {
  for (const node of list(statement, "relations")) {
    const range = asTag(node, "RangeVar");
    const relation = range && findRelation(context, nameOfRangeVar(range));
    if (relation === undefined) continue;
    const target = relationTarget(relation);
    if (holds(imageOf(context), target, ownerOf(context), RIGHT.truncate)) continue;
    throw permissionDenied(relationWord(relation), relation.name);
  }
}

function statisticsCheck(context: DdlContext, statement: ParseNode): void {
  const range = asTag(list(statement, "relations")[0] ?? {}, "RangeVar");
  const { schema } = range === undefined ? {} : nameOfRangeVar(range);
  if (schema !== undefined) checkSchema(imageOf(context), schema, ownerOf(context));
  const relation = range && findRelation(context, nameOfRangeVar(range));
  if (relation !== undefined) requireRelationOwner(context, relation);
}

/** Who may not look into the schema does not get to hear that the index is another's. */
function reindexCheck(context: DdlContext, statement: ParseNode): void {
  const range = child(statement, "relation");
  const { schema } = range === undefined ? {} : nameOfRangeVar(range);
  if (schema !== undefined) checkSchema(imageOf(context), schema, ownerOf(context));
  if (range !== undefined) ownerOfNamed(context, nameOfRangeVar(range));
}

function moveCheck(context: DdlContext, statement: ParseNode): void {
  renameCheck(context, { ...statement, renameType: statement["objectType"] });
  requireOnSchema(context, string(statement, "newschema"), RIGHT.create);
}

function schemaCheck(context: DdlContext, statement: ParseNode): void {
  requireOnDatabase(context, RIGHT.create);
  const role = child(statement, "authrole");
  if (role !== undefined) requireNewOwner(context, role);
}

function replacedRelation(field: string): Check {
  return (context, statement) => {
    const range = child(statement, field);
    if (!flag(statement, "replace") || range === undefined) return;
    const relation = findRelation(context, nameOfRangeVar(range));
    if (relation === undefined) return;
    const schema = imageOf(context).schemaByOid(relation.schema);
    if (schema !== undefined) requireOnSchema(context, schema.name, RIGHT.create);
    requireRelationOwner(context, relation);
  };
}

const ownerOfType: Check = (context, statement) => {
  const object = { List: { items: statement["typeName"] } } as ParseNode;
  requireOwnerOfNamed(context, "OBJECT_TYPE", object);
};

/** USAGE is needed on the types that a definition names, anywhere in it. */
function requireTypes(context: DdlContext, node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "names" && Array.isArray(value)) {
      requireType(context, names({ names: value }, "names"));
    } else requireTypes(context, value);
  }
}

function requireType(context: DdlContext, parts: readonly string[]): void {
  const image = imageOf(context);
  const { schema, name } = nameOfParts(parts);
  for (const each of schema === undefined ? context.searchPath : [schema]) {
    const oid = image.typeInSchema(each, name);
    if (oid === undefined) continue;
    if (image.objects.get(oid)?.kind !== "type") return;
    if (holds(image, typeTarget(image, oid), ownerOf(context), RIGHT.usage)) return;
    throw permissionDenied("type", typeName({ image, searchPath: context.searchPath }, oid));
  }
}

const SQL_LANGUAGE = { classId: 2612, objectId: 14, kind: "language", owner: 10 } as const;

function functionCheck(context: DdlContext, statement: ParseNode): void {
  requireTypes(context, statement);
  if (holds(imageOf(context), SQL_LANGUAGE, ownerOf(context), RIGHT.usage)) return;
  const language = list(statement, "options").find(
    (each) => string(asTag(each, "DefElem") ?? {}, "defname") === "language",
  );
  const arg = child(asTag(language, "DefElem") ?? {}, "arg");
  if (string(asTag(arg, "String") ?? {}, "sval") !== "sql") return;
  throw permissionDenied("language", "sql");
}

const CHECKS: Readonly<Record<string, Check>> = {
  AlterTableStmt: alterTableCheck,
  AlterObjectSchemaStmt: moveCheck,
  AlterOwnerStmt: ownerCheck,
  AlterSeqStmt: ownerOfRelation("sequence"),
  AlterEnumStmt: ownerOfType,
  AlterDomainStmt: ownerOfType,
  AlterFunctionStmt: (context, statement) => {
    const kind = optionalString(statement, "objtype") ?? "OBJECT_FUNCTION";
    requireOwnerAsNamed(context, kind, { ObjectWithArgs: child(statement, "func") ?? {} });
  },
  CommentStmt: commentCheck,
  CreateSchemaStmt: schemaCheck,
  CreateFunctionStmt: functionCheck,
  CreateDomainStmt: requireTypes,
  CompositeTypeStmt: requireTypes,
  DefineStmt: requireTypes,
  CreateStmt: (context, statement) => {
    requireTypes(context, list(statement, "tableElts"));
    requireTypes(context, child(statement, "ofTypename"));
    referencesIn(context, [...list(statement, "tableElts"), ...list(statement, "constraints")]);
  },
  DropStmt: dropCheck,
  IndexStmt: ownerOfRelation("relation"),
  RefreshMatViewStmt: ownerOfRelation("relation"),
  RenameStmt: renameCheck,
  TruncateStmt: truncateCheck,
  CreateStatsStmt: statisticsCheck,
  ReindexStmt: reindexCheck,
  ViewStmt: replacedRelation("view"),
  CheckPointStmt: () => {
    throw new SqlError("42501", "permission denied to execute CHECKPOINT command", {
      detail: 'Only roles with privileges of the "pg_checkpoint" role may execute this command.',
    });
  },
};

export function checkUtilityAccess(context: DdlContext, tag: string, statement: ParseNode): void {
  if (isSuperuser(imageOf(context), ownerOf(context))) return;
  requireNamedSchemas(context, tag, statement);
  CHECKS[tag]?.(context, statement);
}
