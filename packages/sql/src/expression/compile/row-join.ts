/** Rows of two sides as one row: generated code makes the array at its final size, at once. */
import type { Datum, Row } from "../../values/datum.ts";
import { instantiateFunction } from "./compile-tree.ts";

export type RowJoin = (left: Row, right: Row) => Datum[];

const joins = new Map<string, RowJoin>();
const JOINS_MAX = 512;
/** Wider rows are spread. */
const WIDTH_MAX = 64;

/** For rows of exactly these widths. */
export function rowJoin(leftWidth: number, rightWidth: number): RowJoin {
  if (leftWidth + rightWidth > WIDTH_MAX) return (left, right) => [...left, ...right];
  const name = `${leftWidth}+${rightWidth}`;
  let join = joins.get(name);
  if (join === undefined) {
    const left = Array.from({ length: leftWidth }, (_, at) => `left[${at}]`);
    const right = Array.from({ length: rightWidth }, (_, at) => `right[${at}]`);
    const body = `return [${[...left, ...right].join(", ")}];`;
    join = instantiateFunction("left, right", body, []) as RowJoin;
    if (joins.size >= JOINS_MAX) joins.clear();
    joins.set(name, join);
  }
  return join;
}
