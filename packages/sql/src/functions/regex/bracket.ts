/**
 * Bracket expressions: [abc], [^a-z], [[:digit:]], [[.hyphen.]], [[:<:]].
 */
import { featureNotSupported } from "@firstlight/common";
import type { RegexCursor } from "./cursor.ts";
import { regexError } from "./cursor.ts";
import { readEscape } from "./escape.ts";
import { unionSets } from "./tree.ts";
import type { Anchor, CharSet } from "./tree.ts";

export type Bracket =
  | { readonly kind: "set"; readonly set: CharSet; readonly negated: boolean }
  | { readonly kind: "anchor"; readonly anchor: Anchor };

/** The named classes in the collation C: ASCII only. */
const NAMED: Readonly<Record<string, CharSet>> = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  upper: [[65, 90]],
  lower: [[97, 122]],
  digit: [[48, 57]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  word: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  print: [[32, 126]],
  graph: [[33, 126]],
  ascii: [[0, 127]],
};

/** The cursor stands after the opening bracket. */
export function parseBracket(cursor: RegexCursor): Bracket {
  if (cursor.match(/^\[:<:\]\]/) !== undefined) return { kind: "anchor", anchor: "wordStart" };
  if (cursor.match(/^\[:>:\]\]/) !== undefined) return { kind: "anchor", anchor: "wordEnd" };
  const negated = cursor.take("^");
  const sets: CharSet[] = [];
  for (let first = true; ; first = false) {
    if (!first && cursor.take("]")) return { kind: "set", set: unionSets(...sets), negated };
    sets.push(member(cursor));
  }
}

function member(cursor: RegexCursor): CharSet {
  const low = element(cursor);
  if (typeof low !== "number") return low;
  if (cursor.match(/^-(?!\])/) === undefined) return [[low, low]];
  const high = element(cursor);
  if (typeof high !== "number" || high < low) throw regexError("invalid character range");
  return [[low, high]];
}

/** One character, or the set that a class stands for. */
function element(cursor: RegexCursor): number | CharSet {
  const character = cursor.next();
  if (character === "") throw regexError("brackets [] not balanced");
  if (character === "\\") return escaped(cursor);
  if (character !== "[" || !/^[:.=]$/.test(cursor.peek())) return character.codePointAt(0) ?? 0;
  return named(cursor, cursor.next());
}

function escaped(cursor: RegexCursor): number | CharSet {
  const escape = readEscape(cursor, 0);
  if (escape.kind === "character") return escape.code;
  if (escape.kind === "class") return escape.set;
  throw regexError("invalid escape \\ sequence");
}

function named(cursor: RegexCursor, kind: string): number | CharSet {
  let name = "";
  while (!(cursor.peek() === kind && name !== "" && closes(cursor, kind))) {
    if (cursor.peek() === "") throw regexError("brackets [] not balanced");
    name += cursor.next();
  }
  if (kind === ":") {
    const set = NAMED[name];
    if (set === undefined) throw regexError("invalid character class");
    return set;
  }
  if (Array.from(name).length === 1) return name.codePointAt(0) ?? 0;
  throw featureNotSupported(`collating element "${name}" in a regular expression`);
}

/** Consumes `kind]`. */
function closes(cursor: RegexCursor, kind: string): boolean {
  return cursor.match(kind === "." ? /^\.\]/ : kind === ":" ? /^:\]/ : /^=\]/) !== undefined;
}
