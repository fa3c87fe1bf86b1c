/**
 * Objects as messages name them (getObjectDescription): "column a of table t", "view s.v". A kind of
 * object that others bring adds its words to DESCRIBERS.
 */
import { constraintByOid } from "../constraints-by-oid.ts";
import { formatType, quoteIdentifier } from "@firstlight/sql";
import type { NameScope } from "../../catalog-functions/object-names.ts";
import { columnOfRelation } from "../../catalog-functions/relation-columns.ts";
import { relationName, typeName } from "../../catalog-functions/object-names.ts";
import { signatureOf } from "../function-signature.ts";
import type { Relation } from "../catalog.ts";
import type { CatalogObject } from "../descriptors.ts";
import { attributeDefaults } from "../virtual/attribute-defaults.ts";
import type { ObjectAddress } from "./object-address.ts";
import { CLASS } from "./object-address.ts";

type Describer = (scope: NameScope, address: ObjectAddress) => string | undefined;

/** What kind of relation it is, in the words of messages. */
export function relationKind(relation: Relation): string {
  switch (relation.kind) {
    case "table":
      return relation.materialized === undefined ? "table" : "materialized view";
    case "virtual":
      return "table";
    case "view":
    case "sequence":
      return relation.kind;
  }
}

function describeRelation(scope: NameScope, oid: number): string | undefined {
  const name = relationName(scope, oid);
  if (name === undefined) return undefined;
  const relation = scope.image.relationByOid(oid);
  return relation === undefined ? `index ${name}` : `${relationKind(relation)} ${name}`;
}

/** A composite type's pg_class entry, or an attribute of it. */
function describeComposite(scope: NameScope, address: ObjectAddress): string | undefined {
  const { objectId, subId } = address;
  for (const object of scope.image.objects.values()) {
    if (object.kind !== "type" || object.definition.kind !== "composite") continue;
    const { relation: own, attributes } = object.definition;
    if (own !== objectId) continue;
    const whole = `composite type ${typeName(scope, object.oid)}`;
    const attribute = attributes.find((each) => each.number === subId);
    return attribute === undefined ? whole : `column ${attribute.name} of ${whole}`;
  }
  return undefined;
}

const relation: Describer = (scope, address) => {
  const { objectId, subId } = address;
  if (scope.image.compositeOf(objectId) !== undefined) return describeComposite(scope, address);
  const whole = describeRelation(scope, objectId);
  if (whole === undefined) return undefined;
  if (subId === 0) return whole;
  return `column ${columnOfRelation(scope.image, objectId, subId) ?? ""} of ${whole}`;
};

function domainConstraint(scope: NameScope, oid: number): string | undefined {
  for (const object of scope.image.objects.values()) {
    if (object.kind !== "type" || object.definition.kind !== "domain") continue;
    const check = object.definition.checks.find((each) => each.oid === oid);
    if (check === undefined) continue;
    return `constraint ${check.name}`;
  }
  return undefined;
}

const constraint: Describer = (scope, { objectId }) => {
  const found = constraintByOid(scope.image, objectId);
  if (found === undefined) return domainConstraint(scope, objectId);
  const { table, name } = found;
  return `constraint ${name} on ${describeRelation(scope, table.oid) ?? ""}`;
};

const defaultValue: Describer = (scope, { objectId }) => {
  const found = attributeDefaults(scope.image).find((each) => each.oid === objectId);
  if (found === undefined) return undefined;
  const { table, column } = found;
  const owner = describeRelation(scope, table.oid) ?? "";
  return `default value for column ${column.name} of ${owner}`;
};

function hasRule(object: CatalogObject, oid: number): boolean {
  if (object.kind === "view") return object.ruleOid === oid;
  return object.kind === "table" && object.materialized?.ruleOid === oid;
}

const rule: Describer = (scope, { objectId }) => {
  for (const object of scope.image.objects.values()) {
    if (!hasRule(object, objectId)) continue;
    return `rule _RETURN on ${describeRelation(scope, object.oid) ?? ""}`;
  }
  return undefined;
};

const routine: Describer = ({ image, searchPath }, { objectId }) => {
  const found = image.objects.get(objectId);
  if (found?.kind !== "function") return undefined;
  return `function ${signatureOf(image, found, searchPath)}`;
};

const operator: Describer = ({ image, searchPath }, { objectId }) => {
  const found = image.objects.get(objectId);
  if (found?.kind !== "operator") return undefined;
  const { name, schema, leftType, rightType } = found;
  const schemaName = image.schemaByOid(schema)?.name ?? "";
  const prefix = searchPath.includes(schemaName) ? "" : `${quoteIdentifier(schemaName)}.`;
  const left = leftType === 0 ? "NONE" : formatType(leftType);
  return `operator ${prefix}${name}(${left},${formatType(rightType)})`;
};

const cast: Describer = ({ image }, { objectId }) => {
  const found = image.objects.get(objectId);
  if (found?.kind !== "cast") return undefined;
  return `cast from ${formatType(found.sourceType)} to ${formatType(found.targetType)}`;
};

const collation: Describer = ({ image, searchPath }, { objectId }) => {
  const found = image.objects.get(objectId);
  if (found?.kind !== "collation") return undefined;
  const schemaName = image.schemaByOid(found.schema)?.name ?? "";
  const prefix = searchPath.includes(schemaName) ? "" : `${quoteIdentifier(schemaName)}.`;
  return `collation ${prefix}${quoteIdentifier(found.name)}`;
};

const statistics: Describer = ({ image, searchPath }, { objectId }) => {
  const found = image.objects.get(objectId);
  if (found?.kind !== "statistics") return undefined;
  const schema = image.schemaByOid(found.schema)?.name ?? "";
  const prefix = searchPath.includes(schema) ? "" : `${quoteIdentifier(schema)}.`;
  return `statistics object ${prefix}${quoteIdentifier(found.name)}`;
};

const extension: Describer = ({ image }, { objectId }) => {
  const found = image.objects.get(objectId);
  return found?.kind === "extension" ? `extension ${found.name}` : undefined;
};

const DESCRIBERS: ReadonlyMap<number, Describer> = new Map([
  [CLASS.relation, relation],
  [CLASS.constraint, constraint],
  [CLASS.default, defaultValue],
  [CLASS.rule, rule],
  [CLASS.function, routine],
  [CLASS.operator, operator],
  [CLASS.cast, cast],
  [CLASS.collation, collation],
  [CLASS.statistics, statistics],
  [CLASS.extension, extension],
  [CLASS.type, (scope, { objectId }) => `type ${typeName(scope, objectId)}`],
  [
    CLASS.schema,
    (scope, { objectId }) => {
      const name = scope.image.schemaByOid(objectId)?.name;
      return name === undefined ? undefined : `schema ${name}`;
    },
  ],
]);

/** Undefined for what is not there. */
export function findDescription(scope: NameScope, address: ObjectAddress): string | undefined {
  return DESCRIBERS.get(address.classId)?.(scope, address);
}

export function describeObject(scope: NameScope, address: ObjectAddress): string {
  const text = findDescription(scope, address);
  return text ?? `object ${address.classId}/${address.objectId}/${address.subId}`;
}
