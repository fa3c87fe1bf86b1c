/** The tokens of a jsonpath, as jsonpath_scan.l splits them. */
import { SqlError } from "@firstlight/common";

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

const BLANKS = /(?:[ \t\n\r\f]|\/\*[^]*?\*\/)*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO][0-7](?:_?[0-7])*|0[bB][01](?:_?[01])*|(?:(?:0|[1-9](?:_?\d)*)(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)/y;
const SYMBOL = /&&|\|\||\*\*|==|<=|>=|!=|<>|[?%$.[\]{}()|&!=<>@#,*:\-+/]/y;
const NAME =
  /(?:[^?%$.[\]{}()|&!=<>@#,*:\-+/\\" \t\n\r\f]|\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^]))+/y;
const QUOTED = /"(?:[^"\\]|\\[^])*"/y;
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

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
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
    return /^[ \t\n\r\f]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
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

export function scanPath(text: string): readonly PathToken[] {
  const scanner = new Scanner(text);
  const tokens: PathToken[] = [];
  for (;;) {
    const token = scanner.next();
    tokens.push(token);
    if (token.kind === "end") return tokens;
  }
}
