/**
 * Compiled regular expressions and their cache, bounded to CACHE_SIZE as PostgreSQL bounds its own.
 */
import { dissectAt } from "./dissect.ts";
import type { Span } from "./dissect.ts";
import { emitRegex } from "./emit.ts";
import { tooComplex } from "./too-complex.ts";
import { Automaton } from "./automaton.ts";
import { hasBackref, hasLook, isDeterministic, mayExplode, someLookExplodes } from "./analysis.ts";
import { searchCost, staysWithin } from "./search-cost.ts";
import type { SearchCost } from "./search-cost.ts";
import { parseRegex } from "./parse.ts";
import { SHORTER, partsOf } from "./parts.ts";
import type { Part } from "./parts.ts";
import { Places } from "./places.ts";
import type { RegexOptions } from "./options.ts";
import type { RegexNode } from "./tree.ts";
import type { Steps } from "../long-call.ts";

const CACHE_SIZE = 64;

/** PostgreSQL bounds the memory of compiled ones, which is about as much. */
const SOURCE_LENGTH_MAX = 100_000;
/** What is longer may be too much for JavaScript, which tells when it is first used. */
const EMITTED_LENGTH_SURE = 10_000;

function checkSize(regex: RegExp): void {
  try {
    regex.test("");
  } catch (error) {
    if (error instanceof SyntaxError) throw tooComplex();
    throw error;
  }
}

/** What JavaScript does in some tens of milliseconds; nothing can interrupt it. */
const BACKTRACKS_MAX = 20_000_000;
/** Below this length even three repetitions stay within. */
const SEARCHED_LENGTH_MIN = 64;
/** Ends in so many characters are cheap to have all of. */
const DISSECTED_LENGTH_MAX = 64;

/** Span 0 is the whole match, then the groups; undefined where a group took no part. */
export type Match = readonly (Span | undefined)[];

export class CompiledRegex {
  readonly groups: number;
  readonly #root: RegexNode;
  readonly #hasBackref: boolean;
  readonly #hasLook: boolean;
  readonly #test: RegExp;
  /** JavaScript's backtracking could take forever, over any text. */
  readonly #explodes: boolean;
  readonly #cost: SearchCost;
  #automaton: Automaton | undefined;
  /** What the last text was found to need. */
  #judged: { text: string; readonly automaton: Automaton | undefined } | undefined;
  #parts: Part | undefined;
  /** Of the last text. */
  #places = new Places("");
  /** Only for expressions whose matches JavaScript finds as PostgreSQL does. */
  readonly #search: RegExp | undefined;

