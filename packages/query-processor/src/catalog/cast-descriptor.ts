/** A cast of a user's as the catalog stores it. */

/** It belongs to no schema and to no one but its types. */
export interface CastDescriptor {
  readonly kind: "cast";
  readonly oid: number;
  readonly sourceType: number;
  readonly targetType: number;
  /** OID in pg_proc, 0 unless method is "function". */
  readonly proc: number;
  readonly context: "implicit" | "assignment" | "explicit";
  readonly method: "function" | "binary" | "inout";
}
