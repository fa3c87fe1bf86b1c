/**
 * What the keys of one side of a hash join say about the rows of the other: those without a partner
 * need not be read where the join would drop them. The side that is expected to be small comes first.
 */
import { compileExpr } from "@firstlight/sql";
import type { CompiledExpr, Expr, Row } from "@firstlight/sql";
import type { HashJoinNode } from "../../plan/plan-node.ts";
import { KeyCollector } from "../key-collector.ts";
import type { Operator, Run } from "../operator.ts";

interface Restriction {
  /** Over the rows of the side that comes first. */
  readonly key: CompiledExpr;
  /** The other side's key. */
  readonly slot: number;
}

export interface JoinRestrictions {
  /** Rows of the right side restrict the left one. */
  readonly ofLeft: readonly Restriction[];
  readonly ofRight: readonly Restriction[];
  /** Read the left side first, so that it restricts the right one. */
  readonly leftFirst: boolean;
}

/** How much smaller the left side has to be expected to come first. */
const MUCH_SMALLER = 4;
const DROPS_LEFT: ReadonlySet<HashJoinNode["type"]> = new Set(["inner", "semi", "right"]);
const DROPS_RIGHT: ReadonlySet<HashJoinNode["type"]> = new Set(["inner", "semi", "anti", "left"]);

function restrictions(by: readonly Expr[], of: readonly Expr[]): readonly Restriction[] {
  return of.flatMap((key, at): Restriction[] => {
    const other = by[at];
    const slot = slotOf(key);
    if (other === undefined || slot === undefined) return [];
    return [{ key: compileExpr(other), slot }];
  });
}

function slotOf(expr: Expr): number | undefined {
  if (expr.kind === "relabel") return slotOf(expr.arg);
  return expr.kind === "slot" ? expr.index : undefined;
}

export function joinRestrictions(node: HashJoinNode): JoinRestrictions {
  const { leftKeys, rightKeys, type, left, right } = node;
  const ofLeft = DROPS_LEFT.has(type) ? restrictions(rightKeys, leftKeys) : [];
  const ofRight = DROPS_RIGHT.has(type) ? restrictions(leftKeys, rightKeys) : [];
  const isSmaller = left.estimate.rows * MUCH_SMALLER < right.estimate.rows;
  return { ofLeft, ofRight, leftFirst: ofRight.length > 0 && isSmaller };
}

/** Collects the keys of one side while it is read. */
export class RestrictingSide {
  readonly #run: Run;
  readonly #target: Operator;
  readonly #keys: readonly { readonly slot: number; readonly collector: KeyCollector }[];

  constructor(run: Run, target: Operator, wanted: readonly Restriction[]) {
    this.#run = run;
    this.#target = target;
    const isAble = target.restrict !== undefined;
    this.#keys = (isAble ? wanted : []).map(({ key, slot }) => ({
      slot,
      collector: new KeyCollector(key),
    }));
  }

  add(rows: readonly Row[]): void {
    for (const { collector } of this.#keys) collector.add(rows, this.#run.evaluation);
  }

  /** All rows were seen; the target has not given any yet. */
  apply(): void {
    for (const { slot, collector } of this.#keys) {
      const keys = collector.finish();
      if (keys !== undefined) this.#target.restrict?.(slot, keys);
    }
  }
}
