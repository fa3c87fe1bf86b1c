/**
 * The tokens of SQLite's SQL: strings in single quotes without escapes, names in double quotes,
 * backticks or brackets, blobs as X'...'.
 */
export interface SqliteToken {
  readonly kind: "word" | "name" | "string" | "blob" | "sign";
  /** As written. */
  readonly text: string;
  /** Of names and strings without quotes, of blobs the digits; else in lower case. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/uy;
const BLOB = /x'[\da-f]*'/iuy;
const STRING = /'(?:[^']|'')*'/uy;
const NAME = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/uy;
const WORD = /[a-z_\u0080-\uffff\d][\w$.\u0080-\uffff]*/iuy;
const SIGN = /==|<>|!=|<=|>=|\|\||<<|>>|->>|->|[\s\S]/uy;

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function tokenAt(text: string, start: number): SqliteToken {
  const made = (kind: SqliteToken["kind"], found: string, value: string): SqliteToken => ({
    kind,
    text: found,
    value,
    start,
    end: start + found.length,
  });
  const blob = matchAt(BLOB, text, start);
  if (blob !== "") return made("blob", blob, blob.slice(2, -1));
  const string = matchAt(STRING, text, start);
  if (string !== "") return made("string", string, string.slice(1, -1).replaceAll("''", "'"));
  const name = matchAt(NAME, text, start);
  if (name !== "") {
    const quote = name.at(-1) ?? "";
    return made("name", name, name.slice(1, -1).replaceAll(quote + quote, quote));
  }
  const word = matchAt(WORD, text, start);
  const found = word || matchAt(SIGN, text, start);
  return made(word === "" ? "sign" : "word", found, found.toLowerCase());
}

export function* sqliteTokens(text: string): Generator<SqliteToken> {
  let at = matchAt(BLANK, text, 0).length;
  while (at < text.length) {
    const token = tokenAt(text, at);
    yield token;
    at = token.end + matchAt(BLANK, text, token.end).length;
  }
}
