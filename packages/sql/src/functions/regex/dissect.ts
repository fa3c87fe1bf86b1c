/**
 * PostgreSQL's own choice among the ways in which an expression can match from a given start: the
 * longest or shortest end as the expression prefers, then each part in turn as it prefers
 * (regexec.c: find, cdissect). Automata say where parts may begin and end, so that no backtracking
 * explodes without back references; the work is bounded by BUDGET.
 */
import type { Steps } from "../long-call.ts";
import { Automaton } from "./automaton.ts";
import type { Direction } from "./nfa.ts";
import { SHORTER } from "./parts.ts";
import type { Part } from "./parts.ts";
import { Pieces, ordered } from "./pieces.ts";
import type { PieceFinder } from "./pieces.ts";
import type { Places } from "./places.ts";
import { tooComplex } from "./too-complex.ts";
import { READ_AT_ONCE } from "./work-meter.ts";
import type { WorkMeter } from "./work-meter.ts";

/** States gone through: about a second. */
const BUDGET = 100_000_000;
/** What it takes to keep a place, in states. */
const KEPT = 5;

export type Span = readonly [start: number, end: number];

type OpOf<K extends Part["op"]> = Extract<Part, { op: K }>;
type Known = Map<number, readonly number[]>;
type Found = Map<Part, Known>;

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

function knownOf(found: Found, part: Part): Known {
  let known = found.get(part);
  if (known === undefined) found.set(part, (known = new Map()));
  return known;
}

function isLong(from: number, limit: number): boolean {
  return Math.abs(limit - from) > READ_AT_ONCE;
}

/** What is known about one text within [start, end] of a match. */
class Dissector implements PieceFinder {
  readonly groups: (Span | undefined)[];
  readonly #places: Places;
  readonly isLong: boolean;
  readonly #start: number;
  readonly #end: number;
  readonly #ends: Found = new Map();
  readonly #starts: Found = new Map();
  readonly #meter: WorkMeter;
  #work = 0;
  #isDue = false;

  constructor(places: Places, groups: number, [start, end]: Span, meter: WorkMeter) {
    this.#places = places;
    this.#meter = meter;
    this.groups = Array.from({ length: groups + 1 }, () => undefined);
    [this.#start, this.#end] = [start, end];
    this.isLong = isLong(start, end);
  }

  /** Ascending ends of the matches of a part that begin at `start`. */
  ends(part: Part, start: number): readonly number[] {
    const known = knownOf(this.#ends, part);
    return known.get(start) ?? this.#found(known, part, "forward", start);
  }

  /** Descending starts of the matches of a part that end at `end`. */
  #startsOf(part: Part, end: number): readonly number[] {
    const known = knownOf(this.#starts, part);
    return known.get(end) ?? this.#found(known, part, "backward", end);
  }

  #limit(direction: Direction): number {
    return direction === "forward" ? this.#end : this.#start;
  }

  #found(known: Known, part: Part, direction: Direction, from: number): readonly number[] {
    const places: number[] = [];
    const limit = this.#limit(direction);
    const work = automatonOf(part, direction).ends(this.#places, from, limit, places);
    return this.#noted(known, from, places, work);
  }

  #noted(known: Known, from: number, places: number[], work: number): readonly number[] {
    this.#spend(work + KEPT * places.length);
    known.set(from, places);
    return places;
  }

