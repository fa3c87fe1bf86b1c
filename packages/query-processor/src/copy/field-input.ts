/** From the text of one field to its column's value; integers without going through their codec. */
import type { Datum } from "@firstlight/sql";
import { INT2, INT4, TEXT } from "../wire/type-oids.ts";
import type { CodecByOid, CodecInputSettings } from "../wire/value-codec.ts";

export type FieldInput = (text: string) => Datum;

const INT4_DIGITS_SAFE = 9;
const INT2_DIGITS_SAFE = 4;

/** The value of up to `most` digits with a sign, undefined for anything that needs more care. */
function plainInteger(text: string, most: number): number | undefined {
  let at = 0;
  const negative = text.charCodeAt(0) === 0x2d;
  if (negative) at = 1;
  const { length } = text;
  if (length - at === 0 || length - at > most) return undefined;
  let value = 0;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return negative ? 0 - value : value;
}

export function fieldInput(
  type: number,
  typmod: number,
  codecs: CodecByOid,
  settings: CodecInputSettings,
): FieldInput {
  if (type === TEXT) return (text) => text;
  const codec = codecs(type);
  if (codec === undefined) throw new RangeError(`no codec for type ${String(type)}`);
  const general: FieldInput = (text) => codec.input(text, typmod, settings);
  if (type !== INT4 && type !== INT2) return general;
  const most = type === INT4 ? INT4_DIGITS_SAFE : INT2_DIGITS_SAFE;
  return (text) => plainInteger(text, most) ?? general(text);
}
