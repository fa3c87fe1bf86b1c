/**
 * Aggregate calls as grouping sees them, and those among them that want their inputs in an order:
 * few inputs are sorted in the group, many outside of it.
 */
import type { SegmentedSet } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import type { MapKey } from "./hash-key.ts";
import { rowBytes } from "./memory-account.ts";
import type { MemoryHolder } from "./memory-account.ts";
import type { CompareRows } from "./row-merge.ts";

/** What one group holds for one call. */
export interface CallState {
  state: unknown;
  /** Values seen, for DISTINCT. */
  seen: SegmentedSet<MapKey> | undefined;
  /** Inputs kept until the end, for ORDER BY and sorted DISTINCT: sort keys, then arguments. */
  inputs: Row[] | undefined;
}

/** Where aggregates account for what they hold: inputs can be spilled, states cannot. */
export interface AggregateMemory extends MemoryHolder {
  pin(bytes: number): void;
}

export interface CompiledAggregate {
  start(): CallState;
  add(state: CallState, row: Row, context: EvaluationContext, memory: AggregateMemory): void;
  /** `groups`: the values of the group, which direct arguments are computed from. */
  result(state: CallState, context: EvaluationContext, groups?: Row): Datum;
  /** Of calls that see their inputs in an order. */
  readonly ordered: OrderedCall | undefined;
  /** Of calls whose states grow: for inputs that have to wait until their group is folded. */
  readonly late?: OrderedCall | undefined;
}

/** A call whose inputs are sorted outside. */
export interface OrderedCall {
  /** Sort keys, then arguments; undefined when FILTER leaves the row out. */
  input(row: Row, context: EvaluationContext): Row | undefined;
  /** Compares inputs that have `shift` values before them. */
  compare(shift: number): CompareRows;
  /** Of inputs that compare equal only the first counts. */
  readonly isDistinct: boolean;
  /** Goes on with the state that the group has already. */
  readonly isLate?: boolean;
  /** Whether the input is one of those whose number the fold is told of. */
  counts?(input: Row, shift: number): boolean;
  /** `groups`: the values of the group. */
  startFold(context: EvaluationContext, groups: Row, count: number): unknown;
  /** `input` has `shift` values before it. */
  fold(
    state: unknown,
    input: Row,
    shift: number,
    context: EvaluationContext,
    memory: AggregateMemory,
  ): unknown;
  endFold(state: unknown, context: EvaluationContext, groups?: Row): Datum;
}

const NO_ROW: Row = [];
const NO_MEMORY: AggregateMemory = { take() {}, pin() {} };

export function keepInput(state: CallState, input: Row, memory: AggregateMemory): void {
  memory.take(rowBytes(input));
  state.inputs?.push(input);
}

/** Keeps the inputs, and sorts few of them by itself. */
export function sortedInputs(ordered: OrderedCall): CompiledAggregate {
  const compare = ordered.compare(0);
  return {
    start: () => ({ state: undefined, seen: undefined, inputs: [] }),
    add(state, row, context, memory) {
      const input = ordered.input(row, context);
      if (input !== undefined) keepInput(state, input, memory);
    },
    result(state, context, groups) {
      const inputs = (state.inputs ?? []).sort(compare);
      let count = 0;
      for (const input of inputs) if (ordered.counts?.(input, 0) === true) count++;
      let folded = ordered.startFold(context, groups ?? NO_ROW, count);
      for (const input of inputs) {
        folded = ordered.fold(folded, input, 0, context, NO_MEMORY);
      }
      return ordered.endFold(folded, context, groups);
    },
    ordered,
  };
}
