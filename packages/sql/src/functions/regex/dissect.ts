/**
 * PostgreSQL's own choice among the ways in which an expression can match from a given start: the
 * longest or shortest end as the expression prefers, then each part in turn as it prefers
 * (regexec.c: find, cdissect). Automata say where parts may begin and end, so that no backtracking
 * explodes without back references; the work is bounded by BUDGET.
 */
import { Automaton } from "./automaton.ts";
import type { Direction } from "./nfa.ts";
import { REFERS, SHORTER } from "./parts.ts";
import type { Part } from "./parts.ts";
import { Pieces, ordered } from "./pieces.ts";
import type { PieceFinder } from "./pieces.ts";
import type { Places } from "./places.ts";
import { tooComplex } from "./too-complex.ts";

/** States gone through: about a second. */
const BUDGET = 100_000_000;
/** What it takes to keep a place, in states. */
const KEPT = 5;

export type Span = readonly [start: number, end: number];

type OpOf<K extends Part["op"]> = Extract<Part, { op: K }>;
type Found = Map<Part, Map<number, readonly number[]>>;

const automata: Record<Direction, WeakMap<Part, Automaton>> = {
  forward: new WeakMap(),
  backward: new WeakMap(),
};

function automatonOf(part: Part, direction: Direction): Automaton {
  let automaton = automata[direction].get(part);
  if (automaton === undefined) {
    automaton = new Automaton(part.node, direction);
    automata[direction].set(part, automaton);
  }
  return automaton;
}

/** What is known about one text within [start, end] of a match. */
class Dissector implements PieceFinder {
  readonly groups: (Span | undefined)[];
  readonly #places: Places;
  readonly #start: number;
  readonly #end: number;
  readonly #ends: Found = new Map();
  readonly #starts: Found = new Map();
  #work = 0;

  constructor(places: Places, groups: number, [start, end]: Span) {
    this.#places = places;
    this.groups = Array.from({ length: groups + 1 }, () => undefined);
    [this.#start, this.#end] = [start, end];
  }

  /** Ascending ends of the matches of a part that begin at `start`. */
  ends(part: Part, start: number): readonly number[] {
    return this.#found(this.#ends, part, "forward", start);
  }

  /** Descending starts of the matches of a part that end at `end`. */
  #startsOf(part: Part, end: number): readonly number[] {
    return this.#found(this.#starts, part, "backward", end);
  }

  #found(found: Found, part: Part, direction: Direction, from: number): readonly number[] {
    let byPlace = found.get(part);
    if (byPlace === undefined) found.set(part, (byPlace = new Map<number, number[]>()));
    const known = byPlace.get(from);
    if (known !== undefined) return known;
    const places: number[] = [];
    const limit = direction === "forward" ? this.#end : this.#start;
    const work = automatonOf(part, direction).ends(this.#places, from, limit, places);
    this.#spend(work + KEPT * places.length);
    byPlace.set(from, places);
    return places;
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > BUDGET) throw tooComplex();
  }

  /** Fills `groups` for a match of `part` over exactly [start, end], which is known to exist. */
  dissect(part: Part, start: number, end: number): boolean {
    this.#spend(1);
    if (!this.#inner(part, start, end)) return false;
    for (const group of part.groups) this.groups[group] = [start, end];
    return true;
  }

  #inner(part: Part, start: number, end: number): boolean {
    switch (part.op) {
      case "plain":
        return true;
      case "concat":
        return this.#concat(part, start, end);
      case "alternatives":
        return part.branches.some(
          (branch) => this.#reaches(branch, start, end) && this.dissect(branch, start, end),
        );
      case "repeat":
        return this.#repeat(part, start, end);
      case "backref":
        return this.#repeats(part, start, end);
    }
  }

  #reaches(part: Part, start: number, end: number): boolean {
    const ends = this.ends(part, start);
    return ends[ends.length - 1] === end || includes(ends, end);
  }

  #concat({ left, right }: OpOf<"concat">, start: number, end: number): boolean {
    const isShort = (left.flags & SHORTER) !== 0;
    // All places where the right part may begin, in one run from its end.
    const starts = new Set(this.#startsOf(right, end));
    for (const middle of ordered(this.ends(left, start), isShort)) {
      if (!starts.has(middle)) continue;
      if (this.dissect(left, start, middle)) {
        if (this.dissect(right, middle, end)) return true;
        this.#forget(left);
      }
    }
    return false;
  }

  /** Whether a back reference with its quantifier is at [start, end]. */
  #repeats({ backref, min, max }: OpOf<"backref">, start: number, end: number): boolean {
    const group = this.groups[backref.index];
    if (group === undefined) return false;
    const there = this.#slice(group, backref.ignoreCase);
    if (there === "" || start === end) return start === end && (there === "" || min === 0);
    const here = this.#slice([start, end], backref.ignoreCase);
    const count = here.length / there.length;
    if (!Number.isInteger(count) || count < min || count > max) return false;
    return here === there.repeat(count);
  }

  #slice([start, end]: Span, ignoreCase: boolean): string {
    const slice = this.#places.text.slice(start, end);
    return ignoreCase ? asciiLower(slice) : slice;
  }

  /**
   * Pieces as the body prefers them. An empty text takes none of a body that prefers short matches,
   * and else one, which sets its groups, if there is one.
   */
  #repeat(part: OpOf<"repeat">, start: number, end: number): boolean {
    const mayBeNone = part.min === 0 && start === end;
    const isShort = (part.body.flags & SHORTER) !== 0;
    if (mayBeNone && isShort) return true;
    const last = new Pieces(this, part, isShort).lastOf(start, end);
    if (last === undefined) return mayBeNone;
    this.#forget(part.body);
    return this.dissect(part.body, last, end);
  }

  /** Whether a piece matches; without back references that is known. */
  verifies(part: Part, start: number, end: number): boolean {
    if ((part.flags & REFERS) === 0) return true;
    this.#forget(part);
    return this.dissect(part, start, end);
  }

  #forget(part: Part): void {
    for (const group of part.groups) this.groups[group] = undefined;
    if (part.op === "concat") {
      this.#forget(part.left);
      this.#forget(part.right);
    } else if (part.op === "alternatives") {
      for (const branch of part.branches) this.#forget(branch);
    } else if (part.op === "repeat") {
      this.#forget(part.body);
    }
  }
}

/** The collation C folds no other letters. */
const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Ascending numbers. */
function includes(ends: readonly number[], end: number): boolean {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  return ends[low] === end;
}

export interface Dissected {
  readonly root: Part;
  readonly groups: number;
}

/**
 * The whole match and its groups for a match that begins at `start`. Only with back references can
 * the preferred end turn out to be none.
 */
export function dissectAt(
  { root, groups }: Dissected,
  places: Places,
  start: number,
): readonly (Span | undefined)[] | undefined {
  const ends: number[] = [];
  automatonOf(root, "forward").ends(places, start, places.text.length, ends);
  for (const end of ordered(ends, (root.flags & SHORTER) !== 0)) {
    const dissector = new Dissector(places, groups, [start, end]);
    if (!dissector.dissect(root, start, end)) continue;
    dissector.groups[0] = [start, end];
    return dissector.groups;
  }
  return undefined;
}
