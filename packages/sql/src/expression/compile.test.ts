/** Compiled expressions: null handling, overflow, order of evaluation, one function per shape. */
import { describe, expect, it } from "vitest";
import type { Datum } from "../values/datum.ts";
import { makeOperatorCall } from "../resolve/operator-call.ts";
import { compileExpr, compilePredicate, compileProjection } from "./compile.ts";
import { DEFAULT_FORMAT, type EvaluationContext } from "./evaluation-context.ts";
import { foldConstants } from "./fold.ts";
import type { Expr } from "./tree.ts";

const context: EvaluationContext = {
  params: [7],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};

const base = { typmod: -1, position: -1 };
const slot = (index: number, type = 23): Expr => ({ kind: "slot", index, type, ...base });
const constant = (value: Datum, type = 23): Expr => ({ kind: "const", value, type, ...base });
const op = (name: string, left: Expr, right: Expr): Expr =>
  makeOperatorCall({ evaluation: context }, name, left, right, -1);
const and = (...args: Expr[]): Expr => ({ kind: "and", type: 16, ...base, args });
const or = (...args: Expr[]): Expr => ({ kind: "or", type: 16, ...base, args });

function run(expr: Expr, ...row: Datum[]): Datum {
  return compileExpr(expr)(row, context);
}

describe("compiled expressions", () => {
  it("add int4 and refuse what does not fit", () => {
    const sum = op("+", slot(0), slot(1));
    expect(run(sum, 2, 3)).toBe(5);
    expect(run(sum, null, 3)).toBe(null);
    expect(() => run(sum, 2147483647, 1)).toThrow("integer out of range");
  });

  it("widen int4 to bigint beside int8", () => {
    expect(run(op("+", slot(0), slot(1, 20)), 2, 3n)).toBe(5n);
    expect(run(op("=", slot(0), slot(1, 20)), 3, 3n)).toBe(true);
    expect(() => run(op("*", slot(0, 20), slot(1, 20)), 2n ** 62n, 2n)).toThrow(
      "bigint out of range",
    );
  });

  it("never give a negative zero for an integer", () => {
    expect(Object.is(run(op("*", slot(0), slot(1)), 0, -5), 0)).toBe(true);
    expect(Object.is(run(op("/", slot(0), slot(1)), -1, 5), 0)).toBe(true);
  });

  it("treat NaN as equal to itself and greater than all", () => {
    const f = (index: number): Expr => slot(index, 701);
    expect(run(op("=", f(0), f(1)), Number.NaN, Number.NaN)).toBe(true);
    expect(run(op("<", f(0), f(1)), Infinity, Number.NaN)).toBe(true);
    expect(run(op(">=", f(0), f(1)), 1, Number.NaN)).toBe(false);
  });

  it("decide AND and OR by three-valued logic", () => {
    const values = [true, false, null];
    for (const a of values) {
      for (const b of values) {
        const anded = a === false || b === false ? false : a === null || b === null ? null : true;
        const ored = a === true || b === true ? true : a === null || b === null ? null : false;
        expect(run(and(slot(0, 16), slot(1, 16)), a, b)).toBe(anded);
        expect(run(or(slot(0, 16), slot(1, 16)), a, b)).toBe(ored);
      }
    }
  });

  it("do not evaluate what AND and CASE have decided against", () => {
    const fails = op("=", op("/", constant(1), slot(0)), constant(1));
    expect(run(and(op("<>", slot(0), constant(0)), fails), 0)).toBe(false);
    const guarded: Expr = {
      kind: "case",
      type: 16,
      ...base,
      whens: [{ condition: op("<>", slot(0), constant(0)), result: fails }],
      otherwise: constant(null, 16),
    };
    expect(run(guarded, 0)).toBe(null);
    expect(run(guarded, 1)).toBe(true);
  });

  it("fold constants but leave errors to run time", () => {
    expect(foldConstants(op("+", constant(1), constant(2)))).toMatchObject({
      kind: "const",
      value: 3,
    });
    const division = foldConstants(op("/", constant(1), constant(0)));
    expect(division.kind).toBe("call");
    expect(() => run(division)).toThrow("division by zero");
  });

  it("take a predicate that is null for false", () => {
    const test = compilePredicate(
      and(op(">", slot(0), constant(1)), op("<", slot(1), constant(9))),
    );
    expect(test([2, 3], context)).toBe(true);
    expect(test([2, null], context)).toBe(false);
    expect(test([1, null], context)).toBe(false);
  });

  it("compare rows from left to right", () => {
    const rows: Expr = {
      kind: "rowCompare",
      type: 16,
      ...base,
      operator: "<",
      left: [slot(0), slot(1)],
      right: [constant(1), constant(2)],
      procs: [351, 351],
    };
    expect(run(rows, 1, 1)).toBe(true);
    expect(run(rows, 0, null)).toBe(true);
    expect(run(rows, 1, null)).toBe(null);
    expect(run(rows, 1, 2)).toBe(false);
  });

  it("give several columns from one function", () => {
    const project = compileProjection([slot(1), op("+", slot(0), constant(1))]);
    expect(project([1, 2], context)).toEqual([2, 2]);
  });

  it("refuse what only a planner can replace", () => {
    const column: Expr = { kind: "var", rte: 0, column: 0, levelsUp: 0, type: 23, ...base };
    expect(() => compileExpr(column)).toThrow("must be replaced");
  });
});

