/** Parses what a client sent, under the session's settings for string literals. */
import type { MaybePromise } from "@firstlight/common";
import { ELSEWHERE_LENGTH, parseElsewhere } from "../parse/parse-elsewhere.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { withStandardStrings } from "./backslash-strings.ts";
import type { Session } from "./session.ts";

function isOn(session: Session, setting: string): boolean {
  return session.settings.get(setting) === "on";
}

function parse(session: Session, text: string): MaybePromise<readonly ParsedStatement[]> {
  const { threads } = session.runtime;
  return text.length < ELSEWHERE_LENGTH || threads === undefined
    ? session.engine.parse(text)
    : parseElsewhere(threads, session.interrupts, text);
}

export function parseStatements(
  session: Session,
  text: string,
): MaybePromise<readonly ParsedStatement[]> {
  if (!text.includes("'") || isOn(session, "standard_conforming_strings")) {
    return parse(session, text);
  }
  const standard = withStandardStrings(text, {
    refusesQuote: session.settings.get("backslash_quote") === "off",
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
