/**
 * The ways to merge two sets of relations: inputs that come in an order that some of the equalities
 * can be merged in are taken as they are, others are sorted (match_unsorted_outer and
 * sort_inner_and_outer of PostgreSQL).
 */
import type { KeyOf, Order, OrderKey } from "../ordering.ts";
import type { Equality } from "./join-problem.ts";
import type { Merging } from "./join-request.ts";
import type { Path } from "./path.ts";
import { cheapest } from "./path.ts";

export interface MergeWay {
  readonly outer: Path;
  readonly inner: Path;
  readonly merging: Merging;
  /** Of what comes out, as long as all of it has a left row. */
  readonly order: Order;
}

type Side = "left" | "right";

/** The equalities that an order can be merged on, in that order. */
function mergeable(
  keyOf: KeyOf,
  order: Order,
  equalities: readonly Equality[],
  side: Side,
): readonly Equality[] {
  const found: Equality[] = [];
  for (const { key, descending, nullsFirst } of order) {
    if (descending || nullsFirst === true) break;
    const next = equalities.filter((each) => keyOf(each[side]) === key && !found.includes(each));
    if (next.length === 0) break;
    found.push(...next);
  }
  return found;
}

function ascending(keyOf: KeyOf, keys: readonly Equality[], side: Side): Order {
  const order: OrderKey[] = [];
  for (const each of keys) {
    const key = keyOf(each[side]);
    if (key === undefined || order.some((one) => one.key === key)) continue;
    order.push({ key, descending: false, nullsFirst: false });
  }
  return order;
}

/** The cheapest of the paths that come in this order; NULLs are last, or there are none. */
function cheapestInOrder(paths: readonly Path[], wanted: Order): Path | undefined {
  const fitting = paths.filter(({ order }) =>
    wanted.every((key, at) => {
      const own = order[at];
      return own?.key === key.key && !own.descending && own.nullsFirst !== true;
    }),
  );
  return fitting.length === 0 ? undefined : cheapest(fitting);
}

export function mergeWays(
  keyOf: KeyOf,
  left: readonly Path[],
  right: readonly Path[],
  equalities: readonly Equality[],
): readonly MergeWay[] {
  const outer = cheapest(left);
  const inner = cheapest(right);
  const order = ascending(keyOf, equalities, "left");
  const unsorted = { keys: equalities, leftSorted: false, rightSorted: false };
  const ways: MergeWay[] = [{ outer, inner, merging: unsorted, order }];
  for (const path of left) {
    const keys = mergeable(keyOf, path.order, equalities, "left");
    if (keys.length > 0) ways.push(...overSortedOuter(keyOf, path, right, keys));
  }
  for (const path of right) {
    const keys = mergeable(keyOf, path.order, equalities, "right");
    if (keys.length === 0) continue;
    const merging = { keys, leftSorted: false, rightSorted: true };
    ways.push({ outer, inner: path, merging, order: ascending(keyOf, keys, "left") });
  }
  return ways;
}

/** With the right side sorted for it, and with one that comes in as long a part of its order. */
function overSortedOuter(
  keyOf: KeyOf,
  outer: Path,
  right: readonly Path[],
  keys: readonly Equality[],
): MergeWay[] {
  const { order } = outer;
  const inner = cheapest(right);
  const ways: MergeWay[] = [
    { outer, inner, merging: { keys, leftSorted: true, rightSorted: false }, order },
  ];
  for (let count = keys.length; count > 0; count--) {
    const some = keys.slice(0, count);
    const sorted = cheapestInOrder(right, ascending(keyOf, some, "right"));
    if (sorted === undefined) continue;
    const merging = { keys: some, leftSorted: true, rightSorted: true };
    ways.push({ outer, inner: sorted, merging, order });
    break;
  }
  return ways;
}
