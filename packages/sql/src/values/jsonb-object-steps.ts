/** Objects of many members, whose members are put in order in steps. */
import type { Steps } from "../functions/long-call.ts";
import type { JsonbNode } from "./datum.ts";
import { compareJsonbKeys, makeJsonbObject } from "./jsonb-order.ts";
import { sortedSteps } from "./sorted-steps.ts";

type Entry = readonly [string, JsonbNode];

/** Entries compared between two looks at the clock. */
const RUN = 512;
/** Members from which on an object is made in steps. */
export const MANY_MEMBERS: number = 4096;

function* isSorted(members: readonly Entry[]): Steps<boolean> {
  for (let at = 1; at < members.length; at++) {
    if (compareJsonbKeys(members[at - 1]?.[0] ?? "", members[at]?.[0] ?? "") >= 0) return false;
    if (at % RUN === 0) yield;
  }
  return true;
}

/** As makeJsonbObject. */
export function* objectSteps(members: readonly Entry[]): Steps<JsonbNode> {
  if (members.length < MANY_MEMBERS) return makeJsonbObject(members);
  if (yield* isSorted(members)) return { kind: "object", entries: members };
  const sorted = yield* sortedSteps(members, ([a], [b]) => compareJsonbKeys(a, b));
  const entries: Entry[] = [];
  for (const [at, entry] of sorted.entries()) {
    if (sorted[at + 1]?.[0] !== entry[0]) entries.push(entry);
    if (at % RUN === 0) yield;
  }
  return { kind: "object", entries };
}
