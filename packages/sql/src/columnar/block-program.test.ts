/** Programs over column vectors answer as the same programs over stored rows. */
import fc from "fast-check";
import type { KeyRestriction } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { procsByName } from "../catalog/proc-catalog.ts";
import { encodeRow } from "../encoding/row-encoder.ts";
import type { Expr } from "../expression/tree.ts";
import { registerBuiltins } from "../functions/register-builtins.ts";
import { compileScanProgram } from "../pushdown/compile-scan-program.ts";
import { mergePartials } from "../pushdown/merge-partials.ts";
import { PUSHDOWN_CONTEXT } from "../pushdown/pushdown-context.ts";
import type { PushedAggregate, ScanProgram } from "../pushdown/scan-program.ts";
import type { Datum } from "../values/datum.ts";
import { NUMERIC_NAN, makeNumeric } from "../values/numeric.ts";
import { compileBlockProgram } from "./block-program.ts";
import { buildVectors } from "./vector-builder.ts";

registerBuiltins();

const INT4 = 23;
const INT8 = 20;
const NUMERIC = 1700;
const TEXT = 25;
const DATE = 1082;
const FLOAT8 = 701;
const TYPES = [INT4, NUMERIC, NUMERIC, TEXT, DATE, FLOAT8];

const slot = (index: number): Expr => {
  return { kind: "slot", index, type: TYPES[index] ?? 0, typmod: -1, position: -1 };
};

function procOf(name: string, ...args: number[]): number {
  const found = procsByName(name).find(
    (proc) => proc.argTypes.length === args.length && args.every((t, i) => proc.argTypes[i] === t),
  );
  if (found === undefined) throw new Error(`no ${name}`);
  return found.oid;
}

function call(name: string, type: number, ...args: Expr[]): Expr {
  const proc = procOf(name, ...args.map((arg) => arg.type));
  return {
    kind: "call",
    proc,
    args,
    display: "operator",
    operator: 0,
    type,
    typmod: -1,
    position: -1,
  };
}

const constant = (value: Datum, type: number): Expr => {
  return { kind: "const", value, type, typmod: -1, position: -1 };
};

const product = call(
  "numeric_mul",
  NUMERIC,
  slot(1),
  call("numeric_sub", NUMERIC, constant(makeNumeric(1n, 0), NUMERIC), slot(2)),
);
const withInteger = call("numeric_add", NUMERIC, slot(1), call("numeric", NUMERIC, slot(0)));

const FILTERS: readonly (Expr | undefined)[] = [
  undefined,
  call("numeric_gt", 16, product, constant(makeNumeric(15n, 1), NUMERIC)),
  call("int4lt", 16, slot(0), constant(3, INT4)),
  call("numeric_le", 16, slot(1), slot(2)),
  { kind: "isNotNull", arg: slot(3), type: 16, typmod: -1, position: -1 },
];

const aggregate = (name: string, type: number, ...args: Expr[]): PushedAggregate => {
  return { proc: procOf(name, ...args.map((arg) => arg.type)), args, type };
};

const AGGREGATES: readonly PushedAggregate[] = [
  aggregate("count", INT8),
  aggregate("count", INT8, { ...slot(3), type: 2276 }),
  aggregate("sum", NUMERIC, product),
  aggregate("avg", NUMERIC, slot(1)),
  aggregate("sum", NUMERIC, withInteger),
  aggregate("sum", INT8, slot(0)),
  aggregate("avg", NUMERIC, slot(0)),
  aggregate("min", NUMERIC, slot(2)),
  aggregate("max", DATE, slot(4)),
  aggregate("min", TEXT, slot(3)),
  aggregate("sum", FLOAT8, slot(5)),
];

const GROUPINGS: readonly (readonly Expr[])[] = [
  [],
  [slot(0)],
  [slot(3)],
  [slot(3), slot(0)],
  [slot(1), slot(4), slot(3)],
];

const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { nil: null, freq: 8 });

/** Mostly of one scale and small; sometimes what only rows can do. */
const numeric = fc.oneof(
  { weight: 40, arbitrary: fc.bigInt({ min: -500n, max: 500n }).map((n) => makeNumeric(n, 2)) },
  { weight: 1, arbitrary: fc.constant(makeNumeric(10n ** 14n, 2)) },
  { weight: 1, arbitrary: fc.constant(makeNumeric(7n, 1)) },
  { weight: 1, arbitrary: fc.constantFrom(NUMERIC_NAN, makeNumeric(10n ** 20n, 2)) },
);

