/** COPY FROM into a table: rows as values, or as the bytes that are stored where nothing else is to be done. */
import type { MaybePromise, SqlError } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import { StoredRows } from "@firstlight/sql";
import { bindCopied } from "../bind/schema-expressions.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "../ddl/ddl-context.ts";
import { ReferenceQueue } from "../execute/references/reference-queue.ts";
import type { RowJudge } from "../execute/row-constraints.ts";
import { checkRow, judgeOf } from "../execute/row-constraints.ts";
import { RowWriter } from "../execute/row-writer.ts";
import type { RowWriterTarget } from "../execute/row-writer.ts";
import { checkStorageLimit } from "../execute/storage-limit.ts";
import { StoredRowWriter } from "../execute/stored-row-writer.ts";
import { isOfColumns } from "../plan/stored-entries.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { BatchTransaction } from "../transaction/transaction.ts";
import { CopiedDefaults, NONE_DEFAULTED } from "./copied-defaults.ts";
import type { DefaultedFields } from "./copied-defaults.ts";
import type { CopyTarget, SessionContext, StoredCopy } from "./engine.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import { EngineExecutionContext } from "./engine-execution-context.ts";
import { compileTableChecks } from "./stored-row-functions.ts";
import { SequenceSession } from "./sequence-session.ts";
import type { SessionTransaction } from "./session-transaction.ts";

export interface CopyServices {
  /** Names are resolved as schema changes do it. */
  readonly context: DdlContext;
  readonly session: SessionContext;
  readonly transaction: SessionTransaction;
  readonly sequences: SequenceBlocks;
}

export type RowCondition = (row: Row, context: EvaluationContext) => boolean;

export interface CopiedTable {
  readonly table: TableDescriptor;
  readonly columns: readonly ColumnDescriptor[];
  readonly condition: RowCondition | undefined;
  readonly searchPath: readonly string[];
  readonly refusal: SqlError | undefined;
  /** Where stored rows are written, if they have such a place already. */
  readonly rows: StoredRows | undefined;
}

function copyContext(
  services: CopyServices,
  searchPath: readonly string[],
): EngineExecutionContext {
  const { session, transaction, sequences: blocks } = services;
  const { schema } = transaction;
  const { image, kv } = schema;
  const sequences = new SequenceSession(blocks, session);
  const parameters: readonly Datum[] = [];
  const deferred = kv.deferredConstraints;
  const transactional = { transaction: kv, schema, deferred, image, searchPath };
  const parts = { session, ...transactional, parameters, blocks, sequences };
  return new EngineExecutionContext(parts);
}

/** Whether rows are stored as their fields come, the others NULL, and have plain index entries. */
function isStoredAsGiven(
  table: TableDescriptor,
  given: ReadonlySet<number>,
  image: Catalog,
): boolean {
  const isFilled = table.columns.some((column, position) => {
    if (given.has(position) || column.dropped) return false;
    return hasDefault(column, table, image);
  });
  return !isFilled && tableLayout(table).secondary.every((each) => isOfColumns(each.descriptor));
}

/** What the rows of a table's copy are judged and written by. */
interface CopyTools {
  readonly evaluation: EvaluationContext;
  readonly judge: RowJudge;
  readonly references: ReferenceQueue;
  readonly target: Omit<RowWriterTarget, "refused"> & { readonly transaction: BatchTransaction };
}

function copyTools(services: CopyServices, { table, searchPath }: CopiedTable): CopyTools {
  const { session, transaction } = services;
  const { image, kv } = transaction.schema;
  const sequences = new SequenceSession(services.sequences, session);
  const within = { image, searchPath, sequences };
  const evaluation = new EngineEvaluation(session.evaluation([]), within);
  checkStorageLimit(image);
  const judge = judgeOf(image, evaluation, table, compileTableChecks(table, image));
  const references = new ReferenceQueue(copyContext(services, searchPath));
  const activity = session.activity?.in(image.database).writesOf(table.oid);
  const target = { transaction: kv, ...judge, references: references.of(table), activity };
  return { evaluation, judge, references, target };
}

export class TableCopy implements CopyTarget {
  readonly table: string;
  readonly tableColumns: readonly string[];
  readonly columns: CopyTarget["columns"];
  readonly refusal: SqlError | undefined;
  readonly stored: StoredCopy | undefined;
  readonly #tools: CopyTools;
  readonly #writer: RowWriter;
  readonly #defaults: CopiedDefaults;
  /** Of the columns, in the table's row. */
  readonly #positions: readonly number[];
  readonly #condition: RowCondition | undefined;
  #count = 0;
  #taken: number | undefined;
  /** Rows as they came, and the same with their defaults: sequences are asked once. */
  #added: readonly Row[] = [];
  #storing: readonly Row[] = [];

