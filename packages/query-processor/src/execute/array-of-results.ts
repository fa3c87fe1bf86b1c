/** The value of ARRAY(SELECT ...): of elements, or of arrays, which make one dimension more. */
import { SqlError } from "@firstlight/common";
import type { ArrayValue, Datum } from "@firstlight/sql";
import { makeArray, makeArrayWithDims, oids } from "@firstlight/sql";

/** Their values look like arrays, but they are elements of arrays of their own. */
const VECTORS: ReadonlySet<number> = new Set([oids.INT2VECTOR, oids.OIDVECTOR]);

function isArray(value: Datum): value is ArrayValue {
  return typeof value === "object" && value !== null && "elementType" in value;
}

export function arrayOfResults(elementType: number, values: readonly Datum[]): ArrayValue {
  if (VECTORS.has(elementType) || !values.some(isArray)) return makeArray(elementType, values);
  const parts = values.map((value) => {
    if (isArray(value)) return value;
    throw new SqlError("22004", "cannot accumulate null arrays");
  });
  const [first] = parts;
  const dims = first?.dims ?? [];
  if (dims.length === 0) throw new SqlError("2202E", "cannot accumulate empty arrays");
  const sameShape = (part: ArrayValue): boolean =>
    part.dims.length === dims.length && part.dims.every((size, i) => size === dims[i]);
  if (!parts.every(sameShape)) {
    throw new SqlError("2202E", "cannot accumulate arrays of different dimensionality");
  }
  return makeArrayWithDims(
    elementType,
    [parts.length, ...dims],
    [1, ...(first?.lowerBounds ?? [])],
    parts.flatMap(({ elements }) => elements),
  );
}
