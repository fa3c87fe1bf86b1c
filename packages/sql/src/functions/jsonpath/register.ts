/** jsonb_path_query and its kin, the operators @? and @@, and their variants with time zones. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import type { Datum, Jsonb, JsonbNode, JsonPath } from "../../values/datum.ts";
import { isLargeNode, makeJsonb } from "../../values/jsonb.ts";
import { longCall, longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { registerFunctions, registerSetReturning } from "../registry.ts";
import { PAUSE, PathExecution } from "./execute.ts";
import { PathError, toNode } from "./path-value.ts";

const NO_VARIABLES: JsonbNode = { kind: "object", entries: [] };

interface Call {
  readonly context: EvaluationContext;
  readonly target: Jsonb;
  readonly path: JsonPath;
  readonly variables: JsonbNode;
  readonly silent: boolean;
  readonly useZone: boolean;
}

function execution({ context, path, target, variables, useZone }: Call): PathExecution {
  return new PathExecution(context, path, target.root, variables, useZone);
}

/** Items that are found between two looks at the clock, and that are held at all. */
const ITEMS_PER_STEP = 4096;
const ITEMS_MAX = 2 ** 25;

/** In silence the items before an error count. */
function* itemSteps(call: Call): Steps<readonly JsonbNode[]> {
  const found: JsonbNode[] = [];
  try {
    for (const item of execution(call).run(true)) {
      if (item === PAUSE) yield;
      else {
        found.push(toNode(item));
        if (found.length % ITEMS_PER_STEP === 0) yield;
        if (found.length > ITEMS_MAX) throw new SqlError("53200", "out of memory");
      }
    }
  } catch (error) {
    if (!call.silent || !(error instanceof PathError)) throw error;
  }
  return found;
}

function itemsOf(call: Call): readonly JsonbNode[] {
  const { context, target } = call;
  // Of a small document there may be very many items, too: **.** has its square.
  return isLargeNode(target.root)
    ? longCall(context, () => itemSteps(call))
    : longIfMore(context, () => itemSteps(call));
}

function* existSteps(call: Call): Steps<Datum> {
  try {
    return yield* execution(call).existSteps(true);
  } catch (error) {
    if (call.silent && error instanceof PathError) return null;
    throw error;
  }
}

function exists(call: Call): Datum {
  const { context, target } = call;
  return isLargeNode(target.root)
    ? longCall(context, () => existSteps(call))
    : longIfMore(context, () => existSteps(call));
}

function match(call: Call): Datum {
  const items = itemsOf(call);
  const [item] = items;
  if (items.length === 1 && item?.kind === "boolean") return item.value;
  if (items.length === 1 && item?.kind === "null") return null;
  if (call.silent) return null;
  throw new SqlError("22038", "single boolean result is expected");
}

function first(call: Call): Datum {
  const [item] = itemsOf(call);
  return item === undefined ? null : makeJsonb(item);
}

const SCALARS: Readonly<Record<string, (call: Call) => Datum>> = {
  jsonb_path_exists: exists,
  jsonb_path_match: match,
  jsonb_path_query_array: (call) => makeJsonb({ kind: "array", items: itemsOf(call) }),
  jsonb_path_query_first: first,
};

function registerWith(suffix: string, useZone: boolean): void {
  const callOf = (
    context: EvaluationContext,
    target: Jsonb,
    path: JsonPath,
    variables: Jsonb,
    silent: boolean,
  ): Call => ({ context, target, path, variables: variables.root, silent, useZone });
  for (const [name, evaluate] of Object.entries(SCALARS)) {
    registerFunctions({
      [name + suffix]: (context, target: Jsonb, path: JsonPath, vars: Jsonb, silent: boolean) =>
        evaluate(callOf(context, target, path, vars, silent)),
    });
  }
  registerSetReturning({
    [`jsonb_path_query${suffix}`]:
      () => (context, target: Jsonb, path: JsonPath, vars: Jsonb, silent: boolean) =>
        itemsOf(callOf(context, target, path, vars, silent)).map(makeJsonb),
  });
}

export function registerJsonPath(): void {
  registerWith("", false);
  registerWith("_tz", true);
  const silently = (context: EvaluationContext, target: Jsonb, path: JsonPath): Call => ({
    context,
    target,
    path,
    variables: NO_VARIABLES,
    silent: true,
    useZone: false,
  });
  registerFunctions({
    jsonb_path_exists_opr: (context, target: Jsonb, path: JsonPath) =>
      exists(silently(context, target, path)),
    jsonb_path_match_opr: (context, target: Jsonb, path: JsonPath) =>
      match(silently(context, target, path)),
  });
}
