/** Parses what a client sent, under the session's settings for string literals. */
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { withStandardStrings } from "./backslash-strings.ts";
import type { Session } from "./session.ts";

function isOn(session: Session, setting: string): boolean {
  return session.settings.get(setting) === "on";
}

export function parseStatements(session: Session, text: string): readonly ParsedStatement[] {
  if (!text.includes("'") || isOn(session, "standard_conforming_strings")) {
    return session.engine.parse(text);
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
  return session.engine.parse(standard);
}
