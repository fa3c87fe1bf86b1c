/**
 * An aggregate that a user made of functions (nodeAgg.c): a transition function that takes the state
 * and a row's values, and perhaps a final function over the state.
 */
import { InvariantError } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Implementation } from "../functions/registry.ts";
import type { Datum } from "../values/datum.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

export interface AggregateStep {
  readonly call: Implementation;
  readonly strict: boolean;
}

export interface UserAggregate {
  readonly transition: AggregateStep;
  readonly final: AggregateStep | undefined;
  /** NULLs that the final function gets beside the state. */
  readonly finalExtra: number;
  readonly initial: Datum;
  /** Values of a row; more than two come as one record. */
  readonly argCount: number;
}

/** `unset`: no value was taken yet and there is none to begin with. */
interface State {
  value: Datum;
  unset: boolean;
}

const DIRECT_ARGUMENTS = 2;

function valuesOf(argCount: number, first: Datum, second: Datum): readonly Datum[] {
  if (argCount === 0) return [];
  if (argCount === 1) return [first];
  if (argCount === DIRECT_ARGUMENTS) return [first, second];
  if (typeof first !== "object" || first === null || !("tag" in first) || first.tag !== "record") {
    throw new InvariantError("the values of an aggregate are no record");
  }
  return first.fields;
}

/** A strict transition function skips NULLs and begins with the first value that is none. */
function advance(
  { transition }: UserAggregate,
  state: State,
  values: readonly Datum[],
  context: EvaluationContext,
): State {
  if (transition.strict) {
    if (values.includes(null)) return state;
    if (state.unset) {
      state.value = values[0] ?? null;
      state.unset = false;
      return state;
    }
    if (state.value === null) return state;
  }
  state.value = transition.call(context, state.value, ...values);
  state.unset = false;
  return state;
}

export function userAggregate(definition: UserAggregate): AggregateFunction<State> {
  const { initial, final, finalExtra, argCount } = definition;
  const extra: readonly Datum[] = Array.from({ length: finalExtra }, () => null);
  return {
    init: () => ({ value: initial, unset: initial === null }),
    add: (state, first, second, context) =>
      advance(definition, state, valuesOf(argCount, first, second), context),
    merge: () => {
      throw new InvariantError("states of users' aggregates are not merged");
    },
    result: ({ value }, context) => {
      if (final === undefined) return value;
      if (final.strict && (value === null || extra.length > 0)) return null;
      return final.call(context, value, ...extra);
    },
  };
}
