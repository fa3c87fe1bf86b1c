/**
 * Where a table's rows and index entries live and how they are encoded, compiled once per table
 * descriptor. Rows: prefix of index 0, then the primary key's columns or a hidden row id. Entries of
 * a secondary index: its columns, then the row's key suffix unless uniqueness forbids it; the value
 * holds the indexed and included columns and the row's key suffix, so that an index-only scan needs
 * nothing else.
 */
import type { Key, Span } from "@firstlight/common";
import {
  indexPrefix,
  keyFromLatin1,
  keyToBytes,
  prefixSpan,
  INDEX_PREFIX_LENGTH,
} from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import { compileExpr, mapChildren, visitExpr } from "@firstlight/sql";
import type { DerivedColumns } from "../bind/index-expressions.ts";
import { derivedColumns } from "../bind/index-expressions.ts";
import { schemaEvaluationOf } from "../bind/index-evaluation.ts";
import type { ColumnDescriptor, IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { KeyColumn, RowDecode } from "./codec.ts";
import { BYTEA_TYPE, keyEncoder, missingValue, rowDecoder, rowEncoder } from "./codec.ts";
import type { RowIdSource } from "./row-id.ts";

export interface IndexEntry {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** Key columns of an index as positions in the row, with their order. */
export interface KeyPart extends KeyColumn {
  /** Position in TableDescriptor.columns; behind them those of index expressions. */
  readonly position: number;
}

export interface IndexLayout {
  readonly descriptor: IndexDescriptor;
  readonly prefix: Key;
  readonly span: Span;
  readonly keyParts: readonly KeyPart[];
  /** Row positions of the values in an entry: key columns, then INCLUDE columns. */
  readonly stored: readonly number[];
  /** All positions that an entry depends on. */
  readonly positions: ReadonlySet<number>;
  /** Whether a row has an entry: a partial index's condition is true. */
  holds(values: Row): boolean;
  /** The values of the key columns of a row. */
  keyValues(values: Row): Row;
  /** Prefix and encoded key columns: what a unique index allows once. */
  uniqueKey(values: Row): Key;
  /**
   * Whether rows with these values exclude each other: unique, the condition holds, and no NULL if
   * NULLs are distinct.
   */
  excludes(values: Row): boolean;
  /** The key that no other row may have when a deferrable constraint is checked, if there is one. */
  laterKey(values: Row): Key | undefined;
  entry(values: Row, rowSuffix: string): IndexEntry;
  /** Decodes entries: `wanted` are positions in `stored`; stored.length is the row suffix. */
  decoder(wanted: readonly number[]): RowDecode;
}

export interface TableLayout {
  readonly table: TableDescriptor;
  readonly prefix: Key;
  readonly span: Span;
  /** Types of all columns, dropped ones included. */
  readonly types: readonly number[];
  /** What rows stored before a column was added have in it, by position. */
  readonly missing: readonly Datum[];
  /** The index that is the table itself, if any. */
  readonly primary: IndexDescriptor | undefined;
  readonly primaryParts: readonly KeyPart[];
  /** Indexes that writers keep whole: the public ones, and those that are being built. */
  readonly secondary: readonly IndexLayout[];
  /** Indexes that writers only take entries out of. */
  readonly deleteOnly: readonly IndexLayout[];
  /** Row positions of the columns of unique indexes over plain columns: changing one takes intent X. */
  readonly uniquePositions: ReadonlySet<number>;
  readonly notNull: readonly number[];
  rowKey(values: Row, rowIds: RowIdSource): Key;
  encode(values: Row): Uint8Array;
  /** Decodes stored rows into the columns at these positions. */
  decoder(wanted: readonly number[]): RowDecode;
}

const layouts = new WeakMap<TableDescriptor, TableLayout>();

export function tableLayout(table: TableDescriptor): TableLayout {
  let layout = layouts.get(table);
  if (layout === undefined) {
    layout = compileLayout(table);
    layouts.set(table, layout);
  }
  return layout;
}

/** The part of a row's key after its index prefix. */
export function rowSuffixOf(key: Key): string {
  return key.slice(INDEX_PREFIX_LENGTH);
}

/** The row that an index entry with this suffix points to. */
export function rowKeyOf(layout: TableLayout, suffix: Uint8Array): Key {
  return keyFromLatin1(layout.prefix + latin1(suffix));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function columnAt(table: TableDescriptor, position: number): ColumnDescriptor {
  const column = table.columns[position];
  if (column === undefined) throw new Error(`table ${table.name} has no column ${position}`);
  return column;
}

function keyPartsOf(
  table: TableDescriptor,
  index: IndexDescriptor,
  derived: DerivedColumns,
): KeyPart[] {
  const { keys } = derived.positionsOf(index);
  return index.columns.map(({ column, expression, descending, nullsFirst }, at) => ({
    position: keys[at] ?? 0,
    type: expression?.type ?? columnAt(table, column - 1).type,
    descending,
    nullsFirst,
  }));
}

function missingOf(table: TableDescriptor): Datum[] {
  return table.columns.map((column): Datum =>
    column.missing === undefined || column.dropped
      ? null
      : missingValue(column.missing, column.type, column.typmod),
  );
}

function suffixBytes(suffix: string): Uint8Array {
  return keyToBytes(keyFromLatin1(suffix));
}

/** Every position's value, NULL where the row is shorter. */
function pick(values: Row, positions: readonly number[]): Datum[] {
  const picked: Datum[] = [];
  for (const position of positions) picked.push(values[position] ?? null);
  return picked;
}

/** Vars of the table as positions of its row. */
function overRow(expr: Expr): Expr {
  if (expr.kind !== "var") return mapChildren(expr, overRow);
  const { type, typmod, position, column } = expr;
  return { kind: "slot", type, typmod, position, index: column };
}

/** Rows with the values of index expressions behind those of the columns. */
type Widen = (values: Row) => Row;

/** The last row is kept: its indexes are asked about one row one after the other. */
function widener(table: TableDescriptor, derived: DerivedColumns): Widen {
  if (derived.exprs.length === 0) return (values) => values;
  const compiled: CompiledExpr[] = derived.exprs.map((expr) => compileExpr(overRow(expr)));
  const context: EvaluationContext = schemaEvaluationOf(table);
  const width = table.columns.length;
  let last: Row | undefined;
  let lastWide: Row = [];
  return (values) => {
    if (values === last) return lastWide;
    const wide: Datum[] = [];
    for (let at = 0; at < width; at++) wide.push(values[at] ?? null);
    for (const compute of compiled) wide.push(compute(values, context));
    last = values;
    lastWide = wide;
    return wide;
  };
}

/** Positions of the table's columns that these positions, derived ones among them, depend on. */
function columnsBehind(
  table: TableDescriptor,
  derived: DerivedColumns,
  positions: readonly number[],
): number[] {
  return positions.flatMap((position) => {
    const expr = derived.exprs[position - table.columns.length];
    if (expr === undefined) return [position];
    const read: number[] = [];
    visitExpr(expr, (node) => {
      if (node.kind === "var") read.push(node.column);
    });
    return read;
  });
}

/** Whether a row has an entry, and whether it then excludes others. */
function membership(
  descriptor: IndexDescriptor,
  predicate: number | undefined,
  keys: readonly number[],
  widen: Widen,
): Pick<IndexLayout, "holds" | "excludes"> & { readonly identifies: (values: Row) => boolean } {
  const holds = (values: Row): boolean =>
    predicate === undefined || widen(values)[predicate] === true;
  const identifies = (values: Row): boolean => {
    if (!holds(values)) return false;
    if (!descriptor.nullsDistinct) return true;
    const wide = widen(values);
    return keys.every((at) => (wide[at] ?? null) !== null);
  };
  const excludes = (values: Row): boolean => descriptor.unique && identifies(values);
  return { holds, excludes, identifies };
}

function compileIndex(
  table: TableDescriptor,
  descriptor: IndexDescriptor,
  derived: DerivedColumns,
  widen: Widen,
): IndexLayout {
  const prefix = indexPrefix(table.storageId, descriptor.number);
  const keyParts = keyPartsOf(table, descriptor, derived);
  const keyPositions = keyParts.map((part) => part.position);
  const included = descriptor.include.map((number) => number - 1);
  const stored = [...keyPositions, ...included];
  const types = [
    ...keyParts.map((part) => part.type),
    ...included.map((position) => columnAt(table, position).type),
    BYTEA_TYPE,
  ];
  const { predicate } = derived.positionsOf(descriptor);
  const depends = predicate === undefined ? stored : [...stored, predicate];
  const encodeKey = keyEncoder(keyParts);
  const encodeValue = rowEncoder(types);
  const keyValues = (values: Row): Row => pick(widen(values), keyPositions);
  const uniqueKey = (values: Row): Key => keyFromLatin1(prefix + encodeKey(keyValues(values)));
  const { holds, excludes, identifies } = membership(descriptor, predicate, keyPositions, widen);
  const isDeferrable = descriptor.deferrable !== undefined;
  return {
    descriptor,
    prefix,
    span: prefixSpan(prefix),
    keyParts,
    stored,
    positions: new Set(columnsBehind(table, derived, depends)),
    holds,
    keyValues,
    uniqueKey,
    excludes,
    laterKey: (values) => (isDeferrable && identifies(values) ? uniqueKey(values) : undefined),
    entry(values, rowSuffix) {
      const key = uniqueKey(values);
      const fields = pick(widen(values), stored);
      fields.push(suffixBytes(rowSuffix));
      return {
        key: excludes(values) ? key : keyFromLatin1(key + rowSuffix),
        value: encodeValue(fields),
      };
    },
    decoder: (wanted) => rowDecoder(types, wanted, undefined),
  };
}

function rowKeyMaker(
  prefix: Key,
  parts: readonly KeyPart[],
  hasPrimary: boolean,
): TableLayout["rowKey"] {
  if (!hasPrimary) return (_values, rowIds) => keyFromLatin1(prefix + rowIds.next());
  const positions = parts.map((part) => part.position);
  const encode = keyEncoder(parts);
  return (values) => keyFromLatin1(prefix + encode(pick(values, positions)));
}

function compileLayout(table: TableDescriptor): TableLayout {
  const prefix = indexPrefix(table.storageId, 0);
  const primary = table.indexes.find((index) => index.number === 0);
  const derived = derivedColumns(table);
  const widen = widener(table, derived);
  const primaryParts = primary === undefined ? [] : keyPartsOf(table, primary, derived);
  // As PostgreSQL's key attributes: what a foreign key could refer to.
  const keys = table.indexes.filter(
    ({ unique, predicate, columns }) =>
      unique && predicate === undefined && columns.every((each) => each.expression === undefined),
  );
  const types = table.columns.map((column) => column.type);
  const missing = missingOf(table);
  const { building = [] } = table;
  const compiled = (index: IndexDescriptor): IndexLayout =>
    compileIndex(table, index, derived, widen);
  const maintained = building.filter(({ state }) => state !== "deleteOnly" && state !== "invalid");
  const deleteOnly = building.filter(({ state }) => state === "deleteOnly");
  return {
    table,
    prefix,
    span: prefixSpan(prefix),
    types,
    missing,
    primary,
    primaryParts,
    secondary: [...table.indexes, ...maintained.map(({ index }) => index)]
      .filter((index) => index.number !== 0)
      .map(compiled),
    deleteOnly: deleteOnly.map(({ index }) => compiled(index)),
    uniquePositions: new Set(keys.flatMap((index) => derived.positionsOf(index).keys)),
    notNull: table.columns.flatMap((column, at) => (column.notNull && !column.dropped ? [at] : [])),
    rowKey: rowKeyMaker(prefix, primaryParts, primary !== undefined),
    encode: rowEncoder(types),
    decoder: (wanted) => rowDecoder(types, wanted, missing),
  };
}
