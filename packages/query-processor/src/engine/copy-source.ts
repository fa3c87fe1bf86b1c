/** COPY's two ends: rows into a table, and a table as a query. */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, andThen } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import { StoredRows, compileExpr } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { Catalog, Relation } from "../catalog/catalog.ts";
import type { DdlContext } from "../ddl/ddl-context.ts";
import {
  findRelation,
  imageOf,
  nameOfParts,
  ownerOf,
  relationNamed,
  tableNamed,
} from "../ddl/ddl-context.ts";
import { checkRequirements } from "../privileges/check-requirements.ts";
import { RIGHT } from "../privileges/rights.ts";
import { columnNamed } from "../ddl/index-definition.ts";
import { ReferenceQueue } from "../execute/references/reference-queue.ts";
import type { RowJudge } from "../execute/row-constraints.ts";
import { checkRow, judgeOf } from "../execute/row-constraints.ts";
import { checkStorageLimit } from "../execute/storage-limit.ts";
import { RowWriter } from "../execute/row-writer.ts";
import { StoredRowWriter } from "../execute/stored-row-writer.ts";
import { isOfColumns } from "../plan/stored-entries.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import { bindColumnExpression, bindCopied } from "../bind/schema-expressions.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";
import { parse } from "../parse/parser.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { RefusedCopy, columnNamesOf, freezeRefusal, refusalOf } from "./refused-copy.ts";
import type { CopyRequest, CopyTarget, SessionContext, StoredCopy } from "./engine.ts";
import { schemaChanged } from "./conflict-error.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import { EngineExecutionContext } from "./engine-execution-context.ts";
import { DefaultFiller, compileTableChecks, overStoredRow } from "./stored-row-functions.ts";
import { SequenceSession } from "./sequence-session.ts";
import type { SessionTransaction } from "./session-transaction.ts";

const NONE_DEFAULTED: ReadonlyMap<Row, readonly number[]> = new Map();

export interface CopyServices {
  /** Names are resolved as schema changes do it. */
  readonly context: DdlContext;
  readonly session: SessionContext;
  readonly transaction: SessionTransaction;
  readonly sequences: SequenceBlocks;
}

function copyColumns(
  table: TableDescriptor,
  names: readonly string[] | undefined,
): ColumnDescriptor[] {
  if (names === undefined) {
    return table.columns.filter((column) => !column.dropped && column.generated === undefined);
  }
  const seen = new Set<string>();
  return names.map((name) => {
    const column = columnNamed(table.columns, name);
    if (column === undefined) {
      const text = `column "${name}" of relation "${table.name}" does not exist`;
      throw new SqlError("42703", text);
    }
    if (column.generated !== undefined) {
      throw new SqlError("42P10", `column "${name}" is a generated column`, {
        detail: "Generated columns cannot be used in COPY.",
      });
    }
    if (seen.has(name)) throw new SqlError("42701", `column "${name}" specified more than once`);
    seen.add(name);
    return column;
  });
}

/** COPY TO leaves generated columns out, and refuses them by name; no other column is copied. */
export function copiedColumns(
  context: DdlContext,
  relation: readonly string[],
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  const table = findRelation(context, nameOfParts(relation));
  if (table?.kind !== "table") return names;
  const isWhole = table.columns.every((each) => each.generated === undefined);
  if (names === undefined && isWhole) return undefined;
  return copyColumns(table, names).map((column) => column.name);
}

const SELECT_HINT = { hint: "Try the COPY (SELECT ...) TO variant." };

/** COPY TO reads rows that are stored, of tables that are there. */
export function refuseCopySource(context: DdlContext, parts: readonly string[]): void {
  const relation = relationNamed(context, nameOfParts(parts));
  if (relation.kind === "view") {
    throw new SqlError("42809", `cannot copy from view "${relation.name}"`, SELECT_HINT);
  }
  if (relation.kind === "table" && relation.materialized !== undefined) {
    throw new SqlError(
      "42809",
      `cannot copy from materialized view "${relation.name}"`,
      SELECT_HINT,
    );
  }
  if (relation.kind === "sequence") {
    throw new SqlError("42809", `cannot copy from sequence "${relation.name}"`);
  }
}

export function copyTarget(services: CopyServices, request: CopyRequest): CopyTarget {
  const { relation, columns: names, where, source, freeze, previous } = request;
  const { schema } = services.transaction;
  const { context } = services;
  const name = nameOfParts(relation);
  const found = relationNamed(context, name);
  const refusal = refusalOf(found);
  if (refusal !== undefined) return refusedCopy(context, found, names, refusal);
  const table = tableNamed(context, name);
  const columns = copyColumns(table, names);
  checkInsert(
    context,
    table.oid,
    columns.map(({ number }) => number),
  );
  schema.kv.dependsOn(table.oid);
  const condition = where === undefined ? undefined : conditionOf(context, table, where, source);
  const refused = freezeRefusal(schema, table, freeze);
  const { searchPath } = context;
  const rows = previous?.stored?.rows;
  const copied = { table, columns, condition, searchPath, refusal: refused, rows };
  const target = new TableCopy(services, copied);
  if (previous !== undefined && shapeOf(previous) !== shapeOf(target)) {
    throw schemaChanged(schema.image);
  }
  return target;
}

