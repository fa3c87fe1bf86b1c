/** Columns and whole rows by the names of their level (get_variable). */
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { sameExpr } from "../bind/walk.ts";
import { entryOfWholeRow } from "../bind/whole-row.ts";
import type { Level } from "./column-names.ts";

type Var = Extract<Expr, { kind: "var" }>;

function outwards(level: Level, levelsUp: number): Level {
  let found = level;
  for (let n = 0; n < levelsUp; n++) {
    if (found.parent === undefined) throw new Error("a column of no query");
    found = found.parent;
  }
  return found;
}

function named(level: Level, rte: number, column: number, prefix: boolean): string {
  const name = column === -1 ? "ctid" : (level.columns[rte]?.names[column] ?? "?column?");
  const relation = level.relationNames[rte];
  const text = quoteIdentifier(name);
  return prefix && relation !== undefined ? `${quoteIdentifier(relation)}.${text}` : text;
}

/** A column inside a join with an alias has the join's name for it. */
function throughJoin(level: Level, { rte, column }: Var): readonly [number, number] {
  const join = level.hiddenBy.get(rte);
  const entry = join === undefined ? undefined : level.query.rangeTable[join];
  if (join === undefined || entry?.kind !== "join") return [rte, column];
  const at = entry.values.findIndex(
    (value) => value.kind === "var" && value.rte === rte && value.column === column,
  );
  return at < 0 ? [rte, column] : [join, at];
}

export function columnText(level: Level, expr: Var, prefix: boolean): string {
  const own = outwards(level, expr.levelsUp);
  const [rte, column] = throughJoin(own, expr);
  return named(own, rte, column, prefix);
}

/** A merged column of FULL JOIN USING stands for an expression over both sides. */
export function mergedColumn(level: Level, expr: Expr): string | undefined {
  if (expr.kind !== "coalesce") return undefined;
  for (const [rte, entry] of level.query.rangeTable.entries()) {
    if (entry.kind !== "join") continue;
    const count = level.columns[rte]?.usingNames.length ?? 0;
    const at = entry.values.slice(0, count).findIndex((value) => sameExpr(value, expr));
    if (at >= 0) return named(level, rte, at, entry.written !== undefined);
  }
  return undefined;
}

/** "t.*" for a row of all columns of one entry. */
export function wholeRowText(level: Level, expr: Expr): string | undefined {
  const found = entryOfWholeRow(
    expr,
    (levelsUp, rte) => outwards(level, levelsUp).query.rangeTable[rte],
  );
  if (found === undefined) return undefined;
  const relation = outwards(level, found.levelsUp).relationNames[found.rte];
  return relation === undefined ? undefined : `${quoteIdentifier(relation)}.*`;
}
