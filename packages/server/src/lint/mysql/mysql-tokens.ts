/**
 * The tokens of MySQL's SQL: strings in either quotes with backslashes, names in backticks, comments
 * after "#" and "-- ". What stands in a version comment is left out as a comment is.
 */
export interface MysqlToken {
  readonly kind: "word" | "name" | "string" | "number" | "sign";
  /** As written. */
  readonly text: string;
  /** Of names and strings without quotes and escapes; of words in lower case. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /(?:\s+|#[^\n]*|--(?:[ \t][^\n]*|(?=\n|$))|\/\*[\s\S]*?\*\/)+/uy;
const WORD = /[a-z_$\u0080-\uffff@][\w$@.\u0080-\uffff]*/iuy;
const NUMBER = /0x[\da-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?/iuy;
const SIGN = /<=>|<>|!=|<=|>=|:=|&&|\|\||<<|>>|->>|->|[\s\S]/uy;

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
};

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

interface Quoted {
  readonly value: string;
  readonly end: number;
}

/** A quote within is doubled; in strings a backslash escapes what follows. */
function quotedAt(text: string, from: number, escapes: boolean): Quoted {
  const quote = text[from];
  let value = "";
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (escapes && character === "\\") {
      const escaped = text[++at] ?? "";
      value += ESCAPES[escaped] ?? escaped;
    } else if (character !== quote) value += character;
    else if (text[at + 1] === quote) value += text[at++];
    else return { value, end: at + 1 };
  }
  return { value, end: text.length };
}

function tokenAt(text: string, start: number): MysqlToken {
  const character = text[start] ?? "";
  if (character === "`" || character === "'" || character === '"') {
    const { value, end } = quotedAt(text, start, character !== "`");
    const kind = character === "`" ? "name" : "string";
    return { kind, text: text.slice(start, end), value, start, end };
  }
  const word = matchAt(WORD, text, start);
  const number = word === "" ? matchAt(NUMBER, text, start) : "";
  const found = word || number || matchAt(SIGN, text, start);
  const kind = word === "" ? (number === "" ? "sign" : "number") : "word";
  return { kind, text: found, value: found.toLowerCase(), start, end: start + found.length };
}

export function* mysqlTokens(text: string, from = 0): Generator<MysqlToken> {
  let at = from + matchAt(BLANK, text, from).length;
  while (at < text.length) {
    const token = tokenAt(text, at);
    yield token;
    at = token.end + matchAt(BLANK, text, token.end).length;
  }
}
