/**
 * What a pattern says about a value at a glance: how it has to begin, whether that is all of it, and
 * a guess of how many values the rest of the pattern lets through (like_fixed_prefix and
 * like_selectivity of PostgreSQL, and their counterparts for regular expressions).
 */
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

const SPECIAL = /[.*+?()[\]{}|\\^$]/u;

export function regularPattern(pattern: string, ignoresCase: boolean): FixedPattern {
  const rest = (from: number): number => Math.min(1, regularRest(pattern.slice(from)));
  if (!pattern.startsWith("^") || pattern.includes("|")) {
    return { prefix: "", exact: false, rest: rest(0) };
  }
  let at = 1;
  let prefix = "";
  for (; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    const next = pattern[at + 1] ?? "";
    if (SPECIAL.test(character) || (ignoresCase && isLetter(character))) break;
    // A character that may occur less often than once is none of the prefix.
    if (next === "*" || next === "?" || next === "{") break;
    prefix += character;
  }
  const exact = pattern.slice(at) === "$";
  return { prefix, exact, rest: rest(at) };
}

function regularRest(pattern: string): number {
  let share = 1;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    if (character === "[") {
      const end = pattern.indexOf("]", at + 2);
      share *= pattern[at + 1] === "^" ? 1 - CHARACTER_RANGE : CHARACTER_RANGE;
      at = end < 0 ? pattern.length : end;
    } else if (character === ".") share *= ANY_CHARACTER;
    else if ("*?+".includes(character)) share *= PARTIAL_WILDCARD;
    else if (character === "|" || character === "^" || character === "(" || character === ")") {
      continue;
    } else if (character === "\\") {
      at++;
      share *= FIXED_CHARACTER;
    } else if (character !== "$") share *= FIXED_CHARACTER;
  }
  return pattern.endsWith("$") ? share : share * FULL_WILDCARD;
}
