/**
 * Splits date and time texts into fields and knows their keywords: ParseDateTime and datetktbl of
 * PostgreSQL's datetime.c.
 */
export type FieldKind = "date" | "time" | "zone" | "number" | "word" | "special";

export interface Field {
  readonly kind: FieldKind;
  /** Lower case, blanks and ignored punctuation removed. */
  readonly text: string;
}

export type Keyword =
  | { readonly kind: "reserved"; readonly name: ReservedName }
  | { readonly kind: "month"; readonly value: number }
  | { readonly kind: "weekday" }
  | { readonly kind: "era"; readonly bc: boolean }
  | { readonly kind: "meridian"; readonly pm: boolean }
  | { readonly kind: "daylightModifier" }
  | { readonly kind: "ignore" }
  | { readonly kind: "isoTime" }
  | { readonly kind: "unit"; readonly julian: boolean };

export type ReservedName =
  | "now"
  | "today"
  | "tomorrow"
  | "yesterday"
  | "epoch"
  | "infinity"
  | "-infinity"
  | "allballs";

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const WEEKDAYS =
  "sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday " +
  "fri friday sat saturday";

function keywordTable(): ReadonlyMap<string, Keyword> {
  const table = new Map<string, Keyword>();
  for (const [index, name] of MONTHS.entries()) {
    table.set(name, { kind: "month", value: index + 1 });
    table.set(name.slice(0, 3), { kind: "month", value: index + 1 });
  }
  table.set("sept", { kind: "month", value: 9 });
  for (const name of WEEKDAYS.split(" ")) table.set(name, { kind: "weekday" });
  const reserved = ["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "-infinity"];
  table.set("+infinity", { kind: "reserved", name: "infinity" });
  for (const name of [...reserved, "allballs"]) {
    table.set(name, { kind: "reserved", name: name as ReservedName });
  }
  table.set("ad", { kind: "era", bc: false }).set("bc", { kind: "era", bc: true });
  table.set("am", { kind: "meridian", pm: false }).set("pm", { kind: "meridian", pm: true });
  table.set("dst", { kind: "daylightModifier" }).set("t", { kind: "isoTime" });
  for (const name of ["at", "on"]) table.set(name, { kind: "ignore" });
  for (const name of ["j", "jd", "julian"]) table.set(name, { kind: "unit", julian: true });
  for (const name of "d dow doy h isodow isoyear m mm s y".split(" ")) {
    table.set(name, { kind: "unit", julian: false });
  }
  return table;
}

const KEYWORDS = keywordTable();

export function findKeyword(word: string): Keyword | undefined {
  return KEYWORDS.get(word);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

const SPACES = /[ \t\n\v\f\r]+/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/y;
const DIGITS = /\d+/y;
const TIME_REST = /[\d:.]+/y;
const WORD = /[A-Za-z]+/y;
const WORD_DATE_REST = /[-+/_.:A-Za-z0-9]+/y;
const SIGNED_ZONE = /[\d:.-]+/y;
const FRACTION = /\.\d*/y;

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** The fields of `text`, or undefined for characters that belong to none. */
export function splitFields(text: string): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  for (;;) {
    at += take(SPACES, text, at).length;
    if (at >= text.length) return fields;
    const code = text.charCodeAt(at);
    const next = nextField(text, at, code);
    if (next === undefined) {
      if (code === 43 || code === 45 || take(PUNCTUATION, text, at) === "") return undefined;
      at++;
      continue;
    }
    fields.push({ kind: next.kind, text: next.text.toLowerCase() });
    at = next.end;
  }
}

interface Scanned extends Field {
  readonly end: number;
}

function nextField(text: string, at: number, code: number): Scanned | undefined {
  if (isDigit(code)) return numericField(text, at);
  if (code === 46) return scanned("number", take(FRACTION, text, at), at);
  if (isLetter(code)) return wordField(text, at);
  if (code === 43 || code === 45) return signedField(text, at);
  return undefined;
}

function scanned(kind: FieldKind, body: string, at: number): Scanned {
  return { kind, text: body, end: at + body.length };
}

function numericField(text: string, at: number): Scanned {
  const digits = take(DIGITS, text, at);
  const delimiterAt = at + digits.length;
  const delimiter = text[delimiterAt] ?? "";
  if (delimiter === ":") {
    return scanned("time", digits + take(TIME_REST, text, delimiterAt), at);
  }
  if (delimiter !== "-" && delimiter !== "/" && delimiter !== ".") {
    return scanned("number", digits, at);
  }
  let end = delimiterAt + 1;
  if (isDigit(text.charCodeAt(end))) {
    end += take(DIGITS, text, end).length;
    if (text[end] !== delimiter) {
      return scanned(delimiter === "." ? "number" : "date", text.slice(at, end), at);
    }
    while (isDigit(text.charCodeAt(end)) || text[end] === delimiter) end++;
    return scanned("date", text.slice(at, end), at);
  }
  while (isAlphanumeric(text.charCodeAt(end)) || text[end] === delimiter) end++;
  return scanned("date", text.slice(at, end), at);
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

function wordField(text: string, at: number): Scanned {
  const word = take(WORD, text, at);
  const end = at + word.length;
  const next = text[end] ?? "";
  let compound = next === "-" || next === "/" || next === ".";
  if (!compound && (next === "+" || isDigit(text.charCodeAt(end)))) {
    compound = findKeyword(word.toLowerCase()) === undefined;
  }
  if (!compound) return scanned("word", word, at);
  return scanned("date", word + take(WORD_DATE_REST, text, end), at);
}

function signedField(text: string, at: number): Scanned | undefined {
  const start = at + 1 + take(SPACES, text, at + 1).length;
  const sign = text.charAt(at);
  if (isDigit(text.charCodeAt(start))) {
    const body = take(SIGNED_ZONE, text, start);
    return { kind: "zone", text: sign + body, end: start + body.length };
  }
  if (!isLetter(text.charCodeAt(start))) return undefined;
  const body = take(WORD, text, start);
  return { kind: "special", text: sign + body, end: start + body.length };
}