describe("membership in long lists", () => {
  const inList = (array: Expr): Expr => ({
    kind: "scalarArrayOp",
    type: 16,
    ...base,
    proc: 65,
    operator: 96,
    any: true,
    scalar: slot(0),
    array,
  });
  const arrayOf = (elements: readonly Expr[]): Expr => ({
    kind: "array",
    type: 1007,
    ...base,
    elementType: 23,
    elements,
    multidims: false,
  });

  it("is that of comparing one by one, nulls included", () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => constant(index * 2));
    const test = compileExpr(inList(arrayOf(numbers)));
    expect([4, 5, null].map((value) => test([value], context))).toEqual([true, false, null]);
    const withNull = compileExpr(inList(arrayOf([...numbers, constant(null)])));
    expect([4, 5].map((value) => withNull([value], context))).toEqual([true, null]);
  });

  it("follows the parameters of each execution", () => {
    const params = Array.from({ length: 12 }, (_, index): Expr => ({
      kind: "param",
      number: index + 1,
      type: 23,
      ...base,
    }));
    const test = compileExpr(inList(arrayOf(params)));
    const executions = [1, 100].map((first) => ({
      ...context,
      params: params.map((_, index) => first + index),
    }));
    expect(executions.map((execution) => test([5], execution))).toEqual([true, false]);
    expect(executions.map((execution) => test([105], execution))).toEqual([false, true]);
  });
});

describe("values of the statement", () => {
  const now: EvaluationContext = {
    ...context,
    format: { ...DEFAULT_FORMAT, timeZone: "Europe/Berlin" },
    // 2024-02-29 23:30:15.678901 UTC
    transactionTime: 762_564_615_678_901n,
  };
  const value = (
    name: Extract<Expr, { kind: "sqlValue" }>["name"],
    type: number,
    typmod = -1,
  ): Datum => compileExpr({ kind: "sqlValue", name, type, typmod, position: -1 })([], now);

  it("are those of the transaction's start in the session's time zone", () => {
    expect(value("current_timestamp", 1184)).toBe(762_564_615_678_901n);
    expect(value("current_timestamp", 1184, 0)).toBe(762_564_616_000_000n);
    expect(value("current_date", 1082)).toBe(8826);
    expect(value("localtimestamp", 1114)).toBe(762_568_215_678_901n);
    expect(value("localtime", 1083, 3)).toBe(1_815_679_000);
  });

  it("need a session where they are about it", () => {
    expect(() => value("current_user", 19)).toThrow("asks for its session");
  });
});
