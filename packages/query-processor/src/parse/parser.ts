/**
 * PostgreSQL's own grammar (libpg-query, WASM) behind one function. Parsed texts are kept in a small
 * least-recently-used cache: parse trees are immutable, so sharing them is safe.
 */
import type { Extra } from "./service-syntax.ts";
import { withoutServiceSyntax } from "./service-syntax.ts";
import { SqlError } from "@firstlight/common";
import { loadModule, parseSync } from "libpg-query";
import { fieldsOf, int, list, requiredChild, tagOf } from "./node.ts";
import type { ParsedStatement, ParseNode } from "./parsed-statement.ts";
import { sliceBytes } from "./source-position.ts";

/** The tag of AWS IAM GRANT and REVOKE; the node has the fields of IamStatement. */
export const IAM_STATEMENT = "AwsIamStmt";

const CACHED_TEXTS_MAX = 512;
/** Longer texts are bulk loads, which do not repeat. */
const CACHED_LENGTH_MAX = 8_192;

const cache = new Map<string, readonly ParsedStatement[]>();

/** Must be awaited once before `parse`. */
export function loadParser(): Promise<void> {
  return loadModule();
}

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

/** The grammar's errors other than syntax errors, by the start of their text. */
const OTHER_STATES: readonly (readonly [RegExp, string])[] = [
  [/^frame /, "42P20"],
  [/(is|are) not (yet )?(implemented|supported)|cannot include schema elements/, "0A000"],
  [/is only supported for ON DELETE actions/, "0A000"],
  [/^invalid byte sequence for encoding/, "22021"],
  [/^invalid escape string|^nonstandard use/, "22025"],
  [/^unrecognized (?:JSON encoding|partitioning strategy)/, "22023"],
  [/^column number must be in range/, "22023"],
  [/^stack depth limit/, "54001"],
];

/** Other errors at the very start are those without a position. */
const SYNTAX = /^syntax error/;

function parseError(error: unknown): unknown {
  const failure = failureOf(error);
  if (failure === undefined) {
    // The WASM stack overflows on deeply nested input: a trap or a RangeError, not a parser error.
    const overflow =
      error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError");
    return overflow ? new SqlError("54001", "stack depth limit exceeded") : error;
  }
  const { message, cursorPosition, file } = failure;
  // In E'...' a broken escape is the string's fault, in U&'...' the statement's.
  const escape = message === "invalid Unicode escape" && file === "scan.l" ? "22025" : undefined;
  const known = OTHER_STATES.find(([pattern]) => pattern.test(message))?.[1];
  const sqlstate = escape ?? known ?? "42601";
  // libpg-query's cursor is 0-based and counts characters, unlike the locations in its trees.
  return new SqlError(
    sqlstate,
    message,
    cursorPosition < 0 || (cursorPosition === 0 && !SYNTAX.test(message))
      ? {}
      : { position: cursorPosition + 1 },
  );
}

function toStatement(source: string, raw: ParseNode): ParsedStatement {
  const wrapped = requiredChild(raw, "stmt");
  const from = int(raw, "stmt_location");
  const length = int(raw, "stmt_len");
  const to = length === 0 ? Number.MAX_SAFE_INTEGER : from + length;
  const text = sliceBytes(source, from, to).trim();
  return { tag: tagOf(wrapped), node: fieldsOf(wrapped), source, text };
}

function parseAfresh(text: string): readonly ParsedStatement[] {
  if (text.trim() === "") return [];
  const plain = withoutServiceSyntax(text);
  if (plain === undefined) return rawStatements(text).map((raw) => toStatement(text, raw));
  const { extras } = plain;
  const placed = [
    ...rawStatements(plain.text).map((raw) => withAsync(text, raw, extras)),
    ...extras.flatMap((extra) => iamStatement(text, extra)),
  ];
  return placed.toSorted((a, b) => a.at - b.at).map(({ statement }) => statement);
}

function rawStatements(text: string): readonly ParseNode[] {
  if (text.trim() === "") return [];
  try {
    // oxlint-disable-next-line typescript/no-unsafe-argument -- the module declares `any`
    return list(parseSync(text), "stmts");
  } catch (error) {
    throw parseError(error);
  }
}

interface Placed {
  readonly at: number;
  readonly statement: ParsedStatement;
}

/** Marks the statement that the keyword was taken out of. */
function withAsync(source: string, raw: ParseNode, extras: readonly Extra[]): Placed {
  const statement = toStatement(source, raw);
  const from = int(raw, "stmt_location");
  const length = int(raw, "stmt_len");
  const to = length === 0 ? Number.MAX_SAFE_INTEGER : from + length;
  const isAsync = extras.some(({ kind, start }) => {
    const at = Buffer.byteLength(source.slice(0, start));
    return kind === "async" && at >= from && at < to;
  });
  const node = isAsync ? { ...statement.node, async: true } : statement.node;
  return { at: from, statement: { ...statement, node } };
}

function iamStatement(source: string, extra: Extra): readonly Placed[] {
  if (extra.kind !== "iam") return [];
  const { start, end } = extra;
  const at = Buffer.byteLength(source.slice(0, start));
  const text = source.slice(start, end);
  const node = { ...extra.statement, location: at };
  return [{ at, statement: { tag: IAM_STATEMENT, node, source, text } }];
}

/** The statements of a text; none for blanks and comments. Throws 42601 with a position. */
export function parse(text: string): readonly ParsedStatement[] {
  const cached = cache.get(text);
  if (cached !== undefined) {
    cache.delete(text);
    cache.set(text, cached);
    return cached;
  }
  const statements = parseAfresh(text);
  if (text.length <= CACHED_LENGTH_MAX) remember(text, statements);
  return statements;
}

function remember(text: string, statements: readonly ParsedStatement[]): void {
  cache.set(text, statements);
  if (cache.size <= CACHED_TEXTS_MAX) return;
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    return;
  }
}
