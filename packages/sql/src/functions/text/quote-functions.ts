/**
 * quote_ident, quote_literal, quote_nullable and parse_ident.
 */
import { registerFunctions, registerPolymorphic } from "../registry.ts";
import { outputFunction } from "../output.ts";
import { longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { textArray } from "../array/build.ts";
import { lowerText } from "./characters.ts";
import { quotedName, quotedText } from "./quote.ts";
import { SqlError } from "@firstlight/common";
import type { Datum } from "../../values/datum.ts";

const BARE = /[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*/y;
const SPACES = /[ \t\n\r\f\v]*/y;

function invalidIdentifier(text: string, detail?: string): SqlError {
  return new SqlError("22023", `string is not a valid identifier: "${text}"`, { detail });
}

/** Parts read between two looks at the clock. */
const PARTS_PER_STEP = 512;

/** A cursor over the qualified name, one part at a time. */
class IdentifierParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *parse(strict: boolean): Steps<string[]> {
    const parts: string[] = [];
    this.#skipSpaces();
    let afterDot = false;
    for (;;) {
      parts.push(this.#part(afterDot));
      if (parts.length % PARTS_PER_STEP === 0) yield;
      this.#skipSpaces();
      const next = this.#text[this.#at];
      if (next === ".") {
        afterDot = true;
        this.#at++;
        this.#skipSpaces();
      } else if (next === undefined) return parts;
      else if (strict) throw invalidIdentifier(this.#text);
      else return parts;
    }
  }

  #skipSpaces(): void {
    this.#match(SPACES);
  }

  #part(afterDot: boolean): string {
    const first = this.#text[this.#at];
    if (first === '"') return this.#quoted();
    const bare = this.#match(BARE);
    if (bare !== undefined) return lowerText(bare);
    if (first === ".") {
      throw invalidIdentifier(this.#text, 'No valid identifier before ".".');
    }
    if (afterDot) throw invalidIdentifier(this.#text, 'No valid identifier after ".".');
    throw invalidIdentifier(this.#text);
  }

  #quoted(): string {
    const start = this.#at + 1;
    let end = start;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end < 0) throw invalidIdentifier(this.#text, "String has unclosed double quotes.");
      if (this.#text[end + 1] !== '"') break;
      end += 2;
    }
    if (end === start) throw invalidIdentifier(this.#text, "Quoted identifier must not be empty.");
    this.#at = end + 1;
    return this.#text.slice(start, end).replaceAll('""', '"');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

export function registerQuoting(): void {
  registerFunctions({
    quote_ident: quotedName,
    quote_literal: quotedText,
    quote_nullable: (context, a: string | null) => (a === null ? "NULL" : quotedText(context, a)),
    parse_ident: (context, a: string, strict: boolean) =>
      textArray(longIfMore(context, () => new IdentifierParser(a).parse(strict))),
  });
  registerPolymorphic({
    "quote_literal(anyelement)": ({ argTypes }) => {
      const output = outputFunction(argTypes[0] ?? 0);
      return (context, a: Datum) => quotedText(context, output(context, a));
    },
    "quote_nullable(anyelement)": ({ argTypes }) => {
      const output = outputFunction(argTypes[0] ?? 0);
      return (context, a: Datum) => (a === null ? "NULL" : quotedText(context, output(context, a)));
    },
  });
}
