/** CREATE and ALTER STATISTICS (statscmds.c): what ANALYZE is to gather. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { StatisticsDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, flag, int, list, optionalString } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  creationSchema,
  findRelation,
  nameOfParts,
  nameOfRangeVar,
  newOid,
  ownerOf,
  refuseSystemRelation,
  relationNamed,
} from "./ddl-context.ts";
import { setComment } from "./comment.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { defaultOperatorClass } from "../catalog/virtual/type-facts.ts";
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";
import { findStatistics, statisticsIn, statisticsNamed } from "./find-statistics.ts";
import { stringsOf } from "./type/find-type.ts";
import { columnNamed } from "./index-definition.ts";

type Kind = StatisticsDescriptor["kinds"][number];

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["ndistinct", "d"],
  ["dependencies", "f"],
  ["mcv", "m"],
]);
const COLUMNS_MAX = 8;

function tableOf(context: DdlContext, relations: readonly ParseNode[]): TableDescriptor {
  const range = relations.length === 1 ? asTag(relations[0] ?? {}, "RangeVar") : undefined;
  if (range === undefined) {
    throw new SqlError("0A000", "only a single relation is allowed in CREATE STATISTICS");
  }
  const place = nameOfRangeVar(range);
  if (findRelation(context, place) === undefined) refuseOther(context, place);
  const relation = refuseSystemRelation(relationNamed(context, place));
  if (relation.kind === "table") return relation;
  throw notPossible(relation.name, `${relationKind(relation)}s`);
}

/** It is opened as whatever it is. */
function refuseOther(context: DdlContext, place: QualifiedName): void {
  if (findIndex(context, place) !== undefined) throw notPossible(place.name, "indexes");
  if (findComposite(context, place) !== undefined) throw notPossible(place.name, "composite types");
}

function notPossible(name: string, kinds: string): SqlError {
  return new SqlError("42809", `cannot define statistics for relation "${name}"`, {
    detail: `This operation is not supported for ${kinds}.`,
  });
}

function columnNumber(table: TableDescriptor, name: string): number {
  const column = columnNamed(table.columns, name);
  if (column === undefined) throw new SqlError("42703", `column "${name}" does not exist`);
  if (defaultOperatorClass(column.type) !== 0) return column.number;
  const text = `column "${name}" cannot be used in statistics because its type ${formatType(column.type)} has no default btree operator class`;
  throw new SqlError("0A000", text);
}

function columnNumbers(table: TableDescriptor, nodes: readonly ParseNode[]): readonly number[] {
  const numbers = nodes.map((each) => {
    const name = optionalString(asTag(each, "StatsElem") ?? {}, "name");
    if (name === undefined) throw featureNotSupported("an expression in CREATE STATISTICS");
    return columnNumber(table, name);
  });
  if (numbers.length < 2) {
    throw new SqlError("42P17", "extended statistics require at least 2 columns");
  }
  if (new Set(numbers).size < numbers.length) {
    throw new SqlError("42701", "duplicate column name in statistics definition");
  }
  return numbers.toSorted((a, b) => a - b);
}

function kindsOf(nodes: readonly ParseNode[]): readonly Kind[] {
  const named = stringsOf(nodes).map((name) => {
    const kind = KINDS.get(name);
    if (kind === undefined) throw new SqlError("42601", `unrecognized statistics kind "${name}"`);
    return kind;
  });
  const all = [...KINDS.values()];
  return named.length === 0 ? all : all.filter((kind) => named.includes(kind));
}

/** ChooseExtendedStatisticName. */
function chosenName(
  context: DdlContext,
  table: TableDescriptor,
  columns: readonly ParseNode[],
): string {
  const names = columns.map((each) => optionalString(asTag(each, "StatsElem") ?? {}, "name") ?? "");
  const base = `${table.name}_${names.join("_")}_stat`;
  for (let n = 0; ; n++) {
    const name = n === 0 ? base : `${base}${n}`;
    if (statisticsIn(context, table.schema, name) === undefined) return name;
  }
}

interface Place {
  readonly schema: number;
  readonly name: string;
}

function placeOf(context: DdlContext, table: TableDescriptor, statement: ParseNode): Place {
  const parts = stringsOf(list(statement, "defnames"));
  if (parts.length === 0) {
    return { schema: table.schema, name: chosenName(context, table, list(statement, "exprs")) };
  }
  const name = nameOfParts(parts);
  return { schema: creationSchema(context, name).oid, name: name.name };
}

export async function createStatistics(context: DdlContext, statement: ParseNode): Promise<void> {
  const table = tableOf(context, list(statement, "relations"));
  const { schema, name } = placeOf(context, table, statement);
  if (statisticsIn(context, schema, name) !== undefined) {
    const text = `statistics object "${name}" already exists`;
    if (!flag(statement, "if_not_exists")) throw new SqlError("42710", text);
    context.session.notice("NOTICE", "42710", `${text}, skipping`);
    return;
  }
  const elements = list(statement, "exprs");
  if (elements.length > COLUMNS_MAX) {
    throw new SqlError("54011", `cannot have more than ${COLUMNS_MAX} columns in statistics`);
  }
  const columns = columnNumbers(table, elements);
  const kinds = kindsOf(list(statement, "stat_types"));
  const oid = await newOid(context);
  const place = { kind: "statistics" as const, oid, name, schema, owner: ownerOf(context) };
  applyChanges(context, [{ put: { ...place, table: table.oid, columns, kinds } }]);
  const text = optionalString(statement, "stxcomment");
  if (text !== undefined) await setComment(context, addressOf(CLASS.statistics, oid), text);
}

const TARGET_MAX = 10_000;

function writtenTarget(context: DdlContext, statement: ParseNode): number {
  const target = int(statement, "stxstattarget");
  if (target < -1) throw new SqlError("22023", `statistics target ${target} is too low`);
  if (target <= TARGET_MAX) return target;
  context.session.notice("WARNING", "22023", `lowering statistics target to ${TARGET_MAX}`);
  return TARGET_MAX;
}

/** ALTER STATISTICS ... SET STATISTICS. */
export function alterStatistics(context: DdlContext, statement: ParseNode): void {
  const parts = stringsOf(list(statement, "defnames"));
  const target = writtenTarget(context, statement);
  const found = findStatistics(context, nameOfParts(parts));
  if (found === undefined && flag(statement, "missing_ok")) {
    const text = `statistics object "${parts.at(-1) ?? ""}" does not exist, skipping`;
    context.session.notice("NOTICE", "00000", text);
    return;
  }
  const { target: _, ...bare } = statisticsNamed(context, parts);
  applyChanges(context, [{ put: target < 0 ? bare : { ...bare, target } }]);
}
