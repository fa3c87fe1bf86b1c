/**
 * The objects that DROP names, by the kind that it says. A kind of object that others bring adds its
 * look-up to DROP_TARGETS: it answers undefined after its notice when IF EXISTS finds nothing.
 */
import { allIndexes } from "../catalog/table-indexes.ts";
import { SqlError } from "@firstlight/common";
import { FIRST_USER_OID, PUBLIC_OID } from "../catalog/builtin-objects.ts";
import type { Relation } from "../catalog/catalog.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { ABSENT_KINDS } from "./drop-absent.ts";
import type { NameContext, QualifiedName } from "./ddl-context.ts";
import type { FindDropTarget } from "./drop-request.ts";
import { missingObject, objectName } from "./drop-request.ts";
import { collationToDrop } from "./collation/find-collation.ts";
import { dropDomain, dropType } from "./type/drop-type.ts";
import { extensionToDrop } from "./extension/find-extension.ts";
import { findComposite } from "./type/find-composite.ts";
import { findStatistics } from "./find-statistics.ts";
import { findRelation, imageOf } from "./ddl-context.ts";
import { castToDrop } from "./function/drop-cast.ts";
import { operatorToDrop } from "./function/drop-operator.ts";
import { routineToDrop } from "./function/drop-function.ts";

export interface FoundIndex {
  readonly table: TableDescriptor;
  readonly index: IndexDescriptor;
}

export function findIndex(context: NameContext, name: QualifiedName): FoundIndex | undefined {
  const image = imageOf(context);
  const { searchPath } = context;
  // Temporary relations come first, unless the path says where.
  const path = searchPath.includes("pg_temp") ? searchPath : ["pg_temp", ...searchPath];
  const schemas = name.schema === undefined ? path : [name.schema];
  for (const schema of schemas) {
    const oid = image.schemaByName(schema)?.oid;
    const table = oid === undefined ? undefined : image.indexOwner(oid, name.name);
    const index = table && allIndexes(table).find((each) => each.name === name.name);
    if (table !== undefined && index !== undefined) return { table, index };
  }
  return undefined;
}

function wrongKind(name: string, found: string, wanted: string): SqlError {
  const article = wanted === "index" ? "an" : "a";
  const other = found === "index" ? "an" : "a";
  return new SqlError("42809", `"${name}" is not ${article} ${wanted}`, {
    hint: `Use DROP ${found.toUpperCase()} to remove ${other} ${found}.`,
  });
}

function refuseSystem(relation: Relation): void {
  if (relation.kind !== "virtual" && relation.oid >= FIRST_USER_OID) return;
  throw new SqlError("42501", `permission denied: "${relation.name}" is a system catalog`);
}

function relationOfKind(wanted: string): FindDropTarget {
  return (context, { object, ifExists }) => {
    const name = objectName(object);
    const relation = findRelation(context, name);
    if (relation === undefined) {
      if (findIndex(context, name) !== undefined) throw wrongKind(name.name, "index", wanted);
      if (findComposite(context, name) !== undefined) throw wrongKind(name.name, "type", wanted);
      missingObject(context, { sqlstate: "42P01", what: wanted, name }, ifExists);
      return undefined;
    }
    const found = relationKind(relation);
    if (found !== wanted) throw wrongKind(relation.name, found, wanted);
    refuseSystem(relation);
    return addressOf(CLASS.relation, relation.oid);
  };
}

const index: FindDropTarget = (context, { object, ifExists }) => {
  const name = objectName(object);
  const found = findIndex(context, name);
  if (found !== undefined) return addressOf(CLASS.relation, found.index.oid);
  const relation = findRelation(context, name);
  if (relation !== undefined) throw wrongKind(relation.name, relationKind(relation), "index");
  missingObject(context, { sqlstate: "42704", what: "index", name }, ifExists);
  return undefined;
};

const schema: FindDropTarget = (context, { object, ifExists }) => {
  const { name } = objectName(object);
  const found = imageOf(context).schemaByName(name);
  if (found === undefined) {
    const missing = { sqlstate: "3F000", what: "schema", name: { schema: undefined, name } };
    missingObject(context, missing, ifExists);
    return undefined;
  }
  if (found.oid < FIRST_USER_OID && found.oid !== PUBLIC_OID) {
    const text = `cannot drop schema ${name} because it is required by the database system`;
    throw new SqlError("2BP01", text);
  }
  return addressOf(CLASS.schema, found.oid);
};

const statistics: FindDropTarget = (context, { object, ifExists }) => {
  const name = objectName(object);
  const found = findStatistics(context, name);
  if (found !== undefined) return addressOf(CLASS.statistics, found.oid);
  missingObject(context, { sqlstate: "42704", what: "statistics object", name }, ifExists);
  return undefined;
};

export const DROP_TARGETS: Readonly<Record<string, FindDropTarget>> = {
  ...ABSENT_KINDS,
  OBJECT_TABLE: relationOfKind("table"),
  OBJECT_SEQUENCE: relationOfKind("sequence"),
  OBJECT_VIEW: relationOfKind("view"),
  OBJECT_MATVIEW: relationOfKind("materialized view"),
  OBJECT_INDEX: index,
  OBJECT_SCHEMA: schema,
  OBJECT_STATISTIC_EXT: statistics,
  OBJECT_TYPE: dropType,
  OBJECT_DOMAIN: dropDomain,
  OBJECT_FUNCTION: routineToDrop("function"),
  OBJECT_PROCEDURE: routineToDrop("procedure"),
  OBJECT_ROUTINE: routineToDrop("routine"),
  OBJECT_AGGREGATE: routineToDrop("aggregate"),
  OBJECT_OPERATOR: operatorToDrop,
  OBJECT_CAST: castToDrop,
  OBJECT_COLLATION: collationToDrop,
  OBJECT_EXTENSION: extensionToDrop,
};
