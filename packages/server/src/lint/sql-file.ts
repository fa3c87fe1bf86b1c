/**
 * A file of SQL as psql would send it: its statements with where they stand. Lines that begin with a
 * backslash are psql's own; data after COPY ... FROM STDIN belongs to the statement.
 */
import { tokensOf } from "@firstlight/query-processor";

export interface FileStatement {
  /** Without the semicolon. */
  readonly text: string;
  /** Of its first token in the file, in characters. */
  readonly start: number;
  /** After its last token. */
  readonly end: number;
}

export interface Place {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

const COPY_DATA = /^copy\b[^;]*\bfrom\s+stdin\b/iu;

/** Where a line that psql takes for itself ends, if one begins here. */
function endOfCommand(text: string, at: number): number | undefined {
  if (text[at] !== "\\" || text.slice(text.lastIndexOf("\n", at) + 1, at).trim() !== "") {
    return undefined;
  }
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function endOfCopyData(text: string, from: number): number {
  const end = /^\\\.\s*$/mu.exec(text.slice(from));
  return end === null ? text.length : from + end.index + end[0].length;
}

interface Stretch {
  readonly found: FileStatement[];
  /** Where tokens begin anew, after what was none. */
  readonly next: number;
}

/** Statements from a place on, up to what only psql understands. */
function stretchFrom(text: string, from: number): Stretch {
  const found: FileStatement[] = [];
  let start: number | undefined;
  let end = from;
  for (const token of tokensOf(text.slice(from))) {
    const at = token.start + from;
    const command = start === undefined ? endOfCommand(text, at) : undefined;
    if (command !== undefined) return { found, next: command };
    if (token.text !== ";") {
      start ??= at;
      end = token.end + from;
    } else if (start !== undefined) {
      const statement = { text: text.slice(start, end), start, end };
      found.push(statement);
      start = undefined;
      if (COPY_DATA.test(statement.text)) return { found, next: endOfCopyData(text, at + 1) };
    }
  }
  if (start !== undefined) found.push({ text: text.slice(start, end), start, end });
  return { found, next: text.length };
}

export function statementsIn(text: string): FileStatement[] {
  const found: FileStatement[] = [];
  for (let at = 0; at < text.length;) {
    const stretch = stretchFrom(text, at);
    found.push(...stretch.found);
    at = stretch.next;
  }
  return found;
}

export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    line: before.split("\n").length,
    column: Array.from(before.slice(lineStart)).length + 1,
  };
}
