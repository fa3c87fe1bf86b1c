/**
 * Conditions on columns of an index behind one that has none: the values of that one are skipped to,
 * one after the other, which is worth while when they are few. The same way the first row for each
 * combination of values is found where no other row of it is needed.
 */
import type { Expr } from "@firstlight/sql";
import { derivedColumns } from "../bind/index-expressions.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import type { ColumnCondition, IndexMatch } from "./index-match.ts";
import { bound, equalityOn, keyCondition, keyCount, useCondition } from "./index-match.ts";
import type { KeyCondition } from "./plan-node.ts";
import type { ScanContext } from "./scan-cost.ts";
import { conditionsShare } from "./selectivity/clause.ts";
import { groupCount } from "./selectivity/group-count.ts";

export interface SkipRequest {
  readonly context: ScanContext;
  readonly rte: number;
  readonly table: TableDescriptor;
  readonly index: IndexDescriptor;
  readonly conditions: readonly ColumnCondition[];
}

interface Matching {
  readonly keys: KeyCondition[];
  readonly used: Expr[];
  readonly shown: Expr[];
  readonly covered: Set<Expr>;
  /** Keys that are looked up for each combination of values skipped to. */
  lookups: number;
  /** Columns whose values are skipped to. */
  readonly skipped: { readonly position: number }[];
  /** Those with an equality before the last of them. */
  readonly fixed: number[];
}

/** More columns than this are not skipped through. */
const SKIPPED_MAX = 3;

function takeEquality(matching: Matching, equality: ColumnCondition): void {
  matching.lookups *= keyCount(equality);
  matching.keys.push(keyCondition(equality));
  useCondition(matching, equality);
  if (equality.partial !== true) matching.covered.add(equality.qual);
}

function takeRange(
  matching: Matching,
  kind: "range" | "skip",
  here: readonly ColumnCondition[],
): void {
  const lower = here.find((each) => each.kind === "lower");
  const upper = here.find((each) => each.kind === "upper");
  matching.keys.push({ kind, lower: bound(lower), upper: bound(upper) });
  for (const each of [lower, upper]) {
    if (each !== undefined) useCondition(matching, each);
  }
}

/** The last column with a condition that narrows the search. */
function lastAsked(positions: readonly number[], conditions: readonly ColumnCondition[]): number {
  return positions.findLastIndex((position) =>
    conditions.some((each) => each.position === position && each.kind !== "notNull"),
  );
}

/** Goes through the leading columns; at least the first `upTo` of them. */
function matchColumns(request: SkipRequest, positions: readonly number[], upTo: number): Matching {
  const { conditions } = request;
  const matching: Matching = {
    keys: [],
    used: [],
    shown: [],
    covered: new Set(),
    lookups: 1,
    skipped: [],
    fixed: [],
  };
  const equal: number[] = [];
  const last = Math.max(upTo - 1, lastAsked(positions, conditions));
  for (const [at, position] of positions.slice(0, last + 1).entries()) {
    const here = conditions.filter((each) => each.position === position);
    const equality = equalityOn(here);
    if (equality !== undefined) {
      takeEquality(matching, equality);
      equal.push(position);
    } else if (at === last && at >= upTo) takeRange(matching, "range", here);
    else {
      takeRange(matching, "skip", here);
      matching.skipped.push({ position });
      matching.fixed.push(...equal.splice(0));
    }
  }
  return matching;
}

function columnVar({ rte, table }: SkipRequest, position: number): Expr | undefined {
  const column = table.columns[position];
  const expr = derivedColumns(table).exprs[position - table.columns.length];
  if (column === undefined) return expr;
  const { type, typmod } = column;
  return { kind: "var", rte, column: position, levelsUp: 0, type, typmod, position: -1 };
}

