/**
 * Reads a text by a date and time template into fields (formatting.c: DCH_from_char). Zero stands for
 * a field that was not given, as there.
 */
import { SqlError } from "@firstlight/common";
import { lowerText } from "../text/characters.ts";
import { toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { isSeparator, isSpace } from "./date-format.ts";
import type { DateField, DateLiteral, DateNode } from "./date-format.ts";
import { AD_BC, AM_PM, DAYS, MONTHS, NUMBERS, ROMAN_MONTHS, conventionOf } from "./read-fields.ts";
import type { FieldName, NumberField } from "./read-fields.ts";
import { NODES_PER_STEP } from "./template-nodes.ts";

export interface ReadFields {
  readonly values: ReadonlyMap<FieldName, number>;
  readonly twelveHours: boolean;
  readonly isoWeek: boolean;
  /** How many digits the year had in the template. */
  readonly yearWidth: number;
  /** -1 or 1 when a zone was read, else 0. */
  readonly zoneSign: number;
  /** Of FF1 … FF6, else 0. */
  readonly fractionDigits: number;
}

const INT_MAX = 2147483647;

function invalid(message: string, detail?: string, hint?: string): SqlError {
  return new SqlError("22007", message, { detail, hint });
}

class DateReader {
  readonly #text: string;
  readonly #nodes: Iterable<DateNode>;
  /** What follows the node that is read. */
  #next: DateNode | undefined;
  readonly #standard: boolean;
  readonly #values = new Map<FieldName, number>();
  #at = 0;
  #extraSkip = 0;
  #exact: boolean;
  #convention: "gregorian" | "iso" | undefined;
  #twelveHours = false;
  #yearWidth = 0;
  #zoneSign = 0;
  #fractionDigits = 0;

  constructor(text: string, nodes: Iterable<DateNode>, standard: boolean) {
    this.#text = text;
    this.#nodes = nodes;
    this.#standard = standard;
    this.#exact = standard;
  }

  *read(): Steps<ReadFields> {
    const rest = this.#nodes[Symbol.iterator]();
    let node: DateNode | undefined = rest.next().value ?? undefined;
    for (let count = 0; node !== undefined && this.#at < this.#text.length; count++) {
      if (count % NODES_PER_STEP === NODES_PER_STEP - 1) yield;
      this.#next = rest.next().value ?? undefined;
      if (!this.#exact && !isExactMark(node) && (node.kind === "field" || count === 0)) {
        this.#skipSpaces();
      }
      if (node.kind === "literal") this.#literal(node);
      else this.#fieldWithSpaces(node);
      node = this.#next;
    }
    if (this.#standard) this.#requireEnd(node);
    return {
      values: this.#values,
      twelveHours: this.#twelveHours,
      isoWeek: this.#convention === "iso",
      yearWidth: this.#yearWidth,
      zoneSign: this.#zoneSign,
      fractionDigits: this.#fractionDigits,
    };
  }

  #requireEnd(next: DateNode | undefined): void {
    if (next !== undefined) {
      throw invalid("input string is too short for datetime format");
    }
    this.#skipSpaces();
    if (this.#at < this.#text.length) {
      throw invalid("trailing characters remain in input string after datetime format");
    }
  }

  #here(): string {
    return this.#text[this.#at] ?? "";
  }

  #skipSpaces(): void {
    const end = behindSpaces(this.#text, this.#at);
    this.#extraSkip += end - this.#at;
    this.#at = end;
  }

  #skipCharacter(): void {
    this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
  }

  #literal({ text, form }: DateLiteral): void {
    if (form !== "character") return this.#separator(text);
    if (!this.#exact) {
      if (this.#extraSkip > 0) this.#extraSkip--;
      else this.#skipCharacter();
      return;
    }
    if (this.#standard && !this.#text.startsWith(text, this.#at)) {
      throw invalid(`unmatched format character "${text}"`);
    }
    this.#skipCharacter();
  }

  /** A separator matches one separator or blank, or nothing; in FX mode any character. */
  #separator(text: string): void {
    if (this.#standard) {
      if (this.#here() !== text) throw invalid(`unmatched format separator "${text}"`);
      this.#at++;
    } else if (this.#exact) this.#skipCharacter();
    else {
      this.#extraSkip--;
      if (isSpace(this.#here()) || isSeparator(this.#here())) {
        this.#at++;
        this.#extraSkip++;
      }
    }
  }

  #fieldWithSpaces(node: DateField): void {
    const name = node.name.toUpperCase();
    this.#requireConvention(name);
    this.#field(node, name);
    if (this.#exact) return;
    this.#extraSkip = 0;
    this.#skipSpaces();
  }

  #requireConvention(name: string): void {
    const convention = conventionOf(name);
    if (convention === undefined) return;
    if (this.#convention !== undefined && this.#convention !== convention) {
      throw invalid(
        "invalid combination of date conventions",
        undefined,
        "Do not mix Gregorian and ISO week date conventions in a formatting template.",
      );
    }
    this.#convention = convention;
  }

  #field(node: DateField, name: string): void {
    const number = NUMBERS[name];
    if (number !== undefined) return this.#number(node, name, number);
    switch (name) {
      case "FX":
        this.#exact = true;
        return;
      case "TZ":
      case "OF":
        throw new SqlError("0A000", `formatting field "${node.name}" is only supported in to_char`);
      case "TZH":
        this.#zoneHour(node);
        return;
      case "TZM":
        if (this.#zoneSign === 0) this.#zoneSign = 1;
        this.#set("zoneMinute", this.#integer(node, 2).value, node);
        return;
      case "Y,YYY":
        this.#yearWithComma(node);
        return;
      default:
        this.#word(node, name);
    }
  }

  #number(node: DateField, name: string, field: NumberField): void {
    const { value, used } = this.#integer(node, field.width);
    this.#skipOrdinal(node);
    if (name === "HH" || name === "HH12") this.#twelveHours = true;
    if (field.target === "year") {
      this.#yearWidth = field.width;
      const partial = field.width < 4 && used < 4;
      this.#set("year", value, node);
      if (partial) this.#values.set("year", nearestTo2020(value));
      return;
    }
    if (field.target === "millis" || field.target === "micros") {
      if (name.startsWith("FF")) this.#fractionDigits = field.width;
      this.#set(field.target, value, node);
      // The digits are a fraction: "25" and "250" for MS are the same.
      const digits = field.target === "millis" ? 3 : 6;
      this.#values.set(field.target, value * 10 ** Math.max(0, digits - used));
      return;
    }
    if (field.target === undefined) return;
    this.#set(field.target, value, node);
    if (name === "ID") this.#values.set("weekday", value + 1 > 7 ? 1 : value + 1);
  }

  /** A minus sign that was skipped as a separator counts. */
  #zoneHour(node: DateField): void {
    const sign = this.#here();
    if (sign === "+" || sign === "-" || sign === " ") {
      this.#zoneSign = sign === "-" ? -1 : 1;
      this.#at++;
    } else {
      const skipped = this.#extraSkip > 0 && this.#text[this.#at - 1] === "-";
      this.#zoneSign = skipped ? -1 : 1;
    }
    this.#set("zoneHour", this.#integer(node, 2).value, node);
  }

  #yearWithComma(node: DateField): void {
    const match = /^\s*([+-]?\d+),([+-]?\d{1,3})/.exec(this.#text.slice(this.#at));
    if (match === null) throw invalid('invalid input string for "Y,YYY"');
    const year = Number(match[1]) * 1000 + Number(match[2]);
    if (Math.abs(year) > INT_MAX) {
      throw new SqlError("22008", 'value for "Y,YYY" in source string is out of range');
    }
    this.#set("year", year, node);
    this.#yearWidth = 4;
    this.#at += match[0].length;
    this.#skipOrdinal(node);
  }

  #word(node: DateField, name: string): void {
    switch (name) {
      case "AM":
      case "PM":
      case "A.M.":
      case "P.M.":
        this.#set("pm", this.#name(node, AM_PM[name.includes(".") ? 1 : 0]), node);
        this.#twelveHours = true;
        return;
      case "AD":
      case "BC":
      case "A.D.":
      case "B.C.":
        this.#set("bc", this.#name(node, AD_BC[name.includes(".") ? 1 : 0]), node);
        return;
      case "MONTH":
      case "MON":
        this.#set("month", this.#name(node, shortened(MONTHS, name === "MON")) + 1, node);
        return;
      case "DAY":
      case "DY":
        // The number of the day is compared with a former one before it is counted from 1.
        this.#set("weekday", this.#name(node, shortened(DAYS, name === "DY")), node);
        this.#values.set("weekday", (this.#values.get("weekday") ?? 0) + 1);
        return;
      default:
        this.#set("month", 12 - this.#name(node, ROMAN_MONTHS), node);
    }
  }

  #name(node: DateField, names: readonly string[]): number {
    const rest = lowerText(this.#text.slice(this.#at, this.#at + 12));
    const index = names.findIndex((name) => rest.startsWith(name));
    if (index < 0) {
      const word = /^[^ \t\n\v\f\r]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
      throw invalid(
        `invalid value "${word}" for "${node.name}"`,
        "The given value did not match any of the allowed values for this field.",
      );
    }
    this.#at += names[index]?.length ?? 0;
    return index;
  }

  #skipOrdinal({ ordinal }: DateField): void {
    if (ordinal === undefined) return;
    for (let i = 0; i < 2; i++) if (this.#at < this.#text.length) this.#skipCharacter();
  }

  #set(target: FieldName, value: number, node: DateField): void {
    const known = this.#values.get(target) ?? 0;
    if (known !== 0 && known !== value) {
      throw invalid(
        `conflicting values for "${node.name}" field in formatting string`,
        "This value contradicts a previous setting for the same field type.",
      );
    }
    this.#values.set(target, value);
  }

  /** `used` counts blanks and the sign as well. */
  #integer(node: DateField, width: number): { value: number; used: number } {
    const start = this.#at;
    this.#at = behindSpaces(this.#text, this.#at);
    const rest = this.#text.slice(this.#at);
    const copy = rest.slice(0, width);
    const slurps = node.fill || this.#nextSeparates(node);
    if (!slurps && rest.length < width) throw tooShort(node.name, width, rest.length);
    const digits = /^[ \t\n\v\f\r]*[+-]?\d+/.exec(slurps ? rest : copy)?.[0] ?? "";
    if (!slurps && digits.length > 0 && digits.length < width) {
      throw tooFewDigits(node.name, copy, width, digits.length);
    }
    this.#at = digits === "" && slurps ? start : this.#at + digits.length;
    if (this.#at === start) {
      throw invalid(`invalid value "${copy}" for "${node.name}"`, "Value must be an integer.");
    }
    const value = Number(digits);
    if (value > INT_MAX || value < -INT_MAX - 1) {
      throw new SqlError("22008", `value for "${node.name}" in source string is out of range`, {
        detail: "Value must be in the range -2147483648 to 2147483647.",
      });
    }
    return { value, used: this.#at - start };
  }

  /** Whether digits end by themselves: no digit field and no digit follows. */
  #nextSeparates(node: DateField): boolean {
    if (node.ordinal !== undefined) return true;
    const next = this.#next;
    if (next === undefined) return true;
    if (next.kind === "literal") return !/^[0-9]$/.test(next.text);
    const name = next.name.toUpperCase();
    return NUMBERS[name] === undefined && name !== "Y,YYY" && name !== "TZM";
  }
}

