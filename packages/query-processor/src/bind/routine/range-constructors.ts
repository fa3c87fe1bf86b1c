/**
 * The functions that come with a user-defined range type: they have the type's name and do what the
 * constructors of the built-in ranges do, whose entries they take for their own.
 */
import type { ProcRow, TypeDefinition } from "@firstlight/sql";
import { arrayTypeOid, definitionOf, oids, rangeOf, requireProc } from "@firstlight/sql";
import type { Catalog } from "../../catalog/catalog.ts";

/** numrange(numeric, numeric) and its kin. */
const TWO_BOUNDS = 3844;
const WITH_FLAGS = 3845;
const NO_RANGES = 4283;
const ONE_RANGE = 4284;
const MANY_RANGES = 4285;

function like(
  model: number,
  name: string,
  returnType: number,
  argTypes: readonly number[],
): ProcRow {
  return { ...requireProc(model), name, returnType, argTypes, allArgTypes: null, argModes: null };
}

function constructorsOf(type: number, definition: TypeDefinition): readonly ProcRow[] {
  const row = rangeOf(type);
  if (definition.kind !== "range" || row === undefined) return [];
  const { range, subtype, multirange } = row;
  if (type === range) {
    const { name } = definition;
    const bounds = [subtype, subtype];
    return [
      like(TWO_BOUNDS, name, range, bounds),
      like(WITH_FLAGS, name, range, [...bounds, oids.TEXT]),
    ];
  }
  const { name } = definition.multirange;
  return [
    like(NO_RANGES, name, multirange, []),
    like(ONE_RANGE, name, multirange, [range]),
    { ...like(MANY_RANGES, name, multirange, [arrayTypeOid(range)]), variadic: range },
  ];
}

/** Constructors of the range or multirange type of that name in the schema. */
export function rangeConstructors(
  catalog: Catalog,
  schema: string,
  name: string,
): readonly ProcRow[] {
  const oid = catalog.typeInSchema(schema, name);
  if (oid === undefined) return [];
  const type = catalog.typeNumber(oid);
  const definition = definitionOf(type);
  return definition === undefined ? [] : constructorsOf(type, definition);
}
