/** Item methods of jsonpath that look at one item: type(), size(), numbers. */
import { SqlError } from "@firstlight/common";
import * as oids from "../../types/oids.ts";
import type { JsonbNode, Numeric } from "../../values/datum.ts";
import { parseFloat8 } from "../../values/float.ts";
import { numericAbs } from "../../values/numeric-arithmetic.ts";
import {
  ceilNumeric,
  floorNumeric,
  numericFromFloat,
  numericToString,
} from "../../values/numeric.ts";
import { pathError, type PathValue } from "./path-value.ts";

const MOMENT_TYPES: Readonly<Record<number, string>> = {
  [oids.DATE]: "date",
  [oids.TIME]: "time without time zone",
  [oids.TIMETZ]: "time with time zone",
  [oids.TIMESTAMP]: "timestamp without time zone",
  [oids.TIMESTAMPTZ]: "timestamp with time zone",
};

export function typeName(value: PathValue): JsonbNode {
  const name = value.kind === "moment" ? (MOMENT_TYPES[value.type] ?? "") : value.kind;
  return { kind: "string", value: name };
}

const NUMERIC_METHODS: Readonly<Record<string, (value: Numeric) => Numeric>> = {
  abs: numericAbs,
  floor: floorNumeric,
  ceiling: ceilNumeric,
};

/** abs(), floor() and ceiling(). */
export function numericMethod(name: string, value: PathValue): JsonbNode {
  const method = NUMERIC_METHODS[name];
  if (value.kind !== "number" || method === undefined) {
    throw pathError(
      "22036",
      `jsonpath item method .${name}() can only be applied to a numeric value`,
    );
  }
  return { kind: "number", value: method(value.value) };
}

function floatOf(text: string): number | undefined {
  try {
    const value = parseFloat8(text);
    return Number.isFinite(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** A number stays as it is when it fits; a string becomes the number that it spells. */
export function doubleMethod(value: PathValue): JsonbNode {
  if (value.kind === "number") {
    if (floatOf(numericToString(value.value)) !== undefined) return value;
    throw pathError(
      "22036",
      "numeric argument of jsonpath item method .double() is out of range for type double precision",
    );
  }
  if (value.kind !== "string") {
    throw pathError(
      "22036",
      "jsonpath item method .double() can only be applied to a string or numeric value",
    );
  }
  const float = floatOf(value.value);
  if (float !== undefined) return { kind: "number", value: numericFromFloat(float, 15) };
  throw pathError(
    "22036",
    "string argument of jsonpath item method .double() is not a valid representation of a double precision number",
  );
}
