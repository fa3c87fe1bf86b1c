/**
 * Runs a scan program over blocks of column vectors instead of stored rows. The answers are those of
 * the program over rows, which is also what a block is given to when numbers would not be exact.
 */
import { physicalType } from "../encoding/stored-form.ts";
import type { KeyRestriction } from "@firstlight/common";
import { foldConstants } from "../expression/fold.ts";
import type { Expr } from "../expression/tree.ts";
import { childrenOf, splitConjunction, visitExpr } from "../expression/walk.ts";
import { compilePredicate, compileProjection } from "../expression/compile.ts";
import { partialAggregation } from "../pushdown/partial-aggregation.ts";
import { PUSHDOWN_CONTEXT } from "../pushdown/pushdown-context.ts";
import type { PushedAggregate, ScanProgram } from "../pushdown/scan-program.ts";
import { columnsOf, slotsOver } from "../pushdown/stored-row.ts";
import { isUserType } from "../types/user/type-ids.ts";
import type { Datum } from "../values/datum.ts";
import { BlockGroups, compileBlockGroups } from "./block-groups.ts";
import type { CompiledGroups } from "./block-groups.ts";
import type { BlockRows, WantedKeys } from "./block-rows.ts";
import { compileBlockRows } from "./block-rows.ts";
import type { ColumnVector } from "./column-vector.ts";
import { shapeKey, shapeOf, vectorValue } from "./column-vector.ts";
import { INEXACT } from "./vector-emitter.ts";

/** Shapes per program whose code is kept. */
const SHAPES_MAX = 16;
/** Rows that a program is given before code for its blocks has been worth making. */
const COLD_ROWS = 512;

export interface BlockRun {
  /** Vectors of the program's columns, in their order. */
  add(vectors: readonly ColumnVector[], count: number): void;
  /** That the result has so far. */
  readonly rows: number;
  readonly isComplete: boolean;
  finish(): Datum[][];
}

export interface BlockProgram {
  /** Positions in the stored row of the columns that are read. */
  readonly columns: readonly number[];
  /** Rows that the restrictions leave out may be among the results or not. */
  start(restrictions?: readonly KeyRestriction[]): BlockRun;
}

const UNRESTRICTED: readonly KeyRestriction[] = [];

function wantedKeys(
  vectors: readonly ColumnVector[],
  columns: readonly number[],
  restrictions: readonly KeyRestriction[],
): readonly WantedKeys[] {
  const wanted: WantedKeys[] = [];
  for (const { column, keys } of restrictions) {
    const vector = vectors[columns.indexOf(column)];
    if (vector?.kind === "integer") wanted.push({ values: vector.values, keys });
  }
  return wanted;
}

/** Compiled once per shape; programs see few of them. */
function byShape<T>(
  compile: (vectors: readonly ColumnVector[]) => T,
): (vectors: readonly ColumnVector[]) => T {
  const compiled = new Map<string, T>();
  return (vectors) => {
    const key = shapeKey(vectors);
    let found = compiled.get(key);
    if (found === undefined) {
      found = compile(vectors);
      if (compiled.size >= SHAPES_MAX) compiled.clear();
      compiled.set(key, found);
    }
    return found;
  };
}

function* rowsOf(vectors: readonly ColumnVector[], count: number): Generator<Datum[]> {
  for (let i = 0; i < count; i++) yield vectors.map((vector) => vectorValue(vector, i));
}

/** Runs `fast`; false when it found that its numbers would not be exact. */
function wasExact(fast: () => void): boolean {
  try {
    fast();
    return true;
  } catch (error) {
    if (error === INEXACT) return false;
    throw error;
  }
}

interface Parts {
  readonly columns: readonly number[];
  readonly filter: Expr | undefined;
  readonly conditions: readonly Expr[];
  /** Whether so many more rows are still so few that they are taken one by one. */
  readonly isCold: (count: number) => boolean;
}

function untilGiven(rows: number): Parts["isCold"] {
  let given = 0;
  return (count) => (given += count) <= rows;
}

