/**
 * Backslash escapes of advanced regular expressions (manual, tables 9.18 to 9.21).
 */
import type { RegexCursor } from "./cursor.ts";
import { regexError } from "./cursor.ts";
import { MAX_CODE_POINT, WORD, complementSet } from "./tree.ts";
import type { Anchor, CharSet } from "./tree.ts";

export type Escape =
  | { readonly kind: "character"; readonly code: number }
  | { readonly kind: "class"; readonly set: CharSet }
  | { readonly kind: "anchor"; readonly anchor: Anchor }
  | { readonly kind: "backref"; readonly index: number };

const DIGIT: CharSet = [[48, 57]];
const SPACE: CharSet = [
  [9, 13],
  [32, 32],
];

const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  D: complementSet(DIGIT),
  W: complementSet(WORD),
  S: complementSet(SPACE),
};

const ANCHORS: Readonly<Record<string, Anchor>> = {
  A: "start",
  Z: "end",
  m: "wordStart",
  M: "wordEnd",
  y: "word",
  Y: "notWord",
};

const CONTROLS: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  B: 92,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

function invalid(): Error {
  return regexError("invalid escape \\ sequence");
}

function codeOf(digits: string | undefined, radix: number): Escape {
  if (digits === undefined) throw invalid();
  const code = parseInt(digits, radix);
  if (code > MAX_CODE_POINT) throw invalid();
  return { kind: "character", code };
}

/** The cursor stands after the backslash. `groups` is how many groups were opened so far. */
export function readEscape(cursor: RegexCursor, groups: number): Escape {
  const letter = cursor.next();
  if (letter === "") throw invalid();
  if (!/[A-Za-z0-9]/.test(letter)) return { kind: "character", code: letter.codePointAt(0) ?? 0 };
  const set = CLASSES[letter];
  if (set !== undefined) return { kind: "class", set };
  const anchor = ANCHORS[letter];
  if (anchor !== undefined) return { kind: "anchor", anchor };
  const control = CONTROLS[letter];
  if (control !== undefined) return { kind: "character", code: control };
  return letter >= "0" && letter <= "9"
    ? readNumber(cursor, letter, groups)
    : readCode(cursor, letter);
}

function readCode(cursor: RegexCursor, letter: string): Escape {
  switch (letter) {
    case "c":
      return { kind: "character", code: (cursor.next().codePointAt(0) ?? 0) & 31 };
    case "u":
      return codeOf(cursor.match(/^[0-9A-Fa-f]{4}/), 16);
    case "U":
      return codeOf(cursor.match(/^[0-9A-Fa-f]{8}/), 16);
    case "x":
      return codeOf(cursor.match(/^[0-9A-Fa-f]{1,255}/), 16);
    default:
      throw invalid();
  }
}

/** One digit is always a back reference; more are one if so many groups exist, else octal. */
function readNumber(cursor: RegexCursor, first: string, groups: number): Escape {
  if (first === "0") return codeOf(`0${cursor.match(/^[0-7]{1,2}/) ?? ""}`, 8);
  const more = cursor.match(/^[0-9]{1,253}/) ?? "";
  const index = Number(first + more);
  if (more === "" || index <= groups) return { kind: "backref", index };
  return codeOf(/^[0-7]{1,3}$/.exec(first + more)?.[0], 8);
}
