/**
 * Statements that differ only in literals and comments share a plan: literals become parameters where
 * a parameter of the same type means exactly the same, and comments become blanks. That is after
 * operators that compare, match or calculate, as a bound of BETWEEN, in LIMIT and OFFSET, inside VALUES,
 * IN and ARRAY lists, where a cast names the type, as the only argument of a function, and as any
 * argument where nothing is read FROM tables row by row; everywhere else (ordinals, type modifiers,
 * select lists) text stays as it is. What this scanner is not sure about it leaves to the parser:
 * undefined.
 */
import type { Literal, StringBody } from "./literal-text.ts";
import { commentEnd, escapeString, integerKind, standardString } from "./literal-text.ts";
import { OpenLists } from "./open-lists.ts";
import {
  closesNext,
  hasIntervalFields,
  isAsNext,
  isCastNext,
  isTypedLiteralPrefix,
  typedString,
} from "./typed-literal.ts";

export type { Literal } from "./literal-text.ts";

export interface NormalizedText {
  /** The text with $1, $2 ... in place of its literals, and without comments. */
  readonly key: string;
  /** None: only comments were left out, and parameters are the client's. */
  readonly literals: readonly Literal[];
}

const LENGTH_MAX = 4_096;
const LITERALS_MAX = 200;

const FIRST_WORD = /\s*(?:select|insert|update|delete|with)\b/iuy;
const BEFORE_COMMENT = /\s*(?=--|\/\*)/uy;
const COMMENT = /--|\/\*/uy;
const LETTER = /[a-z_]/iu;
const LETTER_OR_DIGIT = /\w/u;
const PARAMETER = /\$\d+(?![\w$])/uy;
const FROM = /\bfrom\b/iu;
const UPDATE = /^\s*update\b/iu;
const NUMBER = /(\d+)(\.\d+)?(?![\w.$])/uy;
/** A cast binds tighter than a sign. */
const NEGATIVE = /-\d+(?:\.\d+)?(?![\w.$]|\s*::)/uy;
/** Operators with one of these may end in a sign; of others the sign is a token of its own. */
const MAKES_SIGN_PART = /[~!@#%^&|`?]/u;
const WORD = /[a-z_][\w$]*/iuy;
const OPERATOR_CHARS = "+-*/<>=~!@#%^&|`?";
const BLANKS = " \n\t\r\f\v";
/** Before a literal; what -> and its kin take hardly ever changes. */
const TAKES_LITERALS = new Set(
  "= < > <= >= <> != + - * / % ~ ~* !~ !~* ~~ ~~* !~~ !~~* @> <@ && ?".split(" "),
);
/** Words that are followed by what might follow such an operator. */
const LIKE_OPERATORS = new Set(["like", "ilike", "between", "limit", "offset"]);
/** Of CASE; what an UPDATE sets by it is of many rows, of each another value. */
const RESULTS = new Set(["then", "else"]);
/** Before a parenthesis these are no functions that a literal could be the argument of. */
const NO_FUNCTIONS = new Set(["by", "on", "rollup", "cube", "sets", "as", "over", "group"]);

class Scan {
  readonly #text: string;
  readonly #keepsLiterals: boolean;
  /** Over rows some functions are faster when they know their arguments. */
  readonly #liftsArguments: boolean;
  readonly #liftsResults: boolean;
  #at = 0;
  #copied = 0;
  #key = "";
  #hasComments = false;
  readonly #literals: Literal[] = [];
  /** The operator just read, "" after anything else. */
  #operator = "";
  /** The word just read, in lower case, "" after anything else and if it names a type. */
  #word = "";
  /** Behind :: and AS. */
  #typeNext = false;
  readonly #lists = new OpenLists();
  #listStart = false;
  /** Right behind the parenthesis that follows a function's name, or CAST. */
  #function = "";
  /** Between BETWEEN and its AND. */
  #between = false;
  /** What was just read is a string: another one would continue it. */
  #isString = false;
  /** Where the last literal that was replaced ends. */
  #literalEnd = -1;

  /** A client's parameter was met where literals become parameters: both at once are not possible. */
  metParameter = false;

  constructor(text: string, keepsLiterals: boolean) {
    this.#text = text;
    this.#keepsLiterals = keepsLiterals;
    this.#liftsArguments = !FROM.test(text);
    this.#liftsResults = UPDATE.test(text);
  }

  /** Reads to the end; false when the text holds something that is left to the parser. */
  run(): boolean {
    while (this.#at < this.#text.length) {
      if (!this.#token()) return false;
    }
    this.#key += this.#text.slice(this.#copied);
    return this.#literals.length > 0 || this.#hasComments;
  }

  result(): NormalizedText {
    return { key: this.#key, literals: this.#literals };
  }

  #token(): boolean {
    const char = this.#text[this.#at] ?? "";
    if (BLANKS.includes(char)) return this.#blank(this.#at + 1);
    if (char === "'") return this.#string(this.#at, standardString(this.#text, this.#at));
    if (char >= "0" && char <= "9") return this.#number();
    if (LETTER.test(char)) return this.#readWord();
    if (OPERATOR_CHARS.includes(char))
      return this.#isComment() ? this.#comment() : this.#operatorRun();
    return this.#punctuation(char);
  }

  #blank(to: number): boolean {
    if (this.#at === this.#literalEnd) this.#literalEnd = to;
    this.#at = to;
    return true;
  }

  #isComment(): boolean {
    COMMENT.lastIndex = this.#at;
    return COMMENT.test(this.#text);
  }

  #comment(): boolean {
    const end = commentEnd(this.#text, this.#at);
    if (end === undefined) return false;
    this.#key += `${this.#text.slice(this.#copied, this.#at)} `;
    this.#copied = end;
    this.#hasComments = true;
    return this.#blank(end);
  }

  /** Whether a literal here may become a parameter, whatever follows. */
  #replaceable(): boolean {
    if (this.#keepsLiterals) return false;
    if (TAKES_LITERALS.has(this.#operator)) return true;
    return this.#listStart && this.#lists.inner !== "";
  }

  /** The same of a literal that ends at `to`, by what follows. */
  #isCastOrAlone(to: number, isString: boolean): boolean {
    if (this.#keepsLiterals) return false;
    if (this.#function === "cast") return isAsNext(this.#text, to);
    if (!isString) return false;
    return this.#function === "" ? isCastNext(this.#text, to) : closesNext(this.#text, to);
  }

  #replace(literal: Literal, from: number, to: number, cast = ""): boolean {
    if (this.#literals.length >= LITERALS_MAX) return false;
    this.#literals.push(literal);
    this.#key += `${this.#text.slice(this.#copied, from)}$${this.#literals.length}${cast}`;
    this.#copied = to;
    this.#literalEnd = to;
    return true;
  }

  #after(to: number): boolean {
    this.#at = to;
    this.#operator = "";
    this.#word = "";
    this.#function = "";
    this.#typeNext = false;
    this.#listStart = false;
    this.#isString = false;
    return true;
  }

  /** `from`: where the text begins that becomes the parameter, with the name of its type if it has one. */
  #string(from: number, body: StringBody | undefined, type = ""): boolean {
    if (body === undefined || this.#isString) return false;
    const { text, end } = body;
    const isTyped = type !== "" && !this.#keepsLiterals;
    if (isTyped || this.#replaceable() || this.#isCastOrAlone(end, true)) {
      // It would become part of the parameter's number.
      if (/[\w$]/u.test(this.#text[end] ?? "")) return false;
      const cast = type === "" ? "" : `::${type}`;
      if (!this.#replace({ kind: "string", text }, from, end, cast)) return false;
    }
    this.#after(end);
    this.#isString = true;
    return true;
  }

  /** `sign` is "" or the sign at the place, which becomes part of the literal. */
  #number(sign = ""): boolean {
    NUMBER.lastIndex = this.#at + sign.length;
    const match = NUMBER.exec(this.#text);
    if (match === null) return false;
    const [whole, digits = "", fraction] = match;
    const to = this.#at + sign.length + whole.length;
    // With a sign before it it may be the least integer, which is of the smaller type.
    if (this.#operator === "-" && integerKind("-", digits) !== integerKind("", digits))
      return false;
    if (this.#replaceable() || this.#isCastOrAlone(to, false)) {
      const kind = fraction === undefined ? integerKind(sign, digits) : "decimal";
      if (kind === undefined) return false;
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
    while (to < this.#text.length && OPERATOR_CHARS.includes(this.#text[to] ?? "")) {
      if (to > this.#at && /^(?:--|\/\*)/u.test(this.#text.slice(to, to + 2))) break;
      to++;
    }
    if (MAKES_SIGN_PART.test(this.#text.slice(this.#at, to))) return to;
    while (to - this.#at > 1 && (this.#text[to - 1] === "-" || this.#text[to - 1] === "+")) to--;
    return to;
  }

  #operatorRun(): boolean {
    const to = this.#operatorEnd();
    const run = this.#text.slice(this.#at, to);
    if (run === "-" && this.#replaceable() && this.#isNegative()) return this.#number("-");
    // A sign right after an operator or an opening belongs to the number that follows.
    const isFirst = this.#listStart || this.#word === "by";
    const sign = (run === "-" || run === "+") && (this.#operator !== "" || isFirst);
    if (sign && (this.#word === "by" || (this.#listStart && this.#lists.inner === "values"))) {
      this.#at = to;
      return true;
    }
    this.#after(to);
    this.#operator = sign ? "" : run;
    return true;
  }

  #readWord(): boolean {
    WORD.lastIndex = this.#at;
    const word = (WORD.exec(this.#text)?.[0] ?? "").toLowerCase();
    const to = this.#at + word.length;
    if (word === "e" && this.#text[to] === "'") {
      return this.#string(this.#at, escapeString(this.#text, to));
    }
    // B'..', X'..', N'..' and U&'..' are other kinds of literals.
    if (word === "" || this.#text[to] === "'" || this.#text[to] === "&") return false;
    if (isTypedLiteralPrefix(word, this.#text, to)) return false;
    const string = typedString(word, this.#text, to);
    if (string !== undefined) return this.#typed(word, string);
    this.#lists.read(word);
    const [isType, before] = [this.#typeNext, this.#word];
    this.#after(to);
    // GROUP BY ALL and DISTINCT take ordinals too.
    const isBy = before === "by" && (word === "all" || word === "distinct");
    this.#word = isType ? "" : isBy ? before : word;
    this.#typeNext = word === "as";
    this.#beginBound(word);
    const comparesNulls = word === "from" && before === "distinct";
    if (comparesNulls || (this.#liftsResults && RESULTS.has(word))) this.#operator = "=";
    return true;
  }

  #typed(word: string, from: number): boolean {
    const body = standardString(this.#text, from);
    if (body === undefined) return false;
    if (word === "interval" && hasIntervalFields(this.#text, body.end)) return false;
    return this.#string(this.#at, body, word);
  }

  /** A bound is what a comparison compares with. */
  #beginBound(word: string): void {
    if (LIKE_OPERATORS.has(word) || (word === "and" && this.#between)) this.#operator = "=";
    this.#between = word === "between" || (this.#between && word !== "and");
  }

  #punctuation(char: string): boolean {
    if (char === ";") return this.#endsHere();
    if (char === '"') return this.#quotedName();
    if (char === "$") return this.#parameter();
    if (!"(),.[]:".includes(char)) return false;
    // The grammar gives parameters subscripts and fields, and literals none.
    if ((char === "[" || char === ".") && this.#at === this.#literalEnd) return false;
    const [word, isStart, isCall] = [this.#word, this.#listStart, this.#isCall()];
    const list = this.#lists.open({ char, word, isStart, isCall });
    if (char === ")" || char === "]") this.#lists.close();
    this.#after(this.#at + 1);
    this.#listStart = char === "(" || char === "[" || char === ",";
    this.#typeNext = char === ":";
    if (char === "(" && list === "" && !NO_FUNCTIONS.has(word)) this.#function = word;
    return true;
  }

  /** A function's name and its parenthesis. */
  #isCall(): boolean {
    if (!this.#liftsArguments || this.#word === "" || NO_FUNCTIONS.has(this.#word)) return false;
    return this.#word !== "cast" && LETTER_OR_DIGIT.test(this.#text[this.#at - 1] ?? "");
  }

  /** $1, or a string in dollars. */
  #parameter(): boolean {
    PARAMETER.lastIndex = this.#at;
    if (!PARAMETER.test(this.#text)) return false;
    this.metParameter = true;
    return this.#keepsLiterals && this.#after(PARAMETER.lastIndex);
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

/** Whether literals are looked for in it at all. */
function isQuery(text: string): boolean {
  let at: number | undefined = 0;
  while (at !== undefined) {
    FIRST_WORD.lastIndex = at;
    if (FIRST_WORD.test(text)) return true;
    BEFORE_COMMENT.lastIndex = at;
    if (!BEFORE_COMMENT.test(text)) return false;
    at = commentEnd(text, BEFORE_COMMENT.lastIndex);
  }
  return false;
}

export function normalizeStatement(text: string): NormalizedText | undefined {
  if (text.length > LENGTH_MAX || !isQuery(text)) return undefined;
  const scan = new Scan(text, false);
  if (scan.run()) return scan.result();
  return scan.metParameter ? withoutComments(text) : undefined;
}

/** What a client prepares repeats but for what is told about it in comments. */
function withoutComments(text: string): NormalizedText | undefined {
  if (!text.includes("--") && !text.includes("/*")) return undefined;
  const scan = new Scan(text, true);
  return scan.run() ? scan.result() : undefined;
}
