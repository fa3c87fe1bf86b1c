/** What the ways to join two inputs cost. */
import type { Cost, CostModel } from "../cost-model.ts";
import { DISABLED_COST } from "../cost-model.ts";

export interface InputCost extends Cost {
  readonly rows: number;
  readonly width: number;
}

export interface JoinShape {
  /** Rows that come out, before what filters them afterwards. */
  readonly rows: number;
  /** Equalities that can be hashed or sorted on. */
  readonly keys: number;
  /** Conditions beside them. */
  readonly others: number;
  /** Only whether there is a partner is asked for. */
  readonly onlyExists: boolean;
}

/** Taking a row into a hash table, and looking one up, in rows scanned. */
const HASH_BUILD = 0.6;
const HASH_PROBE = 0.3;
/** A pair that a nested loop tries. */
const PAIR = 0.04;
const PAIR_TEST = 0.2;
/** A row that a merge passes. */
const MERGED = 0.4;
/** Starting the inner plan of a nested loop anew. */
const RESTART = 15;
const BATCH_ROWS = 1024;

function run({ startup, total }: Cost): number {
  return total - startup;
}

function outputCost(model: CostModel, { rows, others }: JoinShape): number {
  return rows * (model.tuple + others * model.operator);
}

/** Rows that need not be read as no row of the other side has their key. */
export interface Restricted {
  readonly outer: number;
  readonly inner: number;
}

function withoutRows(model: CostModel, input: InputCost, rows: number): InputCost {
  const total = Math.max(input.startup, input.total - rows * model.scanned);
  return { ...input, total, rows: input.rows - rows };
}

export function hashJoinCost(
  model: CostModel,
  left: InputCost,
  right: InputCost,
  shape: JoinShape,
  memoryBytes: number,
  restricted: Restricted,
): Cost {
  const { settings } = model;
  const outer = withoutRows(model, left, restricted.outer);
  const inner = withoutRows(model, right, restricted.inner);
  const build = inner.rows * (model.tuple * HASH_BUILD + model.operator * shape.keys);
  let probe = outer.rows * (model.tuple * HASH_PROBE + model.operator * shape.keys);
  const bytes = inner.rows * (inner.width + 64);
  let startup = outer.startup + inner.total + build;
  if (bytes > memoryBytes) {
    const pages = (width: number, rows: number): number => (rows * (width + 16)) / 8192;
    startup += settings.sequentialPageCost * pages(inner.width, inner.rows);
    const spilled = pages(inner.width, inner.rows) + 2 * pages(outer.width, outer.rows);
    probe += settings.sequentialPageCost * spilled;
  }
  if (!settings.hashJoin) startup += DISABLED_COST;
  return { startup, total: startup + run(outer) + probe + outputCost(model, shape) };
}

/** The inner side is read once and kept. */
export function nestedLoopCost(
  model: CostModel,
  outer: InputCost,
  inner: InputCost,
  shape: JoinShape,
): Cost {
  const pairs = outer.rows * inner.rows * (shape.onlyExists ? 0.5 : 1);
  const tests = (shape.keys + shape.others) * model.operator * PAIR_TEST;
  const perPair = model.tuple * PAIR + tests;
  const penalty = model.settings.nestedLoop ? 0 : DISABLED_COST;
  const startup = outer.startup + inner.total + penalty;
  const total = startup + run(outer) + pairs * perPair + shape.rows * model.tuple;
  return { startup, total };
}

/** The inner side is run again for each outer row, or for those with values that are new. */
export function repeatedLoopCost(
  model: CostModel,
  outer: InputCost,
  inner: InputCost,
  shape: JoinShape,
  runs: number = outer.rows,
): Cost {
  const penalty = model.settings.nestedLoop ? 0 : DISABLED_COST;
  const startup = outer.startup + inner.startup + penalty;
  const once = inner.total + RESTART * model.tuple;
  const total = startup + run(outer) + runs * once + outputCost(model, shape);
  return { startup, total };
}

/** Batches of outer rows look their inner rows up by a unique key. */
export function lookupJoinCost(
  model: CostModel,
  outer: InputCost,
  reads: number,
  shape: JoinShape,
): Cost {
  const penalty = model.settings.nestedLoop && model.settings.indexScan ? 0 : DISABLED_COST;
  const startup = outer.startup + penalty;
  const rounds = Math.ceil(outer.rows / BATCH_ROWS) * reads * model.round;
  const perRow = reads * model.pointRead + model.tuple;
  const total = startup + run(outer) + outer.rows * perRow + rounds + outputCost(model, shape);
  return { startup, total };
}

export function sortCost(model: CostModel, input: InputCost, memoryBytes: number): Cost {
  let startup = input.total + model.comparisons(input.rows);
  const bytes = input.rows * (input.width + 64);
  if (bytes > memoryBytes) startup += (2 * bytes * model.settings.sequentialPageCost) / 8192;
  if (!model.settings.sort) startup += DISABLED_COST;
  return { startup, total: startup + input.rows * model.operator };
}

export function mergeJoinCost(
  model: CostModel,
  outer: InputCost,
  inner: InputCost,
  shape: JoinShape,
): Cost {
  const penalty = model.settings.mergeJoin ? 0 : DISABLED_COST;
  const startup = outer.startup + inner.startup + penalty;
  const rows = outer.rows + inner.rows;
  const merging = rows * (model.operator * Math.max(1, shape.keys) + model.tuple * MERGED);
  return { startup, total: startup + run(outer) + run(inner) + merging + outputCost(model, shape) };
}
