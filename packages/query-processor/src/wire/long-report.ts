/** Errors that name a long value, which are sent in pieces. */
import { SqlError } from "@firstlight/common";
import { LONG_VALUE, longText } from "@firstlight/sql";
import type { CharacterSet, Steps } from "@firstlight/sql";
import { LongMessage } from "./long-message.ts";
import { ERROR_RESPONSE, fieldsOf, withoutZeros } from "./messages.ts";
import type { Report } from "./messages.ts";

export function isLongReport({ message, fields }: Report): boolean {
  const { detail = "", where = "" } = fields;
  return message.length + detail.length + where.length >= LONG_VALUE;
}

/** Undefined where the client's encoding lacks a character: that is another error. */
export function* longErrorResponse(
  report: Report,
  characters: CharacterSet | undefined,
): Steps<LongMessage | undefined> {
  const message = new LongMessage(ERROR_RESPONSE, characters);
  try {
    for (const [kind, value] of fieldsOf(report)) {
      if (value === undefined) continue;
      message.plain.byte(kind.charCodeAt(0));
      if (value.length < LONG_VALUE) message.plain.cstring(withoutZeros(value));
      else {
        yield;
        // Makes it flat, if it was put together.
        const text = withoutZeros(value);
        yield;
        yield* message.text(longText(text), false);
        message.plain.byte(0);
      }
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  }
  message.plain.byte(0);
  return message;
}
