/** CREATE TABLE: columns, defaults, constraints and the indexes that back them. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type {
  CheckDescriptor,
  ColumnDescriptor,
  IndexDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import {
  asTag,
  child,
  flag,
  list,
  locationOf,
  requiredChild,
  string,
  stringValue,
  tagOf,
} from "../parse/node.ts";
import { bindError, positionedAt } from "../bind/errors.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { newTable } from "./create-table-as.ts";
import { creationPlace } from "./creation-place.ts";
import type { LikeClause } from "./like-clause.ts";
import { finishLike, likeClause, likeColumns, likeConstraints } from "./like-clause.ts";
import { onCommitOf } from "./on-commit.ts";
import type { ColumnDraft } from "./column-draft.ts";
import { draftColumn } from "./column-draft.ts";
import type { ConstraintDraft, KeyDraft } from "./constraint-draft.ts";
import { draftTableConstraint } from "./constraint-draft.ts";
import type { DdlContext } from "./ddl-context.ts";
import { numberDefaults } from "./number-defaults.ts";
import { applyChanges, newOid, imageOf } from "./ddl-context.ts";
import { addForeignKey } from "./foreign-key.ts";
import { ordersRows, toDescriptor } from "./index-definition.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { keyDefinition } from "./key-constraint.ts";
import { chooseName } from "./object-names.ts";
import { createOwnedSequence } from "./sequence.ts";
import { checkTableStorage } from "./storage-options.ts";
import { storeCheck } from "./stored-expression.ts";
import { ofTypeName, typeOfTable, typedColumns } from "./type/typed-tables.ts";

const COLUMNS_MAX = 1600;

export async function createTable(context: DdlContext, statement: ParseNode): Promise<void> {
  refuseUnsupported(statement);
  const rangeVar = requiredChild(statement, "relation");
  const place = positionedAt(locationOf(rangeVar), () => creationPlace(context, rangeVar));
  const onCommit = onCommitOf(statement, place);
  if (place.taken(flag(statement, "if_not_exists"))) return;
  await place.creating(async () => {
    const typeName = ofTypeName(statement);
    const ofType = typeName && typeOfTable(context, typeName);
    const typed = ofType === undefined ? {} : { ofType: ofType.oid };
    const base = { ...(await newTable(context, place, [])), ...onCommit, ...typed };
    const elements = list(statement, "tableElts");
    const columns = ofType && typedColumns(context, base, ofType, elements);
    await buildTable(context, base, elements, columns);
  });
}

function refuseUnsupported(statement: ParseNode): void {
  if (list(statement, "inhRelations").length > 0) throw featureNotSupported("table inheritance");
  refuseOids(statement);
  if (statement["partspec"] !== undefined) throw featureNotSupported("PARTITION BY");
  checkTableStorage(statement);
}

function refuseOids(statement: ParseNode): void {
  for (const node of list(statement, "options")) {
    const option = asTag(node, "DefElem") ?? {};
    if (string(option, "defname") !== "oids") continue;
    const value = stringValue(child(option, "arg")) ?? "true";
    if (/^(?:false|off|0|no)$/iu.test(value)) continue;
    throw new SqlError("0A000", "tables declared WITH OIDS are not supported");
  }
}

async function buildTable(
  context: DdlContext,
  base: TableDescriptor,
  elements: readonly ParseNode[],
  /** Those of the type of a typed table. */
  typed?: readonly ColumnDraft[],
): Promise<void> {
  const drafts: ColumnDraft[] = [...(typed ?? [])];
  const constraints: ConstraintDraft[] = [];
  const likes: LikeClause[] = [];
  for (const element of elements) {
    const column = asTag(element, "ColumnDef");
    const constraint = asTag(element, "Constraint");
    const like = asTag(element, "TableLikeClause");
    if (like !== undefined) {
      const clause = likeClause(context, like);
      likes.push(clause);
      drafts.push(...likeColumns(context, clause, drafts.length + 1));
      constraints.push(...likeConstraints(clause));
    } else if (column !== undefined) {
      if (typed === undefined) {
        drafts.push(draftColumn(context, base, column, drafts.length + 1));
      }
    } else if (constraint !== undefined) constraints.push(draftTableConstraint(constraint));
    else throw featureNotSupported(`CREATE TABLE with ${tagOf(element)}`);
  }
  for (const draft of drafts) constraints.push(...draft.constraints);
  const finished = await finishColumns(context, base, drafts, constraints);
  const columns = await numberDefaults(context, finished);
  const table = { ...base, columns, nextColumn: columns.length + 1 };
  const indexes = await finishIndexes(context, table, constraints);
  const checks = await finishChecks(context, { ...table, indexes }, constraints);
  const made = { ...table, indexes, checks, nextIndex: nextIndexOf(indexes) };
  applyChanges(context, [{ put: made }]);
  await addForeignKeys(context, made, constraints);
  for (const like of likes) await finishLike(context, like, table.oid);
}

