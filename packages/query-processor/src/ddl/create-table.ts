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
import { checkTableStorage, storageAfter } from "./storage-options.ts";
import { storeCheck } from "./stored-expression.ts";
import { ofTypeName, typeOfTable, typedColumns } from "./type/typed-tables.ts";

const COLUMNS_MAX = 1600;

export async function createTable(context: DdlContext, statement: ParseNode): Promise<void> {
  refuseUnsupported(statement);
  const rangeVar = requiredChild(statement, "relation");
  const place = positionedAt(locationOf(rangeVar), () => creationPlace(context, rangeVar));
  if (flag(statement, "if_not_exists") && place.taken(true)) return;
  await place.creating(async () => {
    const typeName = ofTypeName(statement);
    const ofType = typeName && typeOfTable(context, typeName);
    const typed = ofType === undefined ? {} : { ofType: ofType.oid };
    const made = { ...(await newTable(context, place, [])), ...typed };
    const base = storageAfter(made, list(statement, "options"));
    const elements = list(statement, "tableElts");
    const columns = ofType && typedColumns(context, base, ofType, elements);
    const refuse = (): Pick<TableDescriptor, "onCommit"> => {
      const onCommit = onCommitOf(statement, place);
      place.taken(false);
      return onCommit;
    };
    await buildTable(context, base, elements, columns, refuse);
  });
}

const UNDIVIDED = {
  hint: "A table without PARTITION BY is divided among the storage replicas by its keys.",
};

