/** Parses what a client sent, under the session's settings for string literals. */
import type { MaybePromise, Threads } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { ELSEWHERE_LENGTH, parseElsewhere } from "../parse/parse-elsewhere.ts";
import type { CutIdentifier } from "../parse/long-identifiers.ts";
import { cutIdentifiers } from "../parse/long-identifiers.ts";
import { reducedPrecisions } from "../parse/reduced-precision.ts";
import { characterPosition, unitsBefore } from "../parse/source-position.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { withStandardStrings } from "./backslash-strings.ts";
import type { Session } from "./session.ts";

function isOn(session: Session, setting: string): boolean {
  return session.settings.get(setting) === "on";
}

function parse(session: Session, text: string): MaybePromise<readonly ParsedStatement[]> {
  const { threads } = session.runtime;
  if (text.length < ELSEWHERE_LENGTH || threads === undefined) {
    return parsedHere(session, text);
  }
  return parsedElsewhere(session, threads, text);
}

function tellOfCuts(session: Session, text: string, until?: number): void {
  for (const cut of cutIdentifiers(text, until)) if (cut !== undefined) tellOfCut(session, cut);
}

/** Of what was read before a syntax error the client is told before the error. */
function parsedHere(session: Session, text: string): readonly ParsedStatement[] {
  try {
    const statements = session.engine.parse(text);
    tellOfCuts(session, text);
    return statements;
  } catch (error) {
    const position = error instanceof SqlError ? error.fields.position : undefined;
    if (position !== undefined) tellOfCuts(session, text, unitsBefore(text, position - 1));
    throw error;
  }
}

async function parsedElsewhere(
  session: Session,
  threads: Threads,
  text: string,
): Promise<readonly ParsedStatement[]> {
  const { interrupts } = session;
  const statements = await parseElsewhere(threads, interrupts, text);
  for (const cut of cutIdentifiers(text)) {
    if (cut !== undefined) tellOfCut(session, cut);
    interrupts.check();
    if (interrupts.overdue()) await interrupts.yield();
  }
  return statements;
}

function tellOfCut(session: Session, { written, kept }: CutIdentifier): void {
  const text = `identifier "${written}" will be truncated to "${kept}"`;
  session.notice("NOTICE", "42622", text);
}

/** What PostgreSQL warns of while it analyses a statement. */
export function warnOfPrecisions(session: Session, statement: ParsedStatement): void {
  const [first] = reducedPrecisions(statement);
  if (first === undefined) return;
  const exact = statement.normalized?.exact() ?? statement;
  for (const { message, location } of reducedPrecisions(exact)) {
    const position = location < 0 ? undefined : characterPosition(exact.source, location);
    session.notice("WARNING", "22023", message, position === undefined ? {} : { position });
  }
}

export function parseStatements(
  session: Session,
  text: string,
): MaybePromise<readonly ParsedStatement[]> {
  const isStandard = !text.includes("'") || isOn(session, "standard_conforming_strings");
  const refusesQuote = session.settings.get("backslash_quote") === "off";
  if (isStandard && !(refusesQuote && text.includes("\\'"))) return parse(session, text);
  const standard = withStandardStrings(text, {
    isStandard,
    refusesQuote,
    ...(isOn(session, "escape_string_warning")
      ? {
          warn: (message, fields) => {
            session.notice("WARNING", "22P06", message, fields);
          },
        }
      : {}),
  });
  return parse(session, standard);
}
