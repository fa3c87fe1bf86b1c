/** The order of jsonb (jsonb-order.ts) over large values: in steps. */
import { flatten } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import type { Jsonb, JsonbNode } from "./datum.ts";
import { compareJsonb } from "./jsonb-order.ts";
import { isLargeNode, makeJsonb } from "./jsonb.ts";
import { compareText } from "./text-order.ts";

type Entry = readonly [string, JsonbNode];

/** Parts compared between two looks at the clock. */
const RUN = 512;

/** As compareJsonb. */
export function* compareSteps(a: JsonbNode, b: JsonbNode): Steps<number> {
  if (a.kind === "string" && b.kind === "string") yield* flatten(a.value, b.value);
  if (a.kind === "array" && b.kind === "array" && a.items.length === b.items.length) {
    for (const [at, left] of a.items.entries()) {
      const result = yield* comparePart(left, b.items[at] as JsonbNode);
      if (result !== 0) return result;
      if (at % RUN === 0) yield;
    }
    return 0;
  }
  if (a.kind !== "object" || b.kind !== "object" || a.entries.length !== b.entries.length) {
    return compareJsonb(makeJsonb(a), makeJsonb(b));
  }
  for (const [at, [key, left]] of a.entries.entries()) {
    const [otherKey, right] = b.entries[at] as Entry;
    const result = compareText(key, otherKey) || (yield* comparePart(left, right));
    if (result !== 0) return result;
    if (at % RUN === 0) yield;
  }
  return 0;
}

/** What stands within others is no longer compared as at the top. */
function* comparePart(a: JsonbNode, b: JsonbNode): Steps<number> {
  const isContainer = a.kind === "array" || a.kind === "object";
  if (isContainer && a.kind === b.kind && isLargeNode(a)) return yield* compareSteps(a, b);
  if (a.kind === "string" && b.kind === "string") yield* flatten(a.value, b.value);
  return compareJsonb(within(a), within(b));
}

/** As the only element of an array. */
function within(node: JsonbNode): Jsonb {
  return makeJsonb({ kind: "array", items: [node] });
}
