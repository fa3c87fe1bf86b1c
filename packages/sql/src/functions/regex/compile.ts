/**
 * Compiled regular expressions and their cache, bounded to CACHE_SIZE as PostgreSQL bounds its own.
 */
import { dissectAt } from "./dissect.ts";
import type { Span } from "./dissect.ts";
import { emitRegex } from "./emit.ts";
import { tooComplex } from "./too-complex.ts";
import { Automaton } from "./automaton.ts";
import { hasBackref, isDeterministic, mayExplode } from "./analysis.ts";
import { parseRegex } from "./parse.ts";
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

/** Span 0 is the whole match, then the groups; undefined where a group took no part. */
export type Match = readonly (Span | undefined)[];

export class CompiledRegex {
  readonly groups: number;
  readonly #root: RegexNode;
  readonly #hasBackref: boolean;
  readonly #test: RegExp;
  /** For expressions over which JavaScript's backtracking could take forever. */
  readonly #automaton: Automaton | undefined;
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
    const deterministic = !this.#hasBackref && isDeterministic(parsed.root);
    this.#search = deterministic ? new RegExp(emitted, "dgu") : undefined;
    const backtracks = !deterministic && !this.#hasBackref && mayExplode(parsed.root);
    this.#automaton = backtracks ? new Automaton(parsed.root) : undefined;
  }

  /** Whether a test is to be done by `testSteps`: from each start anew, which takes its time. */
  get isSlow(): boolean {
    return this.#hasBackref;
  }

  *testSteps(text: string): Steps<boolean> {
    for (let start = 0; start <= text.length; start += widthAt(text, start)) {
      if (dissectAt(this.#root, this.groups, text, start) !== undefined) return true;
      yield;
    }
    return false;
  }

  test(text: string): boolean {
    if (this.#hasBackref) return this.match(text, 0) !== undefined;
    return this.#automaton?.test(text) ?? this.#test.test(text);
  }

  /** The leftmost match that begins at or after the UTF-16 offset `from`. */
  match(text: string, from: number): Match | undefined {
    if (from > text.length) return undefined;
    if (this.#search !== undefined) {
      this.#search.lastIndex = from;
      return this.#search.exec(text)?.indices;
    }
    if (this.#hasBackref) return this.#matchWithBackref(text, from);
    const start = this.#leftmost(text, from);
    return start < 0 ? undefined : dissectAt(this.#root, this.groups, text, start);
  }

  #matchWithBackref(text: string, from: number): Match | undefined {
    for (let start = from; start <= text.length; start += widthAt(text, start)) {
      const match = dissectAt(this.#root, this.groups, text, start);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  #leftmost(text: string, from: number): number {
    if (this.#automaton !== undefined) return this.#automaton.leftmost(text, from);
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
