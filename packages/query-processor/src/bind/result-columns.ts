/** What RowDescription tells of a result: names, types, and the table columns that they come from. */
import { baseTypeOid, type Expr, typeRow } from "@firstlight/sql";
import { outputTargets } from "./output-columns.ts";
import type { BoundQuery, RangeTableEntry, ResultColumn } from "./query-tree.ts";

interface Origin {
  readonly tableOid: number;
  readonly columnNumber: number;
}

const NOWHERE: Origin = { tableOid: 0, columnNumber: 0 };

/** The query at hand, and those that it is in. */
interface Nesting {
  readonly query: BoundQuery;
  readonly outer: Nesting | undefined;
}

function levelAbove(nesting: Nesting, levelsUp: number): Nesting | undefined {
  let level: Nesting | undefined = nesting;
  for (let up = 0; up < levelsUp; up++) level = level?.outer;
  return level;
}

function originOf(nesting: Nesting, expr: Expr): Origin {
  if (expr.kind !== "var") return NOWHERE;
  const level = levelAbove(nesting, expr.levelsUp);
  const entry = level?.query.rangeTable[expr.rte];
  return level === undefined || entry === undefined
    ? NOWHERE
    : originInEntry(level, entry, expr.column);
}

function originInQuery(
  outer: Nesting | undefined,
  query: BoundQuery,
  column: number,
  targets: ReturnType<typeof outputTargets> = outputTargets(query),
): Origin {
  const target = targets[column];
  const isSet = query.kind === "select" && query.setOperation !== undefined;
  return target === undefined || isSet ? NOWHERE : originOf({ query, outer }, target.expr);
}

function originInEntry(nesting: Nesting, entry: RangeTableEntry, column: number): Origin {
  switch (entry.kind) {
    case "table":
    case "virtual":
      return { tableOid: entry.table.oid, columnNumber: column + 1 };
    case "subquery":
      if (entry.view !== undefined) return { tableOid: entry.view, columnNumber: column + 1 };
      return originInQuery(nesting, entry.query, column);
    case "cte": {
      const owner = levelAbove(nesting, entry.levelsUp);
      const cte = owner?.query.ctes[entry.cte];
      if (cte === undefined || cte.recursive) return NOWHERE;
      return originInQuery(owner, cte.query, column);
    }
    case "function":
    case "values":
    case "join":
      return NOWHERE;
  }
}

/** Clients are told the type below a domain. */
function wireType({ type, typmod }: Expr): Pick<ResultColumn, "type" | "typmod" | "domain"> {
  const base = baseTypeOid(type);
  if (base === type) return { type, typmod };
  return { type: base, typmod: domainTypmod(type), domain: type };
}

/** Of the innermost domain: those around it have none. */
function domainTypmod(type: number): number {
  const row = typeRow(type);
  const base = row === undefined ? undefined : typeRow(row.baseType);
  return base?.kind === "d" ? domainTypmod(base.oid) : (row?.baseTypmod ?? -1);
}

/** Undefined for a statement that returns no rows. */
export function resultColumns(query: BoundQuery): readonly ResultColumn[] | undefined {
  const targets = outputTargets(query);
  if (query.kind !== "select" && targets.length === 0) return undefined;
  return targets.map(({ name, expr }, column) => ({
    name,
    ...wireType(expr),
    ...originInQuery(undefined, query, column, targets),
  }));
}
