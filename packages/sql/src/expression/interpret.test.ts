/** Interpreted for its first rows and compiled afterwards, an expression means the same. */
import { describe, expect, it } from "vitest";
import { procByOid } from "../catalog/proc-catalog.ts";
import { PUSHDOWN_CONTEXT } from "../pushdown/pushdown-context.ts";
import type { Datum } from "../values/datum.ts";
import { compileExpr, compilePredicate, compileProjection } from "./compile.ts";
import { compileTree } from "./compile/compile-tree.ts";
import { inlineOperator } from "./compile/inline-operators.ts";
import { interpreted } from "./interpret.ts";
import type { Expr } from "./tree.ts";
import { typeByOid } from "../types/type-registry.ts";

const base = { typmod: -1, position: -1 };

function slot(index: number, type: number): Expr {
  return { kind: "slot", index, type, ...base };
}

/** Of each type those that the text is a value of. */
const TEXTS = ["0", "1", "-1", "7", "2147483647", "-2147483648", "9223372036854775807", "32767"];
const OTHERS = ["NaN", "Infinity", "-0", "1.5", "t", "f", "a", "b", "2026-01-01", "infinity"];
const MORE = [
  "12:00:00",
  "23:59:59",
  "2026-01-01 10:00:00",
  "11111111-1111-1111-1111-111111111111",
  "21111111-1111-1111-1111-111111111111",
];

function valuesOf(type: number): readonly Datum[] {
  const settings = { timeZone: "UTC", dateOrder: "MDY", now: 0n } as never;
  const found: Datum[] = [null];
  for (const text of [...TEXTS, ...OTHERS, ...MORE]) {
    try {
      found.push(typeByOid(type).input(text, -1, settings));
    } catch {
      // No value of this type.
    }
  }
  return found;
}

