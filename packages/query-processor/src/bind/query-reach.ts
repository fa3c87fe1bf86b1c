/**
 * How far outwards a query refers. Known for each query once it was asked for, so that whoever walks
 * queries within queries need not enter those that have nothing for him. Asked for only once a
 * statement is bound: from then on queries never change.
 */
import type { Expr } from "@firstlight/sql";
import { mapInSteps } from "@firstlight/sql";
import { isOuterValue } from "./outer-value.ts";
import type { BoundQuery, RangeTableEntry } from "./query-tree.ts";
import { forEachChild, forEachOwnExpr, queryOf, visitExpr } from "./walk.ts";

/** In levels: 0 is the query itself, 1 that right around it. */
export interface Reach {
  /** Of the columns and aggregates that it takes. */
  readonly values: number;
  /** With what it reads of WITH queries, and what joins have but nothing uses. */
  readonly all: number;
}

class OpenReach implements Reach {
  values = 0;
  all = 0;

  expr(expr: Expr): void {
    visitExpr(expr, (each) => {
      if (isOuterValue(each)) this.values = Math.max(this.values, each.levelsUp);
      if (each.kind !== "subLink") return true;
      this.query(queryOf(each));
      forEachChild(each, (child) => this.expr(child));
      return false;
    });
  }

  query(query: BoundQuery): void {
    const { values, all } = reachOf(query);
    this.values = Math.max(this.values, values - 1);
    this.all = Math.max(this.all, all - 1);
  }

  rows(rows: readonly (readonly Expr[])[]): void {
    for (const { values, all } of mapInSteps("reach", rows, ofRow)) {
      this.values = Math.max(this.values, values);
      this.all = Math.max(this.all, all);
    }
  }

  entry(entry: RangeTableEntry): void {
    if (entry.kind === "subquery") this.query(entry.query);
    else if (entry.kind === "function") for (const { call } of entry.functions) this.expr(call);
    else if (entry.kind === "values") this.rows(entry.rows);
    else if (entry.kind === "cte") this.all = Math.max(this.all, entry.levelsUp);
    else if (entry.kind === "table" && entry.sample !== undefined) {
      this.expr(entry.sample.percentage);
      if (entry.sample.repeatable !== undefined) this.expr(entry.sample.repeatable);
    }
  }
}

function ofRow(row: readonly Expr[]): Reach {
  const reach = new OpenReach();
  for (const each of row) reach.expr(each);
  return reach;
}

function computed(query: BoundQuery): Reach {
  const reach = new OpenReach();
  for (const cte of query.ctes) reach.query(cte.query);
  for (const entry of query.rangeTable) reach.entry(entry);
  if (query.kind === "insert" && query.source.kind === "query") reach.query(query.source.query);
  forEachOwnExpr(query, (expr) => reach.expr(expr));
  const unused = new OpenReach();
  for (const entry of query.rangeTable) {
    if (entry.kind === "join") for (const value of entry.values) unused.expr(value);
  }
  const { values } = reach;
  return { values, all: Math.max(values, reach.all, unused.values, unused.all) };
}

const reaches = new WeakMap<BoundQuery, Reach>();

export function reachOf(query: BoundQuery): Reach {
  const known = reaches.get(query);
  if (known !== undefined) return known;
  const reach = computed(query);
  reaches.set(query, reach);
  return reach;
}
