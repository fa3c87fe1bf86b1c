/** The tokens of a jsonpath, as jsonpath_scan.l splits them. */
import { SqlError } from "@firstlight/common";
import type { Steps } from "../functions/long-call.ts";

export type PathTokenKind = "end" | "identifier" | "string" | "variable" | "number" | "symbol";

export interface PathToken {
  readonly kind: PathTokenKind;
  /** What it says: decoded where it was quoted. */
  readonly value: string;
  /** As it was written. */
  readonly raw: string;
  /** What a syntax error at it shows: what the scanner saw last, past the end of a name. */
  readonly seen?: string;
}

// Runs of characters are taken at once: of each turn of a loop something is kept to go back to.
const BLANKS = /(?:[ \t\n\r\f]+|\/\*[^]*?\*\/)*/y;
const WHITE = /[ \t\n\r\f]*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO][0-7](?:_?[0-7])*|0[bB][01](?:_?[01])*|(?:(?:0|[1-9](?:_?\d)*)(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)/y;
const SYMBOL = /&&|\|\||\*\*|==|<=|>=|!=|<>|[?%$.[\]{}()|&!=<>@#,*:\-+/]/y;
const NAME =
  /(?:[^?%$.[\]{}()|&!=<>@#,*:\-+/\\" \t\n\r\f]+|\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^]))+/y;
const QUOTED = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g;
const PLAIN_ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

export function pathSyntaxError(message: string, near: string): SqlError {
  const where = near === "" ? "at end" : `at or near "${near}"`;
  return new SqlError("42601", `${message} ${where} of jsonpath input`);
}

const BROKEN_UNICODE =
  /\\\\|(\\u(?!\{[0-9a-fA-F]{1,6}\}|[0-9a-fA-F]{4})(?:\{[0-9a-fA-F]{0,6}|[0-9a-fA-F]{0,3}))/g;
const BROKEN_HEX = /\\\\|(\\x(?![0-9a-fA-F]{2})[0-9a-fA-F]?)/g;

function refuseBroken(text: string): void {
  for (const [, broken] of text.matchAll(BROKEN_UNICODE)) {
    if (broken !== undefined) throw pathSyntaxError("invalid Unicode escape sequence", broken);
  }
  for (const [, broken] of text.matchAll(BROKEN_HEX)) {
    if (broken === undefined) continue;
    throw pathSyntaxError("invalid hexadecimal character sequence", broken);
  }
}

/** Escapes that are halves of a pair stand next to each other, in their order. */
function refuseLoneSurrogates(text: string): void {
  let high = false;
  const refuse = (detail: string): SqlError =>
    new SqlError("22P02", "invalid input syntax for type jsonpath", { detail });
  for (const unit of text.split("")) {
    const code = unit.charCodeAt(0);
    const isHigh = code >= 0xd800 && code < 0xdc00;
    const isLow = code >= 0xdc00 && code < 0xe000;
    if (isHigh && high) {
      throw refuse("Unicode high surrogate must not follow a high surrogate.");
    }
    if (isLow !== high) throw refuse("Unicode low surrogate must follow a high surrogate.");
    high = isHigh;
  }
  if (high) throw refuse("Unicode low surrogate must follow a high surrogate.");
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  refuseBroken(text);
  const plain = unescaped(text);
  refuseLoneSurrogates(plain);
  return plain;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, braced?: string, four?: string, two?: string, one?: string) => {
    const hex = braced ?? four ?? two;
    if (hex === undefined) return PLAIN_ESCAPES[one ?? ""] ?? one ?? "";
    const code = parseInt(hex, 16);
    if (code === 0) {
      throw new SqlError("22P05", "unsupported Unicode escape sequence", {
        detail: "\\u0000 cannot be converted to text.",
      });
    }
    return four === undefined ? String.fromCodePoint(code) : String.fromCharCode(code);
  });
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  next(): PathToken {
    this.#match(BLANKS);
    if (this.#at >= this.#text.length) return { kind: "end", value: "", raw: "" };
    const start = this.#at;
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number);
    const quoted = this.#quoted("string", start);
    if (quoted !== undefined) return quoted;
    if (this.#text[start] === "$") return this.#dollar(start);
    const symbol = this.#match(SYMBOL);
    if (symbol !== undefined) return { kind: "symbol", value: symbol, raw: symbol };
    const name = this.#match(NAME);
    if (name !== undefined) {
      return { kind: "identifier", value: unescape(name), raw: name, seen: this.#blanksAhead() };
    }
    throw pathSyntaxError("syntax error", this.#text.slice(start));
  }

  #number(raw: string): PathToken {
    const junk = /[^?%$.[\]{}()|&!=<>@#,*:\-+/\\" \t\n\r\f]/y;
    junk.lastIndex = this.#at;
    const next = junk.exec(this.#text)?.[0];
    if (next === undefined) return { kind: "number", value: raw, raw };
    throw pathSyntaxError("trailing junk after numeric literal", raw + next);
  }

  #quoted(kind: "string" | "variable", start: number): PathToken | undefined {
    if (this.#text[this.#at] !== '"') return undefined;
    const quoted = this.#match(QUOTED);
    if (quoted === undefined) {
      throw pathSyntaxError("unterminated quoted string", "");
    }
    const value = unescape(quoted.slice(1, -1));
    return { kind, value, raw: this.#text.slice(start, this.#at), seen: '"' };
  }

  #blanksAhead(): string {
    WHITE.lastIndex = this.#at;
    return WHITE.exec(this.#text)?.[0] ?? "";
  }

  #dollar(start: number): PathToken {
    this.#at++;
    const quoted = this.#quoted("variable", start);
    if (quoted !== undefined) return quoted;
    const name = this.#match(NAME);
    if (name === undefined) return { kind: "symbol", value: "$", raw: "$" };
    return {
      kind: "variable",
      value: unescape(name),
      raw: `$${name}`,
    };
  }
}

/** Tokens read between two looks at the clock. */
const TOKENS_PER_STEP = 512;

export function* scanPath(text: string): Steps<readonly PathToken[]> {
  const scanner = new Scanner(text);
  const tokens: PathToken[] = [];
  for (;;) {
    const token = scanner.next();
    tokens.push(token);
    if (token.kind === "end") return tokens;
    if (tokens.length % TOKENS_PER_STEP === 0) yield;
  }
}
