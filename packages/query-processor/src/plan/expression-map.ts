/**
 * Structural work on expression trees that planning needs: mapping over children, walking, and a key
 * under which equal expressions meet. Positions in the statement's text never count.
 */
import type { Expr } from "@firstlight/sql";
import { childrenOf, someExpr } from "@firstlight/sql";

export { mapChildren } from "@firstlight/sql";

/** Calls `visit` on every node, parents first; children are skipped where it returns false. */
export function walk(expr: Expr, visit: (node: Expr) => boolean | void): void {
  if (visit(expr) === false) return;
  for (const child of childrenOf(expr)) walk(child, visit);
}

export function someNode(expr: Expr, test: (node: Expr) => boolean): boolean {
  return someExpr(expr, test);
}

const queryIds = new WeakMap<object, number>();
let nextQueryId = 1;

function queryId(query: object): number {
  let id = queryIds.get(query);
  if (id === undefined) {
    id = nextQueryId++;
    queryIds.set(query, id);
  }
  return id;
}

/** Longer ones, of long lists of constants, are not worth their memory. */
const KEPT_KEY_MAX = 1_024;
const keys = new WeakMap<Expr, string>();

/** Equal for expressions that compute the same value from the same row. */
export function exprKey(expr: Expr): string {
  if (expr.kind === "var") return `v${expr.levelsUp}.${expr.rte}.${expr.column}`;
  let key = keys.get(expr);
  if (key !== undefined) return key;
  key = writtenKey(expr);
  if (key.length <= KEPT_KEY_MAX) keys.set(expr, key);
  return key;
}

function writtenKey(expr: Expr): string {
  return JSON.stringify(expr, (name, value: unknown) => {
    if (name === "position") return undefined;
    if (name === "query" && typeof value === "object" && value !== null) return queryId(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && !Number.isFinite(value)) return `${value}f`;
    return value;
  });
}

/** The operands of nested ANDs. */
export function conjuncts(expr: Expr | undefined): Expr[] {
  if (expr === undefined) return [];
  if (expr.kind === "and") return expr.args.flatMap((arg) => conjuncts(arg));
  if (expr.kind === "const" && expr.value === true) return [];
  return [expr];
}

const BOOL_TYPE = 16;

export function conjunction(quals: readonly Expr[]): Expr | undefined {
  const [first] = quals;
  if (first === undefined || quals.length === 1) return first;
  return { kind: "and", type: BOOL_TYPE, typmod: -1, position: -1, args: quals };
}
