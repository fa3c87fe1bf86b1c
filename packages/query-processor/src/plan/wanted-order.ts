/**
 * What the clauses above FROM would make of an order of its rows, and what it costs to do without:
 * grouping and DISTINCT want equal rows together, windows and ORDER BY a list of keys. The first of
 * them is looked at, and the ORDER BY behind it (query_pathkeys of PostgreSQL).
 */
import type { Expr } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import type { BoundSelect } from "../bind/query-tree.ts";
import type { Cost } from "./cost-model.ts";
import { DISABLED_COST } from "./cost-model.ts";
import { someNode } from "./expression-map.ts";
import type { KeyOf, Order, SortWish } from "./ordering.ts";
import { UNORDERED, groups, keySet, orderBy, sharedKeys } from "./ordering.ts";
import { isSetReturning } from "./expression-traits.ts";
import type { Scope } from "./scope.ts";
import { groupCount } from "./selectivity/group-count.ts";
import { needsSubplan } from "./subplans.ts";
import { firstWindowOrder } from "./window-order.ts";

export interface Wanted {
  /** Rows that are equal in these make a group. */
  readonly grouped: readonly Expr[] | undefined;
  /** ORDER BY, of the groups if there are any. */
  readonly sorted: readonly SortWish[];
  /** How many rows are wanted in the end, and of how many nothing is known. */
  readonly limit: number | "some" | undefined;
}

/** As far as the keys are known before anything is computed. */
function plainKeys(scope: Scope, query: BoundSelect): readonly SortWish[] {
  const wishes: SortWish[] = [];
  for (const { target, descending, nullsFirst } of query.orderBy) {
    const written = query.targets[target]?.expr;
    const expr = written === undefined ? undefined : scope.flatten(written);
    if (expr === undefined || !isPlain(expr)) break;
    wishes.push({ expr, descending, nullsFirst });
  }
  return wishes;
}

function isPlain(expr: Expr): boolean {
  const isLate = someNode(expr, (node) => node.kind === "aggregate" || node.kind === "window");
  return !isLate && !needsSubplan(expr) && !isSetReturning(expr) && volatility(expr) !== "volatile";
}

function limitOf(scope: Scope, { limit, offset }: BoundSelect): Wanted["limit"] {
  if (limit === undefined) return undefined;
  const count = scope.estimation.valueOf(scope.flatten(limit));
  if (count === null) return undefined;
  if (typeof count !== "bigint" && typeof count !== "number") return "some";
  const skipped = offset && scope.estimation.valueOf(scope.flatten(offset));
  const known = typeof skipped === "bigint" || typeof skipped === "number" ? Number(skipped) : 0;
  return Number(count) + known;
}

export function wantedOrder(scope: Scope, query: BoundSelect): Wanted | undefined {
  if (query.groupingSets !== undefined || query.setOperation !== undefined) return undefined;
  const isAny = query.orderBy.length === 0 && query.limit === undefined;
  if (isAny && query.groupBy.length === 0 && query.distinct !== true) {
    if (query.windows.length === 0) return undefined;
  }
  const limit = limitOf(scope, query);
  const sorted = plainKeys(scope, query);
  if (query.groupBy.length > 0) return wantedGroups(scope, query.groupBy, sorted, limit);
  if (query.hasAggregates || query.having !== undefined) return undefined;
  if (query.windows.length > 0) {
    const window = firstWindowOrder(scope, query);
    return window.length === 0 ? undefined : { grouped: undefined, sorted: window, limit };
  }
  if (query.distinct === true) {
    const visible = query.targets.filter((target) => !target.junk).map(({ expr }) => expr);
    return wantedGroups(scope, visible, sorted, limit);
  }
  if (sorted.length === 0 && limit === undefined) return undefined;
  return { grouped: undefined, sorted, limit };
}

function wantedGroups(
  scope: Scope,
  exprs: readonly Expr[],
  sorted: readonly SortWish[],
  limit: Wanted["limit"],
): Wanted | undefined {
  const grouped = exprs.map((expr) => scope.flatten(expr));
  return grouped.every(isPlain) ? { grouped, sorted, limit } : undefined;
}

/** Finding the group of a row in a table, making a group of it, and giving one out. */
const HASHED = 0.3;
const HASHED_BY_STORAGE = 0.03;
const GROUP_MADE = 10;
/** A row that is compared with the one before it. */
const COMPARED = 0.15;

export interface RankedInput extends Cost {
  readonly rows: number;
  readonly order: Order;
  /** Storage could group the rows itself. */
  readonly isPushable: boolean;
}

