/** Aggregates made of functions, by the rules of nodeAgg.c. */
import { describe, expect, it } from "vitest";
import { DEFAULT_FORMAT, type EvaluationContext } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";
import { type UserAggregate, userAggregate } from "./user-aggregate.ts";

const CONTEXT: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};

const plus = (_: EvaluationContext, state: number, value: number): number => state + value;

function resultOf(definition: Partial<UserAggregate>, values: readonly Datum[]): Datum {
  const aggregate = userAggregate({
    transition: { call: plus, strict: true },
    final: undefined,
    finalExtra: 0,
    initial: null,
    argCount: 1,
    ...definition,
  });
  let state = aggregate.init();
  for (const value of values) state = aggregate.add(state, value, null, CONTEXT);
  return aggregate.result(state, CONTEXT);
}

describe("a user's aggregate", () => {
  it("begins with the first value where a strict function has no first state", () => {
    expect(resultOf({}, [null, 2, 3])).toBe(5);
  });

  it("is NULL over no values without a first state", () => {
    expect(resultOf({}, [null])).toBeNull();
  });

  it("begins with the first state where there is one", () => {
    expect(resultOf({ initial: 10 }, [1, null])).toBe(11);
  });

  it("stays NULL once a strict function has answered NULL", () => {
    const call = (): null => null;
    expect(resultOf({ transition: { call, strict: true }, initial: 1 }, [1, 2])).toBeNull();
  });

  it("gives NULLs to a function that is not strict", () => {
    const call = (_: EvaluationContext, state: number, value: Datum): number =>
      value === null ? state + 100 : state;
    expect(resultOf({ transition: { call, strict: false }, initial: 0 }, [null, 1])).toBe(100);
  });

  it("does not call a strict final function with NULL", () => {
    const call = (): string => "called";
    expect(resultOf({ final: { call, strict: true } }, [])).toBeNull();
    expect(resultOf({ final: { call, strict: false } }, [])).toBe("called");
  });
});