/** What was read for one target suits another one of the same shape. */
function shapeOf({ columns, tableColumns, stored }: CopyTarget): string {
  const { types, fields, required } = stored ?? {};
  return JSON.stringify({ columns, tableColumns, types, fields, required });
}

function refusedCopy(
  context: DdlContext,
  relation: Relation,
  names: readonly string[] | undefined,
  refusal: SqlError,
): CopyTarget {
  const all = columnNamesOf(relation);
  for (const name of names ?? []) {
    if (all.includes(name)) continue;
    const text = `column "${name}" of relation "${relation.name}" does not exist`;
    throw new SqlError("42703", text);
  }
  const columns = names ?? all;
  checkInsert(
    context,
    relation.oid,
    columns.map((name) => all.indexOf(name) + 1),
  );
  return new RefusedCopy(relation, columns, refusal);
}

function conditionOf(
  context: DdlContext,
  table: TableDescriptor,
  where: ParseNode,
  source: string,
): RowCondition {
  const expr = bindColumnExpression(
    where,
    table,
    {
      catalog: imageOf(context),
      kind: "copyWhere",
      searchPath: context.searchPath,
      evaluation: context.evaluation(),
    },
    source,
  );
  const holds = compileExpr(overStoredRow(expr));
  return (row, evaluation) => holds(row, evaluation) === true;
}

/** INSERT on the table, or on each of the columns. */
function checkInsert(context: DdlContext, relation: number, columns: readonly number[]): void {
  checkRequirements(
    imageOf(context),
    {
      schemas: new Map(),
      functions: new Set(),
      relations: [
        {
          relation,
          as: undefined,
          rights: RIGHT.insert,
          selected: new Set(),
          inserted: new Set(columns),
          updated: new Set(),
        },
      ],
    },
    ownerOf(context),
  );
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
    return column.sequence !== undefined || bindCopied(column, table, image) !== undefined;
  });
  return !isFilled && tableLayout(table).secondary.every((each) => isOfColumns(each.descriptor));
}

type RowCondition = (row: Row, context: EvaluationContext) => boolean;

interface CopiedTable {
  readonly table: TableDescriptor;
  readonly columns: readonly ColumnDescriptor[];
  readonly condition: RowCondition | undefined;
  readonly searchPath: readonly string[];
  readonly refusal: SqlError | undefined;
  /** Where stored rows are written, if they have such a place already. */
  readonly rows: StoredRows | undefined;
}

class TableCopy implements CopyTarget {
  readonly table: string;
  readonly tableColumns: readonly string[];
  readonly columns: CopyTarget["columns"];
  readonly refusal: SqlError | undefined;
  readonly stored: StoredCopy | undefined;
  readonly #writer: RowWriter;
  readonly #positions: readonly number[];
  readonly #width: number;
  /** The rows that come are the table's as they are. */
  readonly #complete: boolean;
  readonly #filler: DefaultFiller;
  readonly #references: ReferenceQueue;
  #count = 0;
  readonly #judge: RowJudge;
  #taken: number | undefined;
  /** Rows as they came, and the same with their defaults: sequences are asked once. */
  #added: readonly Row[] = [];
  #storing: readonly Row[] = [];

  /** For fields that take their column's default, by place. */
  readonly #defaultOf: (place: number) => DefaultFiller;
  readonly #condition: RowCondition | undefined;
  readonly #evaluation: EvaluationContext;

