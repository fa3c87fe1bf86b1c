/** Arrays and vectors as catalog columns hold them. */
import type { ArrayValue } from "@firstlight/sql";
import { makeArray } from "@firstlight/sql";

const INT2 = 21;
const OID = 26;

export function int2Array(values: readonly number[]): ArrayValue {
  return makeArray(INT2, values);
}

function vector(elementType: number, elements: readonly number[]): ArrayValue {
  return { tag: "array", elementType, dims: [elements.length], lowerBounds: [0], elements };
}

export function int2Vector(values: readonly number[]): ArrayValue {
  return vector(INT2, values);
}

export function oidArray(values: readonly number[]): ArrayValue {
  return makeArray(OID, values);
}

export function oidVector(values: readonly number[]): ArrayValue {
  return vector(OID, values);
}
