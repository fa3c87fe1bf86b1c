/**
 * The text of a value of any type, as its output function prints it, for functions that take "any".
 */
import { featureNotSupported } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";

export type OutputFunction = (context: EvaluationContext, value: Datum) => string;

export function outputFunction(type: number): OutputFunction {
  return (_, value) => {
    if (typeof value === "string") return value;
    throw featureNotSupported(`output of type ${type}`);
  };
}
