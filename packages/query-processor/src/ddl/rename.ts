/**
 * ALTER ... RENAME of relations, their columns, indexes, constraints and schemas. Stored queries and
 * defaults name relations by OID, so nothing else changes with them.
 */
import { mapIndexes } from "../catalog/table-indexes.ts";
import { renameRole } from "./role.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { renameConstraint as renamedConstraint } from "./alter-constraint.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  refuseTakenName,
  relationNamed,
} from "./ddl-context.ts";
import { findIndex } from "./drop-targets.ts";
import { RENAMED_KINDS as KINDS, missing, ownRelation } from "./rename-column.ts";
import { renameAttribute } from "./type/composite.ts";
import { findComposite } from "./type/find-composite.ts";
import { isOtherRelation } from "./other-relation.ts";
import { refuseTakenType } from "./type/find-type.ts";
import { statisticsIn, statisticsNamed } from "./find-statistics.ts";
import { partsOf, requireKind } from "./object-lookup.ts";
import { renameDatabase } from "./database/alter-database.ts";
import { renameSchema } from "./schema.ts";

function renameRelation(context: DdlContext, statement: ParseNode, kind: string): void {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  const to = string(statement, "newname");
  refuseIndexAs(context, name, kind);
  refuseComposite(context, name);
  if (missing(context, statement, name)) return;
  // ALTER INDEX renames whatever relation it names, as ALTER TABLE does.
  const isIndex = kind === "OBJECT_INDEX" && findIndex(context, name) !== undefined;
  if (isIndex || findRelation(context, name) === undefined) {
    renameIndex(context, name, to);
    return;
  }
  const relation = ownRelation(context, name, kind);
  refuseTakenName(context, relation.schema, to);
  if (relation.kind !== "sequence") refuseTakenType(context, relation.schema, to);
  applyChanges(context, [{ put: { ...relation, name: to } }]);
}

export function refuseComposite(context: DdlContext, name: QualifiedName): void {
  if (findRelation(context, name) !== undefined || findIndex(context, name) !== undefined) return;
  if (findComposite(context, name) === undefined) return;
  const text = `"${name.name}" is a composite type`;
  throw new SqlError("42809", text, { hint: "Use ALTER TYPE instead." });
}

/** ALTER VIEW and its kin of what is an index or a composite type. */
export function refuseIndexAs(context: DdlContext, name: QualifiedName, kind: string): void {
  const wanted = KINDS[kind];
  if (wanted === undefined || findRelation(context, name) !== undefined) return;
  const isComposite = findComposite(context, name) !== undefined;
  if (findIndex(context, name) === undefined && !isComposite) return;
  throw new SqlError("42809", `"${name.name}" is not a ${wanted}`);
}

function renameIndex(context: DdlContext, name: QualifiedName, to: string): void {
  const found = findIndex(context, name);
  if (found === undefined) {
    requireKind(relationNamed(context, name), "index");
    return;
  }
  const { table, index } = found;
  refuseTakenName(context, table.schema, to);
  applyChanges(context, [{ put: withIndexName(table, index.name, to) }]);
}

/** A constraint and its index have one name. */
function withIndexName(table: TableDescriptor, from: string, to: string): TableDescriptor {
  return mapIndexes(table, (index) => {
    if (index.name !== from) return index;
    const { constraint } = index;
    const renamed = constraint === undefined ? {} : { constraint: { ...constraint, name: to } };
    return { ...index, name: to, ...renamed };
  });
}

function renameConstraint(context: DdlContext, statement: ParseNode): void {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  if (missing(context, statement, name)) return;
  const from = string(statement, "subname");
  const to = string(statement, "newname");
  const isOther = isOtherRelation(context, name);
  const table = isOther ? undefined : ownRelation(context, name, "OBJECT_TABLE");
  if (table?.kind !== "table") {
    const text = `constraint "${from}" for table "${name.name}" does not exist`;
    throw new SqlError("42704", text);
  }
  // With an index it is a relation that gets another name.
  const hasIndex = table.indexes.some((each) => each.constraint?.name === from);
  if (hasIndex) refuseTakenName(context, table.schema, to);
  applyChanges(context, [{ put: renamedConstraint(table, from, to) }]);
}

function renameStatistics(context: DdlContext, statement: ParseNode): void {
  const found = statisticsNamed(context, partsOf(requiredChild(statement, "object")));
  const to = string(statement, "newname");
  if (statisticsIn(context, found.schema, to) !== undefined) {
    const schema = imageOf(context).schemaByOid(found.schema)?.name ?? "";
    const text = `statistics object "${to}" already exists in schema "${schema}"`;
    throw new SqlError("42710", text);
  }
  applyChanges(context, [{ put: { ...found, name: to } }]);
}

export function rename(context: DdlContext, statement: ParseNode): Promise<void> | void {
  const kind = string(statement, "renameType");
  switch (kind) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_SEQUENCE":
    case "OBJECT_INDEX":
      renameRelation(context, statement, kind);
      return;
    case "OBJECT_COLUMN":
      renameAttribute(context, statement);
      return;
    case "OBJECT_TABCONSTRAINT":
      renameConstraint(context, statement);
      return;
    case "OBJECT_ROLE":
      renameRole(context, statement);
      return;
    case "OBJECT_DATABASE":
      return renameDatabase(context, statement);
    case "OBJECT_SCHEMA":
      renameSchema(context, statement);
      return;
    case "OBJECT_STATISTIC_EXT":
      renameStatistics(context, statement);
      return;
    default: {
      const what = kind.replace("OBJECT_", "").replaceAll("_", " ").toLowerCase();
      throw featureNotSupported(`RENAME of ${what}`);
    }
  }
}
