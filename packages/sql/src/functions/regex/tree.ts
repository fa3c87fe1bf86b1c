/**
 * Syntax trees of PostgreSQL's advanced regular expressions and the sets of characters in them. A
 * set is a sorted list of disjoint ranges of code points, case folding already applied.
 */
export type CharSet = readonly (readonly [low: number, high: number])[];

export type Anchor = "start" | "end" | "wordStart" | "wordEnd" | "word" | "notWord";

export type Preference = "long" | "short" | "none";

export type RegexNode =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "anchor"; readonly anchor: Anchor; readonly multiline: boolean }
  | { readonly kind: "concat"; readonly items: readonly RegexNode[] }
  | { readonly kind: "alternatives"; readonly branches: readonly RegexNode[] }
  | {
      readonly kind: "repeat";
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      /** {m} has none: it passes on its body's. */
      readonly preference: Preference;
    }
  | { readonly kind: "capture"; readonly index: number; readonly body: RegexNode }
  | { readonly kind: "backref"; readonly index: number; readonly ignoreCase: boolean }
  | {
      readonly kind: "look";
      readonly behind: boolean;
      readonly negative: boolean;
      readonly body: RegexNode;
    };

export const MAX_CODE_POINT = 0x10ffff;
export const ANY: CharSet = [[0, MAX_CODE_POINT]];
export const WORD: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];

export function unionSets(...sets: readonly CharSet[]): CharSet {
  const ranges = sets.flat().toSorted((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function complementSet(set: CharSet): CharSet {
  const result: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_CODE_POINT) result.push([next, MAX_CODE_POINT]);
  return result;
}

export function setsOverlap(a: CharSet, b: CharSet): boolean {
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high));
}

export function setHas(set: CharSet, code: number): boolean {
  return set.some(([low, high]) => code >= low && code <= high);
}

/** Adds the other case of the ASCII letters in the set; the collation C folds no others. */
export function foldCase(set: CharSet): CharSet {
  const folded: [number, number][] = [];
  for (const [low, high] of set) {
    pushShifted(folded, Math.max(low, 65), Math.min(high, 90), 32);
    pushShifted(folded, Math.max(low, 97), Math.min(high, 122), -32);
  }
  return unionSets(set, folded);
}

function pushShifted(target: [number, number][], low: number, high: number, by: number): void {
  if (low <= high) target.push([low + by, high + by]);
}

export function childrenOf(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case "capture":
    case "repeat":
    case "look":
      return [node.body];
    case "concat":
      return node.items;
    case "alternatives":
      return node.branches;
    case "set":
    case "anchor":
    case "backref":
      return [];
  }
}
