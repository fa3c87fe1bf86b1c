/** count(*) and count(x). Counts stay exact as numbers far beyond what can be counted. */
import type { AggregateFunction } from "./aggregate-function.ts";

const INT8 = 20;

interface Count {
  rows: number;
}

const shared = {
  partialTypes: [INT8],
  init: (): Count => ({ rows: 0 }),
  merge: (state: Count, other: Count): Count => {
    state.rows += other.rows;
    return state;
  },
  result: (state: Count): bigint => BigInt(state.rows),
  toPartial: (state: Count): readonly bigint[] => [BigInt(state.rows)],
  fromPartial: ([rows]: readonly unknown[]): Count => ({ rows: Number(rows) }),
};

export const countRows: AggregateFunction<Count> = {
  ...shared,
  add: (state) => {
    state.rows += 1;
    return state;
  },
};

export const countValues: AggregateFunction<Count> = {
  ...shared,
  add: (state, value) => {
    if (value !== null) state.rows += 1;
    return state;
  },
};
