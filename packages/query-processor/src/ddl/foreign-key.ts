/**
 * FOREIGN KEY: columns, the parent's unique index, actions (tablecmds.c, ATAddForeignKeyConstraint).
 * The parent's descriptor is written anew with the child's: whoever deletes a parent by a plan that
 * does not know the constraint is refused at commit (I10).
 */
import { comparisonOf, isComparable } from "../catalog/foreign-key-types.ts";
import { isUnique } from "../catalog/table-indexes.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type {
  ColumnDescriptor,
  ForeignKeyDescriptor,
  IndexDescriptor,
  ReferentialAction,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { flag, names, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  newOid,
  tableNamed,
} from "./ddl-context.ts";
import { validateForeignKey } from "./foreign-key-validation.ts";
import { columnNamed } from "./index-definition.ts";
import { refuseLessKept } from "./persistence.ts";
import { chooseName, joinedColumns } from "./object-names.ts";

export interface ForeignKeyDraft {
  readonly kind: "foreign";
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly node: ParseNode;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: "noAction",
  r: "restrict",
  c: "cascade",
  n: "setNull",
  d: "setDefault",
};

export function draftForeignKey(node: ParseNode, columns: readonly string[]): ForeignKeyDraft {
  const own = names(node, "fk_attrs");
  return {
    kind: "foreign",
    name: optionalString(node, "conname"),
    columns: own.length > 0 ? own : columns,
    node,
    deferrable: flag(node, "deferrable"),
    initiallyDeferred: flag(node, "initdeferred"),
  };
}

function columnsOf(table: TableDescriptor, wanted: readonly string[]): ColumnDescriptor[] {
  return wanted.map((name) => {
    const column = columnNamed(table.columns, name);
    if (column !== undefined) return column;
    if (SYSTEM_COLUMNS.has(name)) {
      throw new SqlError("0A000", "system columns cannot be used in foreign keys");
    }
    const text = `column "${name}" referenced in foreign key constraint does not exist`;
    throw new SqlError("42703", text);
  });
}

function parentOf(context: DdlContext, node: ParseNode): TableDescriptor {
  const name = nameOfRangeVar(requiredChild(node, "pktable"));
  const found = findRelation(context, name);
  if (found !== undefined && found.kind !== "table") {
    throw new SqlError("42809", `referenced relation "${name.name}" is not a table`);
  }
  return tableNamed(context, name);
}

interface ParentKey {
  readonly columns: readonly ColumnDescriptor[];
  readonly index: IndexDescriptor;
}

function primaryKey(parent: TableDescriptor): ParentKey {
  const index = parent.indexes.find((each) => each.primary);
  if (index === undefined) {
    const text = `there is no primary key for referenced table "${parent.name}"`;
    throw new SqlError("42704", text);
  }
  if (index.deferrable !== undefined) {
    const text = `cannot use a deferrable primary key for referenced table "${parent.name}"`;
    throw new SqlError("55000", text);
  }
  const columns = index.columns.flatMap(({ column }) => parent.columns[column - 1] ?? []);
  return { columns, index };
}

/** The parent's columns as named, with a complete unique index over just these. */
function parentKey(parent: TableDescriptor, wanted: readonly string[]): ParentKey {
  if (wanted.length === 0) return primaryKey(parent);
  const columns = columnsOf(parent, wanted);
  const numbers = new Set(columns.map((column) => column.number));
  if (numbers.size < wanted.length) {
    const text = "foreign key referenced-columns list must not contain duplicates";
    throw new SqlError("42830", text);
  }
  const found = parent.indexes.filter(
    (each) =>
      isUnique(each) &&
      each.predicate === undefined &&
      each.columns.length === numbers.size &&
      each.columns.every(({ column }) => numbers.has(column)),
  );
  const index = found.find((each) => each.unique);
  if (index !== undefined) return { columns, index };
  if (found.length > 0) {
    const refused = `cannot use a deferrable unique constraint for referenced table "${parent.name}"`;
    throw new SqlError("55000", refused);
  }
  const text = `there is no unique constraint matching given keys for referenced table "${parent.name}"`;
  throw new SqlError("42830", text);
}

export function refuseTypes(name: string, child: ColumnDescriptor, parent: ColumnDescriptor): void {
  if (comparisonOf(child.type, parent.type) !== undefined) return;
  const types = `${formatType(child.type)} and ${formatType(parent.type)}`;
  if (isComparable(child.type, parent.type)) {
    throw featureNotSupported(`a foreign key between the types ${types}`);
  }
  throw new SqlError("42804", `foreign key constraint "${name}" cannot be implemented`, {
    detail: `Key columns "${child.name}" and "${parent.name}" are of incompatible types: ${types}.`,
  });
}

