/**
 * Date and time templates: their fields with prefix and suffix, and the characters between them
 * (formatting.c: parse_format). A template is scanned by the longest field name that fits.
 */
import { SqlError } from "@firstlight/common";
import { foundAnew } from "./template-nodes.ts";

export interface DateField {
  readonly kind: "field";
  /** As written: the case of names and of AM, BC and TZ says how they are printed. */
  readonly name: string;
  /** FM: no padding, and any number of digits is read. */
  readonly fill: boolean;
  /** TM: localized, which is English without padding in the C locale. */
  readonly localized: boolean;
  readonly ordinal: "TH" | "th" | undefined;
}

/** One character. Reading treats blanks and separators less strictly than others. */
export interface DateLiteral {
  readonly kind: "literal";
  readonly text: string;
  readonly form: "space" | "separator" | "character";
}

export type DateNode = DateField | DateLiteral;

const NAMES =
  "A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 FX HH24 HH12 HH IDDD ID " +
  "IW IYYY IYY IY I J MI MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ US WW " +
  "W Y,YYY YYYY YYY YY Y";

/** Each name also in lower case; longer names first. By their first character. */
const FIELDS: ReadonlyMap<string, readonly string[]> = byFirstCharacter(
  [...new Set(NAMES.split(" ").flatMap((name) => [name, name.toLowerCase()]))].toSorted(
    (a, b) => b.length - a.length,
  ),
);

function byFirstCharacter(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const first = new Set(names.map((name) => name.charAt(0)));
  return new Map([...first].map((one) => [one, names.filter((name) => name.startsWith(one))]));
}

function fieldAt(text: string, at: number): string | undefined {
  return FIELDS.get(text.charAt(at))?.find((field) => text.startsWith(field, at));
}

const PREFIXES: ReadonlySet<string> = new Set(["FM", "fm", "TM", "tm"]);
/** Separators that the SQL standard allows. */
const STANDARD_SEPARATORS = "-./,':; ";

export function isSpace(character: string): boolean {
  return /^[ \t\n\v\f\r]$/.test(character);
}

export function isSeparator(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/.test(character);
}

class DateTemplate {
  readonly #text: string;
  readonly #standard: boolean;
  #at = 0;

  constructor(text: string, standard: boolean) {
    this.#text = text;
    this.#standard = standard;
  }

  *nodes(): Generator<DateNode, void, void> {
    while (this.#at < this.#text.length) {
      const two = this.#text.slice(this.#at, this.#at + 2);
      const prefix = PREFIXES.has(two) ? two.toUpperCase() : undefined;
      if (prefix !== undefined) this.#at += 2;
      const name = fieldAt(this.#text, this.#at);
      if (name !== undefined) yield this.#field(name, prefix);
      else if (this.#text[this.#at] === '"') yield* this.#quoted();
      else if (this.#at < this.#text.length) yield this.#literal();
    }
  }

  #field(name: string, prefix: string | undefined): DateField {
    this.#at += name.length;
    const suffix = this.#text.slice(this.#at, this.#at + 2);
    const ordinal = suffix === "TH" || suffix === "th" ? suffix : undefined;
    if (ordinal !== undefined || suffix === "SP") this.#at += 2;
    const [fill, localized] = [prefix === "FM", prefix === "TM"];
    return { kind: "field", name, fill, localized, ordinal };
  }

  #literal(): DateLiteral {
    const character = this.#text[this.#at] ?? "";
    if (this.#standard && !STANDARD_SEPARATORS.includes(character)) {
      const whole = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      throw new SqlError("22007", `invalid datetime format separator: "${whole}"`);
    }
    if (character === "\\" && this.#text[this.#at + 1] === '"') this.#at++;
    const text = this.#take();
    const form = isSeparator(text) ? "separator" : isSpace(text) ? "space" : "character";
    return { kind: "literal", text, form };
  }

  *#quoted(): Generator<DateNode, void, void> {
    this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] === "\\" && this.#at + 1 < this.#text.length) this.#at++;
      yield { kind: "literal", text: this.#take(), form: "character" };
    }
    this.#at++;
  }

  #take(): string {
    const text = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += text.length;
    return text;
  }
}

/** Of long templates. */
export function longDateFormat(template: string): Iterable<DateNode> {
  return foundAnew(() => new DateTemplate(template, false).nodes());
}

/** `standard`: only the separators of the SQL standard are allowed between fields. */
export function parseDateFormat(template: string, standard: boolean = false): readonly DateNode[] {
  return [...new DateTemplate(template, standard).nodes()];
}
