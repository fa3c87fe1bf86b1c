/** What RowDescription tells of a result: names, types, and the table columns that they come from. */
import type { Expr } from "@firstlight/sql";
import { outputTargets } from "./output-columns.ts";
import type { BoundQuery, RangeTableEntry, ResultColumn } from "./query-tree.ts";

interface Origin {
  readonly tableOid: number;
  readonly columnNumber: number;
}

const NOWHERE: Origin = { tableOid: 0, columnNumber: 0 };

function originIn(query: BoundQuery, expr: Expr): Origin {
  if (expr.kind !== "var" || expr.levelsUp !== 0) return NOWHERE;
  const entry = query.rangeTable[expr.rte];
  return entry === undefined ? NOWHERE : originInEntry(query, entry, expr.column);
}

function originInEntry(query: BoundQuery, entry: RangeTableEntry, column: number): Origin {
  switch (entry.kind) {
    case "table":
    case "virtual":
      return { tableOid: entry.table.oid, columnNumber: column + 1 };
    case "subquery": {
      const target = outputTargets(entry.query)[column];
      if (target === undefined || entry.query.setOperation !== undefined) return NOWHERE;
      return originIn(entry.query, target.expr);
    }
    case "cte": {
      const cte = entry.levelsUp === 0 ? query.ctes[entry.cte] : undefined;
      const target = cte === undefined ? undefined : outputTargets(cte.query)[column];
      if (cte === undefined || target === undefined || cte.recursive) return NOWHERE;
      return originIn(cte.query, target.expr);
    }
    case "function":
    case "values":
    case "join":
      return NOWHERE;
  }
}

/** Undefined for a statement that returns no rows. */
export function resultColumns(query: BoundQuery): readonly ResultColumn[] | undefined {
  const targets = outputTargets(query);
  if (query.kind !== "select" && targets.length === 0) return undefined;
  const isSet = query.kind === "select" && query.setOperation !== undefined;
  return targets.map(({ name, expr }) => ({
    name,
    type: expr.type,
    typmod: expr.typmod,
    ...(isSet ? NOWHERE : originIn(query, expr)),
  }));
}