const row = fc.tuple(
  nullable(fc.integer({ min: -4, max: 4 })),
  nullable(numeric),
  nullable(fc.bigInt({ min: -20n, max: 20n }).map((n) => makeNumeric(n, 2))),
  nullable(fc.constantFrom("a", "b", "ab", "")),
  nullable(fc.constantFrom(-1, 0, 9000, Infinity)),
  nullable(fc.constantFrom(0, -0, 1.5, NaN)),
);
const blocks = fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 4 });

function overRows(program: ScanProgram, rows: readonly Uint8Array[]): readonly Datum[][] {
  const run = compileScanProgram(program).start("values");
  for (const bytes of rows) if (!run.isComplete) run.add(bytes);
  const batch = run.finish();
  return batch.kind === "values" ? batch.rows.map((each) => [...each]) : [];
}

interface Options {
  readonly coldRows?: number;
  readonly restrictions?: readonly KeyRestriction[];
}

/** All rows by generated code, the first few one by one, all of them. */
const coldRows = fc.constantFrom(0, 5, 15, 100);

function overBlocks(
  program: ScanProgram,
  stored: readonly (readonly Uint8Array[])[],
  { coldRows = 0, restrictions = [] }: Options = {},
): Datum[][] {
  const compiled = compileBlockProgram(program, coldRows);
  if (compiled === undefined) throw new Error("no program over blocks");
  const run = compiled.start(restrictions);
  for (const rows of stored) {
    const vectors = buildVectors(rows, compiled.columns, TYPES, undefined);
    if (!run.isComplete) run.add(vectors, rows.length);
  }
  return run.finish();
}

function merged(program: ScanProgram, partials: readonly Datum[][]): unknown[] {
  const merger = mergePartials(program);
  for (const partial of partials) merger.add(partial);
  return [...merger.results(PUSHDOWN_CONTEXT)];
}

describe("a program over blocks", () => {
  it("filters and projects as over rows", () => {
    const outputs = [[0, 1, 2, 3, 4, 5], [3], [2, 1], []];
    fc.assert(
      fc.property(
        blocks,
        fc.constantFrom(...FILTERS),
        fc.constantFrom(...outputs),
        fc.constantFrom(undefined, 1, 5),
        coldRows,
        (data, filter, columns, limit, cold) => {
          const program: ScanProgram = {
            columnTypes: TYPES,
            output: { kind: "columns", columns },
            ...(filter === undefined ? {} : { filter }),
            ...(limit === undefined ? {} : { limit }),
          };
          const stored = data.map((rows) => rows.map((each) => encodeRow(TYPES, each)));
          const found = overBlocks(program, stored, { coldRows: cold });
          expect(found).toEqual(overRows(program, stored.flat()));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("leaves out only rows that a restriction does not want", () => {
    const program: ScanProgram = {
      columnTypes: TYPES,
      output: { kind: "columns", columns: [0, 3] },
    };
    fc.assert(
      fc.property(blocks, fc.subarray([-4, -2, 0, 1, 4]), (data, keys) => {
        const lowest = Math.min(0, ...keys);
        const bits = new Int32Array(1);
        for (const key of keys) bits[0] = (bits[0] ?? 0) | (1 << (key - lowest));
        const stored = data.map((rows) => rows.map((each) => encodeRow(TYPES, each)));
        const restrictions = [{ column: 0, keys: { lowest, bits } }];
        const found = overBlocks(program, stored, { restrictions });
        const isWanted = (each: readonly Datum[]): boolean => keys.includes(each[0] as number);
        const all = overRows(program, stored.flat());
        expect(found.filter(isWanted)).toEqual(all.filter(isWanted));
        expect(found.every((each) => isWanted(each) || each[0] === null)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("groups and aggregates as over rows", () => {
    fc.assert(
      fc.property(
        blocks,
        fc.constantFrom(...FILTERS),
        fc.constantFrom(...GROUPINGS),
        fc.subarray([...AGGREGATES]),
        coldRows,
        (data, filter, groupBy, aggregates, cold) => {
          const program: ScanProgram = {
            columnTypes: TYPES,
            output: { kind: "aggregate", groupBy, aggregates },
            ...(filter === undefined ? {} : { filter }),
          };
          const stored = data.map((rows) => rows.map((each) => encodeRow(TYPES, each)));
          expect(merged(program, overBlocks(program, stored, { coldRows: cold }))).toEqual(
            merged(program, overRows(program, stored.flat())),
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
