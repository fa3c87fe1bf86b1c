/** Scan programs: what a storage node computes is what the query processor would have. */
import { describe, expect, it } from "vitest";
import { encodeRow } from "../encoding/row-encoder.ts";
import { rowDecoder } from "../encoding/row-decoder.ts";
import type { Expr } from "../expression/tree.ts";
import { makeOperatorCall } from "../resolve/operator-call.ts";
import type { Datum } from "../values/datum.ts";
import { parseNumeric } from "../values/numeric.ts";
import { compileScanProgram } from "./compile-scan-program.ts";
import { mergePartials } from "./merge-partials.ts";
import { pushableExpr } from "./pushable.ts";
import { PUSHDOWN_CONTEXT } from "./pushdown-context.ts";
import { parseScanProgram, type ScanProgram, scanProgramText } from "./scan-program.ts";

const INT4 = 23;
const TEXT = 25;
const INT8 = 20;
const TYPES = [INT4, TEXT, INT8];
const COUNT_ROWS = 2803;
const SUM_INT8 = 2107;
const AVG_INT4 = 2101;
const MAX_TEXT = 2129;

const base = { typmod: -1, position: -1 };
const slot = (index: number): Expr => ({ kind: "slot", index, type: TYPES[index] ?? 0, ...base });
const constant = (value: Datum, type: number): Expr => ({ kind: "const", value, type, ...base });
const greater = (left: Expr, right: Expr): Expr =>
  makeOperatorCall({ evaluation: PUSHDOWN_CONTEXT }, ">", left, right, -1);

const rows: Datum[][] = [
  [1, "a", 10n],
  [2, "b", 20n],
  [3, "a", null],
  [4, null, 40n],
];
const stored = rows.map((row) => encodeRow(TYPES, row));

function run(program: ScanProgram, format: "values" | "encoded" = "values"): unknown {
  const compiled = compileScanProgram(parseScanProgram(scanProgramText(program)));
  const scan = compiled.start(format);
  for (const row of stored) {
    if (scan.isComplete) break;
    scan.add(row);
  }
  const batch = scan.finish();
  const decode = rowDecoder(compiled.resultTypes);
  return batch.kind === "values" ? batch.rows : batch.rows.map((row) => decode(row));
}

describe("scan programs", () => {
  const filter = greater(slot(0), constant(1, INT4));

  it("filter, project and limit, in both formats", () => {
    const program: ScanProgram = {
      columnTypes: TYPES,
      filter,
      output: { kind: "columns", columns: [2, 0] },
      limit: 2,
    };
    expect(run(program)).toEqual([
      [20n, 2],
      [null, 3],
    ]);
    expect(run(program, "encoded")).toEqual(run(program));
  });

  it("give columns that were added later their defaults, in whole rows of both formats", () => {
    const program: ScanProgram = {
      columnTypes: [...TYPES, TEXT],
      defaults: [null, null, null, "added"],
      output: { kind: "columns", columns: [0, 1, 2, 3] },
      limit: 1,
    };
    expect(run(program)).toEqual([[1, "a", 10n, "added"]]);
    expect(run(program, "encoded")).toEqual(run(program));
  });

  it("pass whole rows on as they are stored", () => {
    const program: ScanProgram = {
      columnTypes: TYPES,
      filter,
      output: { kind: "columns", columns: [0, 1, 2] },
    };
    const scan = compileScanProgram(program).start("encoded");
    for (const row of stored) scan.add(row);
    const batch = scan.finish();
    expect(batch.rows[0]).toBe(stored[1]);
  });

  it("compute expressions and take a column twice", () => {
    const twice = run({ columnTypes: TYPES, output: { kind: "columns", columns: [0, 0] } });
    expect(twice).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    const computed = run({ columnTypes: TYPES, output: { kind: "expressions", exprs: [filter] } });
    expect(computed).toEqual([[false], [true], [true], [true]]);
  });

  it("give columns that older rows lack their defaults", () => {
    const program: ScanProgram = {
      columnTypes: [...TYPES, INT4],
      defaults: [null, null, null, 7],
      output: { kind: "columns", columns: [3, 0] },
      limit: 1,
    };
    expect(run(program)).toEqual([[7, 1]]);
  });

  const aggregates = {
    kind: "aggregate",
    groupBy: [slot(1)],
    aggregates: [
      { proc: COUNT_ROWS, args: [], type: INT8 },
      { proc: SUM_INT8, args: [slot(2)], type: 1700 },
      { proc: AVG_INT4, args: [slot(0)], type: 1700 },
      { proc: MAX_TEXT, args: [slot(1)], type: TEXT, filter },
    ],
  } as const;

  it.each(["values", "encoded"] as const)("merge partial aggregates of %s pages", (format) => {
    const program: ScanProgram = { columnTypes: TYPES, output: aggregates };
    const compiled = compileScanProgram(program);
    const decode = rowDecoder(compiled.resultTypes);
    const merger = mergePartials(program);
    for (const page of [stored.slice(0, 2), stored.slice(2)]) {
      const scan = compiled.start(format);
      for (const row of page) scan.add(row);
      const batch = scan.finish();
      const partials = batch.kind === "values" ? batch.rows : batch.rows.map((row) => decode(row));
      for (const row of partials) merger.add(row);
    }
    expect([...merger.results(PUSHDOWN_CONTEXT)]).toEqual([
      ["a", 2n, parseNumeric("10"), parseNumeric("2.0000000000000000"), "a"],
      ["b", 1n, parseNumeric("20"), parseNumeric("2.0000000000000000"), "b"],
      [null, 1n, parseNumeric("40"), parseNumeric("4.0000000000000000"), null],
    ]);
  });

  it("give one row for aggregates without groups over nothing", () => {
    const program: ScanProgram = {
      columnTypes: TYPES,
      filter: constant(false, 16),
      output: { ...aggregates, groupBy: [] },
    };
    const merger = mergePartials(program);
    for (const row of run(program) as Datum[][]) merger.add(row);
    expect([...merger.results(PUSHDOWN_CONTEXT)]).toEqual([[0n, null, null, null]]);
  });

  it("refuse what is not immutable and take parameters as constants", () => {
    const context = { ...PUSHDOWN_CONTEXT, params: [2] };
    const withParam = greater(slot(0), { kind: "param", number: 1, type: INT4, ...base });
    expect(() =>
      compileScanProgram({
        columnTypes: TYPES,
        filter: withParam,
        output: { kind: "columns", columns: [0] },
      }),
    ).toThrow("not immutable");
    const bound = pushableExpr(withParam, context);
    expect(bound).toMatchObject({ args: [{ kind: "slot" }, { kind: "const", value: 2 }] });
    const random: Expr = {
      kind: "call",
      proc: 1598,
      args: [],
      display: "function",
      operator: 0,
      type: 701,
      ...base,
    };
    expect(pushableExpr(random, context)).toBeUndefined();
  });
});
