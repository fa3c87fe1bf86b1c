/** What a pattern says about the beginning of the texts that match it (like_support.c). */
import type { Datum, Expr } from "@firstlight/sql";
import { operatorByOid } from "@firstlight/sql";
import { regularPrefix } from "./regular-prefix.ts";

const CODE_POINT_MAX = 0x10ffff;

/** How texts that match begin, and whether that is all of them. */
export interface FixedPart {
  readonly prefix: string;
  readonly exact: boolean;
}

function likePart(pattern: string, ignoresCase: boolean): FixedPart {
  const chars = Array.from(pattern);
  let prefix = "";
  for (let at = 0; at < chars.length; at++) {
    let char = chars[at] ?? "";
    if (char === "%" || char === "_") return { prefix, exact: false };
    if (char === "\\") char = chars[++at] ?? "";
    if (ignoresCase && LETTER.test(char)) return { prefix, exact: false };
    prefix += char;
  }
  return { prefix, exact: true };
}

/** What upper() and lower() change. */
const LETTER = /[a-z\u0080-\uffff]/iu;
const NOTHING: FixedPart = { prefix: "", exact: false };

const PARTS: Readonly<Record<string, (pattern: string) => FixedPart>> = {
  "^@": (prefix) => ({ prefix, exact: false }),
  "~~": (pattern) => likePart(pattern, false),
  "~~*": (pattern) => likePart(pattern, true),
  "~": (pattern) => regularPrefix(pattern, false),
  "~*": (pattern) => regularPrefix(pattern, true),
};

function partOf(operator: number): ((pattern: string) => FixedPart) | undefined {
  const name = operator === 0 ? undefined : operatorByOid(operator)?.name;
  return name === undefined ? undefined : PARTS[name];
}

/** Undefined where it says nothing about how they begin. */
export function fixedPart(operator: number, pattern: Datum): FixedPart | undefined {
  if (typeof pattern !== "string") return undefined;
  const part = partOf(operator)?.(pattern) ?? NOTHING;
  return part.prefix === "" && !part.exact ? undefined : part;
}

export function takesPattern(operator: number): boolean {
  return partOf(operator) !== undefined;
}

const STARTS_WITH = 3_696;
const STARTS_WITH_OPERATOR = 3_877;

/** Of an operator that takes a pattern, or of the function that is one; 0: it is neither. */
export function patternOperator({ operator, proc }: Extract<Expr, { kind: "call" }>): number {
  if (proc === STARTS_WITH) return STARTS_WITH_OPERATOR;
  return takesPattern(operator) ? operator : 0;
}

/** The bound of the texts that may match; undefined: there is none on this side. */
export function patternBound(
  operator: number,
  pattern: Datum,
  isLower: boolean,
): string | undefined {
  const part = fixedPart(operator, pattern);
  return part === undefined || isLower ? part?.prefix : successor(part.prefix);
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
