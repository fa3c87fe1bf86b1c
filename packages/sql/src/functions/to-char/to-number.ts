/**
 * to_number(): takes the digits, sign and point that a numeric template names out of a text
 * (formatting.c: NUM_numpart_from_char).
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Numeric } from "../../values/datum.ts";
import { makeNumeric, parseNumeric } from "../../values/numeric.ts";
import { numericMultiply } from "../../values/numeric-arithmetic.ts";
import { numericPower } from "../../values/numeric-transcendental.ts";
import { parseNumberFormat } from "./number-format.ts";
import type { NumberFormat, NumberKey } from "./number-format.ts";

const TEN = makeNumeric(10n, 0);

class NumberReader {
  readonly #text: string;
  readonly #format: NumberFormat;
  #at = 0;
  #digits = "";
  #negative = false;
  #signRead = false;
  #point = false;

  constructor(text: string, format: NumberFormat) {
    this.#text = text;
    this.#format = format;
  }

  read(): string {
    for (const node of this.#format.nodes) {
      if (this.#at >= this.#text.length) break;
      if (node.kind === "literal") this.#at++;
      else this.#key(node.key);
    }
    this.#trailingSign();
    return (this.#negative ? "-" : "") + this.#digits;
  }

  #here(): string {
    return this.#text[this.#at] ?? "";
  }

  #key(key: NumberKey): void {
    switch (key) {
      case "9":
      case "0":
      case ".":
      case "D":
        return this.#digit();
      case ",":
      case "G":
        if (this.#here() === ",") this.#at++;
        return;
      case "L":
        if (this.#here() === " " || this.#here() === "$") this.#at++;
        return;
      case "MI":
        if (this.#here() === "-") this.#sign();
        else if (this.#here() === " ") this.#at++;
        return;
      case "PL":
        if (this.#here() === "+" || this.#here() === " ") this.#at++;
        return;
      case "SG":
        this.#sign();
        return;
      case "TH":
      case "th":
        this.#at += 2;
        return;
      case "B":
      case "EEEE":
      case "FM":
      case "PR":
      case "RN":
      case "rn":
      case "S":
      case "V":
        return;
    }
  }

  #sign(): boolean {
    const character = this.#here();
    if (character !== "-" && character !== "+" && character !== "<") return false;
    this.#negative = character !== "+";
    this.#signRead = true;
    this.#at++;
    return true;
  }

  #digit(): void {
    while (this.#digits === "" && this.#here() === " ") this.#at++;
    if (this.#digits === "" && !this.#signRead) this.#sign();
    const character = this.#here();
    if (/^[0-9]$/.test(character)) {
      this.#digits += character;
      this.#at++;
    } else if (character === "." && this.#format.flags.has("decimal") && !this.#point) {
      this.#digits += ".";
      this.#point = true;
      this.#at++;
    }
  }

  #trailingSign(): void {
    if (this.#signRead) return;
    const { flags } = this.#format;
    if (flags.has("sign") || flags.has("minus") || flags.has("plus")) this.#sign();
  }
}

function toNumber(text: string, template: string): Numeric | null {
  if (template === "") return null;
  const format = parseNumberFormat(template);
  if (format.flags.has("roman")) throw featureNotSupported('"RN" not supported for input');
  if (format.flags.has("exponent")) throw featureNotSupported('"EEEE" not supported for input');
  const digits = new NumberReader(text, format).read();
  if (!/[0-9]/.test(digits)) {
    throw new SqlError("22P02", `invalid input syntax for type numeric: "${digits || " "}"`);
  }
  const value = parseNumeric(digits);
  return format.multi > 0
    ? numericMultiply(value, numericPower(TEN, makeNumeric(BigInt(-format.multi), 0)))
    : value;
}

export function registerNumberReading(): void {
  registerFunctions({
    numeric_to_number: (_, text: string, template: string) => toNumber(text, template),
  });
}
