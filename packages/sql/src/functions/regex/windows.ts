/**
 * A long text in windows, each searched at one go: a match begins in one of them and ends before the
 * text that is searched for it does. Expressions of bounded length may be cut anywhere; others where
 * there is a character that no part of a match can be.
 */
import type { Steps } from "../long-call.ts";
import { flatten } from "../long-call.ts";
import { front, hasBackref, hasLook } from "./analysis.ts";
import type { SearchCost } from "./search-cost.ts";
import { isWithin, staysWithin } from "./search-cost.ts";
import { childrenOf } from "./tree.ts";
import type { RegexNode } from "./tree.ts";

/** Units whose search is begun at one go. */
const WINDOW = 1 << 17;
/** A match of more units is taken for one without a bound. */
const LENGTH_MAX = 1 << 14;
/** What JavaScript does in a few milliseconds. */
const BACKTRACKS_MAX = 4_000_000;
/** A pair before it, or half of one. */
const CONTEXT = 2;

export interface Window {
  /** Matches that begin from here, before the end, or at the end of the text. */
  readonly from: number;
  readonly end: number;
  readonly isLast: boolean;
  /** What is searched for them, and where that begins. */
  readonly text: string;
  readonly offset: number;
  /** Whether JavaScript is to search it. */
  readonly isQuick: boolean;
}

/** How the texts of an expression can be cut. */
export interface Cutting {
  readonly cost: SearchCost;
  /** Units of a match at most; undefined where there is no bound. */
  readonly length: number | undefined;
}

/** In code points. */
function longest(node: RegexNode): number {
  const within = childrenOf(node).map(longest);
  switch (node.kind) {
    case "set":
      return 1;
    case "anchor":
    case "look":
      return 0;
    case "backref":
      return Infinity;
    case "repeat":
      return node.max === 0 ? 0 : node.max * (within[0] ?? 0);
    case "alternatives":
      return Math.max(0, ...within);
    case "capture":
    case "concat":
      return within.reduce((sum, each) => sum + each, 0);
  }
}

function hasAnchor(node: RegexNode): boolean {
  return node.kind === "anchor" || childrenOf(node).some(hasAnchor);
}

/** Undefined where a part of a text does not tell what matches there. */
export function cuttingOf(root: RegexNode, cost: SearchCost): Cutting | undefined {
  if (hasBackref(root) || cost.anchored) return undefined;
  const units = 2 * longest(root);
  if (units <= LENGTH_MAX && !hasLook(root)) return { cost, length: units };
  // What matches nothing may do so where only the window ends.
  const isEmpty = front(root).nullable && (hasAnchor(root) || hasLook(root));
  return isEmpty ? undefined : { cost, length: undefined };
}

export class Windows {
  /** The same string as its user's, not an equal one: comparing those takes long. */
  text: string;
  readonly #cutting: Cutting;
  #last: Window | undefined;
  #isFlat = false;

  constructor(text: string, cutting: Cutting) {
    this.text = text;
    this.#cutting = cutting;
  }

  /** The one that was made last, if it has the place. */
  known(from: number): Window | undefined {
    const last = this.#last;
    if (last === undefined || from < last.from) return undefined;
    return from < last.end || last.isLast ? last : undefined;
  }

  *at(from: number): Steps<Window> {
    if (!this.#isFlat) yield* flatten(this.text);
    this.#isFlat = true;
    const window = this.#cutting.length === undefined ? this.#ofRuns(from) : this.#ofLength(from);
    this.#last = window;
    return window;
  }

  #ofLength(from: number): Window {
    const end = this.#between(Math.min(this.text.length, from + WINDOW));
    return this.#window(from, end, end + (this.#cutting.length ?? 0) + CONTEXT, true);
  }

  /** Not within a pair. */
  #between(at: number): number {
    const unit = this.text.charCodeAt(at);
    return unit >= 0xdc00 && unit < 0xe000 ? at + 1 : at;
  }

  /** From the character outside that is before it, or is there, to the first one behind. */
  #ofRuns(from: number): Window {
    const start = this.#outside(from, from - WINDOW, -1);
    const end = this.#outside(from + WINDOW, from + 2 * WINDOW, 1);
    const isCut = start !== undefined && end !== undefined;
    const searched = end ?? this.text.length;
    return this.#window(from, searched, searched + 1, isCut, start);
  }

  #outside(from: number, to: number, by: -1 | 1): number | undefined {
    const { length } = this.text;
    for (let at = from; at !== to; at += by) {
      if (at <= 0) return 0;
      if (at >= length) return length;
      if (!isWithin(this.#cutting.cost, this.text.charCodeAt(at))) return at;
    }
    return undefined;
  }

  #window(from: number, end: number, to: number, isCut: boolean, start = from): Window {
    const offset = Math.max(0, start - CONTEXT);
    const text = isCut ? this.text.slice(offset, to) : "";
    const isQuick = isCut && staysWithin(this.#cutting.cost, text, BACKTRACKS_MAX);
    return { from, end, isLast: end === this.text.length, text, offset, isQuick };
  }
}
