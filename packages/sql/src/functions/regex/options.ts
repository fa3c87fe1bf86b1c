/**
 * Options of a regular expression, from the flags argument or embedded at its start.
 */
import { featureNotSupported } from "@firstlight/common";
import { invalidParameter } from "../errors.ts";

export interface RegexOptions {
  readonly ignoreCase: boolean;
  /** The dot and negated brackets do not match a newline. */
  readonly newlineStops: boolean;
  /** ^ and $ match at newlines too. */
  readonly newlineAnchors: boolean;
  readonly expanded: boolean;
  readonly literal: boolean;
}

export const DEFAULT_OPTIONS: RegexOptions = {
  ignoreCase: false,
  newlineStops: false,
  newlineAnchors: false,
  expanded: false,
  literal: false,
};

/** Undefined for a letter that is no option; `g` is the caller's. */
export function withOption(options: RegexOptions, letter: string): RegexOptions | undefined {
  switch (letter) {
    case "i":
      return { ...options, ignoreCase: true };
    case "c":
      return { ...options, ignoreCase: false };
    case "m":
    case "n":
      return { ...options, newlineStops: true, newlineAnchors: true };
    case "p":
      return { ...options, newlineStops: true, newlineAnchors: false };
    case "w":
      return { ...options, newlineStops: false, newlineAnchors: true };
    case "s":
      return { ...options, newlineStops: false, newlineAnchors: false };
    case "x":
      return { ...options, expanded: true };
    case "t":
      return { ...options, expanded: false };
    case "q":
      return { ...options, literal: true };
    case "b":
    case "e":
      throw featureNotSupported(`regular expression option "${letter}"`);
    default:
      return undefined;
  }
}

/** The flags argument of the regexp functions. */
export function parseFlags(flags: string): { options: RegexOptions; global: boolean } {
  let options = DEFAULT_OPTIONS;
  let global = false;
  for (const letter of flags) {
    if (letter === "g") {
      global = true;
      continue;
    }
    const next = withOption(options, letter);
    if (next === undefined) {
      throw invalidParameter(`invalid regular expression option: "${letter}"`);
    }
    options = next;
  }
  return { options, global };
}