function refuseGenerated(columns: readonly ColumnDescriptor[], key: ForeignKeyDescriptor): void {
  if (!columns.some((column) => column.generated !== undefined)) return;
  const refuse = (event: string): never => {
    throw new SqlError(
      "42601",
      `invalid ${event} action for foreign key constraint containing generated column`,
    );
  };
  if (["setNull", "setDefault", "cascade"].includes(key.onUpdate)) refuse("ON UPDATE");
  if (["setNull", "setDefault"].includes(key.onDelete)) refuse("ON DELETE");
}

function setColumns(
  table: TableDescriptor,
  node: ParseNode,
  columns: readonly ColumnDescriptor[],
): { readonly setColumns?: readonly number[] } {
  const wanted = names(node, "fk_del_set_cols");
  if (wanted.length === 0) return {};
  const numbers = wanted.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column !== undefined) return column.number;
    if (!table.columns.some((each) => each.name === name && !each.dropped)) {
      const missing = `column "${name}" referenced in foreign key constraint does not exist`;
      throw new SqlError("42703", missing);
    }
    const text = `column "${name}" referenced in ON DELETE SET action must be part of foreign key`;
    throw new SqlError("42P10", text);
  });
  return { setColumns: numbers };
}

/** Names of a table's constraints of every kind. */
export function isConstraintName(table: TableDescriptor, name: string): boolean {
  return (
    table.checks.some((each) => each.name === name) ||
    table.indexes.some((each) => each.constraint?.name === name) ||
    (table.foreignKeys ?? []).some((each) => each.name === name)
  );
}

function nameOf(table: TableDescriptor, { name, columns }: ForeignKeyDraft): string {
  const taken = (each: string): boolean => isConstraintName(table, each);
  return name ?? chooseName(table.name, joinedColumns(columns), "fkey", taken);
}

/** Comes before all else that may be wrong (ATExecAddConstraint). */
function refuseTakenName(table: TableDescriptor, draft: ForeignKeyDraft): void {
  if (draft.name === undefined || !isConstraintName(table, draft.name)) return;
  const text = `constraint "${draft.name}" for relation "${table.name}" already exists`;
  throw new SqlError("42710", text);
}

async function foreignKey(
  context: DdlContext,
  table: TableDescriptor,
  parent: TableDescriptor,
  draft: ForeignKeyDraft,
): Promise<ForeignKeyDescriptor> {
  const { node } = draft;
  const columns = columnsOf(table, draft.columns);
  const found = parentKey(parent, names(node, "pk_attrs"));
  if (found.columns.length !== columns.length) {
    const text = "number of referencing and referenced columns for foreign key disagree";
    throw new SqlError("42830", text);
  }
  const name = nameOf(table, draft);
  for (const [at, column] of columns.entries()) {
    const other = found.columns[at];
    if (other !== undefined) refuseTypes(name, column, other);
  }
  if (string(node, "fk_matchtype") === "p") throw featureNotSupported("MATCH PARTIAL");
  const key: ForeignKeyDescriptor = {
    oid: await newOid(context),
    name,
    columns: columns.map((column) => column.number),
    parent: parent.oid,
    parentColumns: found.columns.map((column) => column.number),
    index: found.index.oid,
    match: string(node, "fk_matchtype") === "f" ? "full" : "simple",
    onUpdate: ACTIONS[string(node, "fk_upd_action")] ?? "noAction",
    onDelete: ACTIONS[string(node, "fk_del_action")] ?? "noAction",
    ...setColumns(table, node, columns),
    deferrable: draft.deferrable,
    initiallyDeferred: draft.initiallyDeferred,
    validated: !flag(node, "skip_validation"),
  };
  refuseGenerated(columns, key);
  return key;
}

/** Adds the constraint to a table of the schema; answers the table with it. */
export async function addForeignKey(
  context: DdlContext,
  table: TableDescriptor,
  draft: ForeignKeyDraft,
  isNew: boolean,
): Promise<TableDescriptor> {
  refuseTakenName(table, draft);
  const parent = parentOf(context, draft.node);
  refuseLessKept(table, parent);
  const key = await foreignKey(context, table, parent, draft);
  if (!isNew && key.validated) await validateForeignKey(context, table, key);
  const changed = { ...table, foreignKeys: [...(table.foreignKeys ?? []), key] };
  applyChanges(context, [{ put: changed }]);
  touchParent(context, changed, key);
  return changed;
}

/** Plans that rely on the parent's descriptor are refused once this commits. */
export function touchParent(
  context: DdlContext,
  child: TableDescriptor,
  key: ForeignKeyDescriptor,
): void {
  const parent = imageOf(context).objects.get(key.parent);
  if (parent?.kind === "table" && parent.oid !== child.oid)
    applyChanges(context, [{ put: parent }]);
}
