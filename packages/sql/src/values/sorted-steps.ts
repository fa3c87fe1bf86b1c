/** Sorting very many values in short steps: short runs, and merges of them. Stable. */
import type { Steps } from "../functions/long-call.ts";

type Compare<T> = (a: T, b: T) => number;

/** Values sorted at one go, and compared between two looks at the clock. */
const RUN = 512;

/** Of equal values those of `left` come first. */
export function* mergedRuns<T>(
  left: readonly T[],
  right: readonly T[],
  compare: Compare<T>,
): Steps<T[]> {
  const merged: T[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const takesLeft =
      j >= right.length || (i < left.length && compare(left[i] as T, right[j] as T) <= 0);
    merged.push((takesLeft ? left[i++] : right[j++]) as T);
    if (merged.length % RUN === 0) yield;
  }
  return merged;
}

export function* sortedSteps<T>(values: readonly T[], compare: Compare<T>): Steps<readonly T[]> {
  if (values.length <= RUN) return values.toSorted(compare);
  if (yield* areSorted(values, compare)) return values;
  let runs: T[][] = [];
  for (let at = 0; at < values.length; at += RUN) {
    runs.push(values.slice(at, at + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* mergedRuns(runs[at] ?? [], runs[at + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* areSorted<T>(values: readonly T[], compare: Compare<T>): Steps<boolean> {
  for (let at = 1; at < values.length; at++) {
    if (compare(values[at - 1] as T, values[at] as T) > 0) return false;
    if (at % RUN === 0) yield;
  }
  return true;
}
