/** Literals as they stand in a text: where they end and what they say. */

export interface Literal {
  readonly kind: "integer" | "bigint" | "decimal" | "string";
  readonly text: string;
}

export interface StringBody {
  readonly text: string;
  /** Behind the closing quote. */
  readonly end: number;
}

const SIMPLE: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
/** By number; the parser reads them. */
const NUMBERED = /[0-7xuU]/u;

/** PostgreSQL's lines end in either. */
const LINE_END = /[\n\r]/gu;

const INT4_MIN = -2_147_483_648;
const INT4_MAX = 2_147_483_647;
/** What fits into eight bytes without a doubt. */
const INT8_DIGITS_MAX = 18;

/** '...' whose first quote is at `from`; undefined: it has no end. */
export function standardString(text: string, from: number): StringBody | undefined {
  let end = text.indexOf("'", from + 1);
  while (end >= 0 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
  if (end < 0) return undefined;
  return { text: text.slice(from + 1, end).replaceAll("''", "'"), end: end + 1 };
}

/** The same of E'...'; undefined also if it has escapes by number. */
export function escapeString(text: string, from: number): StringBody | undefined {
  let body = "";
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char === "'" && next !== "'") return { text: body, end: at + 1 };
    if (char === "\\" && (next === "" || NUMBERED.test(next))) return undefined;
    if (char === "\\") body += SIMPLE[next] ?? next;
    else body += char;
    if (char === "\\" || char === "'") at++;
  }
  return undefined;
}

/** The type of an integer, whose sign belongs to it; undefined: the parser knows. */
export function integerKind(sign: string, digits: string): "integer" | "bigint" | undefined {
  if (digits.length > INT8_DIGITS_MAX) return undefined;
  const value = Number(sign + digits);
  return value >= INT4_MIN && value <= INT4_MAX ? "integer" : "bigint";
}

/** Behind the comment at `from`, nested ones included; undefined: it has no end. */
export function commentEnd(text: string, from: number): number | undefined {
  if (text.startsWith("--", from)) {
    LINE_END.lastIndex = from;
    return LINE_END.exec(text)?.index ?? text.length;
  }
  let depth = 1;
  for (let at = from + 2; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two !== "/*" && two !== "*/") continue;
    depth += two === "/*" ? 1 : -1;
    at++;
    if (depth === 0) return at + 1;
  }
  return undefined;
}
