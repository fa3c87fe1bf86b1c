/**
 * Makes user-defined types known to everything that looks types up by number: their pg_type row,
 * their values' functions, their array type. Equal definitions give the same numbers, so a type is
 * made once however often a catalog is read. What is kept grows with the number of definitions that
 * a process has ever seen, up to DEFINITIONS_MAX.
 */
import { InvariantError, SqlError } from "@firstlight/common";
import {
  addFieldTypes,
  addRange,
  addTypeRow,
  type TypeRow,
  typeRow,
} from "../../catalog/type-catalog.ts";
import { addArrayType } from "../oids.ts";
import { makeRangeTypes } from "../range-types.ts";
import type { SqlType } from "../sql-type.ts";
import { addType, systemRowColumns, typeByOid } from "../type-registry.ts";
import { makeCompositeType } from "./composite-type.ts";
import { makeDomainType } from "./domain-type.ts";
import { makeEnumType } from "./enum-type.ts";
import type {
  CompositeDefinition,
  DomainDefinition,
  MakeDomainChecker,
  RangeDefinition,
  TypeDefinition,
} from "./type-definition.ts";
import { newTypeNumber } from "./type-ids.ts";

export const DEFINITIONS_MAX = 1_000_000;

/** Numbers of a type, of the array over it, and of what comes with a range type; 0 for none. */
export interface DefinedType {
  readonly type: number;
  readonly array: number;
  readonly multirange: number;
  readonly multirangeArray: number;
}

const byText = new Map<string, DefinedType>();
const definitions = new Map<number, TypeDefinition>();

/** The definition of a user's type or of a row type; undefined for other types and for arrays. */
export function definitionOf(type: number): TypeDefinition | undefined {
  return definitions.get(type) ?? systemRowColumns(type);
}

export function defineType(
  definition: TypeDefinition,
  makeChecker: MakeDomainChecker,
): DefinedType {
  const text = JSON.stringify(definition);
  const known = byText.get(text);
  if (known !== undefined) return known;
  if (byText.size >= DEFINITIONS_MAX) {
    throw new SqlError("54000", `a process knows at most ${DEFINITIONS_MAX} user-defined types`);
  }
  const made = make(definition, makeChecker);
  byText.set(text, made);
  definitions.set(made.type, definition);
  if (definition.kind === "composite") {
    addFieldTypes(
      made.type,
      definition.attributes.map((attribute) => attribute.type),
    );
  }
  if (made.multirange !== 0) definitions.set(made.multirange, definition);
  return made;
}

function make(definition: TypeDefinition, makeChecker: MakeDomainChecker): DefinedType {
  const type = newTypeNumber(definition.oid);
  const array = addArray(type, definition.arrayOid);
  const place = { ...BASE, oid: type, name: definition.name, namespace: definition.schema, array };
  switch (definition.kind) {
    case "enum":
      return add(enumRow(place), makeEnumType(type, definition), definition);
    case "composite":
      return add(
        compositeRow(place, definition),
        makeCompositeType(type, definition, typeByOid),
        definition,
      );
    case "domain": {
      const base = typeByOid(definition.baseType);
      return add(
        domainRow(place, definition),
        makeDomainType(type, definition, base, makeChecker),
        definition,
      );
    }
    case "range":
      return addRangeTypes(place, definition);
  }
}

const BASE: Omit<TypeRow, "oid" | "name" | "namespace" | "array"> = {
  length: -1,
  byValue: false,
  kind: "b",
  category: "U",
  isPreferred: false,
  delimiter: ",",
  relation: 0,
  subscript: 0,
  element: 0,
  input: 0,
  output: 0,
  receive: 0,
  send: 0,
  modIn: 0,
  modOut: 0,
  baseType: 0,
  baseTypmod: -1,
};

/** enum_in, enum_out, enum_recv, enum_send. */
function enumRow(row: TypeRow): TypeRow {
  const functions = { input: 3506, output: 3507, receive: 3532, send: 3533 };
  return { ...row, ...functions, length: 4, byValue: true, kind: "e", category: "E" };
}

/** record_in, record_out, record_recv, record_send. */
function compositeRow(row: TypeRow, { relation }: CompositeDefinition): TypeRow {
  const functions = { input: 2290, output: 2291, receive: 2402, send: 2403 };
  return { ...row, ...functions, relation, kind: "c", category: "C" };
}

/** domain_in, domain_recv; the rest is the base type's. */
function domainRow(
  row: TypeRow,
  { baseType, baseTypmod, collation: declared }: DomainDefinition,
): TypeRow {
  const base = typeRow(baseType);
  if (base === undefined) throw new InvariantError("a domain over no type");
  const { length, byValue, category, delimiter, output, send } = base;
  const taken = { length, byValue, category, delimiter, output, send, baseType, baseTypmod };
  const own = declared ?? base.collationName;
  const collation = declared?.oid ?? base.collation ?? 0;
  const collated = { collation, ...(own === undefined ? {} : { collationName: own }) };
  return { ...row, ...taken, ...collated, kind: "d", input: 2597, receive: 2598 };
}

/** range_in, range_out, range_recv, range_send. */
function rangeRow(row: TypeRow): TypeRow {
  const functions = { input: 3834, output: 3835, receive: 3836, send: 3837 };
  return { ...row, ...functions, kind: "r", category: "R" };
}

function multirangeRow(row: TypeRow): TypeRow {
  const functions = { input: 4231, output: 4232, receive: 4233, send: 4234 };
  return { ...row, ...functions, kind: "m", category: "R" };
}

/** Reserves the array type's number; its row and functions follow those of the element. */
function addArray(element: number, arrayOid: number): number {
  if (arrayOid === 0) return 0;
  const array = newTypeNumber(arrayOid);
  addArrayType(element, array);
  return array;
}

/** array_subscript_handler, array_in, array_out, array_recv, array_send. */
const ARRAY: Partial<TypeRow> = {
  category: "A",
  subscript: 6179,
  input: 750,
  output: 751,
  receive: 2400,
  send: 2401,
};

function add(
  row: TypeRow,
  type: SqlType,
  { schemaName }: { readonly schemaName: string },
): DefinedType {
  addTypeRow(row, schemaName);
  addType(type);
  if (row.array !== 0) {
    const { array, oid, name, namespace, delimiter } = row;
    const place = { oid: array, name: `_${name}`, namespace, delimiter, element: oid, array: 0 };
    const { collation = 0, collationName } = row;
    const own = collationName === undefined ? {} : { collationName };
    addTypeRow({ ...BASE, ...ARRAY, ...place, collation, ...own }, schemaName);
  }
  return { type: row.oid, array: row.array, multirange: 0, multirangeArray: 0 };
}

function addRangeTypes(row: TypeRow, definition: RangeDefinition): DefinedType {
  const { subtype, name, schema } = definition;
  const multirange = newTypeNumber(definition.multirange.oid);
  const multirangeArray = addArray(multirange, definition.multirange.arrayOid);
  const [single, multiple] = makeRangeTypes({
    range: row.oid,
    multirange,
    element: typeByOid(subtype),
    rangeName: name,
    multirangeName: definition.multirange.name,
  });
  addRange({ range: row.oid, subtype, multirange });
  add(rangeRow(row), single, definition);
  const place = { oid: multirange, name: definition.multirange.name, namespace: schema };
  add(multirangeRow({ ...BASE, ...place, array: multirangeArray }), multiple, definition);
  return { type: row.oid, array: row.array, multirange, multirangeArray };
}
