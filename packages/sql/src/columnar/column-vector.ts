/**
 * The values of one column for a block of rows. Integers, dates and floats are typed arrays, numerics
 * of one scale are scaled integers; anything else is an array of Datums. A vector is never changed.
 */
import { makeSmallNumeric } from "../values/numeric.ts";
import type { Datum } from "../values/datum.ts";

export type ColumnVector =
  | {
      /** int2, int4, date without infinities. */
      readonly kind: "integer";
      readonly values: Int32Array;
      /** 1 where the value is NULL; undefined where none is. */
      readonly nulls: Uint8Array | undefined;
      readonly bytes: number;
    }
  | {
      readonly kind: "float";
      readonly values: Float64Array;
      readonly nulls: Uint8Array | undefined;
      readonly bytes: number;
    }
  | {
      /** Finite numerics: values * 10^-scale, safe integers. */
      readonly kind: "scaled";
      readonly scale: number;
      readonly values: Float64Array;
      readonly nulls: Uint8Array | undefined;
      readonly bytes: number;
    }
  | {
      readonly kind: "datum";
      readonly values: readonly Datum[];
      /** Of whether a value is NULL: the values tell which. */
      readonly hasNull: boolean;
      readonly bytes: number;
    };

export function vectorValue(vector: ColumnVector, row: number): Datum {
  if (vector.kind === "datum") return vector.values[row] ?? null;
  if (vector.nulls?.[row] === 1) return null;
  const value = vector.values[row] as number;
  return vector.kind === "scaled" ? makeSmallNumeric(value, vector.scale) : value;
}

/** What compiled code has to know of a vector; vectors of one shape share their code. */
export interface VectorShape {
  readonly kind: ColumnVector["kind"];
  readonly nullable: boolean;
  /** Of "scaled", else 0. */
  readonly scale: number;
}

export function shapeOf(vector: ColumnVector): VectorShape {
  if (vector.kind === "datum") return { kind: "datum", nullable: vector.hasNull, scale: 0 };
  const scale = vector.kind === "scaled" ? vector.scale : 0;
  return { kind: vector.kind, nullable: vector.nulls !== undefined, scale };
}

export function shapeKey(vectors: readonly ColumnVector[]): string {
  let key = "";
  for (const vector of vectors) {
    const { kind, nullable, scale } = shapeOf(vector);
    key += `${kind}${nullable ? "?" : ""}${scale} `;
  }
  return key;
}
