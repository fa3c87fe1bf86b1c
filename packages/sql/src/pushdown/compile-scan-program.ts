/**
 * Runs a ScanProgram over stored rows. Only the columns that are needed are decoded, those of the
 * filter first; rows that leave whole are not decoded at all.
 */
import { InvariantError } from "@firstlight/common";
import { type BlockProgram, compileBlockProgram } from "../columnar/block-program.ts";
import { encodeRow } from "../encoding/row-encoder.ts";
import { compilePredicate, compileProjection } from "../expression/compile.ts";
import type { Expr } from "../expression/tree.ts";
import { readsFormat, volatility } from "../expression/volatility.ts";
import type { Datum } from "../values/datum.ts";
import { partialAggregation } from "./partial-aggregation.ts";
import { PUSHDOWN_CONTEXT } from "./pushdown-context.ts";
import { type ScanProgram, scanResultTypes } from "./scan-program.ts";
import { columnsOf, storedRowReader } from "./stored-row.ts";

export type ScanFormat = "values" | "encoded";

export type ScanBatch =
  | { readonly kind: "values"; readonly rows: readonly (readonly Datum[])[] }
  | { readonly kind: "encoded"; readonly rows: readonly Uint8Array[] };

/** One page of one scan. */
export interface ScanRun {
  /** Whether the stored row became a row of the batch; never with aggregates. */
  add(value: Uint8Array): boolean;
  readonly rows: number;
  /** About how large the batch is. */
  readonly bytes: number;
  /** The program's limit is reached. */
  readonly isComplete: boolean;
  finish(): ScanBatch;
}

export interface CompiledScanProgram {
  readonly resultTypes: readonly number[];
  /** The stored row's, as the program has them. */
  readonly columnTypes: readonly number[];
  readonly defaults: readonly Datum[] | undefined;
  /** The same program over column vectors, if it can be; compiled when it is first asked for. */
  readonly blocks: BlockProgram | undefined;
  start(format: ScanFormat): ScanRun;
  /** Rows of the program's result as a batch. */
  batch(rows: Datum[][], format: ScanFormat): ScanBatch;
}

/** What one group of a partial aggregation takes beside its values. */
const GROUP_BYTES = 64;

type Test = (value: Uint8Array) => boolean;

function requireImmutable(expr: Expr): void {
  if (volatility(expr) !== "immutable" || readsFormat(expr)) {
    throw new InvariantError("a pushed-down expression is not immutable");
  }
}

function compileFilter(program: ScanProgram): Test | undefined {
  const { filter } = program;
  if (filter === undefined) return undefined;
  requireImmutable(filter);
  const reader = storedRowReader(program, columnsOf([filter]));
  const test = compilePredicate(reader.over(filter));
  return (value) => test(reader.read(value), PUSHDOWN_CONTEXT);
}

function compileOutput(program: ScanProgram): (value: Uint8Array) => Datum[] {
  const { output } = program;
  if (output.kind === "columns" && new Set(output.columns).size === output.columns.length) {
    return storedRowReader(program, output.columns).read;
  }
  const exprs = outputExpressions(program);
  exprs.forEach(requireImmutable);
  const reader = storedRowReader(program, columnsOf(exprs));
  const project = compileProjection(exprs.map(reader.over));
  return (value) => project(reader.read(value), PUSHDOWN_CONTEXT);
}

function outputExpressions({ output, columnTypes }: ScanProgram): readonly Expr[] {
  if (output.kind === "expressions") return output.exprs;
  if (output.kind === "aggregate") throw new InvariantError("aggregates have no row output");
  return output.columns.map((index) => ({
    kind: "slot",
    index,
    type: columnTypes[index] ?? 0,
    typmod: -1,
    position: -1,
  }));
}

/** Stored rows go out as they are; those from before a column was added do not have its default. */
function isWholeRow({ output, columnTypes, defaults }: ScanProgram): boolean {
  if (defaults?.some((value) => value !== null) === true) return false;
  if (output.kind !== "columns" || output.columns.length !== columnTypes.length) return false;
  return output.columns.every((column, index) => column === index);
}

interface RowRunParts {
  readonly passes: Test | undefined;
  readonly limit: number;
}

class ValueRun implements ScanRun {
  readonly #parts: RowRunParts;
  readonly #output: (value: Uint8Array) => Datum[];
  readonly #rows: Datum[][] = [];
  bytes = 0;

