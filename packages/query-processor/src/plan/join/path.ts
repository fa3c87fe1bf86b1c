/**
 * Ways to get the rows of a set of relations, with what they cost; a plan is only made of the one
 * that is chosen.
 */
import type { JoinInput } from "./join-request.ts";
import type { Cost } from "../cost-model.ts";
import type { Order } from "../ordering.ts";
import { satisfies } from "../ordering.ts";
import type { Relids } from "./relids.ts";

export interface Path extends Cost {
  readonly order: Order;
  /** What it yields, and of a join of what paths it is made. */
  readonly rels?: Relids;
  readonly parts?: readonly Path[];
  build(): JoinInput;
}

/** A set of relations that is joined: all its paths yield the same rows. */
export interface JoinSet {
  readonly rels: Relids;
  readonly rows: number;
  readonly width: number;
  /** Relations whose columns are there: those that a semi-join looked for are not. */
  readonly visible: Relids;
  readonly paths: Path[];
  /** The one that was chosen when it was searched for before. */
  readonly chosen?: Path;
}

function isSame(a: Path, b: Path): boolean {
  return (
    a.total === b.total &&
    a.startup === b.startup &&
    a.parts?.[0]?.rels === b.parts?.[0]?.rels &&
    a.order.length === b.order.length &&
    a.order.every(({ key }, at) => key === b.order[at]?.key)
  );
}

/** Whether a way that costs this would be dropped at once. */
export function isDominated({ paths, chosen }: JoinSet, cost: Cost, order: Order): boolean {
  if (chosen !== undefined) return false;
  const way = { startup: cost.startup, total: cost.total, order };
  for (const path of paths) if (dominates(path, way)) return true;
  return false;
}

/** Adds a way to get the set, or drops it for one that is as good. */
export function addWay({ paths, chosen }: JoinSet, path: Path): void {
  const [first] = paths;
  if (chosen === undefined) addPath(paths, path);
  else if (isSame(path, chosen)) paths.splice(0, paths.length, path);
  else if (first === undefined || !isSame(first, chosen)) addPath(paths, path);
}

const FUZZ = 1.01;

type Ranked = Pick<Path, "total" | "startup" | "order">;

/**
 * Whether `a` is as good as `b` in every respect. An order that may be of no use to anybody makes up
 * for no cost: PostgreSQL knows which are (truncate_useless_pathkeys).
 */
function dominates(a: Ranked, b: Ranked): boolean {
  if (a.total > b.total * FUZZ || a.startup > b.startup * FUZZ) return false;
  if (!satisfies(a.order, b.order)) return false;
  return a.total <= b.total || satisfies(b.order, a.order);
}

/** Keeps the path unless one is as good, and drops those that it is as good as. */
export function addPath(paths: Path[], path: Path): void {
  if (paths.some((each) => dominates(each, path))) return;
  for (let at = paths.length - 1; at >= 0; at--) {
    const each = paths[at];
    if (each !== undefined && dominates(path, each)) paths.splice(at, 1);
  }
  paths.push(path);
}

export function cheapest(paths: readonly Path[]): Path {
  return cheapestFor(paths, 1);
}

/** The one that yields this share of its rows first. */
export function cheapestFor(paths: readonly Path[], share: number): Path {
  let best = paths[0];
  if (best === undefined) throw new Error("a set of relations without a path");
  for (const path of paths) if (costOf(path, share) < costOf(best, share)) best = path;
  return best;
}

export function costOf({ startup, total }: Cost, share: number): number {
  return startup + share * (total - startup);
}
