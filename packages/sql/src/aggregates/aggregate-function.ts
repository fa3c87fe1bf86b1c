/**
 * What an aggregate does with the values of one group. States are opaque; `add` and `merge` give
 * the state to go on with and may change and return the one that they were given. DISTINCT, ORDER
 * BY and FILTER are the caller's: it adds the values that count, in the order that counts.
 */
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";

export interface AggregateFunction<State = unknown> {
  init(): State;
  /** Unused arguments are null; an aggregate of `*` gets none. */
  add(state: State, first: Datum, second: Datum, context: EvaluationContext): State;
  /** `other` saw rows that come after those of `state`; it is not used again. */
  merge(state: State, other: State): State;
  /** May be called several times while values are still being added (window frames). */
  result(state: State, context: EvaluationContext, directArgs?: readonly Datum[]): Datum;
  /** Of large states it is a long call: whoever asks for it may have to ask again. */
  readonly hasLongResult?: boolean;
  /** The state as values, for partial aggregation elsewhere; absent where that is not offered. */
  readonly partialTypes?: readonly number[];
  toPartial?(state: State): readonly Datum[];
  fromPartial?(values: readonly Datum[]): State;
}

/** What an aggregate needs to know of its call site. */
export interface AggregateTypes {
  readonly argTypes: readonly number[];
  readonly resultType: number;
}

export type AggregateFactory = (types: AggregateTypes) => AggregateFunction;

/** Hides the state's type where aggregates of all kinds are kept together. */
export function erased<State>(aggregate: AggregateFunction<State>): AggregateFunction {
  return aggregate as AggregateFunction;
}
