/**
 * Reads a text by a date and time template into fields (formatting.c: DCH_from_char). What the
 * template's fields cannot take is refused; FX, time zones and Roman months are not read.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { DateField, DateNode } from "./date-format.ts";
import { lowerText } from "../text/characters.ts";

export type FieldName =
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "julian"
  | "hour"
  | "minute"
  | "second"
  | "micros"
  | "secondOfDay"
  | "century"
  | "week"
  | "weekOfMonth";

export interface ReadFields {
  readonly values: ReadonlyMap<FieldName, number>;
  readonly pm: boolean | undefined;
  readonly bc: boolean;
  readonly twelveHours: boolean;
  /** How many digits the year had in the template. */
  readonly yearWidth: number;
}

const MONTHS =
  "january february march april may june july august september october november december".split(
    " ",
  );
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

interface NumberField {
  readonly target: FieldName;
  readonly width: number;
}

const NUMBERS: Readonly<Record<string, NumberField>> = {
  HH: { target: "hour", width: 2 },
  HH12: { target: "hour", width: 2 },
  HH24: { target: "hour", width: 2 },
  MI: { target: "minute", width: 2 },
  SS: { target: "second", width: 2 },
  SSSS: { target: "secondOfDay", width: 5 },
  SSSSS: { target: "secondOfDay", width: 5 },
  MM: { target: "month", width: 2 },
  DD: { target: "day", width: 2 },
  DDD: { target: "dayOfYear", width: 3 },
  J: { target: "julian", width: 0 },
  CC: { target: "century", width: 2 },
  WW: { target: "week", width: 2 },
  W: { target: "weekOfMonth", width: 1 },
  YYYY: { target: "year", width: 4 },
  YYY: { target: "year", width: 3 },
  YY: { target: "year", width: 2 },
  Y: { target: "year", width: 1 },
};

const isSpace = (character: string): boolean => /^[ \t\n\v\f\r]$/.test(character);
const isSeparator = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character);

class DateReader {
  readonly #text: string;
  readonly #nodes: readonly DateNode[];
  readonly #values = new Map<FieldName, number>();
  #at = 0;
  #extraSkip = 0;
  #pm: boolean | undefined;
  #bc = false;
  #twelveHours = false;
  #yearWidth = 0;

  constructor(text: string, nodes: readonly DateNode[]) {
    this.#text = text;
    this.#nodes = nodes;
  }

  read(): ReadFields {
    for (const [index, node] of this.#nodes.entries()) {
      if (this.#at >= this.#text.length) break;
      if (node.kind === "field" || index === 0) this.#skipSpaces();
      if (node.kind === "literal") this.#literal(node.text);
      else {
        this.#field(node, index);
        if (node.ordinal !== undefined) this.#at += 2;
        this.#extraSkip = 0;
        this.#skipSpaces();
      }
    }
    return {
      values: this.#values,
      pm: this.#pm,
      bc: this.#bc,
      twelveHours: this.#twelveHours,
      yearWidth: this.#yearWidth,
    };
  }

  #here(): string {
    return this.#text[this.#at] ?? "";
  }

  #skipSpaces(): void {
    while (isSpace(this.#here())) {
      this.#at++;
      this.#extraSkip++;
    }
  }

