/**
 * Statements under standard_conforming_strings = off: a backslash in '...' is an escape there. The
 * parser knows the standard's strings only, so literals are rewritten as such before they are parsed,
 * padded with blanks to their length: positions stay what they are.
 */
import { SqlError, type SqlErrorFields } from "@firstlight/common";

export interface BackslashRules {
  /** standard_conforming_strings = on: in E'...' only is a backslash an escape. */
  readonly isStandard: boolean;
  /** backslash_quote = off: \' is refused. */
  readonly refusesQuote: boolean;
  /** escape_string_warning */
  warn?(message: string, fields: SqlErrorFields): void;
}

const SIMPLE: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

interface Escape {
  readonly value: string;
  readonly length: number;
}

function numeric(text: string, pattern: RegExp, base: number): Escape | undefined {
  const digits = pattern.exec(text)?.[1];
  if (digits === undefined) return undefined;
  return {
    value: String.fromCharCode(Number.parseInt(digits, base) & 0xff),
    length: digits.length,
  };
}

/** The escape whose backslash is at `at`. */
function escapeAt(text: string, at: number): Escape {
  const rest = text.slice(at + 1, at + 10);
  const [first = ""] = rest;
  const octal = numeric(rest, /^([0-7]{1,3})/u, 8);
  if (octal !== undefined) return { ...octal, length: octal.length + 1 };
  const hex = numeric(rest.slice(1), /^([0-9a-f]{1,2})/iu, 16);
  if (first === "x" && hex !== undefined) return { ...hex, length: hex.length + 2 };
  const unicode = /^(?:u([0-9a-f]{4})|U([0-9a-f]{8}))/iu.exec(rest);
  if (unicode !== null && (first === "u" || first === "U")) {
    const point = Number.parseInt(unicode[1] ?? unicode[2] ?? "", 16);
    return { value: String.fromCodePoint(point), length: unicode[0].length + 1 };
  }
  return { value: SIMPLE[first] ?? first, length: 2 };
}

function refuseQuote(at: number): SqlError {
  return new SqlError("22P06", "unsafe use of \\' in a string literal", {
    hint: "Use '' to write quotes in strings. \\' is insecure in client-only encodings.",
    position: at + 1,
  });
}

const NONSTANDARD = {
  "'": [
    "nonstandard use of \\' in a string literal",
    "Use '' to write quotes in strings, or use the escape string syntax (E'...').",
  ],
  "\\": [
    "nonstandard use of \\\\ in a string literal",
    "Use the escape string syntax for backslashes, e.g., E'\\\\'.",
  ],
  other: [
    "nonstandard use of escape in a string literal",
    "Use the escape string syntax for escapes, e.g., E'\\r\\n'.",
  ],
} as const;

const ESCAPED = /'(?:[^'\\]|''|\\[\s\S])*'?/uy;
/** What is escaped before is none that escapes. */
const HAS_ESCAPED_QUOTE = /^(?:[^\\]|\\[^'])*\\'/u;
const PLAIN = /'(?:[^']|'')*'?/uy;

class Rewriter {
  readonly #text: string;
  readonly #rules: BackslashRules;
  #out = "";
  #at = 0;

  constructor(text: string, rules: BackslashRules) {
    this.#text = text;
    this.#rules = rules;
  }

  rewritten(): string {
    while (this.#at < this.#text.length) this.#token();
    return this.#out;
  }

  #copy(end: number): void {
    this.#out += this.#text.slice(this.#at, end);
    this.#at = end;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #token(): void {
    const skipped = this.#match(
      /--[^\n\r]*|\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$|"(?:[^"]|"")*"?/uy,
    );
    if (skipped?.startsWith("$") === true) {
      const end = this.#text.indexOf(skipped, this.#at + skipped.length);
      this.#copy(end < 0 ? this.#text.length : end + skipped.length);
    } else if (skipped !== undefined) this.#copy(this.#at + skipped.length);
    else if (this.#text.startsWith("/*", this.#at)) this.#copy(this.#commentEnd());
    else if (this.#text[this.#at] === "'") this.#literal();
    else this.#word();
  }

  #commentEnd(): number {
    let depth = 0;
    let at = this.#at;
    do {
      if (this.#text.startsWith("/*", at)) depth++;
      else if (this.#text.startsWith("*/", at)) depth--;
      else {
        at++;
        continue;
      }
      at += 2;
    } while (depth > 0 && at < this.#text.length);
    return at;
  }

  /** A word with the string that it introduces, or one character. */
  #word(): void {
    const start = this.#at;
    const prefixed = this.#match(/(?:[eEbBxX]|[uU]&)(?=')/uy);
    if (prefixed === undefined) {
      this.#copy(start + (this.#match(/[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/uy)?.length ?? 1));
      return;
    }
    if (/^u&/iu.test(prefixed) && !this.#rules.isStandard) {
      throw new SqlError("0A000", "unsafe use of string constant with Unicode escapes", {
        detail:
          "String constants with Unicode escapes cannot be used when standard_conforming_strings is off.",
        position: start + 1,
      });
    }
    this.#copy(start + prefixed.length);
    const escapes = /e/iu.test(prefixed);
    const literal = this.#match(escapes ? ESCAPED : PLAIN) ?? "'";
    if (escapes && this.#rules.refusesQuote && HAS_ESCAPED_QUOTE.test(literal)) {
      throw refuseQuote(start);
    }
    this.#copy(this.#at + literal.length);
  }

  #literal(): void {
    const start = this.#at;
    const text = this.#match(this.#rules.isStandard ? PLAIN : ESCAPED) ?? "'";
    if (this.#rules.isStandard || !text.includes("\\")) {
      this.#copy(start + text.length);
      return;
    }
    let value = "'";
    const first = text.indexOf("\\");
    for (let at = 1; at < text.length;) {
      if (text[at] !== "\\") {
        value += text[at++] ?? "";
        continue;
      }
      if (text[at + 1] === "'" && this.#rules.refusesQuote) throw refuseQuote(start);
      if (at === first) this.#warn(text[at + 1] ?? "", start);
      const escape = escapeAt(text, at);
      value += escape.value === "'" ? "''" : escape.value;
      at += escape.length;
    }
    this.#out += value.padEnd(text.length);
    this.#at = start + text.length;
  }

  #warn(next: string, start: number): void {
    const [message, hint] = NONSTANDARD[next === "'" || next === "\\" ? next : "other"];
    this.#rules.warn?.(message, { hint, position: start + 1 });
  }
}

export function withStandardStrings(text: string, rules: BackslashRules): string {
  return new Rewriter(text, rules).rewritten();
}
