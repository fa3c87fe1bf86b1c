/**
 * Members of objects, which are in the order of their keys: found by halving where there are many,
 * put together by merging.
 */
import type { Steps } from "../functions/long-call.ts";
import type { JsonbNode } from "./datum.ts";
import { compareText } from "./text-order.ts";

type Member = readonly [string, JsonbNode];
type Members = readonly Member[];

/** Among so few, one after the other is faster. */
const FEW_MEMBERS = 16;
/** Parts moved between two looks at the clock. */
const RUN = 512;

/** The first place from `from` on whose key does not precede this one; near places are found first. */
export function placeOfKey(members: Members, key: string, from = 0): number {
  const bytes = Buffer.byteLength(key);
  const precedes = (at: number): boolean => {
    const name = members[at]?.[0] ?? "";
    const difference = Buffer.byteLength(name) - bytes;
    return difference < 0 || (difference === 0 && compareText(name, key) < 0);
  };
  let low = from;
  let high = from;
  for (let stride = 1; high < members.length && precedes(high); stride *= 2) {
    low = high + 1;
    high += stride;
  }
  high = Math.min(high, members.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (precedes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the member of this key is; -1: there is none. */
export function memberAt(members: Members, key: string): number {
  if (members.length <= FEW_MEMBERS) return members.findIndex(([name]) => name === key);
  const at = placeOfKey(members, key);
  return members[at]?.[0] === key ? at : -1;
}

export function memberOf(members: Members, key: string): JsonbNode | undefined {
  return members[memberAt(members, key)]?.[1];
}

/** With those of `added`, which replace what has their key. */
export function* mergedMembers(members: Members, added: Members): Steps<Members> {
  const merged: Member[] = [];
  let at = 0;
  for (const [count, member] of added.entries()) {
    const place = placeOfKey(members, member[0], at);
    yield* append(merged, members, at, place);
    at = members[place]?.[0] === member[0] ? place + 1 : place;
    merged.push(member);
    if (count % RUN === RUN - 1) yield;
  }
  yield* append(merged, members, at, members.length);
  return merged;
}

/** Pushes some of the parts. */
function* append<T>(to: T[], parts: readonly T[], from: number, end: number): Steps<void> {
  for (let at = from; at < end; at++) {
    to.push(parts[at] as T);
    if (at % RUN === RUN - 1) yield;
  }
}

/** With `added` in place of the `left` parts from `at` on. */
export function* spliced<T>(
  parts: readonly T[],
  at: number,
  left: number,
  added: readonly T[],
): Steps<readonly T[]> {
  if (parts.length <= RUN) return parts.toSpliced(at, left, ...added);
  const result: T[] = [];
  yield* append(result, parts, 0, at);
  yield* append(result, added, 0, added.length);
  yield* append(result, parts, at + left, parts.length);
  return result;
}
