/**
 * A query with every expression of it rewritten, wherever the query holds it: in its clauses, its
 * range table and the queries in it. Descriptors of the catalog are left alone.
 */
import { type Expr, mapChildren } from "@firstlight/sql";
import type { BoundQuery, RangeTableEntry } from "./query-tree.ts";
import { queryOf } from "./walk.ts";

export interface QueryMap {
  /** After its children were rewritten. */
  expr(expr: Expr): Expr;
  /** An entry whose expressions were rewritten. */
  entry(entry: RangeTableEntry): RangeTableEntry;
}

/** Fields that hold no expressions, or those of the schema, which have their own place. */
const OPAQUE: ReadonlySet<string> = new Set(["table", "columns", "catalog"]);

const QUERIES: ReadonlySet<string> = new Set(["select", "insert", "update", "delete", "merge"]);

/** Expressions, and nothing else in a query, have a type and a place. */
function isExpr(value: object): value is Expr {
  return "kind" in value && "type" in value && "position" in value && "typmod" in value;
}

function isQuery(value: object): value is BoundQuery {
  return "kind" in value && "rangeTable" in value && QUERIES.has(String(value.kind));
}

export function mapExpr(expr: Expr, map: QueryMap): Expr {
  const inner = mapChildren(expr, (child) => mapExpr(child, map));
  if (inner.kind !== "subLink") return map.expr(inner);
  const query = queryOf(inner);
  const mapped = mapQuery(query, map);
  return map.expr(mapped === query ? inner : { ...inner, query: mapped });
}

function mapValue(value: unknown, map: QueryMap): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    const next = value.map((each: unknown) => mapValue(each, map));
    return next.some((each, at) => each !== value[at]) ? next : value;
  }
  if (isExpr(value)) return mapExpr(value, map);
  if (isQuery(value)) return mapQuery(value, map);
  return mapFields(value, map);
}

function mapFields<T extends object>(object: T, map: QueryMap): T {
  if (Object.getPrototypeOf(object) !== Object.prototype) return object;
  let changed: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (OPAQUE.has(key)) continue;
    const next = mapValue(value, map);
    if (next === value) continue;
    changed ??= { ...(object as Record<string, unknown>) };
    changed[key] = next;
  }
  return changed === undefined ? object : (changed as T);
}

export function mapQuery<Q extends BoundQuery>(query: Q, map: QueryMap): Q {
  const fields = mapFields(query, map);
  const entries = fields.rangeTable.map((entry) => map.entry(entry));
  const same = entries.every((entry, at) => entry === fields.rangeTable[at]);
  return same ? fields : { ...fields, rangeTable: entries };
}