  constructor(parts: RowRunParts, output: (value: Uint8Array) => Datum[]) {
    this.#parts = parts;
    this.#output = output;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get isComplete(): boolean {
    return this.#rows.length >= this.#parts.limit;
  }

  add(value: Uint8Array): boolean {
    const { passes } = this.#parts;
    if (passes !== undefined && !passes(value)) return false;
    this.#rows.push(this.#output(value));
    this.bytes += value.length;
    return true;
  }

  finish(): ScanBatch {
    return { kind: "values", rows: this.#rows };
  }
}

class EncodedRun implements ScanRun {
  readonly #parts: RowRunParts;
  readonly #encode: (value: Uint8Array) => Uint8Array;
  readonly #rows: Uint8Array[] = [];
  bytes = 0;

  constructor(parts: RowRunParts, encode: (value: Uint8Array) => Uint8Array) {
    this.#parts = parts;
    this.#encode = encode;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get isComplete(): boolean {
    return this.#rows.length >= this.#parts.limit;
  }

  add(value: Uint8Array): boolean {
    const { passes } = this.#parts;
    if (passes !== undefined && !passes(value)) return false;
    const row = this.#encode(value);
    this.#rows.push(row);
    this.bytes += row.length;
    return true;
  }

  finish(): ScanBatch {
    return { kind: "encoded", rows: this.#rows };
  }
}

function inFormat(
  rows: readonly (readonly Datum[])[],
  types: readonly number[],
  format: ScanFormat,
): ScanBatch {
  if (format === "values") return { kind: "values", rows };
  return { kind: "encoded", rows: rows.map((row) => encodeRow(types, row)) };
}

function compileAggregation(
  program: ScanProgram,
  output: Extract<ScanProgram["output"], { kind: "aggregate" }>,
): OverRows {
  const exprs = [
    ...output.groupBy,
    ...output.aggregates.flatMap(({ args, filter }) =>
      filter === undefined ? args : [...args, filter],
    ),
  ];
  exprs.forEach(requireImmutable);
  const reader = storedRowReader(program, columnsOf(exprs));
  const begin = partialAggregation({
    groupBy: output.groupBy.map(reader.over),
    aggregates: output.aggregates.map((each) => {
      const moved = { ...each, args: each.args.map(reader.over) };
      return each.filter === undefined ? moved : { ...moved, filter: reader.over(each.filter) };
    }),
  });
  const passes = compileFilter(program);
  const resultTypes = scanResultTypes(program);
  const start = (format: ScanFormat): ScanRun => {
    const groups = begin();
    return {
      add: (value) => {
        if (passes === undefined || passes(value)) groups.add(reader.read(value));
        return false;
      },
      rows: 0,
      get bytes() {
        return groups.groups * GROUP_BYTES;
      },
      isComplete: false,
      finish: () => inFormat(groups.rows(), resultTypes, format),
    };
  };
  return { resultTypes, start };
}

/** Throws InvariantError for expressions that are not immutable, 0A000 for missing functions. */
export function compileScanProgram(program: ScanProgram): CompiledScanProgram {
  const { resultTypes, start } = compileOverRows(program);
  let blocks: { readonly program: BlockProgram | undefined } | undefined;
  return {
    resultTypes,
    columnTypes: program.columnTypes,
    defaults: program.defaults,
    start,
    batch: (rows, format) => inFormat(rows, resultTypes, format),
    get blocks() {
      blocks ??= { program: compileBlockProgram(program) };
      return blocks.program;
    },
  };
}

type OverRows = Pick<CompiledScanProgram, "resultTypes" | "start">;

function compileOverRows(program: ScanProgram): OverRows {
  const { output } = program;
  if (output.kind === "aggregate") return compileAggregation(program, output);
  const parts: RowRunParts = {
    passes: compileFilter(program),
    limit: program.limit ?? Infinity,
  };
  const resultTypes = scanResultTypes(program);
  const project = compileOutput(program);
  const encode = isWholeRow(program)
    ? (value: Uint8Array): Uint8Array => value
    : (value: Uint8Array): Uint8Array => encodeRow(resultTypes, project(value));
  return {
    resultTypes,
    start: (format) =>
      format === "values" ? new ValueRun(parts, project) : new EncodedRun(parts, encode),
  };
}
