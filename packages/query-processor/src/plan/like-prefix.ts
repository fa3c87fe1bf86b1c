/** What a pattern says about the beginning of the texts that match it (like_support.c). */
import type { Datum } from "@firstlight/sql";
import { operatorByOid } from "@firstlight/sql";

const CODE_POINT_MAX = 0x10ffff;

/** The text before the first wildcard of a LIKE pattern, or all of a starts-with operand. */
export function fixedPrefix(operator: number, pattern: Datum): string | undefined {
  if (operator === 0 || typeof pattern !== "string") return undefined;
  const name = operatorByOid(operator)?.name;
  if (name === "^@") return pattern === "" ? undefined : pattern;
  if (name !== "~~") return undefined;
  let prefix = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "%" || char === "_") break;
    if (char === "\\") at++;
    prefix += pattern[at] ?? "";
  }
  return prefix === "" ? undefined : prefix;
}

export function takesPattern(operator: number): boolean {
  const name = operator === 0 ? undefined : operatorByOid(operator)?.name;
  return name === "~~" || name === "^@";
}

/** The bound of the texts that may match; undefined: there is none on this side. */
export function patternBound(
  operator: number,
  pattern: Datum,
  isLower: boolean,
): string | undefined {
  const prefix = fixedPrefix(operator, pattern);
  return prefix === undefined || isLower ? prefix : successor(prefix);
}

/** The smallest text above all that begin with `prefix`; undefined when there is none. */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    // Surrogates are no characters: the next one after them is U+E000.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= CODE_POINT_MAX) return String.fromCodePoint(...points, next);
  }
  return undefined;
}
