/** Arms of an OR over the same columns are one look-up, whatever their number. */
import { describe, expect, it } from "vitest";
import { operatorByOid } from "../../catalog/operator-catalog.ts";
import { PUSHDOWN_CONTEXT } from "../../pushdown/pushdown-context.ts";
import type { Datum } from "../../values/datum.ts";
import { compileExpr } from "../compile.ts";
import type { Expr } from "../tree.ts";
import { dividedArms, rowMembership } from "./row-membership.ts";

const INT = 23;
const INT4_EQUAL = 96;
const INT4_DIVIDE = 528;
const base = { type: INT, typmod: -1, position: -1 } as const;
const truth = { type: 16, typmod: -1, position: -1 } as const;

function applied(
  operator: number,
  args: readonly Expr[],
  result: typeof base | typeof truth,
): Expr {
  const proc = operatorByOid(operator)?.proc ?? 0;
  return { kind: "call", display: "operator", proc, operator, args, ...result };
}

function constant(value: Datum): Expr {
  return { kind: "const", value, ...base };
}

function equals(index: number, value: Datum): Expr {
  return applied(INT4_EQUAL, [{ kind: "slot", index, ...base }, constant(value)], truth);
}

/** `1 / slot = 7`. */
function isSeventh(index: number): Expr {
  const over = applied(INT4_DIVIDE, [constant(1), { kind: "slot", index, ...base }], base);
  return applied(INT4_EQUAL, [over, constant(7)], truth);
}

function both(...args: readonly Expr[]): Expr {
  return { kind: "and", args, ...truth };
}

function anyOf(args: readonly Expr[]): Expr {
  return { kind: "or", args, ...truth };
}

/** Fewer arms than are looked up, within each other. */
function nested(arms: readonly Expr[]): Expr {
  const [first, ...rest] = arms;
  if (first === undefined || rest.length === 0) return first ?? anyOf([]);
  return anyOf([first, nested(rest)]);
}

const VALUES: readonly Datum[] = [null, 0, 1, 2, 3];

describe("arms of an OR", () => {
  it("answer as one by one, with nulls on either side", () => {
    const arms = VALUES.flatMap((a) =>
      VALUES.slice(0, 3).map((b) => both(equals(0, a), equals(1, b))),
    );
    for (const some of [arms, arms.slice(3), arms.filter((_, i) => i % 4 !== 0)]) {
      const fast = compileExpr(anyOf([...some, equals(2, 7)]));
      const slow = compileExpr(nested([...some, equals(2, 7)]));
      for (const a of VALUES)
        for (const b of VALUES)
          for (const c of [null, 6, 7]) {
            const row = [a, b, c];
            expect([row, fast(row, PUSHDOWN_CONTEXT)]).toEqual([row, slow(row, PUSHDOWN_CONTEXT)]);
          }
    }
  });

  it("are looked up: a row costs one key for each of its columns", () => {
    const arms = Array.from({ length: 1000 }, (_, i) => both(equals(0, i), equals(1, i + 1)));
    const [group, ...others] = dividedArms(arms);
    expect(others).toEqual([]);
    if (group?.kind !== "rowsOfArms") return;
    let keys = 0;
    const keysOf = group.keysOf.map((keyOf) => (value: Datum) => {
      keys++;
      return keyOf(value);
    });
    const test = rowMembership({ ...group, keysOf });
    expect(test(PUSHDOWN_CONTEXT, [5, 6])).toBe(true);
    keys = 0;
    for (let i = 0; i < 5000; i++) {
      expect(test(PUSHDOWN_CONTEXT, [i, i + 1])).toBe(i < 1000);
      expect(test(PUSHDOWN_CONTEXT, [i, i])).toBe(false);
    }
    expect(keys).toBe(2 * 10_000);
  });

  it("stay on their side of an arm that may fail", () => {
    const arms = Array.from({ length: 20 }, (_, i) => both(equals(0, i), equals(1, i)));
    const test = compileExpr(anyOf([...arms.slice(0, 10), isSeventh(2), ...arms.slice(10)]));
    for (let round = 0; round < 1000; round++) {
      expect(test([5, 5, 0], PUSHDOWN_CONTEXT)).toBe(true);
      expect(() => test([15, 15, 0], PUSHDOWN_CONTEXT)).toThrow("division by zero");
    }
  });
});
