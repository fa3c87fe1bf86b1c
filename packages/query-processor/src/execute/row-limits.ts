/**
 * How large rows and keys a profile allows, measured in the bytes of their values: what a clone of a
 * service refuses must not depend on how rows are stored here.
 */
import type { Datum, Row } from "@firstlight/sql";
import { DEFAULT_FORMAT, oids, typeByOid } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { typeFacts } from "../catalog/virtual/type-facts.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { ProfileLimits } from "../profile/limits.ts";
import { compressedSize } from "./compressed-size.ts";

/** Throws for a row that is too large, or has a value or a key that is. */
export type RowLimit = (values: Row) => void;

const COMPRESSED: ReadonlySet<number> = new Set([oids.JSON_TYPE, oids.JSONB]);

/** As a value of a type without a length of its own is written down. */
function contentOf(value: Exclude<Datum, null>, type: number): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  return typeByOid(type).output(value, DEFAULT_FORMAT);
}

function contentBytes(content: string | Uint8Array): number {
  return typeof content === "string" ? Buffer.byteLength(content, "utf8") : content.length;
}

function valueBytes(value: Datum, type: number): number {
  if (value === null) return 0;
  const { length } = typeFacts(type);
  if (typeof length === "number" && length > 0) return length;
  return contentBytes(contentOf(value, type));
}

/** What counts of a value that is kept compressed. */
function storedBytes(value: Datum, type: number, limit: number): number {
  const plain = valueBytes(value, type);
  if (value === null || plain <= limit || !COMPRESSED.has(type)) return plain;
  return compressedSize(Buffer.from(contentOf(value, type)));
}

interface KeyShape {
  /** Whether the row has an entry. */
  readonly holds: (values: Row) => boolean;
  readonly values: (values: Row) => Row;
  readonly types: readonly number[];
}

function keysOf(table: TableDescriptor, layout: TableLayout): readonly KeyShape[] {
  const keys: KeyShape[] = layout.secondary.map((index) => ({
    holds: (values) => index.holds(values),
    values: (values) => index.keyValues(values),
    types: index.keyParts.map(({ type }) => type),
  }));
  const primary = table.indexes.find(({ number }) => number === 0);
  if (primary === undefined) return keys;
  const columns = primary.columns.map(({ column }) => column - 1);
  return [
    {
      holds: () => true,
      values: (values) => columns.map((at) => values[at] ?? null),
      types: columns.map((at) => table.columns[at]?.type ?? 0),
    },
    ...keys,
  ];
}

class RowMeasure {
  readonly #limits: ProfileLimits;
  readonly #types: readonly number[];
  readonly #keys: readonly KeyShape[];
  readonly #keyColumns: ReadonlySet<number>;
  readonly #keyMax: number;
  readonly #columnMax: number;
  readonly #rowMax: number;

  constructor(limits: ProfileLimits, table: TableDescriptor) {
    this.#limits = limits;
    this.#types = table.columns.map(({ type }) => type);
    this.#keys = keysOf(table, tableLayout(table));
    const primary = table.indexes.find(({ number }) => number === 0);
    this.#keyColumns = new Set(primary?.columns.map(({ column }) => column - 1));
    this.#keyMax = limits.value("key");
    this.#columnMax = limits.value("column");
    this.#rowMax = limits.value("row");
  }

  check(values: Row): void {
    for (const key of this.#keys) this.#checkKey(key, values);
    let row = 0;
    for (let at = 0; at < this.#types.length; at++) {
      const bytes = storedBytes(values[at] ?? null, this.#types[at] ?? 0, this.#columnMax);
      if (bytes > this.#columnMax && !this.#keyColumns.has(at))
        throw this.#limits.refusal("column");
      row += bytes;
    }
    if (row > this.#rowMax) throw this.#limits.refusal("row");
  }

  #checkKey({ holds, values, types }: KeyShape, row: Row): void {
    if (!holds(row)) return;
    let bytes = 0;
    for (const [at, value] of values(row).entries()) bytes += valueBytes(value, types[at] ?? 0);
    if (bytes > this.#keyMax) throw this.#limits.refusal("key");
  }
}

const known = new WeakMap<ProfileLimits, WeakMap<TableDescriptor, RowLimit>>();

/** Undefined where rows may be of any size. */
export function rowLimit(limits: ProfileLimits, table: TableDescriptor): RowLimit | undefined {
  if (limits.all.length === 0) return undefined;
  let tables = known.get(limits);
  if (tables === undefined) {
    tables = new WeakMap();
    known.set(limits, tables);
  }
  let limit = tables.get(table);
  if (limit === undefined) {
    const measure = new RowMeasure(limits, table);
    limit = (values) => measure.check(values);
    tables.set(table, limit);
  }
  return limit;
}
