/** Resolution by PostgreSQL's rules; the long comparison with the oracle is in test/oracle. */
import { describe, expect, it } from "vitest";
import { formatType } from "../catalog/format-type.ts";
import { typeOrdering } from "../catalog/operator-classes.ts";
import { PUSHDOWN_CONTEXT } from "../pushdown/pushdown-context.ts";
import type { Expr } from "../expression/tree.ts";
import { assignExpr, castExpr, coerceToBoolean } from "./coerce.ts";
import { selectCommonType } from "./common-type.ts";
import { makeFunctionCall, resolveFunction } from "./function-call.ts";
import { makeOperatorCall, requireOrdering } from "./operator-call.ts";
import { resolveOperator } from "./operator-lookup.ts";

const context = { evaluation: PUSHDOWN_CONTEXT };
const slot = (type: number, position = -1): Expr => ({
  kind: "slot",
  index: 0,
  type,
  typmod: -1,
  position,
});
const literal = (value: string | null, position = -1): Expr => ({
  kind: "const",
  value,
  type: 705,
  typmod: -1,
  position,
});

const INT4 = 23;
const INT8 = 20;
const TEXT = 25;
const VARCHAR = 1043;
const NUMERIC = 1700;
const JSON_TYPE = 114;

describe("operators", () => {
  it("suppose that a literal is of the other side's type", () => {
    expect(resolveOperator("=", INT4, 705, 0).left).toBe(INT4);
    const sum = makeOperatorCall(context, "+", slot(INT8), literal("5"), 0);
    expect(sum).toMatchObject({ type: INT8, args: [{}, { kind: "const", type: INT8, value: 5n }] });
  });

  it("take text operators for varchar without a conversion", () => {
    const same = makeOperatorCall(context, "=", slot(VARCHAR), literal("x"), 0);
    expect(same).toMatchObject({
      args: [
        { kind: "relabel", type: TEXT },
        { kind: "const", type: TEXT },
      ],
    });
  });

  it("point at the operator when there is none or more than one", () => {
    expect(() => makeOperatorCall(context, "+", slot(INT4), slot(TEXT), 7)).toThrow(
      expect.objectContaining({
        sqlstate: "42883",
        message: "operator does not exist: integer + text",
        fields: expect.objectContaining({ position: 8 }),
      }),
    );
    expect(() => makeOperatorCall(context, "+", literal("1"), literal("2"), 0)).toThrow(
      expect.objectContaining({
        sqlstate: "42725",
        message: "operator is not unique: unknown + unknown",
      }),
    );
  });
});

describe("functions", () => {
  it("bring polymorphic arguments to one type", () => {
    const call = makeFunctionCall(context, {
      names: ["array_append"],
      args: [slot(1007), slot(INT8)],
      position: 0,
    });
    expect(formatType(call.type)).toBe("bigint[]");
  });

  it("fill in defaults and reorder named arguments", () => {
    const call = makeFunctionCall(context, {
      names: ["make_interval"],
      args: [slot(INT4)],
      argNames: ["days"],
      position: 0,
    });
    expect(call.kind === "call" && call.args.map((arg) => arg.kind)).toEqual([
      "const",
      "const",
      "const",
      "slot",
      "const",
      "const",
      "const",
    ]);
  });

  it("tell aggregates from functions", () => {
    const sum = resolveFunction(context, { names: ["sum"], args: [slot(INT8)], position: 0 });
    expect(sum).toMatchObject({ kind: "aggregate", type: NUMERIC });
    expect(() =>
      resolveFunction(context, {
        names: ["lower"],
        args: [slot(TEXT)],
        distinct: true,
        position: 0,
      }),
    ).toThrow("DISTINCT specified, but lower is not an aggregate function");
    expect(() =>
      resolveFunction(context, { names: ["mode"], args: [slot(INT4)], position: 0 }),
    ).toThrow("WITHIN GROUP is required for ordered-set aggregate mode");
  });

  it("are unknown by name and types, with the hint", () => {
    expect(() =>
      makeFunctionCall(context, { names: ["foo"], args: [slot(INT4), literal("x")], position: 3 }),
    ).toThrow(
      expect.objectContaining({ message: "function foo(integer, unknown) does not exist" }),
    );
  });
});

describe("coercion", () => {
  it("applies a length by the type's own cast", () => {
    const cut = castExpr(context, slot(TEXT), VARCHAR, 7, 0);
    expect(cut).toMatchObject({ kind: "call", type: VARCHAR, typmod: 7, display: "explicitCast" });
    const assigned = assignExpr(context, slot(VARCHAR), VARCHAR, 7, "c");
    expect(assigned).toMatchObject({ kind: "call", args: [{}, { value: 7 }, { value: false }] });
  });

  it("refuses an assignment with the column's name", () => {
    expect(() => assignExpr(context, slot(TEXT), INT4, -1, "c")).toThrow(
      'column "c" is of type integer but expression is of type text',
    );
  });

  it("points at a literal that does not read", () => {
    expect(() => castExpr(context, literal("x", 4), INT4, -1, 0)).toThrow(
      expect.objectContaining({
        sqlstate: "22P02",
        fields: expect.objectContaining({ position: 5 }),
      }),
    );
  });

  it("wants booleans where conditions stand", () => {
    expect(() => coerceToBoolean(context, slot(INT4), "WHERE")).toThrow(
      "argument of WHERE must be type boolean, not type integer",
    );
  });

  it("settles on the type that the others convert to", () => {
    expect(selectCommonType([slot(INT4), slot(NUMERIC), literal("1")], "CASE")).toBe(NUMERIC);
    expect(selectCommonType([literal("1"), literal(null)], "CASE")).toBe(TEXT);
    expect(() => selectCommonType([slot(INT4), slot(TEXT)], "UNION")).toThrow(
      "UNION types integer and text cannot be matched",
    );
  });
});

describe("ordering", () => {
  it("is that of text for varchar and missing for json", () => {
    expect(typeOrdering(VARCHAR)).toEqual(typeOrdering(TEXT));
    expect(() => requireOrdering(JSON_TYPE, 0)).toThrow(
      "could not identify an ordering operator for type json",
    );
  });
});
