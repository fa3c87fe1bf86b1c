/**
 * What Aurora DSQL adds to PostgreSQL's grammar: CREATE [UNIQUE] INDEX ASYNC, ALTER TABLE ASYNC ...
 * VALIDATE CONSTRAINT, AWS IAM GRANT and REVOKE. It is found token by token and blanked out before
 * the text is parsed, so that nothing moves.
 */
import { SqlError } from "@firstlight/common";
import { characterPosition } from "./source-position.ts";
import type { Token } from "./tokens.ts";
import { tokensOf } from "./tokens.ts";

const MAY_HAVE = /\b(?:async|aws)\b/iu;
const NOTHING = " ";

/** One statement's tokens, without the semicolon. */
function* statementsOf(text: string): Generator<readonly Token[]> {
  let tokens: Token[] = [];
  for (const token of tokensOf(text)) {
    if (token.text !== ";") {
      tokens.push(token);
      continue;
    }
    yield tokens;
    tokens = [];
  }
  yield tokens;
}

function spells(tokens: readonly Token[], from: number, ...words: readonly string[]): boolean {
  return words.every((word, at) => tokens[from + at]?.text === word);
}

/** CREATE [UNIQUE] INDEX ASYNC: right after INDEX it is always the keyword. */
function asyncOfIndex(tokens: readonly Token[]): Token | undefined {
  const at = spells(tokens, 0, "create", "unique") ? 2 : 1;
  if (!spells(tokens, 0, "create") || !spells(tokens, at, "index", "async")) return undefined;
  // Left where it is, for the grammar to refuse.
  return spells(tokens, at + 2, "concurrently") ? undefined : tokens[at + 1];
}

/** ALTER TABLE ASYNC [IF EXISTS] [ONLY] name VALIDATE: elsewhere it is the name of a table. */
function asyncOfTable(tokens: readonly Token[]): Token | undefined {
  if (!spells(tokens, 0, "alter", "table", "async")) return undefined;
  let at = 3;
  if (spells(tokens, at, "if", "exists")) at += 2;
  if (spells(tokens, at, "only")) at++;
  at++;
  while (spells(tokens, at, ".")) at += 2;
  return spells(tokens, at, "validate") ? tokens[2] : undefined;
}

/** AWS IAM GRANT role TO 'arn', AWS IAM REVOKE role FROM 'arn'. */
export interface IamStatement {
  readonly isGrant: boolean;
  /** Folded to lower case unless it was quoted. */
  readonly role: string;
  readonly arn: string;
}

function isIdentifier(token: Token | undefined): token is Token {
  return token !== undefined && (token.text === '"' || /^[a-z_\u0080-\uffff]/u.test(token.text));
}

function unquoted(text: string, { start, end }: Token): string {
  const written = text.slice(start, end);
  const quote = written[0] ?? "";
  if (quote !== '"' && quote !== "'") return written.toLowerCase();
  return written.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Where PostgreSQL's grammar would say so. */
function syntaxError(text: string, token: Token | undefined): SqlError {
  const start = token?.start ?? text.length;
  const position = characterPosition(text, Buffer.byteLength(text.slice(0, start)));
  const near = token === undefined ? "" : text.slice(token.start, token.end);
  const what = token === undefined ? "at end of input" : `at or near "${near}"`;
  return new SqlError("42601", `syntax error ${what}`, { position });
}

function iamStatement(text: string, tokens: readonly Token[]): IamStatement {
  const isGrant = spells(tokens, 2, "grant");
  const [, , verb, role, between, arn, more] = tokens;
  if (!isGrant && verb?.text !== "revoke") throw syntaxError(text, verb);
  if (!isIdentifier(role)) throw syntaxError(text, role);
  if (between?.text !== (isGrant ? "to" : "from")) throw syntaxError(text, between);
  if (arn?.text !== "'") throw syntaxError(text, arn);
  if (more !== undefined) throw syntaxError(text, more);
  return { isGrant, role: unquoted(text, role), arn: unquoted(text, arn) };
}

/** What was taken out of a text. Places are in UTF-16 units. */
export type Extra =
  | { readonly kind: "async"; readonly start: number; readonly end: number }
  | {
      readonly kind: "iam";
      readonly start: number;
      readonly end: number;
      readonly statement: IamStatement;
    };

function extraOf(text: string, tokens: readonly Token[]): Extra | undefined {
  const keyword = asyncOfIndex(tokens) ?? asyncOfTable(tokens);
  if (keyword !== undefined) return { kind: "async", start: keyword.start, end: keyword.end };
  const [first] = tokens;
  if (first === undefined || !spells(tokens, 0, "aws", "iam")) return undefined;
  const end = tokens.at(-1)?.end ?? first.end;
  return { kind: "iam", start: first.start, end, statement: iamStatement(text, tokens) };
}

export interface PlainText {
  readonly text: string;
  readonly extras: readonly Extra[];
}

/** Undefined when there is nothing of it, which is nearly always. */
export function withoutServiceSyntax(text: string): PlainText | undefined {
  if (!MAY_HAVE.test(text)) return undefined;
  const extras: Extra[] = [];
  let blanked = text;
  for (const tokens of statementsOf(text)) {
    const extra = extraOf(text, tokens);
    if (extra === undefined) continue;
    extras.push(extra);
    const { start, end } = extra;
    blanked = blanked.slice(0, start) + NOTHING.repeat(end - start) + blanked.slice(end);
  }
  return extras.length === 0 ? undefined : { text: blanked, extras };
}
