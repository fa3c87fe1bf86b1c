/** Columns of wide relations by their names: statements that name them all would look through all for each. */

interface Named {
  readonly name: string;
}

/** Fewer are looked through as soon. */
const INDEXED_FROM = 32;

/** The name is there more than once. */
export const AMBIGUOUS = -2;

type Positions = ReadonlyMap<string, number>;

/** Lists of columns are never changed. */
const known = new WeakMap<readonly Named[], Positions>();

function positionsOf(columns: readonly Named[]): Positions {
  const positions = new Map<string, number>();
  for (const [at, { name }] of columns.entries()) {
    positions.set(name, positions.has(name) ? AMBIGUOUS : at);
  }
  return positions;
}

/** -1: not there. */
export function positionOf(columns: readonly Named[], name: string): number {
  if (columns.length < INDEXED_FROM) return searched(columns, name);
  let positions = known.get(columns);
  if (positions === undefined) {
    positions = positionsOf(columns);
    known.set(columns, positions);
  }
  return positions.get(name) ?? -1;
}

function searched(columns: readonly Named[], name: string): number {
  let found = -1;
  for (let at = 0; at < columns.length; at++) {
    if (columns[at]?.name !== name) continue;
    if (found >= 0) return AMBIGUOUS;
    found = at;
  }
  return found;
}