  constructor(source: string, options: RegexOptions) {
    if (source.length > SOURCE_LENGTH_MAX) throw tooComplex();
    const parsed = parseRegex(source, options);
    const emitted = emitRegex(parsed.root);
    this.groups = parsed.groups;
    this.#root = parsed.root;
    this.#test = new RegExp(emitted, "u");
    if (emitted.length > EMITTED_LENGTH_SURE) checkSize(this.#test);
    // JavaScript takes a group without a match for an empty one.
    this.#hasBackref = hasBackref(parsed.root);
    this.#hasLook = hasLook(parsed.root);
    const deterministic = !this.#hasBackref && isDeterministic(parsed.root);
    this.#search = deterministic ? new RegExp(emitted, "dgu") : undefined;
    const explodes = deterministic ? someLookExplodes(parsed.root) : mayExplode(parsed.root);
    this.#explodes = !this.#hasBackref && explodes;
    if (this.#explodes) this.#automaton = new Automaton(parsed.root);
    this.#cost = searchCost(parsed.root);
  }

  /** Whether a test is to be done by `testSteps`: it takes its time. */
  isSlow(text: string): boolean {
    return this.#hasBackref || this.#automatonFor(text) !== undefined;
  }

  *testSteps(text: string): Steps<boolean> {
    const automaton = this.#hasBackref ? undefined : this.#automatonFor(text);
    const places = this.#placesOf(text);
    yield* places.prepare(this.#root);
    if (automaton !== undefined) return yield* automaton.testSteps(places);
    for (const start of this.#candidates(text, 0)) {
      if (this.#dissectAt(text, start) !== undefined) return true;
      yield;
    }
    return false;
  }

  test(text: string): boolean {
    if (this.#hasBackref) return this.match(text, 0) !== undefined;
    const automaton = this.#automatonFor(text);
    if (automaton === undefined) return this.#test.test(text);
    return automaton.leftmost(this.#placesOf(text), 0) >= 0;
  }

  /** Undefined: JavaScript searches this text fast enough. */
  #automatonFor(text: string): Automaton | undefined {
    if (this.#explodes) return this.#automaton;
    if (text.length < SEARCHED_LENGTH_MIN) return undefined;
    if (this.#judged?.text === text) {
      // The same string, not an equal one: comparing those for each match would take the text's square.
      this.#judged.text = text;
    } else {
      const isFast = staysWithin(this.#cost, text, BACKTRACKS_MAX);
      this.#judged = { text, automaton: isFast ? undefined : this.#builtAutomaton() };
    }
    return this.#judged.automaton;
  }

  #builtAutomaton(): Automaton {
    this.#automaton ??= new Automaton(this.#partsOfRoot().node);
    return this.#automaton;
  }

  /** The leftmost match that begins at or after the UTF-16 offset `from`. */
  match(text: string, from: number): Match | undefined {
    if (from > text.length) return undefined;
    if (this.#hasBackref) return this.#matchWithBackref(text, from);
    const automaton = this.#automatonFor(text);
    const search = automaton !== undefined && this.#hasLook ? undefined : this.#search;
    const start = this.#leftmost(text, from, automaton, search);
    if (start < 0) return undefined;
    if (search !== undefined) {
      search.lastIndex = start;
      return search.exec(text)?.indices;
    }
    // Without groups only the end is asked for, which takes no sets of ends.
    if (this.groups === 0 && text.length - start > DISSECTED_LENGTH_MAX) {
      const isShort = (this.#partsOfRoot().flags & SHORTER) !== 0;
      return [[start, this.#builtAutomaton().end(this.#placesOf(text), start, isShort)]];
    }
    return this.#dissectAt(text, start);
  }

  #dissectAt(text: string, start: number): Match | undefined {
    const whole = { root: this.#partsOfRoot(), groups: this.groups };
    return dissectAt(whole, this.#placesOf(text), start);
  }

  #partsOfRoot(): Part {
    this.#parts ??= partsOf(this.#root);
    return this.#parts;
  }

  #placesOf(text: string): Places {
    if (this.#places.text !== text) this.#places = new Places(text);
    return this.#places;
  }

  #matchWithBackref(text: string, from: number): Match | undefined {
    for (const start of this.#candidates(text, from)) {
      const match = this.#dissectAt(text, start);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  /**
   * Where a match may begin if only its back references hold (regexec.c: cfindloop). As there, the
   * text's end is not looked at by itself after what ended just before it.
   */
  *#candidates(text: string, from: number): Generator<number> {
    let start = from;
    do {
      const close = this.#builtAutomaton().nearestEnd(this.#placesOf(text), start);
      if (close < 0) return;
      for (; start <= close; start += widthAt(text, start)) yield start;
    } while (start < text.length);
  }

  #leftmost(
    text: string,
    from: number,
    automaton: Automaton | undefined,
    search: RegExp | undefined,
  ): number {
    if (automaton !== undefined) return automaton.leftmost(this.#placesOf(text), from);
    // It finds the place by itself.
    if (search !== undefined) return from;
    const finder = new RegExp(this.#test.source, "gu");
    finder.lastIndex = from;
    return finder.exec(text)?.index ?? -1;
  }
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

const cache = new Map<string, CompiledRegex>();

export function compileRegex(source: string, options: RegexOptions): CompiledRegex {
  const key = `${optionKey(options)}${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = new CompiledRegex(source, options);
  if (cache.size >= CACHE_SIZE) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  cache.set(key, compiled);
  return compiled;
}

function optionKey(options: RegexOptions): string {
  const bits = [
    options.ignoreCase,
    options.newlineStops,
    options.newlineAnchors,
    options.expanded,
    options.literal,
  ];
  return bits.map((bit) => (bit ? "1" : "0")).join("");
}
