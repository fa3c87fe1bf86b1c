/**
 * PostgreSQL's own grammar (libpg-query, WASM) behind one function. Parsed texts are kept in a small
 * least-recently-used cache: parse trees are immutable, so sharing them is safe.
 */
import type { Extra } from "./service-syntax.ts";
import { withoutServiceSyntax } from "./service-syntax.ts";
import { loadModule, parseSync } from "libpg-query";
import { fieldsOf, int, list, requiredChild, tagOf } from "./node.ts";
import { parseError } from "./parse-error.ts";
import type { ParsedStatement, ParseNode } from "./parsed-statement.ts";
import { UnitCursor } from "./source-position.ts";
import { isLifted } from "./lift-constants.ts";
import { withoutLineComments } from "./continued-strings.ts";
import { liftConstants } from "./tree-parts.ts";

/** The tag of AWS IAM GRANT and REVOKE; the node has the fields of IamStatement. */
export const IAM_STATEMENT = "AwsIamStmt";

const CACHED_TEXTS_MAX = 512;
/** Longer texts are bulk loads, which do not repeat. */
const CACHED_LENGTH_MAX = 8_192;
/** What is longer may hold lists of which each step would take its time. */
const LIFTED_LENGTH = 16_384;

const cache = new Map<string, readonly ParsedStatement[]>();

/** Must be awaited once before `parse`. */
export function loadParser(): Promise<void> {
  return loadModule();
}

/** A statement of a text as the grammar gives it. */
export interface GrammarStatement {
  readonly node: ParseNode;
  /** Its own text in the source, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** The keyword ASYNC was taken out of it. */
  readonly async: boolean;
}

export function toStatement(source: string, parsed: GrammarStatement): ParsedStatement {
  const { node, from, to } = parsed;
  const text = source.slice(from, to).trim();
  const fields = fieldsOf(node);
  return {
    tag: tagOf(node),
    node: parsed.async ? { ...fields, async: true } : fields,
    source,
    text,
  };
}

/** What the grammar makes of a text; depends on nothing else. Throws 42601 with a position. */
export function grammarStatements(text: string): readonly GrammarStatement[] {
  if (text.trim() === "") return [];
  const plain = withoutServiceSyntax(text);
  if (plain === undefined) return rawStatements(text, text, []);
  const { extras } = plain;
  const own = extras.flatMap((extra) => iamStatement(text, extra));
  return [...rawStatements(plain.text, text, extras), ...own].toSorted((a, b) => a.from - b.from);
}

function treeOf(text: string): ParseNode {
  try {
    return parseSync(text) as ParseNode;
  } catch (error) {
    const continued = withoutLineComments(text);
    if (continued === undefined) throw parseError(error, text);
    try {
      return parseSync(continued) as ParseNode;
    } catch {
      throw parseError(error, text);
    }
  }
}

function rawStatements(
  text: string,
  source: string,
  extras: readonly Extra[],
): readonly GrammarStatement[] {
  if (text.trim() === "") return [];
  const tree = treeOf(text);
  const cursor = new UnitCursor(source);
  return list(tree, "stmts").map((raw) => {
    const start = int(raw, "stmt_location");
    const length = int(raw, "stmt_len");
    const from = cursor.at(start);
    const to = length === 0 ? source.length : cursor.at(start + length);
    const async = extras.some((each) => each.kind === "async" && isInside(each.start, from, to));
    return { node: requiredChild(raw, "stmt"), from, to, async };
  });
}

function isInside(place: number, from: number, to: number): boolean {
  return place >= from && place < to;
}

function iamStatement(source: string, extra: Extra): readonly GrammarStatement[] {
  if (extra.kind !== "iam") return [];
  const { start, end } = extra;
  const location = Buffer.byteLength(source.slice(0, start));
  const node = { [IAM_STATEMENT]: { ...extra.statement, location } };
  return [{ node, from: start, to: end, async: false }];
}

function parseAfresh(text: string): readonly ParsedStatement[] {
  const statements = grammarStatements(text);
  if (text.length > LIFTED_LENGTH) {
    for (const { node } of statements) if (isLifted(tagOf(node))) liftConstants(node);
  }
  return statements.map((each) => toStatement(text, each));
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
