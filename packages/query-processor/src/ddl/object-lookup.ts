/**
 * The object that a statement such as COMMENT ON or ALTER ... OWNER names (get_object_address). A
 * kind of object that others bring adds its look-up to LOOK_UPS.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { requireDatabase } from "./database/find-database.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { asTag, names, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { NameContext, QualifiedName } from "./ddl-context.ts";
import { displayName, findRelation, imageOf, nameOfParts } from "./ddl-context.ts";
import { findRoutine, type RoutineKind } from "./function/find-function.ts";
import { lookUpCollation } from "./collation/find-collation.ts";
import { lookUpCast } from "./function/drop-cast.ts";
import { lookUpExtension } from "./extension/find-extension.ts";
import { operatorAddress } from "./function/drop-operator.ts";
import { systemIndexByName } from "../catalog/virtual/system-indexes.ts";
import { refuseClosed } from "../bind/relation.ts";
import { SYSTEM_LOOK_UPS } from "./system-lookup.ts";
import { statisticsNamed } from "./find-statistics.ts";
import { isOtherRelation } from "./other-relation.ts";
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";
import { lookUpDomain, lookUpDomainConstraint, lookUpType } from "./type/look-up-type.ts";

export type LookUp = (context: NameContext, object: ParseNode) => ObjectAddress;

export function partsOf(object: ParseNode): readonly string[] {
  const single = stringValue(object);
  if (single !== undefined) return [single];
  const inner = asTag(object, "List");
  return inner === undefined ? [] : names(inner, "items");
}

function missingRelation(context: NameContext, name: QualifiedName): SqlError {
  if (name.schema !== undefined && imageOf(context).schemaByName(name.schema) === undefined) {
    return new SqlError("3F000", `schema "${name.schema}" does not exist`);
  }
  return new SqlError("42P01", `relation "${displayName(name)}" does not exist`);
}

export function anyRelation(context: NameContext, parts: readonly string[]): Relation {
  const name = nameOfParts(parts);
  const relation = findRelation(context, name);
  if (relation === undefined) throw missingRelation(context, name);
  return relation;
}

/** 42809 unless the relation is of the kind. */
export function requireKind(relation: Relation, wanted: string): void {
  const found = relationKind(relation);
  if (found === wanted) return;
  const article = wanted === "index" ? "an" : "a";
  throw new SqlError("42809", `"${relation.name}" is not ${article} ${wanted}`);
}

function relationOf(wanted: string): LookUp {
  return (context, object) => {
    const parts = partsOf(object);
    if (isOtherRelation(context, nameOfParts(parts))) {
      throw new SqlError("42809", `"${parts.at(-1)}" is not a ${wanted}`);
    }
    const found = anyRelation(context, parts);
    requireKind(found, wanted);
    return addressOf(CLASS.relation, found.oid);
  };
}

function isCatalogName(context: NameContext, { schema, name }: QualifiedName): boolean {
  if (schema !== undefined) return schema === "pg_catalog";
  return imageOf(context).findRelation(name, context.searchPath) === undefined;
}

const index: LookUp = (context, object) => {
  const name = nameOfParts(partsOf(object));
  const found = findIndex(context, name);
  if (found !== undefined) return addressOf(CLASS.relation, found.index.oid);
  const system = isCatalogName(context, name) ? systemIndexByName(name.name) : undefined;
  if (system !== undefined) return addressOf(CLASS.relation, system);
  if (findComposite(context, name) !== undefined) {
    throw new SqlError("42809", `"${name.name}" is not an index`);
  }
  requireKind(anyRelation(context, partsOf(object)), "index");
  throw missingRelation(context, name);
};

/** An attribute of a composite type: its pg_class entry has no other name. */
function compositeAttribute(
  context: NameContext,
  parts: readonly string[],
): ObjectAddress | undefined {
  const place = nameOfParts(parts.slice(0, -1));
  if (findRelation(context, place) !== undefined) return undefined;
  const type = findComposite(context, place);
  if (type === undefined) return undefined;
  const wanted = parts.at(-1) ?? "";
  const found = type.attributes.find((at) => at.name === wanted && !at.dropped);
  if (found !== undefined) return addressOf(CLASS.relation, type.relation, found.number);
  throw new SqlError("42703", `column "${wanted}" of relation "${place.name}" does not exist`);
}

const SEQUENCE_COLUMNS: ReadonlySet<string> = new Set(["last_value", "log_cnt", "is_called"]);

/** Sequences and indexes have columns that nothing can be said about. */
function refuseColumnless(context: NameContext, name: QualifiedName, column: string): void {
  const relation = findRelation(context, name);
  const isIndex = relation === undefined && findIndex(context, name) !== undefined;
  if (!isIndex && relation?.kind !== "sequence") return;
  const isSystem = SYSTEM_COLUMNS.has(column);
  if (isIndex ? isSystem : !isSystem && !SEQUENCE_COLUMNS.has(column)) {
    const missing = `column "${column}" of relation "${name.name}" does not exist`;
    throw new SqlError("42703", missing);
  }
  const text = `cannot set comment on relation "${name.name}"`;
  throw new SqlError("42809", text, {
    detail: `This operation is not supported for ${isIndex ? "indexes" : "sequences"}.`,
  });
}

