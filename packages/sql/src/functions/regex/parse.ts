/**
 * Parser of PostgreSQL's advanced regular expressions (manual, section 9.7.3) into a RegexNode. What
 * is not understood is an error with PostgreSQL's text, never read as something else.
 */
import { SqlError } from "@firstlight/common";
import { parseBracket } from "./bracket.ts";
import type { RegexCursor } from "./cursor.ts";
import { cursorOf, regexError } from "./cursor.ts";
import { readEscape } from "./escape.ts";
import { withOption } from "./options.ts";
import type { RegexOptions } from "./options.ts";
import { ANY, complementSet, foldCase } from "./tree.ts";
import type { CharSet, RegexNode } from "./tree.ts";

/** DUPMAX in regguts.h. */
const REPEAT_MAX = 255;
const NEWLINE: CharSet = [[10, 10]];

export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: number;
  readonly options: RegexOptions;
}

export function parseRegex(source: string, given: RegexOptions): ParsedRegex {
  const [pattern, options] = directors(source, given);
  if (options.literal) return { root: literal(pattern, options), groups: 0, options };
  const parser = new Parser(cursorOf(pattern), options);
  const root = parser.alternatives(0);
  return { root, groups: parser.groups, options };
}

/** `***=` makes the rest literal, `***:` says ARE, `(?flags)` embeds options. */
function directors(source: string, given: RegexOptions): [string, RegexOptions] {
  if (given.literal) return [source, given];
  let pattern = source;
  if (pattern.startsWith("***=")) return [pattern.slice(4), { ...given, literal: true }];
  if (pattern.startsWith("***:")) pattern = pattern.slice(4);
  else if (pattern.startsWith("***")) throw regexError("invalid escape \\ sequence");
  const embedded = /^\(\?([a-zA-Z]+)\)/.exec(pattern);
  if (embedded === null) return [pattern, given];
  let options = given;
  for (const letter of embedded[1] ?? "") {
    const next = withOption(options, letter);
    if (next === undefined) throw regexError("invalid embedded option");
    options = next;
  }
  return [pattern.slice(embedded[0].length), options];
}

function literal(text: string, options: RegexOptions): RegexNode {
  const items = Array.from(text, (character) =>
    oneCharacter(character.codePointAt(0) ?? 0, options),
  );
  return { kind: "concat", items };
}

function oneCharacter(code: number, options: RegexOptions): RegexNode {
  const set: CharSet = [[code, code]];
  return { kind: "set", set: options.ignoreCase ? foldCase(set) : set };
}

