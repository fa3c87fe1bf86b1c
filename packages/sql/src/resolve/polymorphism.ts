/**
 * What anyelement, anyarray, anycompatible and their kin stand for in one call: PostgreSQL's
 * check_generic_type_consistency and enforce_generic_type_consistency.
 */
import { formatType } from "../catalog/format-type.ts";
import {
  arrayTypeOid,
  baseTypeOid,
  baseElementTypeOid,
  elementTypeOid,
  type RangeRow,
  rangeOf,
  typeRow,
} from "../catalog/type-catalog.ts";
import { SqlError } from "@firstlight/common";
import { TEXT, UNKNOWN } from "../types/oids.ts";
import { commonTypeOf } from "./common-type.ts";
import { canCoerceType } from "./coercion-pathway.ts";
import {
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYCOMPATIBLEMULTIRANGE,
  ANYCOMPATIBLENONARRAY,
  ANYCOMPATIBLERANGE,
  ANYELEMENT,
  ANYENUM,
  ANYMULTIRANGE,
  ANYNONARRAY,
  ANYRANGE,
  isCompatiblePolymorphic,
  isExactPolymorphic,
} from "./pseudo-types.ts";

/** 0 where nothing is known of it. */
interface Bindings {
  element: number;
  array: number;
  range: number;
  multirange: number;
  compatible: number;
  compatibleRange: number;
  compatibleMultirange: number;
}

interface Gathered {
  readonly bindings: Bindings;
  readonly declared: ReadonlySet<number>;
  readonly compatibleTypes: readonly number[];
}

const NOT_ALIKE = 'arguments declared "%s" are not all alike';

function mismatch(message: string, detail?: string): SqlError {
  return new SqlError("42804", message, detail === undefined ? {} : { detail });
}

function agree(before: number, now: number, name: string): number {
  if (before === 0 || before === now) return now;
  throw mismatch(NOT_ALIKE.replace("%s", name), `${formatType(before)} versus ${formatType(now)}`);
}

function gatherRange(declared: number, actual: number, into: Bindings): void {
  const base = baseTypeOid(actual);
  if (declared === ANYRANGE) into.range = agree(into.range, base, "anyrange");
  if (declared === ANYMULTIRANGE) into.multirange = agree(into.multirange, base, "anymultirange");
  if (declared === ANYCOMPATIBLERANGE) {
    into.compatibleRange = agree(into.compatibleRange, base, "anycompatiblerange");
  }
  if (declared === ANYCOMPATIBLEMULTIRANGE) {
    const name = "anycompatiblemultirange";
    into.compatibleMultirange = agree(into.compatibleMultirange, base, name);
  }
}

function compatibleElement(declared: number, actual: number): number {
  if (declared !== ANYCOMPATIBLEARRAY) return actual;
  const element = elementTypeOid(baseTypeOid(actual));
  if (element !== 0) return element;
  throw mismatch(
    `argument declared ${formatType(declared)} is not an array but type ${formatType(actual)}`,
  );
}

/** First pass: what the arguments with a known type say. */
function gather(actual: readonly number[], declared: readonly number[]): Gathered {
  const bindings: Bindings = {
    element: 0,
    array: 0,
    range: 0,
    multirange: 0,
    compatible: 0,
    compatibleRange: 0,
    compatibleMultirange: 0,
  };
  const compatibleTypes: number[] = [];
  for (let index = 0; index < actual.length; index += 1) {
    const type = actual[index] ?? 0;
    const target = declared[index] ?? 0;
    if (type === UNKNOWN) continue;
    if (target === ANYELEMENT || target === ANYNONARRAY || target === ANYENUM) {
      bindings.element = agree(bindings.element, type, "anyelement");
    } else if (target === ANYARRAY) {
      bindings.array = agree(bindings.array, baseTypeOid(type), "anyarray");
    } else if (
      target === ANYCOMPATIBLE ||
      target === ANYCOMPATIBLENONARRAY ||
      target === ANYCOMPATIBLEARRAY
    ) {
      compatibleTypes.push(compatibleElement(target, type));
    } else {
      gatherRange(target, type, bindings);
    }
  }
  return { bindings, declared: new Set(declared), compatibleTypes };
}

