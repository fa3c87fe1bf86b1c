/**
 * What a pattern says about a value at a glance: how it has to begin, whether that is all of it, and
 * a guess of how many values the rest of the pattern lets through (like_fixed_prefix and
 * like_selectivity of PostgreSQL, and their counterparts for regular expressions).
 */
import { regularPrefix } from "../regular-prefix.ts";

const FIXED_CHARACTER = 0.2;
const CHARACTER_RANGE = 0.25;
const ANY_CHARACTER = 0.9;
const FULL_WILDCARD = 5;
const PARTIAL_WILDCARD = 2;

export interface FixedPattern {
  readonly prefix: string;
  readonly exact: boolean;
  readonly rest: number;
}

function isLetter(character: string): boolean {
  return character.toLowerCase() !== character.toUpperCase();
}

export function likePattern(pattern: string, ignoresCase: boolean): FixedPattern {
  let prefix = "";
  let at = 0;
  for (; at < pattern.length; at++) {
    let character = pattern[at] ?? "";
    if (character === "%" || character === "_") break;
    if (character === "\\") {
      if (at + 1 >= pattern.length) break;
      character = pattern[++at] ?? "";
    }
    if (ignoresCase && isLetter(character)) break;
    prefix += character;
  }
  if (at >= pattern.length) return { prefix, exact: true, rest: 1 };
  return { prefix, exact: false, rest: likeRest(pattern.slice(at)) };
}

function likeRest(pattern: string): number {
  let at = 0;
  while (pattern[at] === "%" || pattern[at] === "_") at++;
  let share = 1;
  for (; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "%") share *= FULL_WILDCARD;
    else if (character === "_") share *= ANY_CHARACTER;
    else {
      if (character === "\\") at++;
      share *= FIXED_CHARACTER;
    }
  }
  return Math.min(1, share);
}

export function regularPattern(pattern: string, ignoresCase: boolean): FixedPattern {
  const { prefix, exact } = regularPrefix(pattern, ignoresCase);
  return { prefix, exact, rest: exact ? 1 : regularRest(pattern, prefix) };
}

/** regex_selectivity: of the whole expression, without what its beginning says. */
function regularRest(pattern: string, prefix: string): number {
  const hasEnd = pattern.endsWith("$") && !pattern.endsWith("\\$");
  const share = hasEnd ? shareOf(pattern.slice(0, -1)) : shareOf(pattern) * FULL_WILDCARD;
  const fixed = FIXED_CHARACTER ** Buffer.byteLength(prefix);
  return Math.min(1, fixed > 0 ? share / fixed : share);
}

/** Where a [...] ends. */
function bracketEnd(pattern: string, at: number): number {
  const start = pattern[at + 1] === "^" ? at + 2 : at + 1;
  const end = pattern.indexOf("]", pattern[start] === "]" ? start + 1 : start);
  return end < 0 ? pattern.length : end;
}

function closing(pattern: string, at: number): number {
  const end = pattern.indexOf("}", at);
  return end < 0 ? pattern.length : end;
}

interface Step {
  readonly share: number;
  /** Where it ends. */
  readonly end: number;
}

function stepOf(pattern: string, at: number): Step {
  const character = pattern[at] ?? "";
  if (character === "[") {
    const share = pattern[at + 1] === "^" ? 1 - CHARACTER_RANGE : CHARACTER_RANGE;
    return { share, end: bracketEnd(pattern, at) };
  }
  if (character === ".") return { share: ANY_CHARACTER, end: at };
  if ("*?+".includes(character)) return { share: PARTIAL_WILDCARD, end: at };
  if (character === "{") return { share: PARTIAL_WILDCARD, end: closing(pattern, at) };
  if (character !== "\\") return { share: FIXED_CHARACTER, end: at };
  return { share: at + 1 < pattern.length ? FIXED_CHARACTER : 1, end: at + 1 };
}

/** regex_selectivity_sub: alternatives are added, groups are looked into. */
function shareOf(pattern: string): number {
  let share = 1;
  let depth = 0;
  let opened = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "(") {
      if (depth++ === 0) opened = at;
    } else if (character === ")" && depth > 0) {
      if (--depth === 0) share *= shareOf(pattern.slice(opened + 1, at));
    } else if (character === "|" && depth === 0) {
      return Math.min(1, share + shareOf(pattern.slice(at + 1)));
    } else {
      const step = stepOf(pattern, at);
      if (depth === 0) share *= step.share;
      at = step.end;
    }
  }
  return Math.min(1, share);
}
