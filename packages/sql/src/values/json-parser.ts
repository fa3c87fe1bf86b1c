/**
 * Reads JSON as PostgreSQL's lexer and recursive-descent parser do, with their error details and
 * context line. In "check" mode (type json) nothing is built and escapes are only checked for form;
 * in "build" mode (jsonb) they are decoded.
 */
import { SqlError } from "@firstlight/common";
import type { JsonbNode } from "./datum.ts";
import { makeJsonbObject } from "./jsonb-order.ts";
import { parseNumeric } from "./numeric.ts";

type Token = "string" | "number" | "word" | "end" | "{" | "}" | "[" | "]" | "," | ":";

const NULL_NODE: JsonbNode = { kind: "null" };
const TRUE_NODE: JsonbNode = { kind: "boolean", value: true };
const FALSE_NODE: JsonbNode = { kind: "boolean", value: false };

/** Nesting past this would exhaust the stack. */
const DEPTH_MAX = 6400;
const CONTEXT_BYTES = 50;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z0-9_\u0080-\uffff]*/y;
const HEX4 = /^[0-9a-fA-F]{4}/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Neither quote nor backslash nor control character. */
function isPlain(code: number): boolean {
  return code !== 34 && code !== 92 && code >= 32;
}

/** Comma, closing bracket or brace, or blank: what follows most numbers. */
function endsToken(code: number): boolean {
  return code === 44 || code === 93 || code === 125 || code === 32 || code === 10;
}

export type JsonMode = "check" | "build";

export class JsonParser {
  readonly #text: string;
  readonly #build: boolean;
  /** Any but "end" until the first token is known: an error there is not one at the end. */
  #token: Token = ",";
  #tokenStart = 0;
  #tokenEnd = 0;
  #line = 1;
  #lineStart = 0;
  #string = "";
  #depth = 0;

  constructor(text: string, mode: JsonMode) {
    this.#text = text;
    this.#build = mode === "build";
  }