function outcome(run: () => Datum): unknown {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

const OIDS_MAX = 10_000;

const inlined = Array.from({ length: OIDS_MAX }, (_, oid) => procByOid(oid)).flatMap((proc) =>
  proc !== undefined && inlineOperator(proc.source) !== undefined ? [proc] : [],
);

function callOf(proc: (typeof inlined)[number]): Expr {
  const args = proc.argTypes.map((type, at) => slot(at, type));
  const display = { display: "function", operator: 0 } as const;
  return { kind: "call", type: proc.returnType, ...base, proc: proc.oid, args, ...display };
}

describe("an interpreted expression", () => {
  it("has an implementation of every operator that is inlined", () => {
    expect(inlined.length).toBeGreaterThan(100);
    for (const proc of inlined) expect(interpreted(callOf(proc)), proc.name).toBeDefined();
  });

  it.each(inlined.map((proc) => [`${proc.name}(${proc.argTypes.join()})`, proc] as const))(
    "computes %s as compiled code does",
    (_, proc) => {
      const expr = callOf(proc);
      const slow = interpreted(expr);
      const fast = compileTree(expr);
      const [left = 0, right] = proc.argTypes;
      const rows = valuesOf(left).flatMap((a) =>
        right === undefined ? [[a]] : valuesOf(right).map((b) => [a, b]),
      );
      expect(rows.length).toBeGreaterThan(right === undefined ? 1 : 4);
      for (const row of rows) {
        const compiled = outcome(() => fast(row, PUSHDOWN_CONTEXT));
        expect(outcome(() => slow?.(row, PUSHDOWN_CONTEXT) ?? null)).toBe(compiled);
      }
    },
  );

  it("knows three truth values", () => {
    const [a, b] = [slot(0, 16), slot(1, 16)];
    const tests = [
      "isTrue",
      "isNotTrue",
      "isFalse",
      "isNotFalse",
      "isUnknown",
      "isNotUnknown",
    ] as const;
    const exprs: readonly Expr[] = [
      ...(["and", "or"] as const).map((kind): Expr => ({ kind, type: 16, ...base, args: [a, b] })),
      { kind: "not", type: 16, ...base, args: [a] },
      { kind: "isNull", type: 16, ...base, arg: a },
      { kind: "isNotNull", type: 16, ...base, arg: a },
      { kind: "coalesce", type: 16, ...base, args: [a, b], proc: 0 },
      ...tests.map((test): Expr => ({ kind: "booleanTest", type: 16, ...base, arg: a, test })),
    ];
    for (const expr of exprs) {
      for (const left of [true, false, null]) {
        for (const right of [true, false, null]) {
          const row = [left, right];
          const compiled = compileTree(expr)(row, PUSHDOWN_CONTEXT);
          expect(interpreted(expr)?.(row, PUSHDOWN_CONTEXT), expr.kind).toBe(compiled);
        }
      }
    }
  });

  const INT4 = 23;
  const [a, b, c] = [slot(0, INT4), slot(1, INT4), slot(2, INT4)];
  const constant = (value: Datum, type = INT4): Expr => ({ kind: "const", value, type, ...base });
  const procOf = (name: string): number =>
    Array.from({ length: OIDS_MAX }, (_, oid) => procByOid(oid)).find((proc) => proc?.name === name)
      ?.oid ?? 0;
  const EQUAL = 96;
  const call = (name: string, ...args: Expr[]): Expr => {
    const display = { display: "function", operator: 0 } as const;
    return { kind: "call", type: 16, ...base, proc: procOf(name), args, ...display };
  };
  const tested: Expr = { kind: "caseTest", type: INT4, ...base };
  const list = (...elements: Expr[]): Expr => {
    const of = { elementType: INT4, elements, multidims: false };
    return { kind: "array", type: 1007, ...base, ...of };
  };
  const among = (any: boolean, array: Expr): Expr => {
    const name = any ? "int4eq" : "int4ne";
    const operator = any ? EQUAL : 518;
    const of = { proc: procOf(name), operator, any, scalar: a, array };
    return { kind: "scalarArrayOp", type: 16, ...base, ...of };
  };
  const chosen = (arg: Expr | undefined, condition: Expr, result: Expr): Expr => ({
    kind: "case",
    type: INT4,
    ...base,
    ...(arg === undefined ? {} : { arg }),
    whens: [
      { condition, result },
      { condition: call("int4lt", a, b), result: c },
    ],
    otherwise: constant(-7),
  });
  const pair = { type: INT4, ...base, proc: procOf("int4eq"), operator: EQUAL };
  const twelve = Array.from({ length: 12 }, (_, at) => constant(at % 5 === 4 ? null : at));
  const text = (arg: Expr, type: number): Expr => {
    return { kind: "coerceViaIO", type, ...base, arg, display: "explicitCast" };
  };
  const compare = { type: INT4, ...base, proc: procOf("btint4cmp") };
  const EXPRS: Readonly<Record<string, Expr>> = {
    CASE: chosen(undefined, call("int4eq", a, b), b),
    "CASE x": chosen(b, call("int4eq", tested, a), tested),
    "CASE within CASE": chosen(
      a,
      call("int4eq", tested, b),
      chosen(c, call("int4eq", tested, b), tested),
    ),
    "CASE without argument within CASE": chosen(
      a,
      call("int4lt", tested, b),
      chosen(undefined, call("int4eq", tested, c), tested),
    ),
    distinct: { kind: "distinct", ...pair, args: [a, b] },
    "not distinct": { kind: "notDistinct", ...pair, args: [a, b] },
    nullif: { kind: "nullif", ...pair, args: [a, b] },
    greatest: { kind: "greatest", ...compare, args: [a, b, c] },
    least: { kind: "least", ...compare, args: [a, constant(2), c] },
    "to text": text(a, 25),
    "to text and back": text(text(a, 25), 20),
    array: list(a, constant(3), b),
    "array of constants": list(constant(3), constant(null)),
    "= ANY": among(true, list(b, c)),
    "= ANY of one per statement": among(true, list(constant(1), constant(2), constant(null))),
    "= ANY of many": among(true, list(...twelve)),
    "<> ALL": among(false, list(b, c, constant(1))),
    "<> ALL of many": among(false, list(...twelve)),
  };

  it.each(Object.entries(EXPRS))("computes %s as compiled code does", (_, expr) => {
    const slow = interpreted(expr);
    const fast = compileTree(expr);
    expect(slow).toBeDefined();
    const values = [null, 0, 1, 2, 7];
    for (const x of values) {
      for (const y of values) {
        for (const z of values) {
          const row = [x, y, z];
          const compiled = fast(row, PUSHDOWN_CONTEXT);
          expect(slow?.(row, PUSHDOWN_CONTEXT), row.join()).toEqual(compiled);
        }
      }
    }
  });

  it("answers the same before and after it is compiled", () => {
    const int4 = 23;
    const less: Expr = { kind: "isNotNull", type: 16, ...base, arg: slot(0, int4) };
    const tests = {
      expr: compileExpr(less),
      predicate: compilePredicate(less),
      projection: compileProjection([slot(1, int4), less]),
    };
    for (let at = 0; at < 1_000; at++) {
      const row = at % 3 === 0 ? [null, at] : [at, at];
      expect(tests.expr(row, PUSHDOWN_CONTEXT)).toBe(at % 3 !== 0);
      expect(tests.predicate(row, PUSHDOWN_CONTEXT)).toBe(at % 3 !== 0);
      expect(tests.projection(row, PUSHDOWN_CONTEXT)).toEqual([at, at % 3 !== 0]);
    }
  });
});

describe("a long list of parameters and constants", () => {
  it("is the array that a short one is, whatever context it is computed in", () => {
    const param = (number: number): Expr => ({ kind: "param", number, type: 23, ...base });
    const one: Expr = { kind: "const", type: 23, value: 1, ...base };
    const list = (count: number): Expr => ({
      kind: "array",
      type: 1007,
      elementType: 23,
      elements: Array.from({ length: count }, (_, at) => (at % 3 === 0 ? one : param(at))),
      multidims: false,
      ...base,
    });
    const given = (count: number, from: number): Datum[] =>
      Array.from({ length: count }, (_, at) => (at % 7 === 0 ? null : from + at));
    const long = compileExpr(list(300));
    for (const from of [0, 1000]) {
      const params = given(300, from);
      const expected = params.map((_, at) => (at % 3 === 0 ? 1 : (params[at - 1] ?? null)));
      expect(long([], { ...PUSHDOWN_CONTEXT, params })).toMatchObject({ elements: expected });
      const short = compileExpr(list(10))([], { ...PUSHDOWN_CONTEXT, params });
      expect(short).toMatchObject({ elements: expected.slice(0, 10) });
    }
  });
});

const OPERATORS: Readonly<Record<string, number>> = { int4eq: 96, int4ne: 518, int4gt: 521 };
const PROCS: ReadonlyMap<string, number> = new Map(inlined.map(({ source, oid }) => [source, oid]));

describe("an expression of very many terms", () => {
  const MANY = 400;
  const INT4 = 23;
  const rows: readonly (readonly Datum[])[] = [null, -1, 0, 5, 399, 400].flatMap((n) =>
    [null, 0, 3].map((m) => [n, m]),
  );

  function compare(source: string, arg: Expr, value: Datum): Expr {
    const proc = PROCS.get(source);
    if (proc === undefined) throw new Error(`no ${source}`);
    const constant: Expr = { kind: "const", type: INT4, value, ...base };
    const display = { display: "operator", operator: OPERATORS[source] ?? 0 } as const;
    return { kind: "call", type: 16, ...base, proc, args: [arg, constant], ...display };
  }

  const n = slot(0, INT4);
  const m = slot(1, INT4);
  const terms = (term: (i: number) => Expr): readonly Expr[] =>
    Array.from({ length: MANY }, (_, i) => term(i));
  const logic = (kind: "and" | "or", args: readonly Expr[]): Expr => ({
    kind,
    type: 16,
    args,
    ...base,
  });
  const both = (i: number): Expr =>
    logic("and", [compare("int4eq", n, i), compare("int4gt", m, i)]);
  const cases: Readonly<Record<string, Expr>> = {
    "an OR of equalities": logic(
      "or",
      terms((i) => compare("int4eq", n, i)),
    ),
    "an OR with a null": logic(
      "or",
      terms((i) => compare("int4eq", i === 7 ? m : n, i === 9 ? null : i)),
    ),
    "an OR of pairs": logic("or", terms(both)),
    "an OR of several kinds": logic(
      "or",
      terms((i) => (i % 3 === 0 ? compare("int4gt", n, i + 390) : both(i))),
    ),
    "an AND": logic(
      "and",
      terms((i) => compare("int4ne", n, i + 1)),
    ),
    "an AND with a null": logic(
      "and",
      terms((i) => compare("int4ne", n, i === 300 ? null : i + 2)),
    ),
  };

  it.each(Object.entries(cases))("means what the compiler makes of %s", (_, expr) => {
    const compiled = compileTree(expr);
    const value = compileExpr(expr);
    const test = compilePredicate(expr);
    for (let time = 0; time < 60; time++) {
      for (const row of rows) {
        const expected = compiled(row, PUSHDOWN_CONTEXT);
        expect(value(row, PUSHDOWN_CONTEXT)).toBe(expected);
        expect(test(row, PUSHDOWN_CONTEXT)).toBe(expected === true);
      }
    }
  });
});