/** The wishes by keys. */
export class OrderRank {
  readonly #scope: Scope;
  readonly #wanted: Wanted;
  readonly #keyOf: KeyOf;
  readonly keys: ReadonlySet<string> | undefined;
  readonly order: Order;

  constructor(scope: Scope, wanted: Wanted, keyOf: KeyOf) {
    this.#scope = scope;
    this.#wanted = wanted;
    this.#keyOf = keyOf;
    this.keys = wanted.grouped && keySet(keyOf, wanted.grouped);
    this.order = orderBy(keyOf, wanted.sorted);
  }

  get isLimited(): boolean {
    return this.#wanted.limit !== undefined;
  }

  /** Whether an order is of any use. */
  isUseful(order: Order): boolean {
    const [first] = order;
    if (first === undefined) return false;
    if (this.keys !== undefined) return groups(order, this.keys);
    return sharedKeys(order, this.order) > 0;
  }

  /** What the rows cost in the end, as far as they are wanted. */
  cost(input: RankedInput): number {
    const grouped = this.#wanted.grouped === undefined ? input : this.#grouped(input);
    const { startup, total } = this.sorted(grouped);
    return startup + this.#share(grouped.rows) * (total - startup);
  }

  #share(rows: number): number {
    const { limit } = this.#wanted;
    if (limit === undefined) return 1;
    return limit === "some" ? 0.1 : Math.min(1, limit / Math.max(1, rows));
  }

  /** Whether the groups are made of rows that come in order. */
  groupsInOrder(input: RankedInput): boolean {
    const { keys } = this;
    if (keys === undefined || keys.size === 0 || !groups(input.order, keys)) return false;
    const byOrder = this.sorted(this.#inOrder(input));
    const byHash = this.sorted(this.#hashed(input));
    const share = this.#share(this.#groupCount(input.rows));
    return atShare(byOrder, share) <= atShare(byHash, share);
  }

  #grouped(input: RankedInput): RankedInput {
    return this.groupsInOrder(input) ? this.#inOrder(input) : this.#hashed(input);
  }

  #groupCount(rows: number): number {
    return groupCount(this.#scope.estimation, this.#wanted.grouped ?? [], rows);
  }

  #inOrder(input: RankedInput): RankedInput {
    const { cost } = this.#scope;
    const keys = this.keys?.size ?? 0;
    const perRow = COMPARED * cost.tuple + keys * cost.operator * 0.2;
    const rows = this.#groupCount(input.rows);
    const total = input.total + input.rows * perRow + rows * cost.operator;
    return { ...input, rows, total, order: input.order.slice(0, keys) };
  }

  #hashed(input: RankedInput): RankedInput {
    const { cost } = this.#scope;
    const perRow = cost.tuple * (input.isPushable ? HASHED_BY_STORAGE : HASHED);
    const rows = this.#groupCount(input.rows);
    const penalty = cost.settings.hashAggregate ? 0 : DISABLED_COST;
    const startup = input.total + input.rows * perRow + rows * cost.tuple * GROUP_MADE + penalty;
    const total = startup + rows * cost.tuple * HASHED;
    return { ...input, rows, startup, total, order: UNORDERED };
  }

  /** With a sort, of as much as is not in order. */
  sorted(input: RankedInput): Cost {
    const { rows, order, startup, total } = input;
    const shared = sharedKeys(order, this.order);
    if (shared === this.order.length) return input;
    const { cost } = this.#scope;
    const penalty = cost.settings.sort ? 0 : DISABLED_COST;
    const { limit } = this.#wanted;
    if (shared > 0 && cost.settings.incrementalSort) {
      const parts = Math.max(1, this.prefixCount(shared, rows));
      const each = (total - startup) / parts + cost.comparisons(rows / parts);
      return { startup: startup + each + penalty, total: startup + parts * each + penalty };
    }
    const kept = typeof limit === "number" ? Math.min(rows, 2 * limit) : rows;
    const compare = (cost.comparisons(2) / 2) * rows * Math.log2(Math.max(2, kept));
    const done = total + compare + penalty;
    return { startup: done, total: done + rows * cost.operator * 0.2 };
  }

  /** Different values of the first keys. */
  prefixCount(count: number, rows: number): number {
    const wanted = new Set(this.order.slice(0, count).map((each) => each.key));
    const exprs = this.#wanted.sorted.flatMap(({ expr }) =>
      wanted.has(this.#keyOf(expr) ?? "") ? [expr] : [],
    );
    return groupCount(this.#scope.estimation, exprs, rows);
  }
}

function atShare({ startup, total }: Cost, share: number): number {
  return startup + share * (total - startup);
}
