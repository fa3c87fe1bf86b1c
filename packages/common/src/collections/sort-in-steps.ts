/**
 * Sorts what is too much for one turn of the event loop: short runs one after the other, then merges
 * of two at a time, with pauses in between. The order is stable.
 */

/** Items sorted at one go; compared items between two pauses are of this order. */
const RUN = 512;
const MERGED_PER_STEP = 2_048;

export async function sortInSteps<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  pause: () => Promise<void>,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    if (runs.length % 2 === 0) await pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [first = [], second] = [runs[at], runs[at + 1]];
      merged.push(second === undefined ? first : await merge(first, second, compare, pause));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  first: readonly T[],
  second: readonly T[],
  compare: (a: T, b: T) => number,
  pause: () => Promise<void>,
): Promise<T[]> {
  const merged: T[] = [];
  let left = 0;
  let right = 0;
  let untilPause = MERGED_PER_STEP;
  while (left < first.length || right < second.length) {
    const takesLeft =
      right >= second.length ||
      (left < first.length && compare(first[left] as T, second[right] as T) <= 0);
    merged.push(takesLeft ? (first[left++] as T) : (second[right++] as T));
    if (--untilPause > 0) continue;
    untilPause = MERGED_PER_STEP;
    await pause();
  }
  return merged;
}