function refuseUnsupported(statement: ParseNode): void {
  if (statement["partbound"] !== undefined) throw featureNotSupported("PARTITION OF", UNDIVIDED);
  if (list(statement, "inhRelations").length > 0) {
    const hint = "LIKE takes over columns; a view with UNION ALL reads several tables.";
    throw featureNotSupported("table inheritance", { hint });
  }
  refuseOids(statement);
  if (statement["partspec"] !== undefined) throw featureNotSupported("PARTITION BY", UNDIVIDED);
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
  given: TableDescriptor,
  elements: readonly ParseNode[],
  /** Those of the type of a typed table. */
  typed: readonly ColumnDraft[] | undefined,
  /** The columns are well-formed: their names and types are looked at before the table's name. */
  refuseTaken: () => Pick<TableDescriptor, "onCommit">,
): Promise<void> {
  let base = given;
  const drafts: ColumnDraft[] = [...(typed ?? [])];
  const constraints: ConstraintDraft[] = drafts.flatMap((draft) => draft.constraints);
  const copied: ConstraintDraft[] = [];
  const likes: LikeClause[] = [];
  for (const element of elements) {
    const column = asTag(element, "ColumnDef");
    const constraint = asTag(element, "Constraint");
    const like = asTag(element, "TableLikeClause");
    if (like !== undefined) {
      const clause = likeClause(context, like);
      likes.push(clause);
      drafts.push(...likeColumns(context, clause, drafts.length + 1));
      copied.push(...likeConstraints(clause));
    } else if (column !== undefined) {
      if (typed === undefined) {
        const draft = draftColumn(context, base, column, drafts.length + 1);
        drafts.push(draft);
        constraints.push(...draft.constraints);
      }
    } else if (constraint !== undefined) constraints.push(draftTableConstraint(constraint));
    else throw featureNotSupported(`CREATE TABLE with ${tagOf(element)}`);
  }
  constraints.push(...copied);
  refuseKeys(base, drafts, constraints);
  refuseRepeated(context, drafts);
  base = { ...base, ...refuseTaken() };
  refuseSameNames(base, constraints, copied);
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

/** Of constraints; two keys of the same name are two relations of the same name. */
function refuseSameNames(
  { name: table }: TableDescriptor,
  drafts: readonly ConstraintDraft[],
  /** Those of LIKE, which are added when the table is there. */
  copied: readonly ConstraintDraft[],
): void {
  const seen = new Map<string, ConstraintDraft>();
  for (const draft of drafts) {
    if (draft.name === undefined) continue;
    const before = seen.get(draft.name);
    seen.set(draft.name, draft);
    if (before === undefined || (isKey(before) && isKey(draft))) continue;
    const areChecks = before.kind === "check" && draft.kind === "check" && !copied.includes(draft);
    const text = areChecks
      ? `check constraint "${draft.name}" already exists`
      : `constraint "${draft.name}" for relation "${table}" already exists`;
    throw new SqlError("42710", text);
  }
}

function refuseRepeated(context: DdlContext, drafts: readonly ColumnDraft[]): void {
  imageOf(context).profile.limits.check("columns", drafts.length);
  if (drafts.length > COLUMNS_MAX) {
    throw new SqlError("54011", `tables can have at most ${COLUMNS_MAX} columns`);
  }
  const names = new Set<string>();
  for (const { column } of drafts) {
    if (names.has(column.name)) {
      throw new SqlError("42701", `column "${column.name}" specified more than once`);
    }
    names.add(column.name);
  }
}

function indexOfNoTable(location: number): Error {
  return bindError("0A000", "cannot use an existing index in CREATE TABLE", location);
}

/** Of keys: one primary key, and columns that there are, each once. */
function refuseKeys(
  base: TableDescriptor,
  drafts: readonly ColumnDraft[],
  constraints: readonly ConstraintDraft[],
): void {
  const keys = constraints.filter(isKey);
  const [, second] = keys.filter((each) => each.kind === "primary");
  if (second !== undefined) {
    const text = `multiple primary keys for table "${base.name}" are not allowed`;
    throw bindError("42P16", text, second.location);
  }
  for (const key of keys) {
    if (key.usingIndex !== undefined) throw indexOfNoTable(key.location);
    refuseKeyColumns(drafts, key);
  }
}

/** Keys that are the same are one (transformIndexConstraints), the primary one before others. */
function withoutRepeated(keys: readonly KeyDraft[]): readonly KeyDraft[] {
  const kept: KeyDraft[] = [];
  const isPrimary = ({ kind }: KeyDraft): boolean => kind === "primary";
  for (const key of [...keys.filter(isPrimary), ...keys.filter((each) => !isPrimary(each))]) {
    const at = key.location < 0 ? -1 : kept.findIndex((each) => sameKey(each, key));
    const before = kept[at];
    if (before === undefined) kept.push(key);
    else kept[at] = { ...before, name: before.name ?? key.name };
  }
  return kept;
}

function sameKey(one: KeyDraft, other: KeyDraft): boolean {
  const essence = ({ columns, include, nullsDistinct, deferrable }: KeyDraft): string =>
    JSON.stringify([columns, include, nullsDistinct, deferrable]);
  return essence(one) === essence(other);
}

function refuseKeyColumns(drafts: readonly ColumnDraft[], key: KeyDraft): void {
  const what = key.kind === "primary" ? "primary key" : "unique";
  const refuseMissing = (name: string): void => {
    if (drafts.some(({ column }) => column.name === name)) return;
    throw bindError("42703", `column "${name}" named in key does not exist`, key.location);
  };
  for (const [at, name] of key.columns.entries()) {
    refuseMissing(name);
    if (key.columns.indexOf(name) === at) continue;
    const text = `column "${name}" appears twice in ${what} constraint`;
    throw bindError("42701", text, key.location);
  }
  for (const name of key.include) refuseMissing(name);
}

function isKey(each: ConstraintDraft): each is KeyDraft {
  return each.kind === "primary" || each.kind === "unique";
}

async function finishColumns(
  context: DdlContext,
  base: TableDescriptor,
  drafts: readonly ColumnDraft[],
  constraints: readonly ConstraintDraft[],
): Promise<ColumnDescriptor[]> {
  const columns: ColumnDescriptor[] = [];
  const keyColumns = new Set(
    constraints.flatMap((constraint) => (constraint.kind === "primary" ? constraint.columns : [])),
  );
  for (const draft of drafts) {
    const column = await finishColumn(context, base, draft);
    columns.push(keyColumns.has(column.name) ? { ...column, notNull: true } : column);
  }
  const table = { ...base, columns };
  const { interrupts } = context.session;
  const bound: ColumnDescriptor[] = [];
  for (const column of columns) {
    bound.push(bindLate(table, column, drafts));
    if (interrupts.overdue()) await interrupts.yield();
  }
  return bound;
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
  if (draft?.withDefault !== undefined) return draft.withDefault(column);
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
  const keys = withoutRepeated(constraints.filter(isKey));
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
  const { interrupts } = context.session;
  const taken = new Set([...table.indexes, ...constraints].map((each) => each.name));
  for (const draft of constraints) {
    if (draft.kind !== "check") continue;
    const { expression, columns } = storeCheck(context, table, draft.node);
    const only = columns.length === 1 ? columns[0] : undefined;
    const name = draft.name ?? chooseName(table.name, only, "check", (each) => taken.has(each));
    taken.add(name);
    const marks = draft.noInherit ? { noInherit: true } : {};
    checks.push({ oid: await newOid(context), name, expression, ...marks });
    if (interrupts.overdue()) await interrupts.yield();
  }
  return checks;
}
