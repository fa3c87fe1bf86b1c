/**
 * Date and time templates: their fields with prefix and suffix. A template is scanned by the longest
 * field name that fits.
 */
import { literalAt } from "./number-format.ts";

export interface DateField {
  readonly kind: "field";
  /** As written: the case of names and of AM, BC and TZ says how they are printed. */
  readonly name: string;
  /** FM: no padding. */
  readonly fill: boolean;
  /** TM: localized, which is English without padding in the C locale. */
  readonly localized: boolean;
  readonly ordinal: "TH" | "th" | undefined;
  /** FX: the text must match the template exactly. Only reading heeds it. */
  readonly exact: boolean;
}

export type DateNode = DateField | { readonly kind: "literal"; readonly text: string };

const NAMES =
  "A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 HH24 HH12 HH IDDD ID " +
  "IW IYYY IYY IY I J MI MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ US WW " +
  "W Y,YYY YYYY YYY YY Y";

/** Each name also in lower case; longer names first. */
const FIELDS: readonly string[] = [
  ...new Set(NAMES.split(" ").flatMap((name) => [name, name.toLowerCase()])),
].toSorted((a, b) => b.length - a.length);

function prefixAt(template: string, at: number): "FM" | "FX" | "TM" | undefined {
  const two = template.slice(at, at + 2);
  if (two === "FM" || two === "fm") return "FM";
  if (two === "FX" || two === "fx") return "FX";
  return two === "TM" || two === "tm" ? "TM" : undefined;
}

export function parseDateFormat(template: string): readonly DateNode[] {
  const nodes: DateNode[] = [];
  let at = 0;
  let exact = false;
  while (at < template.length) {
    let fill = false;
    let localized = false;
    for (let prefix = prefixAt(template, at); prefix !== undefined;) {
      if (prefix === "FM") fill = true;
      else if (prefix === "FX") exact = true;
      else localized = true;
      at += 2;
      prefix = prefixAt(template, at);
    }
    if (at >= template.length) break;
    const start = at;
    const name = FIELDS.find((field) => template.startsWith(field, start));
    if (name === undefined) {
      const literal = literalAt(template, at);
      nodes.push({ kind: "literal", text: literal.text });
      at = literal.end;
      continue;
    }
    at += name.length;
    const suffix = template.slice(at, at + 2);
    const ordinal = suffix === "TH" || suffix === "th" ? suffix : undefined;
    if (ordinal !== undefined || /^sp$/i.test(suffix)) at += 2;
    nodes.push({ kind: "field", name, fill, localized, ordinal, exact });
  }
  return nodes;
}