const column: LookUp = (context, object) => {
  const parts = partsOf(object);
  if (parts.length < 2) throw new SqlError("42601", "column name must be qualified");
  refuseColumnless(context, nameOfParts(parts.slice(0, -1)), parts.at(-1) ?? "");
  const attribute = compositeAttribute(context, parts);
  if (attribute !== undefined) return attribute;
  const relation = anyRelation(context, parts.slice(0, -1));
  const name = parts.at(-1) ?? "";
  const columns: readonly { readonly name: string; readonly dropped?: boolean }[] =
    relation.kind === "sequence" ? [] : relation.columns;
  const at = columns.findIndex((each) => each.name === name && each.dropped !== true);
  if (at >= 0) return addressOf(CLASS.relation, relation.oid, at + 1);
  const system = relation.kind === "table" ? SYSTEM_COLUMNS.get(name) : undefined;
  if (system !== undefined) return addressOf(CLASS.relation, relation.oid, system);
  throw new SqlError("42703", `column "${name}" of relation "${relation.name}" does not exist`);
};

const schema: LookUp = (context, object) => {
  const [name = ""] = partsOf(object);
  const found = imageOf(context).schemaByName(name);
  if (found !== undefined) return addressOf(CLASS.schema, found.oid);
  throw new SqlError("3F000", `schema "${name}" does not exist`);
};

const role: LookUp = (context, object) => {
  const [name = ""] = partsOf(object);
  const found = imageOf(context).roleByName(name);
  if (found !== undefined) return addressOf(CLASS.role, found.oid);
  throw new SqlError("42704", `role "${name}" does not exist`);
};

const database: LookUp = (context, object) => {
  const [name = ""] = partsOf(object);
  return addressOf(CLASS.database, requireDatabase(context, name).oid);
};

function constraintOid(table: TableDescriptor, name: string): number | undefined {
  const check = table.checks.find((each) => each.name === name);
  return (
    check?.oid ??
    table.foreignKeys?.find((each) => each.name === name)?.oid ??
    table.indexes.find((each) => each.constraint?.name === name)?.constraint?.oid
  );
}

interface NamedPart {
  readonly relation: Relation;
  readonly name: string;
}

/** What belongs to a relation, which is opened as a table. */
function partOf(context: NameContext, object: ParseNode): NamedPart {
  const parts = partsOf(object);
  if (parts.length < 2) throw new SqlError("42601", "must specify relation and object name");
  const place = nameOfParts(parts.slice(0, -1));
  if (findRelation(context, place) === undefined) {
    refuseClosed({ catalog: imageOf(context), searchPath: context.searchPath }, place, -1);
  }
  return { relation: anyRelation(context, parts.slice(0, -1)), name: parts.at(-1) ?? "" };
}

const tableConstraint: LookUp = (context, object) => {
  const { relation, name } = partOf(context, object);
  const oid = relation.kind === "table" ? constraintOid(relation, name) : undefined;
  if (oid !== undefined) return addressOf(CLASS.constraint, oid);
  const text = `constraint "${name}" for table "${relation.name}" does not exist`;
  throw new SqlError("42704", text);
};

function ruleOid(relation: Relation): number | undefined {
  if (relation.kind === "view") return relation.ruleOid;
  return relation.kind === "table" ? relation.materialized?.ruleOid : undefined;
}

const rule: LookUp = (context, object) => {
  const { relation, name } = partOf(context, object);
  const oid = name === "_RETURN" ? ruleOid(relation) : undefined;
  if (oid !== undefined) return addressOf(CLASS.rule, oid);
  const text = `rule "${name}" for relation "${relation.name}" does not exist`;
  throw new SqlError("42704", text);
};

function routineOf(kind: RoutineKind): LookUp {
  return (context, object) => {
    const fields = asTag(object, "ObjectWithArgs") ?? {};
    return addressOf(CLASS.function, findRoutine(context, fields, kind).oid);
  };
}

const operator: LookUp = (context, object) =>
  operatorAddress(context, asTag(object, "ObjectWithArgs") ?? {});

const statistics: LookUp = (context, object) =>
  addressOf(CLASS.statistics, statisticsNamed(context, partsOf(object)).oid);

function absentOnTable(what: string): LookUp {
  return (context, object) => {
    const { relation, name } = partOf(context, object);
    const text = `${what} "${name}" for table "${relation.name}" does not exist`;
    throw new SqlError("42704", text);
  };
}

const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  ...SYSTEM_LOOK_UPS,
  OBJECT_TABLE: relationOf("table"),
  OBJECT_VIEW: relationOf("view"),
  OBJECT_MATVIEW: relationOf("materialized view"),
  OBJECT_SEQUENCE: relationOf("sequence"),
  OBJECT_INDEX: index,
  OBJECT_FOREIGN_TABLE: relationOf("foreign table"),
  OBJECT_COLUMN: column,
  OBJECT_SCHEMA: schema,
  OBJECT_ROLE: role,
  OBJECT_DATABASE: database,
  OBJECT_TABCONSTRAINT: tableConstraint,
  OBJECT_RULE: rule,
  OBJECT_TYPE: lookUpType,
  OBJECT_COLLATION: lookUpCollation,
  OBJECT_DOMAIN: lookUpDomain,
  OBJECT_DOMCONSTRAINT: lookUpDomainConstraint,
  OBJECT_FUNCTION: routineOf("function"),
  OBJECT_PROCEDURE: routineOf("procedure"),
  OBJECT_ROUTINE: routineOf("routine"),
  OBJECT_AGGREGATE: routineOf("aggregate"),
  OBJECT_OPERATOR: operator,
  OBJECT_CAST: lookUpCast,
  OBJECT_STATISTIC_EXT: statistics,
  OBJECT_EXTENSION: lookUpExtension,
  OBJECT_TRIGGER: absentOnTable("trigger"),
  OBJECT_POLICY: absentOnTable("policy"),
};

export function lookUpObject(
  context: NameContext,
  kind: string,
  object: ParseNode,
  command: string,
): ObjectAddress {
  const lookUp = LOOK_UPS[kind];
  if (lookUp !== undefined) return lookUp(context, object);
  throw featureNotSupported(`${command} ${kind.replace("OBJECT_", "").replaceAll("_", " ")}`);
}
