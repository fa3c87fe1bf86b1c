/** Sets of the relations of one join problem, as bits of a number. */
export type Relids = number;

export const RELATIONS_MAX = 30;

export function overlaps(a: Relids, b: Relids): boolean {
  return (a & b) !== 0;
}

export function contains(outer: Relids, inner: Relids): boolean {
  return (inner & ~outer) === 0;
}

export function countOf(set: Relids): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Its lowest member, as a set. */
export function lowest(set: Relids): Relids {
  return set & -set;
}

export function bitsOf(set: Relids): number[] {
  const bits: number[] = [];
  for (let at = 0; at < RELATIONS_MAX; at++) if ((set & (1 << at)) !== 0) bits.push(at);
  return bits;
}
