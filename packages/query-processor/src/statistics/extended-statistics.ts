/**
 * What CREATE STATISTICS asks to know of several columns together, from a table's sample, as
 * PostgreSQL computes it (mvdistinct.c, dependencies.c, mcv.c): distinct combinations, how far some
 * columns decide another one, and combinations that occur often. NULL is a value like any other.
 */
import { sortInSteps } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { typeByOid } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import { valueKey } from "../execute/hash-key.ts";
import type { ComputedSample } from "./analyze-expressions.ts";
import { groupRows } from "./row-groups.ts";
import type { RowGroups } from "./row-groups.ts";

export interface DistinctCombinations {
  /** As those of the object. */
  readonly columns: readonly number[];
  readonly count: number;
}

/** The last of the columns follows from the others for this share of the rows. */
export interface Dependency {
  readonly columns: readonly number[];
  readonly degree: number;
}

export interface CommonCombination {
  readonly values: readonly Datum[];
  readonly share: number;
  /** The share if the columns had nothing to do with each other. */
  readonly independentShare: number;
}

export interface ExtendedStatistics {
  /** OID of the statistics object. */
  readonly object: number;
  /**
   * Numbers of the columns when they were analyzed, ascending, then -1, -2 and so on for the object's
   * expressions; and their types.
   */
  readonly columns: readonly number[];
  readonly types: readonly number[];
  readonly distinct: readonly DistinctCombinations[];
  readonly dependencies: readonly Dependency[];
  readonly common: readonly CommonCombination[];
}

type Pause = () => Promise<void>;

/** Subsets of 0 to n - 1 with so many members, each ascending, in lexical order. */
function subsets(n: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let first = from; first <= n - size; first++) {
    for (const rest of subsets(n, size - 1, first + 1)) found.push([first, ...rest]);
  }
  return found;
}

/** Groups of the sample's rows by combinations of an object's columns; each is made once. */
class Combinations {
  readonly #single: readonly RowGroups[];
  readonly #known = new Map<string, RowGroups>();
  readonly #pause: Pause;

  constructor(single: readonly RowGroups[], pause: Pause) {
    this.#single = single;
    this.#pause = pause;
  }