  constructor(services: CopyServices, copied: CopiedTable) {
    const { table, columns, condition, searchPath, refusal } = copied;
    const { session, transaction } = services;
    const { schema } = transaction;
    const { image, kv } = schema;
    const base = session.evaluation([]);
    const sequences = new SequenceSession(services.sequences, session);
    const evaluation = new EngineEvaluation(base, { image, searchPath, sequences });
    this.table = table.name;
    this.refusal = refusal;
    this.tableColumns = table.columns.filter(({ dropped }) => !dropped).map(({ name }) => name);
    this.columns = columns.map((column) => ({
      name: column.name,
      type: column.type,
      typmod: column.typmod,
      hasDefault: column.sequence !== undefined || bindCopied(column, table, image) !== undefined,
    }));
    this.#condition = condition;
    this.#evaluation = evaluation;
    this.#positions = columns.map((column) => column.number - 1);
    this.#width = table.columns.length;
    this.#complete =
      columns.length === this.#width && columns.every((column, at) => column.number === at + 1);
    const checks = compileTableChecks(table, image);
    checkStorageLimit(image);
    const judge = judgeOf(image, evaluation, table, checks);
    this.#references = new ReferenceQueue(copyContext(services, searchPath));
    const references = this.#references.of(table);
    const activity = session.activity?.in(image.database).writesOf(table.oid);
    this.#judge = judge;
    const refused = (row: Row): void => void (this.#taken = this.#storing.indexOf(row));
    this.#writer = new RowWriter({ transaction: kv, ...judge, references, activity, refused });
    const given = new Set(this.#positions);
    const isSeen =
      checks.length > 0 ||
      references !== undefined ||
      judge.limit !== undefined ||
      condition !== undefined;
    if (!isSeen && isStoredAsGiven(table, given, image)) {
      const { rowIds } = this.#writer;
      const { layout } = judge;
      const writer = new StoredRowWriter({ transaction: kv, layout, rowIds, activity });
      this.stored = this.#storedCopy(layout, writer, copied.rows);
    }
    const filler = (without: ReadonlySet<number>): DefaultFiller =>
      new DefaultFiller(table, image, without, evaluation, (oid) => nextOf(services, oid));
    this.#filler = filler(given);
    const everything = table.columns.map((_, position) => position);
    const fillers = new Map<number, DefaultFiller>();
    this.#defaultOf = (place) => {
      const others = everything.filter((position) => position !== this.#positions[place]);
      const found = fillers.get(place) ?? filler(new Set(others));
      fillers.set(place, found);
      return found;
    };
  }

  #storedCopy(
    layout: TableLayout,
    writer: StoredRowWriter,
    rows: StoredRows = new StoredRows(this.#width),
  ): StoredCopy {
    const { types, notNull } = layout;
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
    const judge = (at: number): void => checkRow(this.#judge, decode(rows.row(at)));
    return { types, fields, rows, required: notNull, judge, add };
  }

  get taken(): number | undefined {
    return this.#taken;
  }

  add(
    rows: readonly Row[],
    defaulted: ReadonlyMap<Row, readonly number[]> = NONE_DEFAULTED,
  ): MaybePromise<void> {
    return andThen(this.#filled(rows, defaulted), (filled) => {
      this.#added = rows;
      return this.#store(filled);
    });
  }

  judge(
    row: Row,
    defaulted: ReadonlyMap<Row, readonly number[]> = NONE_DEFAULTED,
  ): MaybePromise<void> {
    const added = this.#storing[this.#added.indexOf(row)];
    const complete = added === undefined ? this.#filled([row], defaulted) : [added];
    return andThen(complete, (filled) => {
      for (const each of this.#chosen(filled)) checkRow(this.#judge, each);
    });
  }

  #filled(
    rows: readonly Row[],
    defaulted: ReadonlyMap<Row, readonly number[]>,
  ): MaybePromise<readonly Row[]> {
    if (this.#complete && defaulted.size === 0) return rows;
    const full = rows.map((row) => this.#widen(row));
    return andThen(this.#fillDefaults(rows, full, defaulted), () => this.#filler.fill(full));
  }

  #chosen(rows: readonly Row[]): readonly Row[] {
    const condition = this.#condition;
    return condition === undefined ? rows : rows.filter((row) => condition(row, this.#evaluation));
  }

  #store(rows: readonly Row[]): MaybePromise<void> {
    this.#storing = rows;
    const chosen = this.#chosen(rows);
    this.#count += chosen.length;
    return this.#writer.insert(chosen);
  }

  #fillDefaults(
    rows: readonly Row[],
    full: readonly Datum[][],
    defaulted: ReadonlyMap<Row, readonly number[]>,
  ): MaybePromise<void> {
    let done: MaybePromise<unknown> = undefined;
    if (defaulted.size === 0) return undefined;
    for (const [at, row] of rows.entries()) {
      for (const place of defaulted.get(row) ?? []) {
        const cells = full[at] ?? [];
        done = andThen(done, () => this.#defaultOf(place).fill([cells]));
      }
    }
    return andThen(done, () => undefined);
  }

  #widen(row: Row): Datum[] {
    const full: Datum[] = Array.from({ length: this.#width }, () => null);
    for (let i = 0; i < this.#positions.length; i++) {
      const position = this.#positions[i];
      if (position !== undefined) full[position] = row[i] ?? null;
    }
    return full;
  }

  finish(): MaybePromise<number> {
    return this.#references.settle().then(() => this.#count);
  }
}

function nextOf(services: CopyServices, oid: number): MaybePromise<bigint> {
  const object = services.transaction.schema.image.objects.get(oid);
  if (object?.kind !== "sequence") throw new TypeError("not a sequence");
  const value = services.sequences.take(object);
  if (value !== undefined) return value;
  return services.sequences.refill(object).then(() => nextOf(services, oid));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** SELECT of the columns in their order. */
export function copyToStatement(
  relation: readonly string[],
  columns: readonly string[] | undefined,
): ParsedStatement {
  const list = columns === undefined ? "*" : columns.map(quoted).join(", ");
  const [statement] = parse(`SELECT ${list} FROM ${relation.map(quoted).join(".")}`);
  if (statement === undefined) throw new TypeError("COPY without a query");
  return statement;
}
