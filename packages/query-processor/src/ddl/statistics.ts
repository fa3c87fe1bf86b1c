/** CREATE and ALTER STATISTICS (statscmds.c): what ANALYZE is to gather. */
import { SqlError } from "@firstlight/common";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
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
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";
import { findStatistics, statisticsIn, statisticsNamed } from "./find-statistics.ts";
import { stringsOf } from "./type/find-type.ts";
import { chooseName, joinedColumns } from "./object-names.ts";
import type { StatisticsElement, StatisticsSubject } from "./statistics-elements.ts";
import { checkSubject, statisticsElements, statisticsSubject } from "./statistics-elements.ts";

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

function kindsOf(
  nodes: readonly ParseNode[],
  { columns, expressions }: StatisticsSubject,
): readonly Kind[] {
  const isSingle = columns.length + expressions.length === 1 && expressions.length === 1;
  if (isSingle && nodes.length > 0) {
    const text =
      "when building statistics on a single expression, statistics kinds may not be specified";
    throw new SqlError("0A000", text);
  }
  if (isSingle) return [];
  const named = stringsOf(nodes).map((name) => {
    const kind = KINDS.get(name);
    if (kind === undefined) throw new SqlError("42601", `unrecognized statistics kind "${name}"`);
    return kind;
  });
  const all = [...KINDS.values()];
  return named.length === 0 ? all : all.filter((kind) => named.includes(kind));
}

/** ChooseExtendedStatisticName. */
export function chosenStatisticsName(
  context: DdlContext,
  table: TableDescriptor,
  names: readonly string[],
): string {
  const isTaken = (name: string): boolean =>
    statisticsIn(context, table.schema, name) !== undefined;
  return chooseName(table.name, joinedColumns(names), "stat", isTaken);
}

interface Place {
  readonly schema: number;
  readonly name: string;
}

function placeOf(
  context: DdlContext,
  table: TableDescriptor,
  statement: ParseNode,
  elements: readonly StatisticsElement[],
): Place {
  const parts = stringsOf(list(statement, "defnames"));
  if (parts.length === 0) {
    const names = elements.map((each) => (each.kind === "column" ? each.name : "expr"));
    return { schema: table.schema, name: chosenStatisticsName(context, table, names) };
  }
  const name = nameOfParts(parts);
  return { schema: creationSchema(context, name).oid, name: name.name };
}

/** Its OID. */
export async function addStatistics(
  context: DdlContext,
  table: TableDescriptor,
  { expressions = [], ...rest }: Omit<StatisticsDescriptor, "kind" | "oid" | "table">,
): Promise<number> {
  const oid = await newOid(context);
  const computed = expressions.length === 0 ? {} : { expressions };
  applyChanges(context, [
    { put: { kind: "statistics", oid, table: table.oid, ...rest, ...computed } },
  ]);
  return oid;
}

export async function createStatistics(context: DdlContext, statement: ParseNode): Promise<void> {
  const table = tableOf(context, list(statement, "relations"));
  const elements = statisticsElements(context, table, list(statement, "exprs"));
  const { schema, name } = placeOf(context, table, statement, elements);
  if (statisticsIn(context, schema, name) !== undefined) {
    const text = `statistics object "${name}" already exists`;
    if (!flag(statement, "if_not_exists")) throw new SqlError("42710", text);
    context.session.notice("NOTICE", "42710", `${text}, skipping`);
    return;
  }
  if (elements.length > COLUMNS_MAX) {
    throw new SqlError("54011", `cannot have more than ${COLUMNS_MAX} columns in statistics`);
  }
  const subject = statisticsSubject(table, elements);
  const kinds = kindsOf(list(statement, "stat_types"), subject);
  checkSubject(subject, elements);
  const place = { name, schema, owner: ownerOf(context) };
  const oid = await addStatistics(context, table, { ...place, ...subject, kinds });
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
