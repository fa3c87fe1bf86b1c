/** What libpg-query says of a text that is none of the language, as PostgreSQL's error. */
import { SqlError } from "@firstlight/common";
import { unitsBefore } from "./source-position.ts";

interface ParserFailure {
  readonly message: string;
  readonly cursorPosition: number;
  /** Of PostgreSQL's sources, in which it was raised. */
  readonly file: string;
}

function failureOf(error: unknown): ParserFailure | undefined {
  if (!(error instanceof Error) || !("sqlDetails" in error)) return undefined;
  const details: unknown = error.sqlDetails;
  if (typeof details !== "object" || details === null) return undefined;
  const cursor = "cursorPosition" in details ? details.cursorPosition : -1;
  const file =
    "fileName" in details && typeof details.fileName === "string" ? details.fileName : "";
  const cursorPosition = typeof cursor === "number" ? cursor : -1;
  return { message: error.message, cursorPosition, file };
}

/** The errors of gram.y and scan.l that are no syntax errors. */
const OTHER_STATES: readonly (readonly [RegExp, string])[] = [
  [/^frame /u, "42P20"],
  [/^role name ".*" is reserved|cannot be used as a role name here/su, "42939"],
  [/is not yet implemented|^MATCH PARTIAL not yet implemented|is no longer supported/u, "0A000"],
  [/cannot include schema elements|^current database cannot be changed/u, "0A000"],
  [/^WITH CHECK OPTION not supported|^CREATE OR REPLACE CONSTRAINT TRIGGER/u, "0A000"],
  [/is only supported for ON DELETE actions|^aggregates cannot have output/u, "0A000"],
  [/^[A-Z ]+ constraints cannot be marked |^an ordered-set aggregate with a VARIADIC/u, "0A000"],
  [/^unsafe use of string constant/u, "0A000"],
  [/^unsafe use of \\' in a string literal|^nonstandard use/u, "22P06"],
  [/^invalid byte sequence for encoding/u, "22021"],
  [/^invalid escape string/u, "22025"],
  [/^(?:modulus|remainder) for hash partition provided more than once/u, "42710"],
  [/^unrecognized (?:JSON encoding|partitioning strategy)/u, "22023"],
  [/^column number must be in range|^precision for type float/u, "22023"],
  [/^stack depth limit/u, "54001"],
];

/** Errors without a position; libpg-query gives them that of the first character. */
const NOWHERE: readonly RegExp[] = [
  /^(?:modulus|remainder) for hash partition must|^unrecognized (?:JSON|partitioning)/u,
  /^CREATE (?:OR REPLACE CONSTRAINT TRIGGER|ASSERTION) is not/u,
  /^WITH TIES cannot|^multiple limit options| options cannot be used together$/u,
  /^OUT and INOUT arguments|^stack depth limit|^invalid byte sequence/u,
  /^[A-Z ]+ constraints cannot be marked /u,
];

/** libpg-query does not give hints. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^UNENCRYPTED/u, "Remove UNENCRYPTED to store the password in encrypted form instead."],
  [/^unrecognized row sec/u, "Only PERMISSIVE or RESTRICTIVE policies are supported currently."],
  [/^missing argument$/u, "Use NONE to denote the missing argument of a unary operator."],
  [/^LIMIT #,#/u, "Use separate LIMIT and OFFSET clauses."],
];

const NUMBER_ERROR =
  /^(?:trailing junk after numeric literal|invalid \w+ integer) at or near "(.*)"$/su;
const REST_OF_IDENTIFIER = /^[\w$\u0080-\uffff]+/u;

/** Behind a number the parser shows one byte of an identifier, PostgreSQL all of it. */
function withWholeIdentifier({ message, cursorPosition }: ParserFailure, text: string): string {
  const shown = NUMBER_ERROR.exec(message)?.[1];
  if (shown === undefined || !/[^+-]$/u.test(shown)) return message;
  const from = text.slice(unitsBefore(text, cursorPosition));
  const known = shown.replace(/\ufffd$/u, "");
  const rest = REST_OF_IDENTIFIER.exec(from.slice(known.length))?.[0];
  if (rest === undefined) return message;
  return `trailing junk after numeric literal at or near "${known}${rest}"`;
}

function stateOf({ message, file }: ParserFailure): string {
  // In E'...' a broken escape is the string's fault, in U&'...' the statement's.
  if (message === "invalid Unicode escape" && file === "scan.l") return "22025";
  return OTHER_STATES.find(([pattern]) => pattern.test(message))?.[1] ?? "42601";
}

function hintOf({ message, file }: ParserFailure): string | undefined {
  if (message !== "invalid Unicode escape") {
    return HINTS.find(([pattern]) => pattern.test(message))?.[1];
  }
  const forms = file === "scan.l" ? "\\uXXXX or \\UXXXXXXXX" : "\\XXXX or \\+XXXXXX";
  return `Unicode escapes must be ${forms}.`;
}

/** Shorter texts do not fill the parser's memory. */
const LONG = 2 ** 24;
/** The parser's memory ends at 2 GiB, a tree takes some ten times the length of its text. */
const NO_MEMORY =
  /^Parse result is null$|^Failed to allocate|^memory access out of bounds|^Aborted/u;

function hasNoMemory(error: unknown, { length }: string): boolean {
  return error instanceof Error && length > LONG && NO_MEMORY.test(error.message);
}

function outOfMemory(text: string): SqlError {
  const characters = String(text.length);
  return new SqlError("53200", "out of memory", {
    detail: `A text of ${characters} characters is too long for the parser.`,
    hint: "Send large values as parameters or with COPY.",
  });
}

export function parseError(error: unknown, text: string): unknown {
  const failure = failureOf(error);
  if (failure === undefined) {
    if (hasNoMemory(error, text)) return outOfMemory(text);
    // The WASM stack overflows on deeply nested input: a trap or a RangeError, not a parser error.
    const overflow =
      error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError");
    return overflow ? new SqlError("54001", "stack depth limit exceeded") : error;
  }
  const { cursorPosition, message } = failure;
  if (message === "out of memory") return outOfMemory(text);
  const hint = hintOf(failure);
  const isNowhere = cursorPosition <= 0 && NOWHERE.some((pattern) => pattern.test(message));
  // libpg-query's cursor is 0-based and counts characters, unlike the locations in its trees.
  return new SqlError(stateOf(failure), withWholeIdentifier(failure, text), {
    ...(isNowhere ? {} : { position: cursorPosition + 1 }),
    ...(hint === undefined ? {} : { hint }),
  });
}