function rowProgram(parts: Parts, output: readonly Expr[], limit: number): BlockProgram {
  const { conditions, filter, columns, isCold } = parts;
  const compiled = byShape((vectors): BlockRows =>
    compileBlockRows(vectors.map(shapeOf), conditions, output),
  );
  const test = filter === undefined ? () => true : compilePredicate(filter);
  const project = compileProjection(output);
  const oneByOne = (vectors: readonly ColumnVector[], count: number, out: Datum[][]): void => {
    for (const row of rowsOf(vectors, count)) {
      if (out.length >= limit) return;
      if (test(row, PUSHDOWN_CONTEXT)) out.push(project(row, PUSHDOWN_CONTEXT));
    }
  };
  const start = (restrictions = UNRESTRICTED): BlockRun => {
    const out: Datum[][] = [];
    return {
      add: (vectors, count) => {
        if (isCold(count)) {
          oneByOne(vectors, count, out);
          return;
        }
        const before = out.length;
        const run = compiled(vectors);
        const wanted = wantedKeys(vectors, columns, restrictions);
        if (wasExact(() => run(vectors, count, PUSHDOWN_CONTEXT, out, limit, wanted))) return;
        out.length = before;
        oneByOne(vectors, count, out);
      },
      get rows() {
        return out.length;
      },
      get isComplete() {
        return out.length >= limit;
      },
      finish: () => out,
    };
  };
  return { columns, start };
}

interface Aggregation {
  readonly groupBy: readonly Expr[];
  readonly aggregates: readonly PushedAggregate[];
}

function partialRows(groups: BlockGroups, { partials }: CompiledGroups): Datum[][] {
  return groups.values.map((values, group) => {
    const row = values;
    for (const [at, partial] of partials.entries()) {
      const accumulator = groups.accumulators[at];
      if (accumulator !== undefined) row.push(...partial(accumulator, group));
    }
    return row;
  });
}

/** Accumulated numbers of one shape cannot go on with another one, nor with rows. */
class AggregateRun implements BlockRun {
  readonly isComplete = false;
  readonly #parts: AggregateParts;
  readonly #restrictions: readonly KeyRestriction[];
  readonly #finished: Datum[][] = [];
  #compiled: CompiledGroups | undefined;
  #groups: BlockGroups | undefined;
  /** What #groups has in it: taken again row by row if it turns out that it cannot be exact. */
  #taken: (readonly [vectors: readonly ColumnVector[], count: number])[] = [];

  constructor(parts: AggregateParts, restrictions: readonly KeyRestriction[]) {
    this.#parts = parts;
    this.#restrictions = restrictions;
  }

  get rows(): number {
    return this.#finished.length + (this.#groups?.values.length ?? 0);
  }

