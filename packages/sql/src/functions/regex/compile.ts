/**
 * Compiled regular expressions and their cache, bounded to CACHE_SIZE as PostgreSQL bounds its own.
 */
import { dissectAt } from "./dissect.ts";
import type { Span } from "./dissect.ts";
import { emitRegex } from "./emit.ts";
import { tooComplex } from "./too-complex.ts";
import { Automaton } from "./automaton.ts";
import { hasBackref, hasLook, isDeterministic, mayExplode, someLookExplodes } from "./analysis.ts";
import { searchCost, staysWithin, staysWithinSteps } from "./search-cost.ts";
import type { SearchCost } from "./search-cost.ts";
import { parseRegex } from "./parse.ts";
import { SHORTER, partsOf } from "./parts.ts";
import type { Part } from "./parts.ts";
import { Places } from "./places.ts";
import type { RegexOptions } from "./options.ts";
import type { RegexNode } from "./tree.ts";
import { LONG, flatten, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { Windows, cuttingOf } from "./windows.ts";
import type { Cutting, Window } from "./windows.ts";
import { WorkMeter } from "./work-meter.ts";

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

/** Where a match begins, and all of it where JavaScript has found it. */
interface Hit {
  readonly start: number;
  readonly match: Match | undefined;
}

function shifted(indices: Match, by: number): Match {
  return indices.map((span) => span && ([span[0] + by, span[1] + by] as const));
}

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
  /** Finds where the leftmost match begins. */
  #finder: RegExp | undefined;
  /** How long texts are searched; undefined: as a whole. */
  readonly #cutting: Cutting | undefined;
  /** Of the last long text. */
  #windows: Windows | undefined;

  constructor(source: string, options: RegexOptions) {
    if (source.length > SOURCE_LENGTH_MAX) throw tooComplex();
    const parsed = parseRegex(source, options);
    const emitted = emitRegex(parsed.root);
    this.groups = parsed.groups;
    this.#root = parsed.root;
    this.#test = new RegExp(emitted, "u");
    // JavaScript takes a group without a match for an empty one.
    this.#hasBackref = hasBackref(parsed.root);
    this.#hasLook = hasLook(parsed.root);
    const deterministic = !this.#hasBackref && isDeterministic(parsed.root);
    this.#search = deterministic ? new RegExp(emitted, "dgu") : undefined;
    const explodes = deterministic ? someLookExplodes(parsed.root) : mayExplode(parsed.root);
    this.#explodes = !this.#hasBackref && explodes;
    // What the automaton does alone is never compiled.
    const isUsed = deterministic || !this.#explodes;
    if (isUsed && emitted.length > EMITTED_LENGTH_SURE) checkSize(this.#test);
    if (this.#explodes) this.#automaton = new Automaton(parsed.root);
    this.#cost = searchCost(parsed.root);
    this.#cutting = this.#explodes ? undefined : cuttingOf(parsed.root, this.#cost);
  }

  /** Whether a test is to be done by `testSteps`: it takes its time. */
  isSlow(text: string): boolean {
    return this.#hasBackref || this.#automatonFor(text) !== undefined;
  }

  *testSteps(text: string): Steps<boolean> {
    const windows = this.#windowsOf(text);
    if (windows !== undefined) return (yield* this.#hit(windows, 0, true)) !== undefined;
    if (text.length > LONG) yield* this.#judge(text);
    const automaton = this.#hasBackref ? undefined : this.#automatonFor(text);
    const places = this.#placesOf(text);
    if (this.#hasLook) yield* places.prepare(this.#root);
    if (automaton !== undefined) return yield* automaton.testSteps(places);
    if (!this.#hasBackref) return this.#test.test(text);
    return (yield* this.#matchWithBackref(places, 0)) !== undefined;
  }

  test(text: string): boolean {
    return this.isSlow(text) ? toEnd(this.testSteps(text)) : this.#test.test(text);
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

  /** Before `#automatonFor`, of a long text: what that would do at one go. */
  *#judge(text: string): Steps<void> {
    if (this.#explodes || this.#hasBackref || this.#judged?.text === text) return;
    yield* flatten(text);
    const isFast = yield* staysWithinSteps(this.#cost, text, BACKTRACKS_MAX);
    this.#judged = { text, automaton: isFast ? undefined : this.#builtAutomaton() };
  }

  #windowsOf(text: string): Windows | undefined {
    const cutting = this.#cutting;
    if (cutting === undefined || text.length <= LONG) return undefined;
    if (this.#windows?.text === text) this.#windows.text = text;
    else this.#windows = new Windows(text, cutting);
    return this.#windows;
  }

  /** The leftmost match at or after `from`; `any`: it need not be the leftmost one. */
  *#hit(windows: Windows, from: number, any: boolean): Steps<Hit | undefined> {
    for (let at = from; ;) {
      const window = windows.known(at) ?? (yield* windows.at(at));
      if (!window.isQuick) return yield* this.#hitByAutomaton(windows.text, at, any);
      const hit = this.#hitIn(window, at, any);
      if (hit !== undefined || window.isLast) return hit;
      yield;
      at = window.end;
    }
  }

  #hitIn({ text, offset, end, isLast }: Window, from: number, any: boolean): Hit | undefined {
    const regex = any ? this.#startFinder() : (this.#search ?? this.#startFinder());
    regex.lastIndex = from - offset;
    const found = regex.exec(text);
    if (found === null) return undefined;
    const start = found.index + offset;
    if (start >= end && !isLast) return undefined;
    return { start, match: found.indices && shifted(found.indices, offset) };
  }

  *#hitByAutomaton(text: string, from: number, any: boolean): Steps<Hit | undefined> {
    const places = this.#placesOf(text);
    if (this.#hasLook) yield* places.prepare(this.#root);
    const automaton = this.#builtAutomaton();
    const start = yield* any ? automaton.anywhere(places, from) : automaton.leftmost(places, from);
    return start < 0 ? undefined : { start, match: undefined };
  }

  #startFinder(): RegExp {
    this.#finder ??= new RegExp(this.#test.source, "gu");
    return this.#finder;
  }

  #builtAutomaton(): Automaton {
    this.#automaton ??= new Automaton(this.#partsOfRoot().node);
    return this.#automaton;
  }

  /** Whether JavaScript finds its matches in this text as PostgreSQL does, and at once. */
  isQuick(text: string): boolean {
    if (this.#search === undefined || text.length > LONG) return false;
    return this.#automatonFor(text) === undefined;
  }

  /** The leftmost match that begins at or after the UTF-16 offset `from`. */
  match(text: string, from: number): Match | undefined {
    if (from > text.length) return undefined;
    return this.isQuick(text) ? this.#found(text, from) : toEnd(this.matchSteps(text, from));
  }

  #found(text: string, from: number): Match | undefined {
    if (this.#search === undefined) return undefined;
    this.#search.lastIndex = from;
    return this.#search.exec(text)?.indices;
  }

  /** Between two steps the expression may be used for other texts. */
  *matchSteps(text: string, from: number): Steps<Match | undefined> {
    if (from > text.length) return undefined;
    const windows = this.#windowsOf(text);
    if (windows !== undefined) {
      const hit = yield* this.#hit(windows, from, false);
      if (hit === undefined || hit.match !== undefined) return hit?.match;
      if (this.#search !== undefined && !this.#hasLook) return this.#found(text, hit.start);
      return yield* this.#matchAt(this.#placesOf(text), hit.start);
    }
    if (text.length > LONG) yield* this.#judge(text);
    const places = this.#placesOf(text);
    if (this.#hasBackref) {
      if (this.#hasLook) yield* places.prepare(this.#root);
      return yield* this.#matchWithBackref(places, from);
    }
    const automaton = this.#automatonFor(text);
    const isSearched = this.#search !== undefined && !(automaton !== undefined && this.#hasLook);
    const start = yield* this.#leftmost(places, from, automaton, isSearched);
    if (start < 0) return undefined;
    if (isSearched) return this.#found(text, start);
    return yield* this.#matchAt(places, start);
  }

  /** The match that begins there, as PostgreSQL finds it. */
  *#matchAt(places: Places, start: number): Steps<Match | undefined> {
    if (this.#hasLook) yield* places.prepare(this.#root);
    // Without groups only the end is asked for, which takes no sets of ends.
    if (this.groups === 0 && places.text.length - start > DISSECTED_LENGTH_MAX) {
      const isShort = (this.#partsOfRoot().flags & SHORTER) !== 0;
      return [[start, yield* this.#builtAutomaton().end(places, start, isShort)]];
    }
    return yield* this.#dissectAt(places, start, new WorkMeter());
  }

  #dissectAt(places: Places, start: number, meter: WorkMeter): Steps<Match | undefined> {
    const whole = { root: this.#partsOfRoot(), groups: this.groups };
    return dissectAt(whole, places, start, meter);
  }

  #partsOfRoot(): Part {
    this.#parts ??= partsOf(this.#root);
    return this.#parts;
  }

  #placesOf(text: string): Places {
    if (this.#places.text === text) this.#places.text = text;
    else this.#places = new Places(text);
    return this.#places;
  }

  /**
   * From where a match may begin if only its back references hold (regexec.c: cfindloop). As there,
   * the text's end is not looked at by itself after what ended just before it.
   */
  *#matchWithBackref(places: Places, from: number): Steps<Match | undefined> {
    const { text } = places;
    const meter = new WorkMeter();
    let start = from;
    do {
      const close = yield* this.#builtAutomaton().nearestEnd(places, start);
      if (close < 0) return undefined;
      for (; start <= close; start += widthAt(text, start)) {
        const match = yield* this.#dissectAt(places, start, meter);
        if (match !== undefined) return match;
      }
    } while (start < text.length);
    return undefined;
  }

  *#leftmost(
    places: Places,
    from: number,
    automaton: Automaton | undefined,
    isSearched: boolean,
  ): Steps<number> {
    if (automaton !== undefined) {
      if (this.#hasLook) yield* places.prepare(this.#root);
      return yield* automaton.leftmost(places, from);
    }
    // It finds the place by itself.
    if (isSearched) return from;
    const finder = this.#startFinder();
    finder.lastIndex = from;
    return finder.exec(places.text)?.index ?? -1;
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
