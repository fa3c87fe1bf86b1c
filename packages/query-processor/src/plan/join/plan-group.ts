/**
 * Joins the relations of a group, with the semi-joins that its conditions ask for: a join problem is
 * made of them, searched, and the chosen path built.
 */
import type { Expr } from "@firstlight/sql";
import { ONE_ROW } from "../estimate.ts";
import type { JoinInput } from "./join-request.ts";
import { Layout } from "../layout.ts";
import { planLeaf } from "../plan-leaf.ts";
import type { LeafOptions, PlannedLeaf } from "../plan-leaf.ts";
import type { WantedFirst } from "../first-rows.ts";
import type { OrderColumn } from "../scan-path.ts";
import type { Scope } from "../scope.ts";
import { filterRelation, needsSubplan } from "../subplans.ts";
import { rtesOf } from "../equality.ts";
import type { SemiGroup } from "./distribute.ts";
import { Distribution } from "./distribute.ts";
import type { Group, Item } from "./from-items.ts";
import { groupItem, relationCount } from "./from-items.ts";
import type { Relation } from "./join-paths.ts";
import { JoinPaths } from "./join-paths.ts";
import { searchJoins } from "./join-search.ts";
import type { JoinSet, OrderKey, Path } from "./path.ts";
import { UNORDERED, addPath, costOf } from "./path.ts";
import { RELATIONS_MAX } from "./relids.ts";

export interface WantedOrder {
  readonly rte: number;
  readonly columns: readonly OrderColumn[];
  readonly firstRows: boolean;
}

export interface GroupOptions {
  readonly order?: WantedOrder | undefined;
  /** Entries whose row keys are needed: slots under keyVar(rte). */
  readonly keys?: ReadonlySet<number>;
  /** The number of rows that will be read, if not all. */
  readonly rowsWanted?: number | undefined;
  /** Asked where there is but one relation: the rows of it that would do. */
  readonly first?: (() => WantedFirst | undefined) | undefined;
}

export interface GroupPlan extends JoinInput {
  readonly ordered: boolean;
}

const WANTED: OrderKey = { key: "wanted", descending: false, nullsFirst: false };
const ORDERED = [WANTED];

/** Relations beyond what one problem can hold are joined among themselves first. */
const CHUNK = 8;

function fitting(group: Group, others: number): Group {
  if (relationCount(group) + others <= RELATIONS_MAX) return group;
  let items: Item[] = group.items.map((item) =>
    item.kind === "outer" ? groupItem({ items: [item], quals: [] }) : item,
  );
  // One problem of outer joins within each other: the outermost is taken by itself.
  const [only] = group.items;
  if (group.items.length === 1 && only?.kind === "outer") {
    const sides = { left: wrapped(only.left), right: wrapped(only.right) };
    return { items: [{ ...only, ...sides }], quals: group.quals };
  }
  while (items.length + others > RELATIONS_MAX) {
    const chunk = groupItem({ items: items.slice(0, CHUNK), quals: [] });
    items = [...items.slice(CHUNK), chunk];
  }
  return { items, quals: group.quals };
}

function wrapped(group: Group): Group {
  return relationCount(group) === 1 ? group : { items: [groupItem(group)], quals: [] };
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
    ordered: false,
  };
}

type Alone = Pick<LeafOptions, "rowsWanted" | "first">;

class GroupPlanner {
  readonly #scope: Scope;
  readonly #options: GroupOptions;

