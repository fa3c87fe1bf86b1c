/** Which of the values seen often are common enough to be kept: analyze_mcv_list of PostgreSQL. */

export interface SampleFacts {
  readonly sampleRows: number;
  readonly totalRows: number;
  /** As pg_statistic.stadistinct. */
  readonly distinct: number;
  readonly nullFraction: number;
}

/**
 * How many of the `counts`, which descend, stand out: the least common one is dropped while its
 * count could be that of a value that is no more common than the average of those left out.
 */
export function commonValueCount(counts: readonly number[], facts: SampleFacts): number {
  const { sampleRows: n, totalRows: N } = facts;
  if (n === N || N <= 1) return counts.length;
  const distinct = facts.distinct < 0 ? -facts.distinct * N : facts.distinct;
  let kept = counts.length;
  let sum = counts.slice(0, -1).reduce((total, count) => total + count, 0);
  while (kept > 0) {
    let share = Math.min(1, Math.max(0, 1 - sum / n - facts.nullFraction));
    const others = distinct - (kept - 1);
    if (others > 1) share /= others;
    const count = counts[kept - 1] ?? 0;
    const K = (N * count) / n;
    const variance = (n * K * (N - K) * (N - n)) / (N * N * (N - 1));
    if (count > share * n + 2 * Math.sqrt(variance) + 0.5) break;
    kept--;
    if (kept > 0) sum -= counts[kept - 1] ?? 0;
  }
  return kept;
}
