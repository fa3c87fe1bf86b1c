/**
 * Joins the relations of a group, with the semi-joins that its conditions ask for: a join problem is
 * made of them, searched, and the chosen path built.
 */
import type { Expr } from "@firstlight/sql";
import { dividedInSteps, toEnd } from "@firstlight/sql";
import { ONE_ROW } from "../estimate.ts";
import type { JoinInput } from "./join-request.ts";
import { Layout } from "../layout.ts";
import { planLeaf } from "../plan-leaf.ts";
import type { LeafOptions, PlannedLeaf } from "../plan-leaf.ts";
import type { WantedFirst } from "../first-rows.ts";
import { isRunTimeConstant } from "../index-match.ts";
import type { KeyOf, Order, SortWish } from "../ordering.ts";
import { UNORDERED, orderBy, plainKey } from "../ordering.ts";
import { someNode } from "../expression-map.ts";
import { isSetReturning } from "../expression-traits.ts";
import { isPushable } from "../pushable-scan.ts";
import type { RankedInput, Wanted } from "../wanted-order.ts";
import { OrderRank } from "../wanted-order.ts";
import type { Scope } from "../scope.ts";
import { filterRelation, needsSubplan } from "../subplans.ts";
import { isEqualityCall, rtesOf } from "../equality.ts";
import type { SemiGroup } from "./distribute.ts";
import { Distribution } from "./distribute.ts";
import type { Group, Item } from "./from-items.ts";
import { fittingProblem } from "./fitting-groups.ts";
import type { Relation } from "./join-paths.ts";
import { JoinPaths } from "./join-paths.ts";
import { searchJoins } from "./join-search.ts";
import type { JoinSearch } from "./join-searches.ts";
import type { JoinSet, Path } from "./path.ts";
import { addPath } from "./path.ts";

export interface GroupOptions {
  /** Asked once what FROM's columns stand for is known. */
  readonly wanted?: (() => Wanted | undefined) | undefined;
  /** Entries whose row keys are needed: slots under keyVar(rte). */
  readonly keys?: ReadonlySet<number>;
  /** Asked where there is but one relation: the rows of it that would do. */
  readonly first?: (() => WantedFirst | undefined) | undefined;
}

export interface GroupPlan extends JoinInput {
  readonly order: Order;
  readonly keyOf: KeyOf;
  /** What is wanted, by these keys. */
  readonly rank: OrderRank | undefined;
}

function relationItems(group: Group): Item[] {
  return group.items.flatMap((item) =>
    item.kind === "outer" ? [...relationItems(item.left), ...relationItems(item.right)] : [item],
  );
}

function emptyInput(): GroupPlan {
  return {
    relation: {
      node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
      layout: new Layout(0),
    },
    rtes: new Set(),
    lateral: [],
    lateralRtes: new Set(),
    leaf: undefined,
    order: UNORDERED,
    keyOf: plainKey,
    rank: undefined,
  };
}

function isOneValue(expr: Expr): boolean {
  return (
    isRunTimeConstant(expr) &&
    !isSetReturning(expr) &&
    !someNode(expr, (node) => node.kind === "grouping")
  );
}

/** Columns that a condition holds at one value have no part in an order. */
function keyOfSingle(quals: readonly Expr[]): KeyOf {
  let constant: ReadonlySet<string> | undefined;
  return (expr) => {
    constant ??= fixedKeys(quals);
    const key = plainKey(expr);
    return constant.has(key) || isOneValue(expr) ? undefined : key;
  };
}

function fixedKeys(quals: readonly Expr[]): ReadonlySet<string> {
  const fixed = new Set<string>();
  for (const qual of quals) {
    if (!isEqualityCall(qual)) continue;
    const [left, right] = qual.args;
    if (left === undefined || right === undefined) continue;
    if (isRunTimeConstant(right)) fixed.add(plainKey(left));
    else if (isRunTimeConstant(left)) fixed.add(plainKey(right));
  }
  return fixed;
}

type Alone = Pick<LeafOptions, "onlySome" | "first">;

class GroupPlanner {
  readonly #scope: Scope;
  readonly #options: GroupOptions;
  readonly #keyOf: KeyOf;
  readonly #mergeKeys: ReadonlySet<string>;
  readonly rank: OrderRank | undefined;

  constructor(
    scope: Scope,
    options: GroupOptions,
    keyOf: KeyOf,
    mergeKeys: ReadonlySet<string> = new Set(),
  ) {
    this.#scope = scope;
    this.#options = options;
    this.#keyOf = keyOf;
    this.#mergeKeys = mergeKeys;
    const wanted = options.wanted?.();
    this.rank = wanted === undefined ? undefined : new OrderRank(scope, wanted, keyOf);
  }

  #leaf(rte: number, quals: readonly Expr[], alone?: Alone): LeafPlans {
    const isUseful =
      this.rank === undefined && this.#mergeKeys.size === 0
        ? undefined
        : (wishes: readonly SortWish[]) => this.#isUseful(orderBy(this.#keyOf, wishes));
    const withKey = this.#options.keys?.has(rte) === true;
    return planLeaf(this.#scope, rte, quals, { withKey, isUseful, ...alone });
  }

