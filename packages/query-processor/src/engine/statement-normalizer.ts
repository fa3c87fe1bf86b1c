/**
 * Statements that differ only in literals share a plan: literals become parameters where a parameter
 * of the same type means exactly the same. That is after a comparison or arithmetic operator, as a
 * bound of BETWEEN, and inside VALUES and IN lists; everywhere else (ordinals, type modifiers, LIMIT, typed literals) text stays as it
 * is. What this scanner is not sure about it leaves to the parser: undefined.
 */
import { isTypedLiteralPrefix } from "./typed-literal.ts";

export interface Literal {
  readonly kind: "integer" | "decimal" | "string";
  readonly text: string;
}

export interface NormalizedText {
  /** The text with $1, $2 ... in place of its literals. */
  readonly key: string;
  readonly literals: readonly Literal[];
}

const LENGTH_MAX = 4_096;
const LITERALS_MAX = 200;
/** Integers of up to nine digits are int4 without a doubt. */
const INT4_DIGITS_MAX = 9;

const START = /^\s*(?:select|insert|update|delete)\b/iu;
const NUMBER = /(\d+)(\.\d+)?(?![\w.$])/uy;
/** A cast binds tighter than a sign. */
const NEGATIVE = /-\d+(?:\.\d+)?(?![\w.$]|\s*::)/uy;
/** Operators with one of these may end in a sign; of others the sign is a token of its own. */
const MAKES_SIGN_PART = /[~!@#%^&|`?]/u;
const WORD = /[a-z_][\w$]*/iuy;
const COMPARES = new Set(["=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "%"]);
const OPERATOR_CHARS = "+-*/<>=~!@#%^&|`?";
/** Words after which a VALUES list has ended. */
const ENDS_VALUES = new Set(["on", "returning", "order", "limit", "union", "as"]);

class Scan {
  readonly #text: string;
  #at = 0;
  #copied = 0;
  #key = "";
  readonly #literals: Literal[] = [];
  /** The operator just read, "" after anything else. */
  #operator = "";
  #inValues = false;
  #depth = 0;
  #listStart = false;
  /** Depth of the list after the last IN; 0 when there is none. */
  #inDepth = 0;
  /** The last word, if it was IN. */
  #afterIn = false;
  /** Between BETWEEN and its AND. */
  #between = false;
  /** Where the last literal that was replaced ends. */
  #literalEnd = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads to the end; false when the text holds something that is left to the parser. */
  run(): boolean {
    while (this.#at < this.#text.length) {
      if (!this.#token()) return false;
    }
    this.#key += this.#text.slice(this.#copied);
    return this.#literals.length > 0;
  }

  result(): NormalizedText {
    return { key: this.#key, literals: this.#literals };
  }

  #token(): boolean {
    const char = this.#text[this.#at] ?? "";
    if (char === " " || char === "\n" || char === "\t" || char === "\r") {
      if (this.#at++ === this.#literalEnd) this.#literalEnd++;
      return true;
    }
    if (char === "'") return this.#string();
    if (char >= "0" && char <= "9") return this.#number();
    if (OPERATOR_CHARS.includes(char)) return this.#operatorRun();
    if (/[a-z_]/iu.test(char)) return this.#word();
    return this.#punctuation(char);
  }

  /** Whether a literal here may become a parameter. */
  #replaceable(): boolean {
    if (COMPARES.has(this.#operator)) return true;
    const inList = this.#inDepth > 0 && this.#depth === this.#inDepth;
    return this.#listStart && (inList || (this.#inValues && this.#depth > 0));
  }

  #replace(literal: Literal, from: number, to: number): boolean {
    if (this.#literals.length >= LITERALS_MAX) return false;
    this.#literals.push(literal);
    this.#key += `${this.#text.slice(this.#copied, from)}$${this.#literals.length}`;
    this.#copied = to;
    this.#literalEnd = to;
    return true;
  }

  #after(to: number): boolean {
    this.#at = to;
    this.#operator = "";
    this.#listStart = false;
    this.#afterIn = false;
    return true;
  }

  #string(): boolean {
    const from = this.#at;
    let end = this.#text.indexOf("'", from + 1);
    while (end >= 0 && this.#text[end + 1] === "'") end = this.#text.indexOf("'", end + 2);
    if (end < 0) return false;
    const replaceable = this.#replaceable();
    const body = this.#text.slice(from + 1, end);
    if (replaceable && !body.includes("\\")) {
      // It would become part of the parameter's number.
      if (/[\w$]/u.test(this.#text[end + 1] ?? "")) return false;
      const text = body.replaceAll("''", "'");
      if (!this.#replace({ kind: "string", text }, from, end + 1)) return false;
    }
    return this.#after(end + 1);
  }

  /** `sign` is "" or the sign at the place, which becomes part of the literal. */
  #number(sign = ""): boolean {
    NUMBER.lastIndex = this.#at + sign.length;
    const match = NUMBER.exec(this.#text);
    if (match === null) return false;
    const [whole, digits = "", fraction] = match;
    const to = this.#at + sign.length + whole.length;
    if (this.#replaceable()) {
      if (fraction === undefined && digits.length > INT4_DIGITS_MAX) return false;
      const kind = fraction === undefined ? "integer" : "decimal";
      if (!this.#replace({ kind, text: sign + whole }, this.#at, to)) return false;
    }
    return this.#after(to);
  }

  #isNegative(): boolean {
    NEGATIVE.lastIndex = this.#at;
    return NEGATIVE.test(this.#text);
  }

  #operatorEnd(): number {
    let to = this.#at;
    while (to < this.#text.length && OPERATOR_CHARS.includes(this.#text[to] ?? "")) to++;
    if (MAKES_SIGN_PART.test(this.#text.slice(this.#at, to))) return to;
    while (to - this.#at > 1 && (this.#text[to - 1] === "-" || this.#text[to - 1] === "+")) to--;
    return to;
  }

  #operatorRun(): boolean {
    const to = this.#operatorEnd();
    const run = this.#text.slice(this.#at, to);
    const next = this.#text[to] ?? "";
    if (`${run}${next}`.includes("--") || run.includes("/*")) return false;
    if (run === "-" && this.#replaceable() && this.#isNegative()) return this.#number("-");
    // A sign right after an operator or an opening belongs to the number that follows.
    const sign = (run === "-" || run === "+") && (this.#operator !== "" || this.#listStart);
    if (sign && this.#inValues && this.#listStart) {
      this.#at = to;
      return true;
    }
    this.#at = to;
    this.#operator = sign ? "" : run;
    this.#listStart = false;
    return true;
  }

  #word(): boolean {
    WORD.lastIndex = this.#at;
    const word = (WORD.exec(this.#text)?.[0] ?? "").toLowerCase();
    const to = this.#at + word.length;
    // E'..', B'..', X'..', N'..' and U&'..' are other kinds of literals.
    if (word === "" || this.#text[to] === "'" || this.#text[to] === "&") return false;
    if (isTypedLiteralPrefix(word, this.#text, to)) return false;
    if (word === "values") this.#inValues = true;
    else if (this.#depth === 0 && ENDS_VALUES.has(word)) this.#inValues = false;
    this.#after(to);
    this.#afterIn = word === "in";
    this.#beginBound(word);
    return true;
  }

  /** A bound is what a comparison compares with. */
  #beginBound(word: string): void {
    if (word === "between" || (word === "and" && this.#between)) this.#operator = "=";
    this.#between = word === "between" || (this.#between && word !== "and");
  }

  #punctuation(char: string): boolean {
    if (char === ";") return this.#endsHere();
    if (char === '"') return this.#quotedName();
    if (!"(),.[]:".includes(char)) return false;
    // The grammar gives parameters subscripts and fields, and literals none.
    if ((char === "[" || char === ".") && this.#at === this.#literalEnd) return false;
    if (char === "(") {
      this.#depth++;
      if (this.#afterIn) this.#inDepth = this.#depth;
    } else if (char === ")") {
      if (this.#depth === this.#inDepth) this.#inDepth = 0;
      this.#depth--;
    }
    const opens = char === "(" || char === ",";
    this.#after(this.#at + 1);
    this.#listStart = opens;
    return true;
  }

  /** One trailing semicolon is part of the text; more statements are the parser's. */
  #endsHere(): boolean {
    if (this.#text.slice(this.#at + 1).trim() !== "") return false;
    return this.#after(this.#text.length);
  }

  #quotedName(): boolean {
    const end = this.#text.indexOf('"', this.#at + 1);
    return end >= 0 && this.#after(end + 1);
  }
}

export function normalizeStatement(text: string): NormalizedText | undefined {
  if (text.length > LENGTH_MAX || !START.test(text)) return undefined;
  const scan = new Scan(text);
  return scan.run() ? scan.result() : undefined;
}
