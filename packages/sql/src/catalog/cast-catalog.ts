/** Lookups in pg_cast. */
import { PG_CAST } from "../catalog-data/pg-cast.ts";
import { lazy } from "./lazy.ts";
import { CatalogText } from "./tsv.ts";

export interface CastRow {
  /** Of a user's cast. */
  readonly oid?: number;
  readonly source: number;
  readonly target: number;
  /** 0 unless method is "function". */
  readonly proc: number;
  readonly context: "implicit" | "assignment" | "explicit";
  readonly method: "function" | "binary" | "inout";
}

function contextOf(letter: string): CastRow["context"] {
  if (letter === "i") return "implicit";
  return letter === "a" ? "assignment" : "explicit";
}

function methodOf(letter: string): CastRow["method"] {
  if (letter === "f") return "function";
  return letter === "b" ? "binary" : "inout";
}

const casts = lazy(() => {
  const rows = new CatalogText(PG_CAST).rows().map((row): CastRow => ({
    source: row.number("castsource"),
    target: row.number("casttarget"),
    proc: row.number("castfunc"),
    context: contextOf(row.text("castcontext")),
    method: methodOf(row.text("castmethod")),
  }));
  return new Map(rows.map((row) => [castKey(row.source, row.target), row]));
});

/** OIDs are below 2^32 and built-in ones far below 2^21, so the product is exact. */
function castKey(source: number, target: number): number {
  return source * 2 ** 21 + target;
}

/** Casts that users have made, by the numbers of their types. */
export interface UserCasts {
  find(source: number, target: number): CastRow | undefined;
}

export function findCast(source: number, target: number): CastRow | undefined {
  return casts().get(castKey(source, target));
}
