/** Aggregates: PostgreSQL's result types and scales, nulls, and partial states that add up. */
import { describe, expect, it } from "vitest";
import { DEFAULT_FORMAT, type EvaluationContext } from "../expression/evaluation-context.ts";
import { procsByName } from "../catalog/proc-catalog.ts";
import type { Datum, Numeric } from "../values/datum.ts";
import { numericToString, parseNumeric } from "../values/numeric.ts";
import type { AggregateFunction } from "./aggregate-function.ts";
import { aggregateOf } from "./find-aggregate.ts";

const context: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};

function aggregate(name: string, ...argTypes: number[]): AggregateFunction {
  const proc = procsByName(name).find(
    (each) => each.kind === "a" && each.argTypes.length === argTypes.length,
  );
  if (proc === undefined) throw new Error(`no aggregate ${name}`);
  return aggregateOf(proc.oid, { argTypes, resultType: 0 });
}

function over(found: AggregateFunction, values: readonly Datum[], second: Datum = null): Datum {
  let state = found.init();
  for (const value of values) state = found.add(state, value, second, context);
  return found.result(state, context);
}

function text(value: Datum): string {
  return numericToString(value as Numeric);
}

describe("aggregates", () => {
  it("sum int4 to int8 and int8 to numeric, leaving nulls out", () => {
    expect(over(aggregate("sum", 23), [1, null, 2147483647])).toBe(2147483648n);
    expect(text(over(aggregate("sum", 20), [2n ** 62n, 2n ** 62n, 2n ** 62n]))).toBe(
      "13835058055282163712",
    );
    expect(over(aggregate("sum", 23), [null])).toBe(null);
  });

  it("lose no digit when small sums become large", () => {
    const big = 2n ** 51n - 1n;
    const values = Array.from({ length: 9 }, () => big);
    expect(text(over(aggregate("sum", 20), values))).toBe(String(big * 9n));
  });

  it("average integers with sixteen significant digits", () => {
    expect(text(over(aggregate("avg", 23), [1, 2]))).toBe("1.5000000000000000");
    expect(text(over(aggregate("avg", 23), [1, 1, 2]))).toBe("1.3333333333333333");
  });

  it("count rows and values", () => {
    expect(over(aggregate("count"), [null, null])).toBe(2n);
    expect(over(aggregate("count", 23), [null, 1])).toBe(1n);
    expect(over(aggregate("count", 23), [])).toBe(0n);
  });

  it("give the variance of numerics exactly", () => {
    const values = ["1", "2", "3", "4"].map(parseNumeric);
    expect(text(over(aggregate("var_samp", 1700), values))).toBe("1.6666666666666667");
    expect(text(over(aggregate("stddev_pop", 1700), values))).toBe("1.1180339887498948");
    expect(over(aggregate("var_samp", 1700), values.slice(0, 1))).toBe(null);
  });

  it("raise an overflow of float sums but keep infinities", () => {
    expect(() => over(aggregate("sum", 701), [1.7e308, 1.7e308])).toThrow("out of range");
    expect(over(aggregate("sum", 701), [Infinity, 1])).toBe(Infinity);
  });

  it("collect nulls into arrays and skip them in strings", () => {
    const collected = aggregateOf(2335, { argTypes: [23], resultType: 1007 });
    expect(over(collected, [1, null])).toMatchObject({ dims: [2], elements: [1, null] });
    expect(over(aggregate("string_agg", 25, 25), ["a", null, "b"], ", ")).toBe("a, b");
  });

  it("give the same result from merged partial states", () => {
    for (const [name, type] of [
      ["sum", 23],
      ["avg", 20],
      ["min", 23],
      ["max", 20],
      ["count", 23],
      ["avg", 701],
    ] as const) {
      const values: Datum[] = [5, 3, 9, 1].map((value) => (type === 20 ? BigInt(value) : value));
      const found = aggregate(name, type);
      const halves = [values.slice(0, 2), values.slice(2)].map((half) => {
        let state = found.init();
        for (const value of half) state = found.add(state, value, null, context);
        return found.fromPartial?.(found.toPartial?.(state) ?? []);
      });
      const merged = found.merge(halves[0], halves[1]);
      expect(found.result(merged, context)).toEqual(over(found, values));
    }
  });

  it("refuse what is not there by name", () => {
    expect(() => aggregate("xmlagg", 142)).toThrow("aggregate xmlagg(");
  });
});
