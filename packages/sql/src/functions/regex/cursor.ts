/**
 * A position in the text of a regular expression, by characters.
 */
import { SqlError } from "@firstlight/common";

export interface RegexCursor {
  /** The next character, "" at the end. */
  peek(): string;
  next(): string;
  /** Consumes `character` if it is next. */
  take(character: string): boolean;
  /** Whether a bound `{digit` is next. */
  peekBound(): boolean;
  /** Consumes and returns what `pattern`, anchored here, matches. */
  match(pattern: RegExp): string | undefined;
}

export function regexError(reason: string): SqlError {
  return new SqlError("2201B", `invalid regular expression: ${reason}`);
}

export function cursorOf(text: string): RegexCursor {
  const characters = Array.from(text);
  let at = 0;
  return {
    peek: () => characters[at] ?? "",
    next: () => characters[at++] ?? "",
    take: (character) => {
      if (characters[at] !== character) return false;
      at++;
      return true;
    },
    peekBound: () => characters[at] === "{" && /^[0-9]$/.test(characters[at + 1] ?? ""),
    match: (pattern) => {
      const found = pattern.exec(characters.slice(at, at + 300).join(""))?.[0];
      if (found !== undefined) at += Array.from(found).length;
      return found;
    },
  };
}
