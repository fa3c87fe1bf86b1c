/**
 * Aurora DSQL's CREATE [UNIQUE] INDEX ASYNC, which PostgreSQL's grammar does not have. The keyword is
 * found token by token and blanked out before the text is parsed, so that nothing moves.
 */
const MAY_HAVE = /\basync\b/iu;
const WORD = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iuy;
const DOLLAR_QUOTE = /\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/iuy;

interface Token {
  /** In lower case if it is a bare word, else a character that is none. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function endOfComment(text: string, from: number): number {
  let depth = 1;
  let at = from + 2;
  for (; at < text.length && depth > 0; at++) {
    const pair = text.slice(at, at + 2);
    if (pair === "/*") depth++;
    else if (pair === "*/") depth--;
    else continue;
    at++;
  }
  return at;
}

/** A quote within is doubled, and in E'...' escaped as well. */
function endOfQuoted(text: string, from: number, escapes: boolean): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (escapes && text[at] === "\\") at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
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
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    } else if (pair === "/*") at = endOfComment(text, at);
    else if (at < text.length && (text[at] ?? "").trim() === "") at++;
    else return at;
  }
}

function* tokensOf(text: string): Generator<Token> {
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

const SPELLINGS: ReadonlySet<string> = new Set(["create index async", "create unique index async"]);

/** Where the keyword stands, in UTF-16 units. */
function keywordsIn(text: string): Token[] {
  const found: Token[] = [];
  let words: string[] = [];
  let isStart = true;
  let last: Token | undefined;
  for (const token of tokensOf(text)) {
    if (last !== undefined && token.text !== "concurrently") found.push(last);
    last = undefined;
    if (token.text === ";") {
      words = [];
      isStart = true;
    } else if (isStart) {
      words.push(token.text);
      const spelled = words.join(" ");
      if (SPELLINGS.has(spelled)) last = token;
      isStart = [...SPELLINGS].some((each) => each.startsWith(`${spelled} `));
    }
  }
  return found;
}

export interface WithoutAsync {
  readonly text: string;
  /** Where it stood, in UTF-16 units. */
  readonly places: readonly number[];
}

/** Undefined when there is no such keyword, which is nearly always. */
export function withoutAsync(text: string): WithoutAsync | undefined {
  if (!MAY_HAVE.test(text)) return undefined;
  const found = keywordsIn(text);
  if (found.length === 0) return undefined;
  let blanked = text;
  for (const { start, end } of found) {
    blanked = blanked.slice(0, start) + " ".repeat(end - start) + blanked.slice(end);
  }
  return { text: blanked, places: found.map(({ start }) => start) };
}
