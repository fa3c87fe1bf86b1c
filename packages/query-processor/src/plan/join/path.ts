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
}

const FUZZ = 1.01;

/** Whether `a` is as good as `b` in every respect. */
function dominates(a: Path, b: Path): boolean {
  return a.total <= b.total * FUZZ && a.startup <= b.startup * FUZZ && satisfies(a.order, b.order);
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