function deriveFromArray(bindings: Bindings): void {
  if (bindings.array === 0 || bindings.array === ANYARRAY) return;
  const element = elementTypeOid(bindings.array);
  if (element === 0) {
    throw mismatch(
      `argument declared anyarray is not an array but type ${formatType(bindings.array)}`,
    );
  }
  if (bindings.element !== 0 && bindings.element !== element) {
    throw mismatch(
      "argument declared anyarray is not consistent with argument declared anyelement",
      `${formatType(bindings.array)} versus ${formatType(bindings.element)}`,
    );
  }
  bindings.element = element;
}

function agreeOnElement(bindings: Bindings, row: RangeRow, known: number, name: string): void {
  if (bindings.element !== 0 && bindings.element !== row.subtype) {
    throw mismatch(
      `argument declared ${name} is not consistent with argument declared anyelement`,
      `${formatType(known)} versus ${formatType(bindings.element)}`,
    );
  }
  bindings.element = row.subtype;
}

function deriveFromRange(bindings: Bindings): void {
  const { range, multirange } = bindings;
  if (range !== 0) {
    const row = rangeOf(range);
    if (row?.range !== range) {
      throw mismatch(
        `argument declared anyrange is not a range type but type ${formatType(range)}`,
      );
    }
    agreeOnElement(bindings, row, range, "anyrange");
    if (multirange === 0) bindings.multirange = row.multirange;
  }
  if (multirange === 0) return;
  const row = rangeOf(multirange);
  if (row?.multirange !== multirange) {
    throw mismatch(
      `argument declared anymultirange is not a multirange type but type ${formatType(multirange)}`,
    );
  }
  if (range !== 0 && row.range !== range) {
    throw mismatch(
      "argument declared anymultirange is not consistent with argument declared anyrange",
      `${formatType(multirange)} versus ${formatType(range)}`,
    );
  }
  bindings.range = row.range;
  agreeOnElement(bindings, row, multirange, "anymultirange");
}

function checkKinds(bindings: Bindings, declared: ReadonlySet<number>): void {
  if (
    bindings.element !== 0 &&
    declared.has(ANYNONARRAY) &&
    baseElementTypeOid(bindings.element) !== 0
  ) {
    throw mismatch(`type matched to anynonarray is an array type: ${formatType(bindings.element)}`);
  }
  // Nothing is known to be an enum of a literal without a type.
  if (declared.has(ANYENUM) && typeRow(bindings.element)?.kind !== "e") {
    throw mismatch(`type matched to anyenum is not an enum type: ${formatType(bindings.element)}`);
  }
}

/** The range that anycompatiblerange and anycompatiblemultirange stand for together. */
function compatibleRangeOf(bindings: Bindings): RangeRow | undefined {
  const { compatibleRange, compatibleMultirange } = bindings;
  const range = compatibleRange === 0 ? undefined : rangeOf(compatibleRange);
  if (compatibleRange !== 0 && range?.range !== compatibleRange) {
    throw mismatch(
      `argument declared anycompatiblerange is not a range type but type ${formatType(compatibleRange)}`,
    );
  }
  if (compatibleMultirange === 0) return range;
  const row = rangeOf(compatibleMultirange);
  if (row?.multirange !== compatibleMultirange) {
    throw mismatch(
      `argument declared anycompatiblemultirange is not a multirange type but type ${formatType(compatibleMultirange)}`,
    );
  }
  if (range !== undefined && row.range !== range.range) {
    throw mismatch(
      "argument declared anycompatiblemultirange is not consistent with argument declared anycompatiblerange",
      `${formatType(compatibleMultirange)} versus ${formatType(compatibleRange)}`,
    );
  }
  bindings.compatibleRange = row.range;
  return row;
}