  async of(columns: readonly number[]): Promise<RowGroups> {
    const key = columns.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const last = this.#single[columns.at(-1) ?? 0];
    if (last === undefined) throw new RangeError("a column of the statistics object");
    let groups = last;
    if (columns.length > 1) {
      const before = await this.of(columns.slice(0, -1));
      const { count } = last;
      const pairOf = (row: number): number => before.at(row) * count + last.at(row);
      groups = await groupRows(last.rows, pairOf, this.#pause);
    }
    this.#known.set(key, groups);
    return groups;
  }
}

/** Duj1 (estimate_ndistinct). */
function estimatedDistinct(groups: RowGroups, totalRows: number): number {
  const { count, rows, single } = groups;
  const inSample = rows - single + (single * rows) / totalRows;
  const estimate = (rows * count) / inSample;
  return Math.floor(Math.min(totalRows, Math.max(count, estimate)) + 0.5);
}

async function distinctOf(
  combinations: Combinations,
  columns: readonly number[],
  totalRows: number,
): Promise<DistinctCombinations[]> {
  const found: DistinctCombinations[] = [];
  for (let size = 2; size <= columns.length; size++) {
    for (const subset of subsets(columns.length, size)) {
      const groups = await combinations.of(subset);
      const numbers = subset.map((at) => columns[at] ?? 0);
      found.push({ columns: numbers, count: estimatedDistinct(groups, totalRows) });
    }
  }
  return found;
}

/** The share of rows whose group has one value of the implied column. */
async function degreeOf(
  combinations: Combinations,
  determining: readonly number[],
  implied: number,
): Promise<number> {
  const groups = await combinations.of(determining);
  const values = await combinations.of([implied]);
  const first = new Int32Array(groups.count).fill(-1);
  const isBroken = new Uint8Array(groups.count);
  for (let row = 0; row < groups.rows; row++) {
    const group = groups.at(row);
    const value = values.at(row);
    if (first[group] === -1) first[group] = value;
    else if (first[group] !== value) isBroken[group] = 1;
  }
  let supporting = 0;
  for (let group = 0; group < groups.count; group++) {
    if (isBroken[group] === 0) supporting += groups.sizeOf(group);
  }
  return supporting / groups.rows;
}

async function dependenciesOf(
  combinations: Combinations,
  columns: readonly number[],
): Promise<Dependency[]> {
  const found: Dependency[] = [];
  for (let size = 1; size < columns.length; size++) {
    for (const determining of subsets(columns.length, size)) {
      for (let implied = 0; implied < columns.length; implied++) {
        if (determining.includes(implied)) continue;
        const degree = await degreeOf(combinations, determining, implied);
        const numbers = [...determining, implied].map((at) => columns[at] ?? 0);
        if (degree > 0) found.push({ columns: numbers, degree });
      }
    }
  }
  return found;
}

/** Combinations that are rarer say too little about all rows (get_mincount_for_mcv_list). */
function leastCount(sampleRows: number, totalRows: number): number {
  const numerator = sampleRows * (totalRows - sampleRows);
  const denominator = totalRows - sampleRows + 0.04 * sampleRows * (totalRows - 1);
  return denominator === 0 ? 0 : numerator / denominator;
}

interface SampledColumns {
  readonly combinations: Combinations;
  readonly values: readonly (readonly Datum[])[];
  readonly types: readonly number[];
  readonly totalRows: number;
  readonly pause: Pause;
}

/** Rows by their values, NULL last: which of equally common combinations come first. */
function compareRows({ values, types }: SampledColumns): (a: number, b: number) => number {
  const columns = values.map((own, at) => ({ own, type: typeByOid(types[at] ?? 0) }));
  return (a, b) => {
    for (const { own, type } of columns) {
      const left = own[a] ?? null;
      const right = own[b] ?? null;
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const order = type.compare(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

async function commonOf(sampled: SampledColumns, target: number): Promise<CommonCombination[]> {
  const { combinations, values, totalRows, pause } = sampled;
  const all = await combinations.of(values.map((_, at) => at));
  const { rows } = all;
  const least = leastCount(rows, totalRows);
  const byValues = compareRows(sampled);
  const groups = await sortInSteps(
    Array.from({ length: all.count }, (_, group) => group),
    (a, b) => all.sizeOf(b) - all.sizeOf(a) || byValues(all.firstOf(a), all.firstOf(b)),
    pause,
  );
  const largest = groups.slice(0, target).filter((group) => all.sizeOf(group) >= least);
  const columns = await Promise.all(values.map((_, at) => combinations.of([at])));
  return largest.map((group) => {
    const row = all.firstOf(group);
    const shares = columns.map((column) => column.sizeOf(column.at(row)) / rows);
    return {
      values: values.map((column) => column[row] ?? null),
      share: all.sizeOf(group) / rows,
      independentShare: shares.reduce((product, share) => product * share, 1),
    };
  });
}

/** statext_compute_stattarget. */
export function extendedTarget(
  table: TableDescriptor,
  { target, columns }: StatisticsDescriptor,
  otherwise: number,
): number {
  if (target !== undefined) return target;
  const own = columns.map((number) => table.columns[number - 1]?.statisticsTarget ?? -1);
  const most = Math.max(...own);
  return most < 0 ? otherwise : most;
}

interface Source {
  readonly number: number;
  readonly type: number;
  readonly values: readonly Datum[];
}

/** Undefined where one of its columns is no longer there, or an expression has no values. */
function sourcesOf(
  table: TableDescriptor,
  { columns }: StatisticsDescriptor,
  { sample, computed }: ComputedSample,
): readonly Source[] | undefined {
  const sources: Source[] = [];
  for (const number of columns) {
    const column = table.columns[number - 1];
    if (column === undefined || column.dropped) return undefined;
    const values = sample.rows.map((row) => row[number - 1] ?? null);
    sources.push({ number, type: column.type, values });
  }
  for (const [at, { expr, values }] of computed.entries()) {
    if (values === undefined) return undefined;
    sources.push({ number: -(at + 1), type: expr.type, values });
  }
  return sources;
}

function grouped({ type, values }: Source, pause: Pause): Promise<RowGroups> {
  const keyOf = valueKey(type);
  const key = (row: number): unknown => {
    const value = values[row] ?? null;
    return value === null ? null : keyOf(value);
  };
  return groupRows(values.length, key, pause);
}

export async function analyzeCombinations(
  table: TableDescriptor,
  object: StatisticsDescriptor,
  computed: ComputedSample,
  { target, pause }: { readonly target: number; readonly pause: Pause },
): Promise<ExtendedStatistics | undefined> {
  const { oid, kinds } = object;
  const sources = sourcesOf(table, object, computed);
  const { totalRows, rows } = computed.sample;
  if (kinds.length === 0 || sources === undefined || rows.length === 0) return undefined;
  const single: RowGroups[] = [];
  for (const source of sources) single.push(await grouped(source, pause));
  const combinations = new Combinations(single, pause);
  const columns = sources.map(({ number }) => number);
  const types = sources.map(({ type }) => type);
  const values = sources.map((each) => each.values);
  const sampled = { combinations, values, types, totalRows, pause };
  return {
    object: oid,
    columns,
    types,
    distinct: kinds.includes("d") ? await distinctOf(combinations, columns, totalRows) : [],
    dependencies: kinds.includes("f") ? await dependenciesOf(combinations, columns) : [],
    common: kinds.includes("m") ? await commonOf(sampled, target) : [],
  };
}