  add(vectors: readonly ColumnVector[], count: number): void {
    if (this.#parts.isCold(count)) {
      this.#close();
      this.#taken.push([vectors, count]);
      this.#oneByOne();
      return;
    }
    const compiled = this.#parts.compiled(vectors);
    if (compiled !== this.#compiled) this.#close();
    this.#compiled = compiled;
    const groups = (this.#groups ??= new BlockGroups(this.#parts.plan));
    this.#taken.push([vectors, count]);
    const wanted = wantedKeys(vectors, this.#parts.columns, this.#restrictions);
    if (wasExact(() => compiled.run(vectors, count, PUSHDOWN_CONTEXT, groups, wanted))) return;
    this.#oneByOne();
  }

  finish(): Datum[][] {
    this.#close();
    if (this.#finished.length === 0 && this.#parts.plan.groupBy.length === 0) {
      return this.#parts.begin().rows();
    }
    return this.#finished;
  }

  #close(): void {
    if (this.#groups !== undefined && this.#compiled !== undefined) {
      this.#give(partialRows(this.#groups, this.#compiled));
    }
    this.#groups = undefined;
    this.#compiled = undefined;
    this.#taken = [];
  }

  #give(rows: readonly Datum[][]): void {
    for (const row of rows) this.#finished.push(row);
  }

  #oneByOne(): void {
    const groups = this.#parts.begin();
    for (const [vectors, count] of this.#taken) {
      for (const row of rowsOf(vectors, count)) {
        if (this.#parts.test(row, PUSHDOWN_CONTEXT)) groups.add(row);
      }
    }
    this.#give(groups.rows());
    this.#groups = undefined;
    this.#close();
  }
}

interface AggregateParts extends Pick<Parts, "columns" | "isCold"> {
  readonly plan: Aggregation & { readonly conditions: readonly Expr[] };
  readonly compiled: (vectors: readonly ColumnVector[]) => CompiledGroups;
  readonly begin: ReturnType<typeof partialAggregation>;
  readonly test: ReturnType<typeof compilePredicate>;
}

function aggregateProgram(parts: Parts, aggregation: Aggregation): BlockProgram {
  const { conditions, filter, columns, isCold } = parts;
  const plan = { conditions, ...aggregation };
  const run: AggregateParts = {
    columns,
    isCold,
    plan,
    compiled: byShape((vectors) => compileBlockGroups(vectors.map(shapeOf), plan)),
    begin: partialAggregation(aggregation),
    test: filter === undefined ? () => true : compilePredicate(filter),
  };
  const start = (restrictions = UNRESTRICTED): BlockRun => new AggregateRun(run, restrictions);
  return { columns, start };
}

/**
 * The program over vectors of the columns that it names. Its expressions are immutable. Undefined
 * where a column's values depend on a definition that can change: vectors may outlive it. The first
 * `coldRows` rows are taken one by one.
 */
export function compileBlockProgram(
  program: ScanProgram,
  coldRows: number = COLD_ROWS,
): BlockProgram | undefined {
  const { output } = program;
  const outputs =
    output.kind === "aggregate"
      ? [...output.groupBy, ...output.aggregates.flatMap(expressionsOf)]
      : output.kind === "expressions"
        ? output.exprs
        : output.columns.map((index) => slotOf(program, index));
  const filters = program.filter === undefined ? [] : [program.filter];
  if (callsIn([...filters, ...outputs]) > CALLS_MAX) return undefined;
  const columns = columnsOf([...filters, ...outputs]);
  if (columns.some((column) => isUserType(physicalType(program.columnTypes[column] ?? 0)))) {
    return undefined;
  }
  const over = slotsOver(columns);
  const folded = (expr: Expr): Expr => foldConstants(over(expr));
  const filter = program.filter === undefined ? undefined : folded(program.filter);
  const conditions = filter === undefined ? [] : splitConjunction(filter);
  const parts: Parts = { columns, filter, conditions, isCold: untilGiven(coldRows) };
  if (output.kind !== "aggregate") {
    return rowProgram(parts, outputs.map(folded), program.limit ?? Infinity);
  }
  return aggregateProgram(parts, {
    groupBy: output.groupBy.map(folded),
    aggregates: output.aggregates.map((each) => {
      const moved = { ...each, args: each.args.map(folded) };
      return each.filter === undefined ? moved : { ...moved, filter: folded(each.filter) };
    }),
  });
}

/**
 * What is computed for each row of a block, which is treated at one go: some thousand rows times
 * these. Row by row a scan looks at the clock.
 */
const CALLS_MAX = 500;

function callsIn(exprs: readonly Expr[]): number {
  let calls = 0;
  for (const expr of exprs) {
    visitExpr(expr, (each) => {
      if (childrenOf(each).length > 0) calls++;
    });
  }
  return calls;
}

function expressionsOf({ args, filter }: PushedAggregate): readonly Expr[] {
  return filter === undefined ? args : [...args, filter];
}

function slotOf({ columnTypes }: ScanProgram, index: number): Expr {
  return { kind: "slot", index, type: columnTypes[index] ?? 0, typmod: -1, position: -1 };
}
