/**
 * to_ascii: the bytes of a text, taken as characters of a single-byte encoding, without their accents.
 * Of a text in UTF-8 every byte counts by itself, as in PostgreSQL.
 */
import { SqlError, encodingName, encodingNumber } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, PLAIN_STEP, longCall, mapPieces } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";

/** For the bytes from 128 on. */
const TABLES: Readonly<Record<string, string>> = {
  LATIN1:
    "                                  cL Y  \"Ca  -R     'u .,      ?  AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo           ",
  LATIN2:
    '                                 A L LS "SSTZ-ZZ a,l\'ls ,sstz"zz  AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo           ',
  LATIN9:
    "                                  cL YS sCa  -R     Zu .z   EeY?  AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo           ",
  WIN1250:
    '  \' "    %S<STZZ `\'"".--  s>stzz   L A  "CS  -RZ  ,l\'u .,as L"lz  AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo           ',
};

/** A byte by itself, so that pieces of a long text can be treated one by one. */
function converted(context: EvaluationContext, text: string, encoding: string): string {
  if (text.length <= LONG) return toAscii(text, encoding);
  return longCall(context, () => mapPieces(text, PLAIN_STEP, (piece) => toAscii(piece, encoding)));
}

function toAscii(text: string, encoding: string): string {
  const table = TABLES[encoding];
  if (table === undefined) {
    throw new SqlError("0A000", `encoding conversion from ${encoding} to ASCII not supported`);
  }
  const bytes = Buffer.from(text, "utf8");
  return Array.from(bytes, (byte) =>
    byte < 128 ? String.fromCharCode(byte) : (table[byte - 128] ?? " "),
  ).join("");
}

export function registerToAscii(): void {
  registerFunctions({
    to_ascii_default: (context, text: string) => converted(context, text, "UTF8"),
    to_ascii_enc: (context, text: string, encoding: number) => {
      const name = encodingName(encoding);
      if (name === undefined) {
        throw new SqlError("42704", `${encoding} is not a valid encoding code`);
      }
      return converted(context, text, name);
    },
    to_ascii_encname: (context, text: string, name: string) => {
      const encoding = encodingName(encodingNumber(name));
      if (encoding === undefined) {
        throw new SqlError("42704", `${name} is not a valid encoding name`);
      }
      return converted(context, text, encoding);
    },
  });
}
