/**
 * Where a plan's output row holds the value of an expression: Vars of the relations below, and after
 * grouping or windowing whole expressions.
 */
import type { Expr, Slot } from "@firstlight/sql";
import { mapChildrenInSteps } from "@firstlight/sql";
import { exprKey } from "./expression-map.ts";
import type { PlanNode } from "./plan-node.ts";

export class Layout {
  readonly #slots = new Map<string, number>();
  /** Whether anything but Vars has a slot. */
  #complex = false;
  width: number;

  constructor(width: number) {
    this.width = width;
  }

  static of(exprs: readonly Expr[]): Layout {
    const layout = new Layout(exprs.length);
    exprs.forEach((expr, slot) => layout.set(expr, slot));
    return layout;
  }

  set(expr: Expr, slot: number): void {
    const key = exprKey(expr);
    if (this.#slots.has(key)) return;
    if (expr.kind !== "var") this.#complex = true;
    this.#slots.set(key, slot);
  }

  get(expr: Expr): number | undefined {
    if (expr.kind !== "var" && !this.#complex) return undefined;
    return this.#slots.get(exprKey(expr));
  }

  /** This row followed by another one. */
  joined(right: Layout): Layout {
    const layout = new Layout(this.width + right.width);
    for (const [key, slot] of this.#slots) layout.#slots.set(key, slot);
    for (const [key, slot] of right.#slots) layout.#slots.set(key, slot + this.width);
    layout.#complex = this.#complex || right.#complex;
    return layout;
  }

  widened(by: number): Layout {
    return this.joined(new Layout(by));
  }
}

export function slot(
  index: number,
  like: { readonly type: number; readonly typmod: number },
): Slot {
  return { kind: "slot", index, type: like.type, typmod: like.typmod, position: -1 };
}

/** The expression over rows of `layout`. Every Var must have a slot. */
export function toSlots(expr: Expr, layout: Layout): Expr {
  const found = expr.kind === "slot" ? undefined : layout.get(expr);
  if (found !== undefined) return slot(found, expr);
  if (expr.kind === "var") {
    throw new Error(`no slot for column ${expr.column} of range table entry ${expr.rte}`);
  }
  return mapChildrenInSteps("slots", expr, (child) => toSlots(child, layout));
}

/** A plan with the meaning of its output columns. */
export interface Relation {
  readonly node: PlanNode;
  readonly layout: Layout;
}