function behindSpaces(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && !(code >= 0x09 && code <= 0x0d)) return at;
    at++;
  }
}

function isExactMark(node: DateNode): boolean {
  return node.kind === "field" && node.name.toUpperCase() === "FX";
}

function shortened(names: readonly string[], short: boolean): readonly string[] {
  return short ? names.map((name) => name.slice(0, 3)) : names;
}

const HINT = 'If your source string is not fixed-width, try using the "FM" modifier.';

function tooShort(name: string, width: number, remain: number): SqlError {
  return invalid(
    `source string too short for "${name}" formatting field`,
    `Field requires ${width} characters, but only ${remain} remain.`,
    HINT,
  );
}

function tooFewDigits(name: string, source: string, width: number, parsed: number): SqlError {
  return invalid(
    `invalid value "${source}" for "${name}"`,
    `Field requires ${width} characters, but only ${parsed} could be parsed.`,
    HINT,
  );
}

/** Years of fewer than four digits are those nearest to 2020. */
function nearestTo2020(year: number): number {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

/** `standard`: separators and length must match, as the SQL standard has it. */
export function readDate(
  text: string,
  nodes: readonly DateNode[],
  standard: boolean = false,
): ReadFields {
  return toEnd(new DateReader(text, nodes, standard).read());
}

/** By a long template. */
export function readDateSteps(text: string, nodes: Iterable<DateNode>): Steps<ReadFields> {
  return new DateReader(text, nodes, false).read();
}