  parse(): JsonbNode {
    this.#advance();
    const node = this.#value();
    if (this.#token !== "end") throw this.#unexpected("Expected end of input");
    return node;
  }

  #value(): JsonbNode {
    switch (this.#token) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case "string": {
        const value = this.#string;
        this.#advance();
        return this.#build ? { kind: "string", value } : NULL_NODE;
      }
      case "number":
        return this.#number();
      case "word":
        return this.#word();
      case "end":
      case "}":
      case "]":
      case ",":
      case ":":
        throw this.#unexpected("Expected JSON value");
    }
  }

  #nested(parse: () => JsonbNode): JsonbNode {
    if (++this.#depth > DEPTH_MAX) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
    const node = parse();
    this.#depth--;
    return node;
  }

  #number(): JsonbNode {
    const text = this.#text.slice(this.#tokenStart, this.#tokenEnd);
    const node: JsonbNode = this.#build ? { kind: "number", value: parseNumeric(text) } : NULL_NODE;
    this.#advance();
    return node;
  }

  #word(): JsonbNode {
    const word = this.#text.slice(this.#tokenStart, this.#tokenEnd);
    this.#advance();
    if (word === "null") return NULL_NODE;
    return word === "true" ? TRUE_NODE : FALSE_NODE;
  }

  #object(): JsonbNode {
    const entries: [string, JsonbNode][] = [];
    this.#advance();
    if (this.#token === "string") {
      this.#member(entries);
      while ((this.#token as Token) === ",") {
        this.#advance();
        if ((this.#token as Token) !== "string") throw this.#unexpected("Expected string");
        this.#member(entries);
      }
      if ((this.#token as Token) !== "}") throw this.#unexpected('Expected "," or "}"');
    } else if (this.#token !== "}") {
      throw this.#unexpected('Expected string or "}"');
    }
    this.#advance();
    return this.#build ? makeJsonbObject(entries) : NULL_NODE;
  }

  #member(entries: [string, JsonbNode][]): void {
    const key = this.#string;
    this.#advance();
    if (this.#token !== ":") throw this.#unexpected('Expected ":"');
    this.#advance();
    const node = this.#value();
    if (this.#build) entries.push([key, node]);
  }

  #array(): JsonbNode {
    const items: JsonbNode[] = [];
    this.#advance();
    if (this.#token !== "]") {
      for (;;) {
        const node = this.#value();
        if (this.#build) items.push(node);
        if ((this.#token as Token) !== ",") break;
        this.#advance();
      }
      if ((this.#token as Token) !== "]") throw this.#unexpected('Expected "," or "]"');
    }
    this.#advance();
    return { kind: "array", items };
  }

  #advance(): void {
    const text = this.#text;
    let at = this.#tokenEnd;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10) {
        this.#line++;
        this.#lineStart = at + 1;
      } else if (code !== 32 && code !== 9 && code !== 13) {
        break;
      }
    }
    this.#tokenStart = at;
    this.#tokenEnd = at;
    if (at >= text.length) {
      this.#token = "end";
      return;
    }
    const first = text.charAt(at);
    switch (first) {
      case "{":
      case "}":
      case "[":
      case "]":
      case ",":
      case ":":
        this.#token = first;
        this.#tokenEnd = at + 1;
        return;
      case '"':
        this.#token = "string";
        this.#lexString(at + 1);
        return;
      default:
        this.#lexWordOrNumber(at, first);
    }
  }

  #lexWordOrNumber(at: number, first: string): void {
    WORD.lastIndex = at;
    if (first === "-" || (first >= "0" && first <= "9")) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(this.#text)?.[0] ?? "";
      this.#tokenEnd = at + number.length;
      this.#token = "number";
      const valid = number !== "";
      if (valid && endsToken(this.#text.charCodeAt(this.#tokenEnd))) return;
      this.#skipJunk(valid ? this.#tokenEnd : at + 1, number);
      return;
    }
    const word = WORD.exec(this.#text)?.[0] ?? "";
    this.#tokenEnd = at + Math.max(word.length, 1);
    if (word !== "true" && word !== "false" && word !== "null") throw this.#invalidToken();
    this.#token = "word";
  }

  /** A number must not run into letters, nor end in a lone "." or "e". */
  #skipJunk(from: number, number: string): void {
    let end = from;
    let bad = number === "";
    const exponent = /[eE]/.test(number);
    const unfinished = exponent ? /^$/ : number.includes(".") ? /^[eE][+-]?/ : /^(?:\.|[eE][+-]?)/;
    const tail = unfinished.exec(this.#text.slice(from, from + 2) || " ")?.[0];
    if (tail !== undefined) {
      bad = true;
      end += tail.length;
    }
    WORD.lastIndex = end;
    const junk = WORD.exec(this.#text)?.[0] ?? "";
    end += junk.length;
    if (!bad && junk === "") return;
    this.#tokenEnd = end;
    throw this.#invalidToken();
  }

  #lexString(from: number): void {
    const text = this.#text;
    let at = from;
    let value = "";
    for (;;) {
      const start = at;
      while (at < text.length && isPlain(text.charCodeAt(at))) at++;
      value += text.slice(start, at);
      if (at >= text.length) {
        this.#tokenEnd = at;
        throw this.#invalidToken();
      }
      const code = text.charCodeAt(at);
      if (code === 34) break;
      if (code !== 92) {
        this.#tokenEnd = at;
        const shown = code.toString(16).padStart(2, "0");
        throw this.#error(`Character with value 0x${shown} must be escaped.`);
      }
      const decoded = this.#escape(at + 1);
      value += decoded.value;
      at = decoded.end;
    }
    this.#tokenEnd = at + 1;
    this.#string = value;
  }

  #escape(at: number): { readonly value: string; readonly end: number } {
    const letter = this.#text.charAt(at);
    if (letter === "") {
      this.#tokenEnd = at;
      throw this.#invalidToken();
    }
    if (letter === "u") return this.#unicodeEscape(at + 1);
    const value = ESCAPES[letter];
    if (value === undefined) {
      this.#tokenStart = at;
      this.#tokenEnd = at + String.fromCodePoint(this.#text.codePointAt(at) ?? 0).length;
      throw this.#error(`Escape sequence "\\${this.#tokenText()}" is invalid.`);
    }
    return { value, end: at + 1 };
  }

  #hex4(at: number): number {
    const digits = HEX4.exec(this.#text.slice(at, at + 4))?.[0];
    if (digits !== undefined) return Number.parseInt(digits, 16);
    let end = at;
    while (end < at + 4 && /^[0-9a-fA-F]/.test(this.#text.charAt(end))) end++;
    this.#tokenEnd = Math.min(end + 1, this.#text.length);
    if (end >= this.#text.length) throw this.#invalidToken();
    throw this.#error('"\\u" must be followed by four hexadecimal digits.');
  }

  #unicodeEscape(at: number): { readonly value: string; readonly end: number } {
    const unit = this.#hex4(at);
    let end = at + 4;
    if (!this.#build) return { value: "", end };
    this.#tokenEnd = end;
    if (unit === 0) {
      throw this.#error("\\u0000 cannot be converted to text.", "unsupportedEscape");
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) throw this.#loneSurrogate();
    if (unit < 0xd800 || unit > 0xdbff) return { value: String.fromCharCode(unit), end };
    if (this.#text.slice(end, end + 2) !== "\\u") throw this.#surrogateWithoutNext(end);
    const low = this.#hex4(end + 2);
    end += 6;
    this.#tokenEnd = end;
    if (low >= 0xd800 && low <= 0xdbff) {
      throw this.#error("Unicode high surrogate must not follow a high surrogate.");
    }
    if (low < 0xdc00 || low > 0xdfff) throw this.#loneSurrogate();
    return { value: String.fromCharCode(unit, low), end };
  }

  /** The offending character is the one in whose place a low surrogate had to be. */
  #surrogateWithoutNext(end: number): SqlError {
    const at = this.#text.charAt(end) === "\\" ? end + 1 : end;
    const next = this.#text.codePointAt(at);
    this.#tokenEnd = at + (next === undefined ? 0 : String.fromCodePoint(next).length);
    return next === undefined ? this.#invalidToken() : this.#loneSurrogate();
  }

  #loneSurrogate(): SqlError {
    return this.#error("Unicode low surrogate must follow a high surrogate.");
  }

  #tokenText(): string {
    return this.#text.slice(this.#tokenStart, this.#tokenEnd);
  }

  #unexpected(expectation: string): SqlError {
    if (this.#token === "end") return this.#error("The input string ended unexpectedly.");
    return this.#error(`${expectation}, but found "${this.#tokenText()}".`);
  }

  #invalidToken(): SqlError {
    return this.#error(`Token "${this.#tokenText()}" is invalid.`);
  }

  #error(detail: string, kind: "syntax" | "unsupportedEscape" = "syntax"): SqlError {
    const fields = { detail, where: this.#context() };
    return kind === "syntax"
      ? new SqlError("22P02", "invalid input syntax for type json", fields)
      : new SqlError("22P05", "unsupported Unicode escape sequence", fields);
  }

  /** report_json_context: the line up to the offending token, at most about 50 bytes of it. */
  #context(): string {
    const text = this.#text;
    const end = this.#tokenEnd;
    let start = this.#lineStart;
    while (Buffer.byteLength(text.slice(start, end)) >= CONTEXT_BYTES) start++;
    if (start - this.#lineStart <= 3) start = this.#lineStart;
    const prefix = start > this.#lineStart ? "..." : "";
    const next = text.charAt(end);
    const more = this.#token !== "end" && next !== "" && next !== "\n" && next !== "\r";
    return `JSON data, line ${this.#line}: ${prefix}${text.slice(start, end)}${more ? "..." : ""}`;
  }
}

/** json_in: the text itself, once it is known to be JSON. */
export function checkJson(text: string): string {
  new JsonParser(text, "check").parse();
  return text;
}
