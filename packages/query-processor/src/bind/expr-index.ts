/** Finds equal expressions among many without comparing each with each. */
import type { Expr } from "@firstlight/sql";
import { childrenOf, oids } from "@firstlight/sql";
import { sameExpr } from "./walk.ts";

/** Fewer are compared one by one. */
export const INDEXED_MIN = 16;
/** What is deeper seldom tells more apart. */
const SHAPE_DEPTH = 3;

/** What equal expressions have in common: unequal ones may have it, too. */
function shapeOf(expr: Expr, depth: number): string {
  if (expr.kind === "var") return `v${expr.levelsUp}.${expr.rte}.${expr.column}`;
  if (expr.kind === "const") return `${typeof expr.value === "object" ? "" : expr.value}`;
  const name = expr.kind === "call" ? expr.proc : expr.kind;
  if (depth === SHAPE_DEPTH) return `${name}`;
  return `${name}(${childrenOf(expr)
    .map((child) => shapeOf(child, depth + 1))
    .join()})`;
}

export class ExprIndex {
  readonly #places = new Map<string, number[]>();
  #indexed = 0;
  /** Those that may be given a type later. */
  readonly #open: number[] = [];

  /** The first of so many that is the same; -1 if none is. Between calls more may have come. */
  find(count: number, exprAt: (at: number) => Expr | undefined, wanted: Expr): number {
    const isWanted = (at: number): boolean => sameExpr(exprAt(at), wanted);
    if (count < INDEXED_MIN) {
      for (let at = 0; at < count; at++) if (isWanted(at)) return at;
      return -1;
    }
    for (; this.#indexed < count; this.#indexed++) this.#note(this.#indexed, exprAt);
    const places = this.#places.get(shapeOf(wanted, 0)) ?? [];
    return [...places, ...this.#open].toSorted((a, b) => a - b).find(isWanted) ?? -1;
  }

  #note(at: number, exprAt: (at: number) => Expr | undefined): void {
    const expr = exprAt(at);
    if (expr === undefined) return;
    if (expr.type === oids.UNKNOWN) this.#open.push(at);
    const shape = shapeOf(expr, 0);
    const places = this.#places.get(shape);
    if (places === undefined) this.#places.set(shape, [at]);
    else places.push(at);
  }
}