  /** Makes `ends` and `#startsOf` know the answer, in steps where that takes long. */
  *prepare(part: Part, direction: Direction, from: number): Steps<void> {
    const known = knownOf(direction === "forward" ? this.#ends : this.#starts, part);
    if (known.has(from)) return;
    const places: number[] = [];
    const limit = this.#limit(direction);
    const automaton = automatonOf(part, direction);
    const work = yield* automaton.endsSteps(this.#places, from, limit, places);
    this.#noted(known, from, places, work);
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > BUDGET) throw tooComplex();
    this.#isDue ||= this.#meter.isOver(work);
  }

  /** Fills `groups` for a match of `part` over exactly [start, end], which is known to exist. */
  *dissect(part: Part, start: number, end: number): Steps<boolean> {
    this.#spend(1);
    if (this.isOver()) yield;
    if (part.op === "backref") {
      if (!this.#repeats(part, start, end)) return false;
    } else if (part.op !== "plain" && !(yield* this.#inner(part, start, end))) return false;
    for (const group of part.groups) this.groups[group] = [start, end];
    return true;
  }

  isOver(): boolean {
    const isDue = this.#meter.isOver(1) || this.#isDue;
    this.#isDue = false;
    return isDue;
  }

  #inner(
    part: OpOf<"concat" | "alternatives" | "repeat">,
    start: number,
    end: number,
  ): Steps<boolean> {
    switch (part.op) {
      case "concat":
        return this.#concat(part, start, end);
      case "alternatives":
        return this.#alternatives(part, start, end);
      case "repeat":
        return this.#repeat(part, start, end);
    }
  }

  *#alternatives({ branches }: OpOf<"alternatives">, start: number, end: number): Steps<boolean> {
    for (const branch of branches) {
      if (this.isLong) yield* this.prepare(branch, "forward", start);
      const ends = this.ends(branch, start);
      if (ends[ends.length - 1] !== end && !includes(ends, end)) continue;
      if (yield* this.dissect(branch, start, end)) return true;
    }
    return false;
  }

  *#concat({ left, right }: OpOf<"concat">, start: number, end: number): Steps<boolean> {
    const isShort = (left.flags & SHORTER) !== 0;
    if (this.isLong) {
      yield* this.prepare(right, "backward", end);
      yield* this.prepare(left, "forward", start);
    }
    // All places where the right part may begin, in one run from its end.
    const starts = new Set(this.#startsOf(right, end));
    for (const middle of ordered(this.ends(left, start), isShort)) {
      if (!starts.has(middle)) continue;
      if (yield* this.dissect(left, start, middle)) {
        if (yield* this.dissect(right, middle, end)) return true;
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
    const count = (end - start) / there.length;
    if (!Number.isInteger(count) || count < min || count > max) return false;
    return this.#slice([start, end], backref.ignoreCase) === there.repeat(count);
  }

  #slice([start, end]: Span, ignoreCase: boolean): string {
    const slice = this.#places.text.slice(start, end);
    return ignoreCase ? asciiLower(slice) : slice;
  }

  /**
   * Pieces as the body prefers them. An empty text takes none of a body that prefers short matches,
   * and else one, which sets its groups, if there is one.
   */
  *#repeat(part: OpOf<"repeat">, start: number, end: number): Steps<boolean> {
    const mayBeNone = part.min === 0 && start === end;
    const isShort = (part.body.flags & SHORTER) !== 0;
    if (mayBeNone && isShort) return true;
    const last = yield* new Pieces(this, part, isShort).lastOf(start, end);
    if (last === undefined) return mayBeNone;
    this.#forget(part.body);
    return yield* this.dissect(part.body, last, end);
  }

  verifies(part: Part, start: number, end: number): Steps<boolean> {
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
export function* dissectAt(
  { root, groups }: Dissected,
  places: Places,
  start: number,
  meter: WorkMeter,
): Steps<readonly (Span | undefined)[] | undefined> {
  const ends: number[] = [];
  const automaton = automatonOf(root, "forward");
  const { length } = places.text;
  const work = isLong(start, length)
    ? yield* automaton.endsSteps(places, start, length, ends)
    : automaton.ends(places, start, length, ends);
  if (meter.isOver(work)) yield;
  for (const end of ordered(ends, (root.flags & SHORTER) !== 0)) {
    const dissector = new Dissector(places, groups, [start, end], meter);
    if (!(yield* dissector.dissect(root, start, end))) continue;
    dissector.groups[0] = [start, end];
    return dissector.groups;
  }
  return undefined;
}