/** Combinations of the values that are skipped to in the first `count` of those columns. */
function combinationsOf(request: SkipRequest, matching: Matching, count: number): number {
  const { estimation, size } = request.context;
  const skipped = matching.skipped.slice(0, count);
  const vars = skipped.flatMap(({ position }) => columnVar(request, position) ?? []);
  const own = new Set(skipped.map((each) => each.position));
  const bounds: Expr[] = [];
  const fixed: Expr[] = [];
  for (const { position, qual } of request.conditions) {
    if (!matching.used.includes(qual)) continue;
    if (own.has(position)) bounds.push(qual);
    else if (matching.fixed.includes(position)) fixed.push(qual);
  }
  const values = groupCount(estimation, vars, size.rows);
  const within = values * conditionsShare(estimation, bounds, undefined);
  // Equalities before the columns leave so many rows.
  const rows = size.rows * conditionsShare(estimation, fixed, undefined);
  return Math.max(1, Math.min(within, rows));
}

function seeksOf(request: SkipRequest, matching: Matching): number {
  const counts = matching.skipped.map((_, at) => combinationsOf(request, matching, at + 1));
  const walked = counts.reduce((sum, count) => sum + count, 0);
  return walked + (counts.at(-1) ?? 1) * matching.lookups;
}

function matchOf({ index }: SkipRequest, matching: Matching, seeks: number): IndexMatch {
  const { keys, used, shown, covered } = matching;
  const hasRange = keys.at(-1)?.kind === "range";
  return {
    index,
    conditions: keys,
    seeks,
    used,
    shown,
    covered,
    equalities: 0,
    hasRange,
    unique: false,
  };
}

/** Undefined when no column has to be skipped, or too many have. */
export function matchSkipping(request: SkipRequest): IndexMatch | undefined {
  const { index, table } = request;
  if (index.predicate !== undefined || index.columns.length < 2) return undefined;
  const positions = derivedColumns(table).positionsOf(index).keys;
  if (lastAsked(positions, request.conditions) < 1) return undefined;
  const matching = matchColumns(request, positions, 0);
  const { length } = matching.skipped;
  if (length === 0 || length > SKIPPED_MAX) return undefined;
  return matchOf(request, matching, seeksOf(request, matching));
}

export interface FirstMatch {
  readonly match: IndexMatch;
  /** Leading columns of whose combinations the first rows are. */
  readonly count: number;
  readonly groups: number;
}

/**
 * The index whose leading columns are these, but for those that hold one value, and that answers all
 * conditions, so that the first row found is one that is wanted.
 */
export function matchFirst(
  request: SkipRequest,
  columns: ReadonlySet<number>,
  quals: readonly Expr[],
): FirstMatch | undefined {
  const { index, table, conditions } = request;
  if (index.predicate !== undefined) return undefined;
  const positions = derivedColumns(table).positionsOf(index).keys;
  const isFixed = (position: number): boolean =>
    conditions.some(
      (each) => each.position === position && (each.kind === "equal" || each.kind === "isNull"),
    );
  const wanted = new Set([...columns].filter((position) => !isFixed(position)));
  let count = 0;
  for (let found = 0; found < wanted.size; count++) {
    const position = positions[count];
    if (position === undefined) return undefined;
    if (wanted.has(position)) found++;
    else if (!isFixed(position)) return undefined;
  }
  const matching = matchColumns(request, positions, count);
  if (matching.skipped.length > SKIPPED_MAX || !answersAll(request, matching, quals)) {
    return undefined;
  }
  const groups = combinationsOf(request, matching, matching.skipped.length);
  const hasTail = matching.keys.length > count;
  const walked = seeksOf(request, matching);
  const match = matchOf(request, matching, hasTail ? walked : walked - groups);
  return { match, count, groups };
}

function answersAll(
  { conditions }: SkipRequest,
  { used }: Matching,
  quals: readonly Expr[],
): boolean {
  return quals.every(
    (qual) =>
      used.includes(qual) &&
      !conditions.some((each) => each.qual === qual && each.partial === true),
  );
}