  /** A separator matches one separator or none; another character takes one, unless skipped. */
  #literal(text: string): void {
    if (isSpace(text) || isSeparator(text)) {
      this.#extraSkip--;
      if (isSpace(this.#here()) || isSeparator(this.#here())) {
        this.#at++;
        this.#extraSkip++;
      }
    } else if (this.#extraSkip > 0) this.#extraSkip--;
    else this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
  }

  #field(node: DateField, index: number): void {
    if (node.exact) throw featureNotSupported('template prefix "FX"');
    const upper = node.name.toUpperCase();
    if (/^(?:[AP]\.M\.|[AP]M|A\.D\.|B\.C\.|AD|BC)$/.test(upper)) return this.#marker(node, upper);
    if (upper === "MONTH" || upper === "MON") return this.#month(node, upper === "MON");
    if (upper === "DAY" || upper === "DY") {
      this.#name(node, upper === "DY" ? DAYS.map((day) => day.slice(0, 3)) : DAYS);
      return;
    }
    if (upper === "MS" || upper === "US" || /^FF[1-6]$/.test(upper))
      return this.#fraction(node, index);
    const number = NUMBERS[upper];
    if (number === undefined) {
      throw featureNotSupported(`template pattern "${node.name}" in to_date and to_timestamp`);
    }
    if (number.target === "year") this.#yearWidth = number.width;
    if (upper === "HH" || upper === "HH12") this.#twelveHours = true;
    const value = this.#integer(node, index, number.width);
    this.#set(
      number.target,
      number.target === "year" ? fullYear(value.number, value.used, number.width) : value.number,
      node,
    );
  }

  #marker(node: DateField, upper: string): void {
    const dotted = upper.includes(".");
    const words = /[DC]/.test(upper)
      ? dotted
        ? ["a.d.", "b.c."]
        : ["ad", "bc"]
      : dotted
        ? ["a.m.", "p.m."]
        : ["am", "pm"];
    const second = this.#name(node, words) === 1;
    if (/[DC]/.test(upper)) this.#bc = second;
    else {
      this.#pm = second;
      this.#twelveHours = true;
    }
  }

  #month(node: DateField, short: boolean): void {
    const names = short ? MONTHS.map((month) => month.slice(0, 3)) : MONTHS;
    this.#set("month", this.#name(node, names) + 1, node);
  }

  #name(node: DateField, names: readonly string[]): number {
    const rest = lowerText(this.#text.slice(this.#at, this.#at + 12));
    const index = names.findIndex((name) => rest.startsWith(name));
    if (index < 0) {
      const word = /^\S*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
      throw new SqlError("22007", `invalid value "${word}" for "${node.name}"`, {
        detail: "The given value did not match any of the allowed values for this field.",
      });
    }
    this.#at += names[index]?.length ?? 0;
    return index;
  }

  /** "5" for MS is 500 milliseconds: the digits are a fraction. */
  #fraction(node: DateField, index: number): void {
    const name = node.name.toUpperCase();
    const width = name === "MS" ? 3 : name === "US" ? 6 : Number(name.slice(2));
    const { number, used } = this.#integer(node, index, width);
    const scale = 10 ** (width - Math.min(used, width));
    const micros = number * scale * 10 ** (6 - width);
    this.#set("micros", Math.trunc(micros / 10 ** Math.max(used - width, 0)), node);
  }

  #set(target: FieldName, value: number, node: DateField): void {
    const known = this.#values.get(target);
    if (known !== undefined && known !== 0 && known !== value) {
      throw new SqlError(
        "22007",
        `conflicting values for "${node.name}" field in formatting string`,
        { detail: "This value contradicts a previous setting for the same field type." },
      );
    }
    this.#values.set(target, value);
  }

  #integer(node: DateField, index: number, width: number): { number: number; used: number } {
    this.#skipSpaces();
    const rest = this.#text.slice(this.#at);
    const variable = node.fill || width === 0 || this.#nextSeparates(index);
    const source = variable ? rest : rest.slice(0, width);
    if (!variable && source.length < width) throw tooShort(node.name, width, source.length);
    const digits = /^[+-]?\d+/.exec(source)?.[0] ?? "";
    if (digits === "") {
      throw new SqlError(
        "22007",
        `invalid value "${source.slice(0, width || 10)}" for "${node.name}"`,
        {
          detail: "Value must be an integer.",
        },
      );
    }
    if (!variable && digits.length < width)
      throw tooFewDigits(node.name, source, width, digits.length);
    const number = Number(digits);
    if (Math.abs(number) > 2147483647) {
      throw new SqlError("22008", `value for "${node.name}" in source string is out of range`);
    }
    this.#at += digits.length;
    return { number, used: digits.length };
  }

  /** Whether digits end by themselves: no digit field and no digit follows. */
  #nextSeparates(index: number): boolean {
    const node = this.#nodes[index];
    if (node?.kind === "field" && node.ordinal !== undefined) return true;
    const next = this.#nodes[index + 1];
    if (next === undefined) return true;
    if (next.kind === "literal") return !/^[0-9]$/.test(next.text);
    return !isDigitField(next.name);
  }
}

function isDigitField(name: string): boolean {
  return (
    !/^(?:[AP]\.?M\.?|A\.?D\.?|B\.?C\.?|DAY|DY|MONTH|MON|TZ|OF|RM|TZH|TZM|J)$/i.test(name) ||
    /^J$/i.test(name)
  );
}

const HINT = 'If your source string is not fixed-width, try using the "FM" modifier.';

function tooShort(name: string, width: number, remain: number): SqlError {
  return new SqlError("22007", `source string too short for "${name}" formatting field`, {
    detail: `Field requires ${width} characters, but only ${remain} remain.`,
    hint: HINT,
  });
}

function tooFewDigits(name: string, source: string, width: number, parsed: number): SqlError {
  return new SqlError("22007", `invalid value "${source}" for "${name}"`, {
    detail: `Field requires ${width} characters, but only ${parsed} could be parsed.`,
    hint: HINT,
  });
}

/** Years of fewer than four digits are those nearest to 2020. */
function fullYear(value: number, used: number, width: number): number {
  if (width === 4 || used >= 4) return value;
  if (value < 70) return value + 2000;
  if (value < 100) return value + 1900;
  if (value < 520) return value + 2000;
  return value < 1000 ? value + 1000 : value;
}

export function readDate(text: string, nodes: readonly DateNode[]): ReadFields {
  return new DateReader(text, nodes).read();
}
