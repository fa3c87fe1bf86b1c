/** Objects of many members, whose members are put in order in steps. */
import type { Steps } from "../functions/long-call.ts";
import type { JsonbNode } from "./datum.ts";
import { compareJsonbKeys, makeJsonbObject } from "./jsonb-order.ts";

type Entry = readonly [string, JsonbNode];

/** Entries sorted at one go, and compared between two looks at the clock. */
const RUN = 512;
/** Members from which on an object is made in steps. */
export const MANY_MEMBERS: number = 4096;

/** Stable: of equal keys the later one stays behind. */
function* mergedRuns(left: readonly Entry[], right: readonly Entry[]): Steps<Entry[]> {
  const merged: Entry[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const [a, b] = [left[i], right[j]];
    const takesLeft = b === undefined || (a !== undefined && compareJsonbKeys(a[0], b[0]) <= 0);
    merged.push((takesLeft ? left[i++] : right[j++]) as Entry);
    if (merged.length % RUN === 0) yield;
  }
  return merged;
}

function* sortedEntries(members: readonly Entry[]): Steps<Entry[]> {
  let runs: Entry[][] = [];
  for (let at = 0; at < members.length; at += RUN) {
    runs.push(members.slice(at, at + RUN).sort(([a], [b]) => compareJsonbKeys(a, b)));
    yield;
  }
  while (runs.length > 1) {
    const merged: Entry[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* mergedRuns(runs[at] ?? [], runs[at + 1] ?? []));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

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
  const sorted = yield* sortedEntries(members);
  const entries: Entry[] = [];
  for (const [at, entry] of sorted.entries()) {
    if (sorted[at + 1]?.[0] !== entry[0]) entries.push(entry);
    if (at % RUN === 0) yield;
  }
  return { kind: "object", entries };
}
