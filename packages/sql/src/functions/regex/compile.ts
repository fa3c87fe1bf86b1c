/**
 * Compiled regular expressions and their cache, bounded to CACHE_SIZE as PostgreSQL bounds its own.
 */
import { dissectAt } from "./dissect.ts";
import type { Span } from "./dissect.ts";
import { emitRegex } from "./emit.ts";
import { Automaton } from "./automaton.ts";
import { hasBackref, isDeterministic, mayExplode } from "./analysis.ts";
import { parseRegex } from "./parse.ts";
import type { RegexOptions } from "./options.ts";
import type { RegexNode } from "./tree.ts";

const CACHE_SIZE = 64;

/** Span 0 is the whole match, then the groups; undefined where a group took no part. */
export type Match = readonly (Span | undefined)[];

export class CompiledRegex {
  readonly groups: number;
  readonly #root: RegexNode;
  readonly #test: RegExp;
  /** For expressions over which JavaScript's backtracking could take forever. */
  readonly #automaton: Automaton | undefined;
  /** Only for expressions whose matches JavaScript finds as PostgreSQL does. */
  readonly #search: RegExp | undefined;

  constructor(source: string, options: RegexOptions) {
    const parsed = parseRegex(source, options);
    const emitted = emitRegex(parsed.root);
    this.groups = parsed.groups;
    this.#root = parsed.root;
    this.#test = new RegExp(emitted, "u");
    const deterministic = isDeterministic(parsed.root);
    this.#search = deterministic ? new RegExp(emitted, "dgu") : undefined;
    const backtracks = !deterministic && !hasBackref(parsed.root) && mayExplode(parsed.root);
    this.#automaton = backtracks ? new Automaton(parsed.root) : undefined;
  }

  test(text: string): boolean {
    return this.#automaton?.test(text) ?? this.#test.test(text);
  }

  /** The leftmost match that begins at or after the UTF-16 offset `from`. */
  match(text: string, from: number): Match | undefined {
    if (from > text.length) return undefined;
    if (this.#search !== undefined) {
      this.#search.lastIndex = from;
      return this.#search.exec(text)?.indices;
    }
    const start = this.#leftmost(text, from);
    return start < 0 ? undefined : dissectAt(this.#root, this.groups, text, start);
  }

  #leftmost(text: string, from: number): number {
    if (this.#automaton !== undefined) return this.#automaton.leftmost(text, from);
    const finder = new RegExp(this.#test.source, "gu");
    finder.lastIndex = from;
    return finder.exec(text)?.index ?? -1;
  }
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
