/**
 * SIMILAR TO: a pattern of SQL:1999 rewritten as an advanced regular expression, as PostgreSQL's
 * similar_escape_internal does.
 */
import { SqlError } from "@firstlight/common";
import { characterCount } from "../../values/text-order.ts";
import { characters } from "./characters.ts";

function invalidEscape(): SqlError {
  return new SqlError("22025", "invalid escape string", {
    hint: "Escape string must be empty or one character.",
  });
}

/** Progress through the pattern; `separators` counts escape-double-quote, of which two may be. */
interface Progress {
  output: string;
  afterEscape: boolean;
  inClass: boolean;
  separators: number;
}

export function similarToEscape(pattern: string, escape: string): string {
  if (escape !== "" && characterCount(escape) !== 1) throw invalidEscape();
  const progress: Progress = { output: "^(?:", afterEscape: false, inClass: false, separators: 0 };
  for (const character of characters(pattern)) step(progress, character, escape);
  return `${progress.output})$`;
}

function step(progress: Progress, character: string, escape: string): void {
  if (progress.afterEscape) {
    if (character === '"' && !progress.inClass) separate(progress);
    else progress.output += `\\${character}`;
    progress.afterEscape = false;
  } else if (character === escape) {
    progress.afterEscape = true;
  } else if (progress.inClass) {
    progress.output += character === "\\" ? "\\\\" : character;
    if (character === "]") progress.inClass = false;
  } else {
    if (character === "[") progress.inClass = true;
    progress.output += plain(character);
  }
}

function separate(progress: Progress): void {
  if (progress.separators === 0) progress.output += "){1,1}?(";
  else if (progress.separators === 1) progress.output += "){1,1}(?:";
  else {
    throw new SqlError(
      "2200C",
      "SQL regular expression may not contain more than two escape-double-quote separators",
    );
  }
  progress.separators++;
}

function plain(character: string): string {
  switch (character) {
    case "%":
      return ".*";
    case "_":
      return ".";
    case "(":
      return "(?:";
    case "\\":
    case ".":
    case "^":
    case "$":
      return `\\${character}`;
    default:
      return character;
  }
}