/** The table is in the schema by now: it may refer to itself. */
async function addForeignKeys(
  context: DdlContext,
  made: TableDescriptor,
  constraints: readonly ConstraintDraft[],
): Promise<void> {
  let table = made;
  for (const draft of constraints) {
    if (draft.kind === "foreign") table = await addForeignKey(context, table, draft, true);
  }
}

function nextIndexOf(indexes: readonly IndexDescriptor[]): number {
  return Math.max(0, ...indexes.map((index) => index.number)) + 1;
}

async function finishColumns(
  context: DdlContext,
  base: TableDescriptor,
  drafts: readonly ColumnDraft[],
  constraints: readonly ConstraintDraft[],
): Promise<ColumnDescriptor[]> {
  imageOf(context).profile.limits.check("columns", drafts.length);
  if (drafts.length > COLUMNS_MAX) {
    throw new SqlError("54011", `tables can have at most ${COLUMNS_MAX} columns`);
  }
  const names = new Set<string>();
  const columns: ColumnDescriptor[] = [];
  const keyColumns = new Set(
    constraints.flatMap((constraint) => (constraint.kind === "primary" ? constraint.columns : [])),
  );
  for (const draft of drafts) {
    if (names.has(draft.column.name)) {
      throw new SqlError("42701", `column "${draft.column.name}" specified more than once`);
    }
    names.add(draft.column.name);
    const column = await finishColumn(context, base, draft);
    columns.push(keyColumns.has(column.name) ? { ...column, notNull: true } : column);
  }
  return columns.map((column) => bindLate({ ...base, columns }, column, drafts));
}

/** Serial and identity columns get their sequence. */
async function finishColumn(
  context: DdlContext,
  base: TableDescriptor,
  draft: ColumnDraft,
): Promise<ColumnDescriptor> {
  if (draft.sequence === undefined) return draft.column;
  const sequence = await createOwnedSequence(context, base, draft.column, draft.sequence);
  const withSequence = { ...draft.column, notNull: true, sequence: sequence.oid };
  if (draft.column.identity !== undefined) return withSequence;
  return { ...withSequence, default: `nextval('${sequence.oid}'::regclass)` };
}

/** Generation expressions see all columns, so they are bound when all are known. */
function bindLate(
  table: TableDescriptor,
  column: ColumnDescriptor,
  drafts: readonly ColumnDraft[],
): ColumnDescriptor {
  const draft = drafts[column.number - 1];
  if (draft?.finish === undefined) return column;
  const columns = table.columns.map((each) =>
    drafts[each.number - 1]?.finish === undefined
      ? each
      : { ...each, generated: "stored" as const },
  );
  return draft.finish({ ...table, columns }, column);
}

async function finishIndexes(
  context: DdlContext,
  table: TableDescriptor,
  constraints: readonly ConstraintDraft[],
): Promise<IndexDescriptor[]> {
  const keys = constraints.filter(
    (each): each is KeyDraft => each.kind === "primary" || each.kind === "unique",
  );
  const [, second] = keys.filter((each) => each.kind === "primary");
  if (second !== undefined) {
    const text = `multiple primary keys for table "${table.name}" are not allowed`;
    throw bindError("42P16", text, second.location);
  }
  const indexes: IndexDescriptor[] = [];
  let number = 1;
  for (const key of keys) {
    const definition = keyDefinition(context, { ...table, indexes }, key, true);
    indexes.push(await place(context, definition, ordersRows(definition) ? 0 : number++));
  }
  return indexes.toSorted((a, b) => Number(b.primary) - Number(a.primary));
}

async function place(
  context: DdlContext,
  definition: IndexDefinition,
  number: number,
): Promise<IndexDescriptor> {
  const oid = await newOid(context);
  const constraintOid = await newOid(context);
  return toDescriptor(definition, { oid, number, constraintOid });
}

async function finishChecks(
  context: DdlContext,
  table: TableDescriptor,
  constraints: readonly ConstraintDraft[],
): Promise<CheckDescriptor[]> {
  const checks: CheckDescriptor[] = [];
  for (const draft of constraints) {
    if (draft.kind !== "check") continue;
    const taken = (name: string): boolean =>
      checks.some((check) => check.name === name) ||
      table.indexes.some((index) => index.name === name) ||
      constraints.some((other) => other.name === name);
    const { expression, columns } = storeCheck(context, table, draft.node);
    const only = columns.length === 1 ? columns[0] : undefined;
    const name = draft.name ?? chooseName(table.name, only, "check", taken);
    const marks = draft.noInherit ? { noInherit: true } : {};
    checks.push({ oid: await newOid(context), name, expression, ...marks });
  }
  return checks;
}
