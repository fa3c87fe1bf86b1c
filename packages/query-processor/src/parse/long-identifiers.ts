/** Identifiers that the grammar cuts off at NAMEDATALEN, as PostgreSQL's scanner tells of them. */
import { tokensOf } from "./tokens.ts";

const NAME_BYTES_MAX = 63;

/** Whether a text may have one at all. A character has at most three bytes per UTF-16 unit. */
const MAY_BE_LONG =
  /[A-Za-z_][\w$]{63}|"[^"]{20}|(?=[\w$]{0,63}[\u0080-\u{10ffff}])[A-Za-z_\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]{15}/u;
const MAY_BE_LONG_ASCII = /(?<![\w$])[A-Za-z_][\w$]{63}|"[^"]{20}/;
const BEYOND_ASCII = /[\u0080-\uffff]/;
/** Characters that are looked through at one go, and more than what tells of a long name has. */
const PIECE = 1 << 16;
const OVERLAP = 256;

/** A look at a piece of the text at a time. */
function* mayHaveLong(text: string): Generator<undefined, boolean> {
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = text.slice(at, at + PIECE + OVERLAP);
    const pattern = BEYOND_ASCII.test(piece) ? MAY_BE_LONG : MAY_BE_LONG_ASCII;
    if (pattern.test(piece)) return true;
    if (at + PIECE < text.length) yield undefined;
  }
  return false;
}

const LAST_CODE_POINT = 0x10_ff_ff;
const UNICODE_ESCAPE = /\\(?:\\|\+([\da-f]{6})|([\da-f]{4}))/giu;

export interface CutIdentifier {
  readonly written: string;
  readonly kept: string;
}

/** At a boundary of characters. */
function kept(name: string): string {
  let bytes = 0;
  let text = "";
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > NAME_BYTES_MAX) break;
    text += character;
  }
  return text;
}

function unescaped(name: string): string {
  return name.replaceAll(UNICODE_ESCAPE, (_, long?: string, short?: string) => {
    const digits = long ?? short;
    if (digits === undefined) return "\\";
    const code = Number.parseInt(digits, 16);
    // The text may have been refused for it.
    return code > LAST_CODE_POINT ? "" : String.fromCodePoint(code);
  });
}

function lowered(word: string): string {
  return word.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}

/** Tokens between two looks at the clock. */
const TOKENS_PER_STEP = 1_000;

/** In the order of the text up to the token at `until`; undefined every so many tokens. */
export function* cutIdentifiers(
  text: string,
  until: number = text.length,
): Generator<CutIdentifier | undefined> {
  let left = TOKENS_PER_STEP;
  if (text.length <= NAME_BYTES_MAX / 3 || !(yield* mayHaveLong(text))) return;
  let before = "";
  let last = "";
  for (const token of tokensOf(text)) {
    if (token.start > until) return;
    const raw = text.slice(token.start, token.end);
    let name: string | undefined;
    if (token.text === '"') {
      const inner = raw.slice(1, -1).replaceAll('""', '"');
      name = before === "u" && last === "&" ? unescaped(inner) : inner;
    } else if (token.text.length > 1) name = lowered(raw);
    before = last;
    last = token.text;
    if (--left === 0) {
      left = TOKENS_PER_STEP;
      yield undefined;
    }
    if (name === undefined || Buffer.byteLength(name) <= NAME_BYTES_MAX) continue;
    yield { written: name, kept: kept(name) };
  }
}
