/** What a column of anonymous records consists of: what makes them, through the queries that hand them on. */
import { type Expr, oids, procOf } from "@firstlight/sql";
import { compositeColumns } from "../composite-columns.ts";
import { outputTargets } from "../output-columns.ts";
import type { BoundQuery, OutputColumn, RangeTableEntry } from "../query-tree.ts";
import { recordColumns } from "../record-columns.ts";
import type { Scope } from "../scope.ts";
import { rowIfPresent } from "../whole-row.ts";

/** Where names of range table entries mean something: a scope, or a bound query with its outer ones. */
interface Level {
  readonly rangeTable: readonly RangeTableEntry[];
  readonly outer: () => Level | undefined;
  readonly cte: (index: number) => BoundQuery | undefined;
}

function levelOfScope(scope: Scope): Level {
  return {
    rangeTable: scope.rangeTable,
    outer: () => (scope.parent === undefined ? undefined : levelOfScope(scope.parent)),
    cte: (index) => scope.ctes[index]?.query,
  };
}

function levelOfQuery(query: BoundQuery, outer: Level): Level {
  return {
    rangeTable: query.rangeTable,
    outer: () => outer,
    cte: (index) => query.ctes[index]?.query,
  };
}

function ancestor(level: Level, levelsUp: number): Level | undefined {
  let at: Level | undefined = level;
  for (let i = 0; i < levelsUp; i++) at = at?.outer();
  return at;
}

function columnsOf(level: Level, expr: Expr): readonly OutputColumn[] | undefined {
  const named = compositeColumns(expr.type);
  if (named !== undefined) return named;
  const present = rowIfPresent(expr);
  if (present !== undefined) return columnsOf(level, present);
  if (expr.kind === "row") {
    return expr.fields.map(({ type, typmod }, i) => ({ name: expr.names[i] ?? "", type, typmod }));
  }
  if (expr.kind === "call") return recordColumns(procOf(expr), expr);
  if (expr.kind !== "var") return undefined;
  const home = ancestor(level, expr.levelsUp);
  const entry = home?.rangeTable[expr.rte];
  return home && entry && columnsInEntry(home, entry, expr.column);
}

function columnsInEntry(
  home: Level,
  entry: RangeTableEntry,
  column: number,
): readonly OutputColumn[] | undefined {
  if (entry.kind === "join") {
    const value = entry.values[column];
    return value && columnsOf(home, value);
  }
  if (entry.kind === "subquery") return columnsInQuery(entry.query, home, column);
  if (entry.kind !== "cte") return undefined;
  const owner = ancestor(home, entry.levelsUp);
  const query = owner?.cte(entry.cte);
  return owner && query && columnsInQuery(query, owner, column);
}

function columnsInQuery(
  query: BoundQuery,
  outer: Level,
  column: number,
): readonly OutputColumn[] | undefined {
  const target = outputTargets(query)[column];
  return target && columnsOf(levelOfQuery(query, outer), target.expr);
}

/** Undefined when nothing tells. */
export function recordSource(scope: Scope, expr: Expr): readonly OutputColumn[] | undefined {
  if (expr.kind !== "var" || expr.type !== oids.RECORD) return undefined;
  return columnsOf(levelOfScope(scope), expr);
}
