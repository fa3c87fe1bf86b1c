/**
 * Long texts for types whose own texts are short: numbers, dates, identifiers. Nearly all that is
 * wrong with such a text is wrong with its beginning, and that is found without a look at the rest.
 */
import { SqlError } from "@firstlight/common";
import { LONG } from "../functions/long-call.ts";
import type { Datum } from "../values/datum.ts";
import type { InputSettings, SqlType } from "./sql-type.ts";

/** No token of these types has so many characters, but for digits that may go on. */
const HEAD_LENGTH = 4096;
const HEAD_LENGTH_MIN = 1024;

/** What says that a text is none of the type, whatever follows. */
const INVALID: ReadonlySet<string> = new Set(["22P02", "22007"]);

/** Ends where a token does, or within one that is too long, not behind what something must follow. */
function headOf(text: string): string {
  const head = text.slice(0, HEAD_LENGTH);
  const blank = /\s\S*$/.exec(head);
  return (blank === null ? head : head.slice(0, blank.index)).replace(/[_.eExX+-]{1,3}$/, "");
}

/** The message names the text. */
function withWhole(error: SqlError, head: string, text: string): SqlError {
  const message = error.message.replace(`"${head}"`, () => `"${text}"`);
  return new SqlError(error.sqlstate, message, error.fields);
}

/** Throws if the beginning cannot be one of a text of the type; what else is wrong the whole tells. */
function judge(text: string, read: (head: string) => Datum): void {
  const head = headOf(text);
  if (head.trimStart().length < HEAD_LENGTH_MIN) return;
  try {
    read(head);
  } catch (error) {
    if (error instanceof SqlError && INVALID.has(error.sqlstate)) {
      throw withWhole(error, head, text);
    }
  }
}

/** The type, but that long texts are judged by their beginning before they are read. */
export function judgedInput(type: SqlType): SqlType {
  return {
    ...type,
    input(text: string, typmod: number, settings: InputSettings): Datum {
      if (text.length > LONG) judge(text, (head) => type.input(head, typmod, settings));
      return type.input(text, typmod, settings);
    },
  };
}