function deriveCompatible({ bindings, declared, compatibleTypes }: Gathered): void {
  const types = [...compatibleTypes];
  const isMultirange = bindings.compatibleMultirange !== 0;
  const range = compatibleRangeOf(bindings);
  if (range !== undefined) types.push(range.subtype);
  if (types.length === 0) return;
  const common = commonTypeOf(types);
  if (common === undefined || !types.every((type) => canCoerceType(type, common, "implicit"))) {
    throw mismatch("arguments of anycompatible family cannot be cast to a common type");
  }
  bindings.compatible = common;
  // Ranges are not converted: the others have to come to their element type.
  if (range !== undefined && range.subtype !== common) {
    const [name, type] = isMultirange
      ? ["anycompatiblemultirange", range.multirange]
      : ["anycompatiblerange", range.range];
    throw mismatch(
      `${name} type ${formatType(type)} does not match anycompatible type ${formatType(common)}`,
    );
  }
  if (declared.has(ANYCOMPATIBLENONARRAY) && baseElementTypeOid(common) !== 0) {
    throw mismatch(`type matched to anycompatiblenonarray is an array type: ${formatType(common)}`);
  }
}

function bind(actual: readonly number[], declared: readonly number[]): Gathered {
  const gathered = gather(actual, declared);
  deriveFromArray(gathered.bindings);
  deriveFromRange(gathered.bindings);
  checkKinds(gathered.bindings, gathered.declared);
  deriveCompatible(gathered);
  return gathered;
}

/** Whether the actual types can match the polymorphic declared ones together. */
export function checkGenericTypeConsistency(
  actual: readonly number[],
  declared: readonly number[],
): boolean {
  try {
    bind(actual, declared);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

function arrayOf(element: number): number {
  const array = arrayTypeOid(element);
  if (array !== 0) return array;
  throw new SqlError("42704", `could not find array type for data type ${formatType(element)}`);
}

/** The type that a polymorphic pseudo-type stands for, given the bindings. */
function standsFor(type: number, bindings: Bindings): number {
  switch (type) {
    case ANYELEMENT:
    case ANYNONARRAY:
    case ANYENUM:
      return bindings.element;
    case ANYARRAY:
      return bindings.array === 0 ? arrayOf(bindings.element) : bindings.array;
    case ANYCOMPATIBLE:
    case ANYCOMPATIBLENONARRAY:
      return bindings.compatible;
    case ANYCOMPATIBLEARRAY:
      return arrayOf(bindings.compatible);
    case ANYRANGE:
      return bindings.range;
    case ANYMULTIRANGE:
      return bindings.multirange;
    case ANYCOMPATIBLERANGE:
      return bindings.compatibleRange;
    case ANYCOMPATIBLEMULTIRANGE:
      return rangeOf(bindings.compatibleRange)?.multirange ?? 0;
    default:
      return type;
  }
}

const NAMED_UNKNOWN: ReadonlySet<number> = new Set([
  ANYRANGE,
  ANYMULTIRANGE,
  ANYCOMPATIBLERANGE,
  ANYCOMPATIBLEMULTIRANGE,
]);

function requireBound(type: number, declared: number): number {
  if (type !== 0) return type;
  throw mismatch(
    NAMED_UNKNOWN.has(declared)
      ? `could not determine polymorphic type ${formatType(declared)} because input has type unknown`
      : "could not determine polymorphic type because input has type unknown",
  );
}

export interface GenericTypes {
  /**
   * What the arguments are to be coerced to: an argument of the anyelement family that has a type
   * keeps its polymorphic declaration (it needs no coercion), an unknown one gets the actual type.
   */
  readonly argTypes: readonly number[];
  readonly resultType: number;
}

/** Resolves the polymorphic types of a call, throws 42804 when they do not agree. */
export function enforceGenericTypeConsistency(
  actual: readonly number[],
  declared: readonly number[],
  resultType: number,
): GenericTypes {
  const exact = declared.some(isExactPolymorphic);
  const compatible = declared.some(isCompatiblePolymorphic);
  if (!exact && !compatible) return { argTypes: declared, resultType };
  const { bindings } = bind(actual, declared);
  if (exact && bindings.element === 0 && bindings.array !== ANYARRAY) requireBound(0, ANYELEMENT);
  if (bindings.array === ANYARRAY && bindings.element === 0) bindings.element = ANYELEMENT;
  if (compatible && bindings.compatible === 0) bindings.compatible = TEXT;
  const argTypes = declared.map((type, index) => {
    const isUnknown = actual[index] === UNKNOWN;
    if (isCompatiblePolymorphic(type) || (isUnknown && isExactPolymorphic(type))) {
      return requireBound(standsFor(type, bindings), type);
    }
    return type;
  });
  return { argTypes, resultType: requireBound(standsFor(resultType, bindings), resultType) };
}
