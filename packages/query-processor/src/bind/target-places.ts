/** Targets by what they are called and by what they are: long lists are not looked through for each. */
import type { Expr } from "@firstlight/sql";
import { ExprIndex, INDEXED_MIN } from "./expr-index.ts";
import type { OpenTarget } from "./targets.ts";
import { sameExpr } from "./walk.ts";

interface Names {
  readonly places: Map<string, number[]>;
  count: number;
}

const namesOf = new WeakMap<readonly OpenTarget[], Names>();
/** Fewer are looked through as soon. */
const NAMED_MIN = 32;

/** Where a target of the name may be. Between calls more targets may have come. */
export function placesOf(targets: readonly OpenTarget[], name: string): Iterable<number> {
  if (targets.length < NAMED_MIN) return targets.keys();
  const names = namesOf.get(targets) ?? { places: new Map<string, number[]>(), count: 0 };
  namesOf.set(targets, names);
  for (; names.count < targets.length; names.count++) {
    const { name: own = "" } = targets[names.count] ?? {};
    const places = names.places.get(own);
    if (places === undefined) names.places.set(own, [names.count]);
    else places.push(names.count);
  }
  return names.places.get(name) ?? [];
}

const indexes = new WeakMap<readonly OpenTarget[], ExprIndex>();

/** The first that is equal to the expression; -1 if none is. */
export function sameTarget(targets: readonly OpenTarget[], expr: Expr): number {
  if (targets.length < INDEXED_MIN) return targets.findIndex((each) => sameExpr(each.expr, expr));
  const index = indexes.get(targets) ?? new ExprIndex();
  indexes.set(targets, index);
  return index.find(targets.length, (at) => targets[at]?.expr, expr);
}