/** `comma`: {m,n} prefers long or short even when m = n, {m} does not. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly comma: boolean;
}

class Parser {
  groups = 0;
  readonly #cursor: RegexCursor;
  readonly #options: RegexOptions;
  #lookDepth = 0;
  /** Groups closed so far: only those can be referred back to. */
  readonly #closed = new Set<number>();

  constructor(cursor: RegexCursor, options: RegexOptions) {
    this.#cursor = cursor;
    this.#options = options;
  }

  alternatives(depth: number): RegexNode {
    if (depth > 200) throw new SqlError("54001", "regular expression is too complex");
    const branches = [this.#branch(depth)];
    while (this.#cursor.take("|")) branches.push(this.#branch(depth));
    if (depth === 0 && this.#cursor.peek() === ")") throw regexError("parentheses () not balanced");
    const only = branches[0];
    return branches.length === 1 && only !== undefined ? only : { kind: "alternatives", branches };
  }

  #branch(depth: number): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      this.#skipExpanded();
      const next = this.#cursor.peek();
      if (next === "" || next === "|" || next === ")") break;
      const atom = this.#atom(depth);
      if (atom !== undefined) items.push(this.#quantified(atom));
    }
    const only = items[0];
    return items.length === 1 && only !== undefined ? only : { kind: "concat", items };
  }

  #skipExpanded(): void {
    while (this.#options.expanded) {
      if (/\s/.test(this.#cursor.peek())) this.#cursor.next();
      else if (this.#cursor.peek() === "#") this.#skipComment();
      else return;
    }
  }

  #skipComment(): void {
    while (this.#cursor.peek() !== "" && this.#cursor.peek() !== "\n") this.#cursor.next();
  }

  /** Undefined for what matches nothing by itself: a comment. */
  #atom(depth: number): RegexNode | undefined {
    const character = this.#cursor.next();
    switch (character) {
      case "(":
        return this.#group(depth);
      case "[":
        return this.#bracket();
      case ".":
        return this.#set(this.#options.newlineStops ? complementSet(NEWLINE) : ANY);
      case "^":
        return { kind: "anchor", anchor: "start", multiline: this.#options.newlineAnchors };
      case "$":
        return { kind: "anchor", anchor: "end", multiline: this.#options.newlineAnchors };
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        throw regexError("quantifier operand invalid");
      case "{":
        if (/[0-9]/.test(this.#cursor.peek())) throw regexError("quantifier operand invalid");
        return this.#character(character);
      default:
        return this.#character(character);
    }
  }

  #character(character: string): RegexNode {
    return oneCharacter(character.codePointAt(0) ?? 0, this.#options);
  }

  #set(set: CharSet): RegexNode {
    return { kind: "set", set: this.#options.ignoreCase ? foldCase(set) : set };
  }

  #bracket(): RegexNode {
    const bracket = parseBracket(this.#cursor);
    if (bracket.kind === "anchor") {
      return { kind: "anchor", anchor: bracket.anchor, multiline: false };
    }
    const folded = this.#options.ignoreCase ? foldCase(bracket.set) : bracket.set;
    if (!bracket.negated) return { kind: "set", set: folded };
    const set = complementSet(folded);
    return { kind: "set", set: this.#options.newlineStops ? without(set, 10) : set };
  }

  #group(depth: number): RegexNode | undefined {
    if (!this.#cursor.take("?")) return this.#plainGroup(depth);
    const kind = this.#cursor.next();
    if (kind === "#") {
      while (this.#cursor.peek() !== "" && this.#cursor.peek() !== ")") this.#cursor.next();
      this.#cursor.take(")");
      return undefined;
    }
    // In a group of its own a constraint may be repeated.
    if (kind === ":") return { kind: "concat", items: [this.#closedBody(depth)] };
    if (kind === "=" || kind === "!") return this.#look(depth, false, kind === "!");
    const sign = kind === "<" ? this.#cursor.next() : "";
    if (sign === "=" || sign === "!") return this.#look(depth, true, sign === "!");
    throw regexError("quantifier operand invalid");
  }

  #plainGroup(depth: number): RegexNode {
    // No group within a lookaround; its constraints may be repeated, too.
    if (this.#lookDepth > 0) return { kind: "concat", items: [this.#closedBody(depth)] };
    const index = ++this.groups;
    const body = this.#closedBody(depth);
    this.#closed.add(index);
    return { kind: "capture", index, body };
  }

  #look(depth: number, behind: boolean, negative: boolean): RegexNode {
    this.#lookDepth++;
    const body = this.#closedBody(depth);
    this.#lookDepth--;
    return { kind: "look", behind, negative, body };
  }

  #closedBody(depth: number): RegexNode {
    const body = this.alternatives(depth + 1);
    if (!this.#cursor.take(")")) throw regexError("parentheses () not balanced");
    return body;
  }

  #escape(): RegexNode {
    const escape = readEscape(this.#cursor, this.groups);
    switch (escape.kind) {
      case "character":
        return oneCharacter(escape.code, this.#options);
      case "class":
        return this.#set(escape.set);
      case "anchor":
        return { kind: "anchor", anchor: escape.anchor, multiline: false };
      case "backref":
        return this.#backref(escape.index);
    }
  }

  #backref(index: number): RegexNode {
    if (!this.#closed.has(index)) throw regexError("invalid backreference number");
    if (this.#lookDepth > 0) throw regexError("invalid backreference number");
    return { kind: "backref", index, ignoreCase: this.#options.ignoreCase };
  }

  #quantified(atom: RegexNode): RegexNode {
    this.#skipExpanded();
    const bounds = this.#bounds();
    if (bounds === undefined) return atom;
    if (atom.kind === "anchor" || atom.kind === "look") {
      throw regexError("quantifier operand invalid");
    }
    const lazy = this.#cursor.take("?");
    this.#skipExpanded();
    if (/[*+?]/.test(this.#cursor.peek()) || this.#cursor.peekBound()) {
      throw regexError("quantifier operand invalid");
    }
    return {
      kind: "repeat",
      body: atom,
      min: bounds.min,
      max: bounds.max,
      preference: bounds.comma ? (lazy ? "short" : "long") : "none",
    };
  }

  #bounds(): Bounds | undefined {
    if (this.#cursor.take("*")) return { min: 0, max: Infinity, comma: true };
    if (this.#cursor.take("+")) return { min: 1, max: Infinity, comma: true };
    if (this.#cursor.take("?")) return { min: 0, max: 1, comma: true };
    if (!this.#cursor.peekBound()) return undefined;
    this.#cursor.next();
    const min = this.#number();
    const comma = this.#cursor.take(",");
    const max = comma ? (this.#digitAhead() ? this.#number() : Infinity) : min;
    if (!this.#cursor.take("}")) {
      throw regexError(
        this.#cursor.peek() === "" ? "braces {} not balanced" : "invalid repetition count(s)",
      );
    }
    if (min > max) throw regexError("invalid repetition count(s)");
    return { min, max, comma };
  }

  #digitAhead(): boolean {
    return /[0-9]/.test(this.#cursor.peek());
  }

  #number(): number {
    let value = 0;
    while (this.#digitAhead() && value <= REPEAT_MAX)
      value = value * 10 + Number(this.#cursor.next());
    if (value > REPEAT_MAX) throw regexError("invalid repetition count(s)");
    return value;
  }
}

function without(set: CharSet, code: number): CharSet {
  return complementSet(
    [...complementSet(set), [code, code] as const].toSorted((a, b) => a[0] - b[0]),
  );
}
