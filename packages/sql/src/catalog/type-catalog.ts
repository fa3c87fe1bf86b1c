/** Lookups in pg_type: by OID, by name, arrays and their elements, domains, categories, ranges. */
import type { CollationName } from "../expression/tree.ts";
import { PG_RANGE } from "../catalog-data/pg-range.ts";
import { PG_TYPE } from "../catalog-data/pg-type.ts";
import { lazy } from "./lazy.ts";
import { PG_CATALOG } from "./namespaces.ts";
import { type CatalogRow, CatalogText } from "./tsv.ts";

/** One row of pg_type; names follow its columns. */
export interface TypeRow {
  readonly oid: number;
  readonly name: string;
  readonly namespace: number;
  readonly length: number;
  readonly byValue: boolean;
  /** typtype: b base, c composite, d domain, e enum, p pseudo, r range, m multirange. */
  readonly kind: string;
  readonly category: string;
  readonly isPreferred: boolean;
  readonly delimiter: string;
  readonly relation: number;
  readonly subscript: number;
  readonly element: number;
  readonly array: number;
  readonly input: number;
  readonly output: number;
  readonly receive: number;
  readonly send: number;
  readonly modIn: number;
  readonly modOut: number;
  readonly baseType: number;
  readonly baseTypmod: number;
  /** typcollation; 0 or absent: values have no collation. */
  readonly collation?: number;
  /** Of a domain that declares one. */
  readonly collationName?: CollationName;
}

const ARRAY_SUBSCRIPT_HANDLER = 6179;

function toTypeRow(row: CatalogRow): TypeRow {
  return {
    oid: row.number("oid"),
    name: row.text("typname"),
    namespace: row.number("typnamespace"),
    length: row.number("typlen"),
    byValue: row.flag("typbyval"),
    kind: row.text("typtype"),
    category: row.text("typcategory"),
    isPreferred: row.flag("typispreferred"),
    delimiter: row.text("typdelim"),
    relation: row.number("typrelid"),
    subscript: row.number("typsubscript"),
    element: row.number("typelem"),
    array: row.number("typarray"),
    input: row.number("typinput"),
    output: row.number("typoutput"),
    receive: row.number("typreceive"),
    send: row.number("typsend"),
    modIn: row.number("typmodin"),
    modOut: row.number("typmodout"),
    baseType: row.number("typbasetype"),
    baseTypmod: row.number("typtypmod"),
    collation: row.number("typcollation"),
  };
}

const text = lazy(() => new CatalogText(PG_TYPE));
const byOid = lazy(() => text().indexBy("oid"));
const byName = lazy(() => text().indexBy("typname"));
const cache = new Map<number, TypeRow>();

/** The pg_type row of a type. */
export function typeRow(oid: number): TypeRow | undefined {
  const cached = cache.get(oid);
  if (cached !== undefined) return cached;
  const line = byOid().get(String(oid))?.[0];
  if (line === undefined) return undefined;
  const row = toTypeRow(text().row(line));
  cache.set(oid, row);
  return row;
}

const schemaNames = new Map<number, string>();

/** A user-defined type, by its number in this process. */
export function addTypeRow(row: TypeRow, schemaName: string): void {
  cache.set(row.oid, row);
  schemaNames.set(row.oid, schemaName);
}

/** The name of a user-defined type's schema. */
export function schemaOfType(type: number): string | undefined {
  return schemaNames.get(type);
}

const NO_TYPES: readonly TypeRow[] = [];
/** No more than there are built-in names. */
const rowsByName = new Map<string, readonly TypeRow[]>();

/** All built-in types of that name, those of pg_catalog first. */
export function typesByName(name: string): readonly TypeRow[] {
  const known = rowsByName.get(name);
  if (known !== undefined) return known;
  const lines = byName().get(name);
  if (lines === undefined) return NO_TYPES;
  const rows = lines
    .map((line) => toTypeRow(text().row(line)))
    .toSorted((a, b) => Number(b.namespace === PG_CATALOG) - Number(a.namespace === PG_CATALOG));
  rowsByName.set(name, rows);
  return rows;
}

/** The type of that name in pg_catalog. */
export function typeByName(name: string): TypeRow | undefined {
  const first = typesByName(name)[0];
  return first?.namespace === PG_CATALOG ? first : undefined;
}

/** 0 when the type has no array type. */
export function arrayTypeOid(element: number): number {
  return typeRow(element)?.array ?? 0;
}

/** The element type of a true array type, else 0: int2vector, name and point are none. */
export function elementTypeOid(type: number): number {
  const row = typeRow(type);
  return row !== undefined && row.subscript === ARRAY_SUBSCRIPT_HANDLER ? row.element : 0;
}

/** What a subscripted value yields: as elementTypeOid, and for int2vector and oidvector too. */
export function subscriptedTypeOid(type: number): number {
  const row = typeRow(baseTypeOid(type));
  return row === undefined || row.subscript === 0 ? 0 : row.element;
}

/** The type below a chain of domains. */
export function baseTypeOid(type: number): number {
  let row = typeRow(type);
  while (row !== undefined && row.kind === "d") row = typeRow(row.baseType);
  return row?.oid ?? type;
}

/** The element type of an array or of a domain over one, else 0. */
export function baseElementTypeOid(type: number): number {
  return elementTypeOid(baseTypeOid(type));
}

export function typeCategory(type: number): string {
  return typeRow(type)?.category ?? "X";
}

export function isPreferredType(type: number, category: string): boolean {
  const row = typeRow(type);
  return row !== undefined && row.isPreferred && row.category === category;
}

const fieldTypes = new Map<number, readonly number[]>();

export function addFieldTypes(type: number, fields: readonly number[]): void {
  fieldTypes.set(type, fields);
}

/** Of a user's composite type or the rows of a table; of all others nothing is known beforehand. */
export function fieldTypesOf(type: number): readonly number[] {
  return fieldTypes.get(type) ?? [];
}

export function isComposite(type: number): boolean {
  return typeRow(type)?.kind === "c";
}

export interface RangeRow {
  readonly range: number;
  readonly subtype: number;
  readonly multirange: number;
}

const ranges = lazy(() =>
  new CatalogText(PG_RANGE).rows().map((row): RangeRow => ({
    range: row.number("rngtypid"),
    subtype: row.number("rngsubtype"),
    multirange: row.number("rngmultitypid"),
  })),
);

const userRanges = new Map<number, RangeRow>();

export function addRange(row: RangeRow): void {
  userRanges.set(row.range, row);
  userRanges.set(row.multirange, row);
}

/** The range that a range type or a multirange type belongs to. */
export function rangeOf(type: number): RangeRow | undefined {
  return (
    ranges().find((row) => row.range === type || row.multirange === type) ?? userRanges.get(type)
  );
}
