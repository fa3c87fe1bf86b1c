/**
 * LIKE in CREATE TABLE: columns of another relation, and what INCLUDING says of them
 * (transformTableLikeClause, expandTableLikeClause).
 */
import { SqlError } from "@firstlight/common";
import { oids } from "@firstlight/sql";
import type { OutputColumn } from "../bind/query-tree.ts";
import type { Relation } from "../catalog/catalog.ts";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import type {
  ColumnDescriptor,
  IndexDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { commentOn } from "../catalog/virtual/pg-description.ts";
import { int, locationOf, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import {
  holds,
  permissionDenied,
  relationTarget,
  relationWord,
  typeTarget,
} from "../privileges/access-check.ts";
import { RIGHT } from "../privileges/rights.ts";
import type { ColumnDraft } from "./column-draft.ts";
import { setComment } from "./comment.ts";
import type { ConstraintDraft, KeyDraft } from "./constraint-draft.ts";
import { addIndex, chooseIndexName } from "./create-index.ts";
import type { DdlContext } from "./ddl-context.ts";
import type { QualifiedName } from "./ddl-context.ts";
import { displayName, findRelation, imageOf, nameOfRangeVar, ownerOf } from "./ddl-context.ts";
import { findIndex } from "./drop-targets.ts";
import { findComposite } from "./type/find-composite.ts";
import { columnNamed } from "./index-definition.ts";
import { addStatistics, chosenStatisticsName } from "./statistics.ts";
import type { SequenceOptions } from "./sequence.ts";

const OPTION = {
  comments: 1,
  compression: 2,
  constraints: 4,
  defaults: 8,
  generated: 16,
  identity: 32,
  indexes: 64,
  statistics: 128,
  storage: 256,
} as const;

/** A composite type has attributes for columns. */
interface CompositeSource {
  readonly kind: "composite";
  readonly oid: number;
  readonly columns: readonly OutputColumn[];
}

export interface LikeClause {
  readonly source: Exclude<Relation, { kind: "sequence" }> | CompositeSource;
  readonly includes: (option: keyof typeof OPTION) => boolean;
}

export function likeClause(context: DdlContext, fields: ParseNode): LikeClause {
  const rangeVar = requiredChild(fields, "relation");
  const name = nameOfRangeVar(rangeVar);
  const position = locationOf(rangeVar) + 1;
  const source = findRelation(context, name) ?? compositeNamed(context, name);
  if (source === undefined) {
    if (name.schema !== undefined && imageOf(context).schemaByName(name.schema) === undefined) {
      throw new SqlError("3F000", `schema "${name.schema}" does not exist`, { position });
    }
    if (findIndex(context, name) !== undefined) throw invalidSource(name.name, "indexes", position);
    const text = `relation "${displayName(name)}" does not exist`;
    throw new SqlError("42P01", text, { position });
  }
  if (source.kind === "sequence") {
    throw invalidSource(source.name, "sequences", position);
  }
  if (source.kind === "composite") requireTypeUsage(context, source.oid);
  else requireSelect(context, source);
  const options = int(fields, "options");
  return { source, includes: (option) => (options & OPTION[option]) !== 0 };
}

function requireSelect(context: DdlContext, source: Relation): void {
  if (holds(imageOf(context), relationTarget(source), ownerOf(context), RIGHT.select)) return;
  throw permissionDenied(relationWord(source), source.name);
}

function requireTypeUsage(context: DdlContext, relation: number): void {
  const image = imageOf(context);
  const type = image.compositeOf(relation);
  if (type === undefined) return;
  if (holds(image, typeTarget(image, type.oid), ownerOf(context), RIGHT.usage)) return;
  throw permissionDenied("type", type.name);
}

function invalidSource(name: string, kinds: string, position: number): SqlError {
  return new SqlError("42809", `relation "${name}" is invalid in LIKE clause`, {
    detail: `This operation is not supported for ${kinds}.`,
    position,
  });
}

function compositeNamed(context: DdlContext, name: QualifiedName): CompositeSource | undefined {
  const found = findComposite(context, name);
  if (found === undefined) return undefined;
  const columns = found.attributes.filter((each) => each.dropped !== true);
  return { kind: "composite", oid: found.relation, columns };
}

/** The copy counts in bigint, within the bounds of the other one. */
function sequenceOptions(sequence: SequenceDescriptor): SequenceOptions {
  return {
    dataType: oids.INT8,
    start: BigInt(sequence.start),
    increment: BigInt(sequence.increment),
    min: BigInt(sequence.min),
    max: BigInt(sequence.max),
    cache: BigInt(sequence.cache),
    cycle: sequence.cycle,
    ownedBy: undefined,
  };
}

function identityOf(
  context: DdlContext,
  column: ColumnDescriptor,
): { readonly options: SequenceOptions; readonly identity: "always" | "byDefault" } | undefined {
  const { identity, sequence } = column;
  const object = sequence === undefined ? undefined : imageOf(context).objects.get(sequence);
  if (identity === undefined || object?.kind !== "sequence") return undefined;
  return { options: sequenceOptions(object), identity };
}

function physicalOf(
  { includes }: LikeClause,
  { storage, compression }: ColumnDescriptor,
): Partial<ColumnDescriptor> {
  return {
    ...(storage !== undefined && includes("storage") ? { storage } : {}),
    ...(compression !== undefined && includes("compression") ? { compression } : {}),
  };
}

function tableColumn(
  context: DdlContext,
  like: LikeClause,
  source: ColumnDescriptor,
  number: number,
): ColumnDraft {
  const { name, type, typmod, notNull, generated, default: expression } = source;
  const collation = source.collation === undefined ? {} : { collation: source.collation };
  const own = { number, name, type, typmod, ...collation, notNull, dropped: false };
  const plain = { ...own, ...physicalOf(like, source) };
  const identity = like.includes("identity") ? identityOf(context, source) : undefined;
  const isDefault = expression !== undefined && generated === undefined;
  const column = {
    ...plain,
    ...(isDefault && like.includes("defaults") ? { default: expression } : {}),
    ...(identity === undefined ? {} : { identity: identity.identity }),
  };
  const computed = generated !== undefined && like.includes("generated") && expression;
  return {
    column,
    constraints: [],
    sequence: identity?.options,
    finish: computed ? (_table, own) => ({ ...own, generated, default: computed }) : undefined,
  };
}

export function likeColumns(context: DdlContext, like: LikeClause, from: number): ColumnDraft[] {
  const { source } = like;
  if (source.kind === "table") {
    const live = source.columns.filter((column) => !column.dropped);
    return live.map((column, index) => tableColumn(context, like, column, from + index));
  }
  return source.columns.map((column, index) => {
    const { name, type, typmod = -1 } = column;
    const plain = { number: from + index, name, type, typmod, notNull: false, dropped: false };
    return {
      column: { ...plain, ...collationOf(column) },
      constraints: [],
      sequence: undefined,
      finish: undefined,
    };
  });
}

/** Of a view's column or a type's attribute, where it is not its type's own. */
function collationOf(column: object): Pick<ColumnDescriptor, "collation"> {
  const { collation } = column as Pick<ColumnDescriptor, "collation">;
  return collation === undefined || typeof collation !== "object" ? {} : { collation };
}

/** As they would be written. */
function optionNodes({ storage = [] }: IndexDescriptor): readonly ParseNode[] {
  return storage.map((each) => {
    const [name = "", sval = ""] = each.split("=");
    return { DefElem: { defname: name, arg: { String: { sval } } } };
  });
}

function keyDraft(source: TableDescriptor, index: IndexDescriptor): KeyDraft {
  const named = (number: number): string => source.columns[number - 1]?.name ?? "";
  return {
    kind: index.primary ? "primary" : "unique",
    name: undefined,
    columns: index.columns.map((each) => named(each.column)),
    include: index.include.map(named),
    nullsDistinct: index.nullsDistinct,
    deferrable: index.deferrable,
    usingIndex: undefined,
    options: optionNodes(index),
    location: -1,
  };
}

export function likeConstraints({ source, includes }: LikeClause): ConstraintDraft[] {
  if (source.kind !== "table") return [];
  const drafts: ConstraintDraft[] = [];
  if (includes("constraints")) {
    for (const { name, expression, noInherit = false } of source.checks) {
      const node = JSON.parse(expression) as ParseNode;
      drafts.push({ kind: "check", name, node, notValid: false, noInherit });
    }
  }
  if (includes("indexes")) {
    for (const index of source.indexes) {
      if (index.constraint !== undefined) drafts.push(keyDraft(source, index));
    }
  }
  return drafts;
}

/** Once the table is there: indexes without constraints, and comments. */
export async function finishLike(
  context: DdlContext,
  like: LikeClause,
  tableOid: number,
): Promise<void> {
  const { source } = like;
  if (source.kind === "table" && like.includes("indexes")) {
    for (const index of source.indexes) {
      if (index.constraint !== undefined) continue;
      const own = await copyIndex(context, source, index, tableOid);
      const text = like.includes("comments")
        ? commentOn(imageOf(context), CLASS.relation, index.oid)?.text
        : undefined;
      if (text !== undefined) await setComment(context, addressOf(CLASS.relation, own), text);
    }
  }
  if (source.kind === "table" && like.includes("statistics")) {
    await copyStatistics(context, source, like, tableOid);
  }
  if (like.includes("comments")) await copyComments(context, like, tableOid);
}

async function copyStatistics(
  context: DdlContext,
  source: TableDescriptor,
  { includes }: LikeClause,
  tableOid: number,
): Promise<void> {
  const table = currentTable(context, tableOid);
  for (const object of statisticsObjects(imageOf(context), source)) {
    const { columns: numbers, expressions = [], kinds, oid } = object;
    const names = numbers.map((number) => source.columns[number - 1]?.name ?? "");
    const columns = names.map((name) => columnNamed(table.columns, name)?.number ?? 0);
    const labels = [...names, ...expressions.map(() => "expr")];
    const own = await addStatistics(context, table, {
      name: chosenStatisticsName(context, table, labels),
      schema: table.schema,
      owner: table.owner,
      columns: columns.toSorted((a, b) => a - b),
      expressions,
      kinds,
    });
    const text = includes("comments")
      ? commentOn(imageOf(context), CLASS.statistics, oid)?.text
      : undefined;
    if (text !== undefined) await setComment(context, addressOf(CLASS.statistics, own), text);
  }
}

function currentTable(context: DdlContext, oid: number): TableDescriptor {
  const table = imageOf(context).objects.get(oid);
  if (table?.kind !== "table") throw new Error("the table that was just made");
  return table;
}

async function copyIndex(
  context: DdlContext,
  source: TableDescriptor,
  index: IndexDescriptor,
  tableOid: number,
): Promise<number> {
  const table = currentTable(context, tableOid);
  const moved = (number: number): number =>
    columnNamed(table.columns, source.columns[number - 1]?.name ?? "")?.number ?? 0;
  const columns = index.columns.map((each) => ({ ...each, column: moved(each.column) }));
  const include = index.include.map(moved);
  const { unique, nullsDistinct, predicate } = index;
  const name = chooseIndexName(context, table, columns, include);
  const changed = await addIndex(context, table, {
    name,
    unique,
    nullsDistinct,
    primary: false,
    constraint: false,
    columns,
    include,
    ...(predicate === undefined ? {} : { predicate }),
    ...(index.storage === undefined ? {} : { storage: index.storage }),
  });
  return changed.indexes.at(-1)?.oid ?? 0;
}

async function copyComments(
  context: DdlContext,
  { source, includes }: LikeClause,
  tableOid: number,
): Promise<void> {
  const image = imageOf(context);
  const table = currentTable(context, tableOid);
  for (const column of table.columns) {
    const at = source.columns.findIndex((each) => each.name === column.name);
    const found = commentOn(image, CLASS.relation, source.oid, at + 1);
    if (at < 0 || found === undefined) continue;
    await setComment(context, addressOf(CLASS.relation, tableOid, column.number), found.text);
  }
  if (source.kind !== "table" || !includes("constraints")) return;
  for (const check of source.checks) {
    const found = commentOn(image, CLASS.constraint, check.oid);
    const own = table.checks.find((each) => each.name === check.name);
    if (found === undefined || own === undefined) continue;
    await setComment(context, addressOf(CLASS.constraint, own.oid), found.text);
  }
}