  constructor(scope: Scope, options: GroupOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  #leaf(rte: number, quals: readonly Expr[], ordered: boolean, alone?: Alone): PlannedLeaf {
    const { order, keys } = this.#options;
    return planLeaf(this.#scope, rte, quals, {
      withKey: keys?.has(rte) === true,
      order: ordered && order?.rte === rte ? order : undefined,
      ...alone,
    });
  }

  /** What only the first rows of a relation are wanted for, when nothing is asked of them later. */
  #alone(rte: number): Alone {
    const { rowsWanted } = this.#options;
    const first = this.#options.first?.();
    return { rowsWanted, first: first?.rte === rte ? first : undefined };
  }

  input(item: Item, quals: readonly Expr[]): JoinInput {
    if (item.kind === "leaf") return this.#leaf(item.rte, quals, false);
    const group =
      item.kind === "group"
        ? { items: item.group.items, quals: [...item.group.quals, ...quals] }
        : { items: [item], quals: [...quals] };
    const { keys } = this.#options;
    return planGroup(this.#scope, group, [], [], keys === undefined ? {} : { keys });
  }

  /** The only relation: conditions without a column of it are asked once it is read. */
  single(item: Item, quals: readonly Expr[]): GroupPlan {
    const late = quals.filter((qual) => needsSubplan(qual) || rtesOf(qual).size === 0);
    const early = quals.filter((qual) => !late.includes(qual));
    const input =
      item.kind === "leaf"
        ? this.#leaf(item.rte, early, true, late.length > 0 ? undefined : this.#alone(item.rte))
        : { ...this.input(item, early), ordered: false };
    if (late.length === 0) return input;
    const relation = filterRelation(this.#scope, input.relation, late);
    return { ...input, relation, leaf: undefined };
  }

  relation(item: Item, bit: number, quals: readonly Expr[]): { input: JoinInput; set: JoinSet } {
    const input = this.input(item, quals);
    const { rows, startup, total, width } = input.relation.node.estimate;
    const path: Path = { startup, total, order: UNORDERED, build: () => input };
    const paths = [path];
    const ordered = this.#ordered(item, quals);
    if (ordered !== undefined) addPath(paths, ordered);
    const rels = 1 << bit;
    return { input, set: { rels, visible: rels, rows, width, paths } };
  }

  /** The relation in the order that is wanted in the end. */
  #ordered(item: Item, quals: readonly Expr[]): Path | undefined {
    if (item.kind !== "leaf" || this.#options.order?.rte !== item.rte) return undefined;
    const leaf = this.#leaf(item.rte, quals, true);
    if (!leaf.ordered) return undefined;
    const { startup, total } = leaf.relation.node.estimate;
    return { startup, total, order: ORDERED, build: () => leaf };
  }

  /** The cheapest path, a sort for the wanted order included. */
  best({ paths, rows }: JoinSet): Path {
    const { order, rowsWanted } = this.#options;
    const share = rowsWanted === undefined ? 1 : Math.min(1, rowsWanted / Math.max(1, rows));
    const sort = order === undefined ? 0 : this.#scope.cost.comparisons(rows);
    const rank = (path: Path): number => {
      if (order === undefined || path.order.length > 0) return costOf(path, share);
      return path.total + sort;
    };
    let best = paths[0];
    if (best === undefined) throw new Error("relations that cannot be joined");
    for (const path of paths) if (rank(path) < rank(best)) best = path;
    return best;
  }
}

/** `late`: conditions with subqueries that are asked after the semi-joins. */
export function planGroup(
  scope: Scope,
  written: Group,
  semis: readonly SemiGroup[],
  late: readonly Expr[],
  options: GroupOptions,
): GroupPlan {
  const others = semis.reduce((sum, each) => sum + relationCount(each.right), 0);
  const group = fitting(written, others);
  const planner = new GroupPlanner(scope, options);
  const items = [...relationItems(group), ...semis.flatMap((each) => relationItems(each.right))];
  const [only] = items;
  if (only === undefined) {
    const empty = emptyInput();
    const quals = [...group.quals, ...late];
    return { ...empty, relation: filterRelation(scope, empty.relation, quals) };
  }
  if (items.length === 1) return planner.single(only, [...group.quals, ...late]);
  return joined(scope, planner, { group, semis, late, items });
}

interface Joining {
  readonly group: Group;
  readonly semis: readonly SemiGroup[];
  readonly late: readonly Expr[];
  readonly items: readonly Item[];
}

function joined(scope: Scope, planner: GroupPlanner, parts: Joining): GroupPlan {
  const { group, semis, late, items } = parts;
  const bits = new Map(
    items.flatMap((item, bit) => [...item.rtes].map((rte) => [rte, bit] as const)),
  );
  const distribution = new Distribution(scope, bits);
  const problem = distribution.distribute(group, semis, late);
  const planned = items.map((item, bit) =>
    planner.relation(item, bit, distribution.restrictionsOf(bit)),
  );
  const relations = planned.map(({ input }): Relation => ({
    input,
    lateral: distribution.relsOf(input.lateralRtes),
  }));
  const paths = new JoinPaths(scope, problem, distribution, relations);
  const found = searchJoins(
    problem,
    paths,
    planned.map(({ set }) => set),
  );
  const best = planner.best(found);
  return { ...best.build(), ordered: best.order.length > 0 };
}
