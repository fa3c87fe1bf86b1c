/**
 * The tokens of a text, for what PostgreSQL's parse trees do not tell: words, quoted things, and
 * single characters of all else. Comments are none.
 */
const WORD = /[a-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*/iuy;
const LINE_COMMENT = /--[^\n\r]*/uy;
const DOLLAR_QUOTE = /\$(?:[a-z_\u0080-\u{10ffff}][\w\u0080-\u{10ffff}]*)?\$/iuy;

export interface Token {
  /** In lower case if it is a bare word, else a character that is none. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function endOfComment(text: string, from: number): number {
  const delimiter = /\/\*|\*\//gu;
  delimiter.lastIndex = from + 2;
  for (let depth = 1; depth > 0;) {
    const found = delimiter.exec(text);
    if (found === null) return text.length;
    depth += found[0] === "/*" ? 1 : -1;
  }
  return delimiter.lastIndex;
}

/** A quote within is doubled, and in E'...' escaped as well. */
function endOfQuoted(text: string, from: number, escapes: boolean): number {
  const quote = text[from] ?? "";
  if (!escapes) return endOfPlainQuoted(text, from, quote);
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

function endOfPlainQuoted(text: string, from: number, quote: string): number {
  for (let at = from + 1; ;) {
    const found = text.indexOf(quote, at);
    if (found < 0) return text.length;
    if (text[found + 1] !== quote) return found + 1;
    at = found + 2;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Where what does not count as a token ends: blanks and comments. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    const pair = text.slice(at, at + 2);
    if (pair === "--") {
      at += (matchAt(LINE_COMMENT, text, at) ?? "").length;
    } else if (pair === "/*") at = endOfComment(text, at);
    else if (at < text.length && (text[at] ?? "").trim() === "") at++;
    else return at;
  }
}

export function* tokensOf(text: string): Generator<Token> {
  let at = skipBlanks(text, 0);
  let before = "";
  while (at < text.length) {
    const start = at;
    const character = text[at] ?? "";
    const word = matchAt(WORD, text, at);
    const dollar = word === undefined ? matchAt(DOLLAR_QUOTE, text, at) : undefined;
    if (word !== undefined) at += word.length;
    else if (character === "'" || character === '"') {
      at = endOfQuoted(text, at, character === "'" && before === "e");
    } else if (dollar !== undefined) {
      const end = text.indexOf(dollar, at + dollar.length);
      at = end < 0 ? text.length : end + dollar.length;
    } else at++;
    before = word?.toLowerCase() ?? "";
    yield { text: before === "" ? character : before, start, end: at };
    at = skipBlanks(text, at);
  }
}