  constructor(services: CopyServices, copied: CopiedTable) {
    const { table, columns, condition, refusal } = copied;
    const { image } = services.transaction.schema;
    this.table = table.name;
    this.refusal = refusal;
    this.tableColumns = table.columns.filter(({ dropped }) => !dropped).map(({ name }) => name);
    this.columns = columns.map((column) => {
      const { name, type, typmod } = column;
      return { name, type, typmod, hasDefault: hasDefault(column, table, image) };
    });
    this.#condition = condition;
    this.#positions = columns.map((column) => column.number - 1);
    this.#tools = copyTools(services, copied);
    const refused = (row: Row): void => void (this.#taken = this.#storing.indexOf(row));
    this.#writer = new RowWriter({ ...this.#tools.target, refused });
    this.stored = this.#storedCopy(copied, image);
    const { evaluation } = this.#tools;
    const nextValue = (oid: number): MaybePromise<bigint> => nextOf(services, oid);
    const parts = { table, image, evaluation, nextValue };
    this.#defaults = new CopiedDefaults(parts, this.#positions);
  }

  /** Undefined where a row has to be looked at before it is stored. */
  #storedCopy({ table, rows }: CopiedTable, image: Catalog): StoredCopy | undefined {
    const { judge, target } = this.#tools;
    const isSeen =
      judge.checks.length > 0 ||
      target.references !== undefined ||
      judge.limit !== undefined ||
      this.#condition !== undefined;
    if (isSeen || !isStoredAsGiven(table, new Set(this.#positions), image)) return undefined;
    return this.#storedInto(judge.layout, rows ?? new StoredRows(table.columns.length));
  }

  #storedInto(layout: TableLayout, rows: StoredRows): StoredCopy {
    const { types, notNull: required } = layout;
    const { transaction, activity } = this.#tools.target;
    const { rowIds } = this.#writer;
    const writer = new StoredRowWriter({ transaction, layout, rowIds, activity });
    const decode = layout.decoder([...types.keys()]);
    const byValues = (from: number, to: number): MaybePromise<void> => {
      const values: Row[] = [];
      for (let at = from; at < to; at++) values.push(decode(rows.row(at)));
      return this.#store(values);
    };
    const add = (from: number, to: number): MaybePromise<void> =>
      andThen(writer.insert(rows, from, to), (isDone) => {
        if (!isDone) return byValues(from, to);
        this.#count += to - from;
        return undefined;
      });
    const fields = types.map((_, position) => this.#positions.indexOf(position));
    const judge = (at: number): void => checkRow(this.#tools.judge, decode(rows.row(at)));
    return { types, fields, rows, required, judge, add };
  }

  get taken(): number | undefined {
    return this.#taken;
  }

  add(rows: readonly Row[], defaulted: DefaultedFields = NONE_DEFAULTED): MaybePromise<void> {
    return andThen(this.#defaults.filled(rows, defaulted), (filled) => {
      this.#added = rows;
      return this.#store(filled);
    });
  }

  judge(row: Row, defaulted: DefaultedFields = NONE_DEFAULTED): MaybePromise<void> {
    const added = this.#storing[this.#added.indexOf(row)];
    const complete = added === undefined ? this.#defaults.filled([row], defaulted) : [added];
    return andThen(complete, (filled) => {
      for (const each of this.#chosen(filled)) checkRow(this.#tools.judge, each);
    });
  }

  #chosen(rows: readonly Row[]): readonly Row[] {
    const condition = this.#condition;
    const { evaluation } = this.#tools;
    return condition === undefined ? rows : rows.filter((row) => condition(row, evaluation));
  }

  #store(rows: readonly Row[]): MaybePromise<void> {
    this.#storing = rows;
    const chosen = this.#chosen(rows);
    this.#count += chosen.length;
    return this.#writer.insert(chosen);
  }

  finish(): MaybePromise<number> {
    return this.#tools.references.settle().then(() => this.#count);
  }
}

function hasDefault(column: ColumnDescriptor, table: TableDescriptor, image: Catalog): boolean {
  return column.sequence !== undefined || bindCopied(column, table, image) !== undefined;
}

function nextOf(services: CopyServices, oid: number): MaybePromise<bigint> {
  const object = services.transaction.schema.image.objects.get(oid);
  if (object?.kind !== "sequence") throw new TypeError("not a sequence");
  const value = services.sequences.take(object);
  if (value !== undefined) return value;
  return services.sequences.refill(object).then(() => nextOf(services, oid));
}
