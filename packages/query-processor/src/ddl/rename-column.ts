/** ALTER ... RENAME COLUMN of tables and views, in the table and in what is stored about it. */
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor, ViewDescriptor } from "../catalog/descriptors.ts";
import { flag, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { renameColumnInExpressions, renamedIn } from "./column-uses.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  refuseSystemRelation,
  relationNamed,
} from "./ddl-context.ts";
import { indexColumnNames } from "../catalog/virtual/index-columns.ts";
import { findIndex } from "./drop-targets.ts";
import { columnNamed } from "./index-definition.ts";
import { isOtherRelation } from "./other-relation.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { requireKind } from "./object-lookup.ts";

type Renamable = Exclude<Relation, { kind: "virtual" }>;

/** What ALTER says the relation is; ALTER TABLE takes any, but for indexes as PostgreSQL says. */
export const RENAMED_KINDS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
};

export function missing(context: DdlContext, statement: ParseNode, name: QualifiedName): boolean {
  if (!flag(statement, "missing_ok")) return false;
  if (findRelation(context, name) !== undefined || isOtherRelation(context, name)) return false;
  const text = `relation "${name.name}" does not exist, skipping`;
  context.session.notice("NOTICE", "00000", text);
  return true;
}

export function ownRelation(context: DdlContext, name: QualifiedName, kind: string): Renamable {
  const relation = relationNamed(context, name);
  const wanted = RENAMED_KINDS[kind];
  if (wanted !== undefined) requireKind(relation, wanted);
  return refuseSystemRelation(relation);
}

/** In the table, and in the statistics objects over it. */
export function renameTableColumn(
  context: DdlContext,
  table: TableDescriptor,
  from: string,
  to: string,
): void {
  const objects = statisticsObjects(imageOf(context), table).flatMap((object) => {
    const { expressions } = object;
    if (expressions === undefined) return [];
    const renamed = expressions.map((each) => ({ ...each, text: renamedIn(each.text, from, to) }));
    return [{ put: { ...object, expressions: renamed } }];
  });
  applyChanges(context, [{ put: renamedColumn(table, from, to) }, ...objects]);
}

function renamedColumn(relation: TableDescriptor, from: string, to: string): TableDescriptor {
  const columns = relation.columns.map((each) =>
    each.name === from && !each.dropped ? { ...each, name: to } : each,
  );
  return renameColumnInExpressions({ ...relation, columns }, from, to);
}

function renamedViewColumn(view: ViewDescriptor, from: string, to: string): ViewDescriptor {
  const columns = view.columns.map((each) => (each.name === from ? { ...each, name: to } : each));
  return { ...view, columns };
}

/** Columns of indexes are called after those of their tables. */
function refuseOfIndex(context: DdlContext, name: QualifiedName, statement: ParseNode): void {
  const found = findIndex(context, name);
  if (found === undefined || findRelation(context, name) !== undefined) return;
  const { table, index } = found;
  const own = indexColumnNames(table, index.columns, index.include);
  const [from, to] = [optionalString(statement, "subname") ?? "", string(statement, "newname")];
  if (!own.includes(from)) throw new SqlError("42703", `column "${from}" does not exist`);
  if (own.includes(to)) {
    throw new SqlError("42701", `column "${to}" of relation "${index.name}" already exists`);
  }
  throw featureNotSupported("another name of an index's column");
}

export function renameColumn(context: DdlContext, statement: ParseNode): void {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  if (missing(context, statement, name)) return;
  refuseOfIndex(context, name, statement);
  // Of whatever kind ALTER says that it is.
  const relation = ownRelation(context, name, "OBJECT_TABLE");
  const from = optionalString(statement, "subname") ?? "";
  const to = string(statement, "newname");
  if (relation.kind === "sequence") {
    throw new SqlError("42809", `cannot rename columns of relation "${relation.name}"`, {
      detail: "This operation is not supported for sequences.",
    });
  }
  if (relation.kind === "table" && relation.ofType !== undefined) {
    throw new SqlError("42809", "cannot rename column of typed table");
  }
  const has = (column: string): boolean =>
    relation.kind === "table"
      ? columnNamed(relation.columns, column) !== undefined
      : relation.columns.some((each) => each.name === column);
  if (!has(from)) throw new SqlError("42703", `column "${from}" does not exist`);
  if (relation.kind === "table" && SYSTEM_COLUMNS.has(to)) {
    throw new SqlError("42701", `column name "${to}" conflicts with a system column name`);
  }
  if (has(to)) {
    throw new SqlError("42701", `column "${to}" of relation "${relation.name}" already exists`);
  }
  if (relation.kind === "table") renameTableColumn(context, relation, from, to);
  else applyChanges(context, [{ put: renamedViewColumn(relation, from, to) }]);
}
