/** What is compared with each of many is looked up: counted are the expressions that are looked at. */
import type { Const, Expr } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { ExprIndex } from "./expr-index.ts";
import { findSetCall } from "./expression/set-returning.ts";

const COUNT = 1000;

function constant(value: string, type: number = oids.TEXT): Const {
  return { kind: "const", type, typmod: -1, position: -1, value };
}

function coalesce(...args: readonly Expr[]): Expr {
  return { kind: "coalesce", type: oids.TEXT, typmod: -1, position: -1, args, proc: 0 };
}

describe("an index of expressions", () => {
  it("looks at a few of them for each", () => {
    const exprs = Array.from({ length: COUNT }, (_, i) => coalesce(constant(`${i}`)));
    const index = new ExprIndex();
    let looks = 0;
    const found = exprs.map((_, i) => {
      const at = (place: number): Expr | undefined => (looks++, exprs[place]);
      return index.find(COUNT, at, coalesce(constant(`${i}`)));
    });
    expect(found).toEqual(exprs.map((_, i) => i));
    expect(looks).toBeLessThan(3 * COUNT);
  });

  it("finds the first, and those that came or were given a type in between", () => {
    const exprs: Expr[] = Array.from({ length: 40 }, (_, i) => constant(`${i % 20}`, oids.UNKNOWN));
    const index = new ExprIndex();
    const find = (wanted: Expr): number => index.find(exprs.length, (at) => exprs[at], wanted);
    expect(find(constant("7", oids.UNKNOWN))).toBe(7);
    expect(find(coalesce(constant("7")))).toBe(-1);
    exprs[9] = coalesce(constant("7"));
    exprs.push(coalesce(constant("7")), coalesce(constant("8")));
    expect(find(coalesce(constant("7")))).toBe(9);
    expect(find(coalesce(constant("8")))).toBe(41);
  });
});

it("sets are not searched again in what was searched when it was bound", () => {
  let looks = 0;
  const searched: Expr = {
    ...coalesce(),
    get args() {
      looks++;
      return [];
    },
  } as Expr;
  looks = 0;
  expect(findSetCall(coalesce(searched))).toBeUndefined();
  const array: Expr = {
    kind: "array",
    type: oids.TEXT,
    typmod: -1,
    position: -1,
    elementType: oids.TEXT,
    elements: [searched],
    multidims: false,
  };
  expect(findSetCall(array)).toBeUndefined();
  expect(looks).toBe(0);
});