  #isUseful(order: Order): boolean {
    const [first] = order;
    if (first === undefined) return false;
    const merges = this.#mergeKeys.has(first.key) && !first.descending && first.nullsFirst !== true;
    return merges || this.rank?.isUseful(order) === true;
  }

  #inputs(item: Item, quals: readonly Expr[]): readonly [JoinInput, ...JoinInput[]] {
    if (item.kind === "leaf") return this.#leaf(item.rte, quals);
    const group =
      item.kind === "group"
        ? { items: item.group.items, quals: [...item.group.quals, ...quals] }
        : { items: [item], quals: [...quals] };
    const { keys } = this.#options;
    return [planGroup(this.#scope, group, [], [], keys === undefined ? {} : { keys })];
  }

  #orderOf(input: JoinInput): Order {
    return "order" in input && isLeaf(input) ? orderBy(this.#keyOf, input.order) : UNORDERED;
  }

  /** The only relation: conditions without a column of it are asked once it is read. */
  single(item: Item, quals: readonly Expr[]): GroupPlan {
    const [late, early] = dividedInSteps(
      "late",
      quals,
      (qual) => needsSubplan(qual) || rtesOf(qual).size === 0,
    );
    const inputs =
      item.kind === "leaf"
        ? this.#leaf(item.rte, early, late.length > 0 ? undefined : this.#alone(item.rte))
        : this.#inputs(item, early);
    const best = this.#bestOf(inputs);
    const found = { ...best, order: this.#orderOf(best), keyOf: this.#keyOf, rank: this.rank };
    if (late.length === 0) return found;
    const relation = filterRelation(this.#scope, best.relation, late);
    return { ...found, relation, leaf: undefined, virtual: undefined, repeated: undefined };
  }

  #alone(rte: number): Alone {
    const first = this.#options.first?.();
    const onlySome = this.rank?.isLimited;
    return { onlySome, first: first?.rte === rte ? first : undefined };
  }

  #bestOf(inputs: readonly [JoinInput, ...JoinInput[]]): JoinInput {
    let [best] = inputs;
    if (inputs.length === 1) return best;
    const rank = (input: JoinInput): number => {
      const { node } = input.relation;
      const { startup, total, rows } = node.estimate;
      const order = this.#orderOf(input);
      return this.#rank({ startup, total, rows, order, isPushable: isPushable(node) });
    };
    for (const input of inputs) if (rank(input) < rank(best)) best = input;
    return best;
  }

  #rank(input: RankedInput): number {
    return this.rank === undefined ? input.total : this.rank.cost(input);
  }

  relation(item: Item, bit: number, quals: readonly Expr[]): { input: JoinInput; set: JoinSet } {
    const inputs = this.#inputs(item, quals);
    const [input] = inputs;
    const { rows, width } = input.relation.node.estimate;
    const rels = 1 << bit;
    const paths: Path[] = [];
    for (const each of inputs) {
      const { startup, total } = each.relation.node.estimate;
      addPath(paths, { startup, total, order: this.#orderOf(each), rels, build: () => each });
    }
    return { input, set: { rels, visible: rels, rows, width, paths } };
  }

  /** The path that costs least with what its order makes of the rest. */
  best({ paths, rows }: JoinSet): Path {
    const rank = ({ startup, total, order }: Path): number =>
      this.#rank({ startup, total, rows, order, isPushable: false });
    let best = paths[0];
    if (best === undefined) throw new Error("relations that cannot be joined");
    for (const path of paths) if (rank(path) < rank(best)) best = path;
    return best;
  }
}

type LeafPlans = ReturnType<typeof planLeaf>;

function isLeaf(input: JoinInput): input is PlannedLeaf {
  return !("keyOf" in input);
}

/** `late`: conditions with subqueries that are asked after the semi-joins. */
export function planGroup(
  scope: Scope,
  written: Group,
  writtenSemis: readonly SemiGroup[],
  late: readonly Expr[],
  options: GroupOptions,
): GroupPlan {
  const { group, semis } = fittingProblem({ group: written, semis: writtenSemis });
  const items = [...relationItems(group), ...semis.flatMap((each) => relationItems(each.right))];
  const [only] = items;
  if (only === undefined) {
    const empty = emptyInput();
    const quals = [...group.quals, ...late];
    return { ...empty, relation: filterRelation(scope, empty.relation, quals) };
  }
  if (items.length === 1) {
    const quals = [...group.quals, ...late];
    return new GroupPlanner(scope, options, keyOfSingle(quals)).single(only, quals);
  }
  return joined(scope, options, { group, semis, late, items });
}

const NO_KEYS: ReadonlySet<string> = new Set();

interface Joining {
  readonly group: Group;
  readonly semis: readonly SemiGroup[];
  readonly late: readonly Expr[];
  readonly items: readonly Item[];
}

function joined(scope: Scope, options: GroupOptions, parts: Joining): GroupPlan {
  const { group, semis, late, items } = parts;
  const bits = new Map(
    items.flatMap((item, bit) => [...item.rtes].map((rte) => [rte, bit] as const)),
  );
  const distribution = new Distribution(scope, bits);
  const problem = distribution.distribute(group, semis, late);
  const { keyOf } = distribution;
  const mergeKeys = scope.cost.settings.mergeJoin ? distribution.mergeKeys(problem.quals) : NO_KEYS;
  const planner = new GroupPlanner(scope, options, keyOf, mergeKeys);
  const planned = items.map((item, bit) =>
    planner.relation(item, bit, distribution.restrictionsOf(bit)),
  );
  const relations = planned.map(({ input }): Relation => ({
    input,
    lateral: distribution.relsOf(input.lateralRtes),
  }));
  const paths = new JoinPaths(scope, problem, distribution, relations, keyOf);
  const sets = planned.map(({ set }) => set);
  const search: JoinSearch = {
    steps: (chosen) => searchJoins(problem, paths, sets, chosen),
    best: (all) => planner.best(all),
  };
  const best = scope.searches?.best(search) ?? planner.best(toEnd(search.steps()).all);
  return { ...best.build(), order: best.order, keyOf, rank: planner.rank };
}
