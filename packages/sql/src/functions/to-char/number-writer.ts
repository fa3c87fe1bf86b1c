/**
 * Lays a number's digits out by a numeric template (formatting.c: NUM_processor and
 * NUM_numpart_to_char, which this follows step by step).
 */
import { ordinalSuffix } from "./ordinal.ts";
import type { Steps } from "../long-call.ts";
import type { NumberFormat, NumberKey, NumberNode } from "./number-format.ts";
import { writtenNodes } from "./template-nodes.ts";

/** `digits` is the magnitude, with a point when the template has decimals. */
export interface NumberParts {
  readonly digits: string;
  readonly sign: "+" | "-";
  /** How many positions before the point the number leaves empty. */
  readonly preSpaces: number;
  /** pre including the positions that V adds. */
  readonly pre: number;
}

class NumberWriter {
  #output = "";
  readonly #format: NumberFormat;
  readonly #number: NumberParts;
  readonly #fill: boolean;
  readonly #zero: boolean;
  readonly #zeroStart: number;
  readonly #bracket: boolean;
  #lockedSign: NumberFormat["sign"];
  #signWritten: boolean;
  #count: number;
  /** Index of the last digit worth showing in fill mode; undefined when all are. */
  readonly #lastRelevant: number | undefined;
  #current = 0;
  #at = 0;
  #inNumber = false;
  /** A place after the last digit ends the text, as C's do. */
  #isEnded = false;

  constructor(format: NumberFormat, number: NumberParts) {
    this.#format = format;
    this.#number = number;
    const { flags } = format;
    this.#fill = flags.has("fill");
    this.#zero = flags.has("zero");
    this.#zeroStart = Math.max(format.zeroStart - 1, 0);
    this.#bracket = flags.has("bracket") && !(number.sign === "+" && this.#fill);
    this.#lockedSign =
      format.sign === "pre" && number.pre === format.preSign ? "post" : format.sign;
    this.#signWritten = this.#needsNoSign();
    this.#count = format.post + number.pre - 1;
    this.#lastRelevant = this.#findLastRelevant();
    if (!this.#signWritten && number.preSpaces === 0) this.#count++;
  }

  #needsNoSign(): boolean {
    const { flags } = this.#format;
    if (flags.has("plus") || flags.has("minus")) return flags.has("minus");
    return this.#number.sign === "+" && this.#fill && !flags.has("sign");
  }

  #findLastRelevant(): number | undefined {
    if (!this.#fill || !this.#format.flags.has("decimal")) return undefined;
    const { digits, preSpaces } = this.#number;
    const point = digits.indexOf(".");
    if (point < 0) return undefined;
    let last = digits.length - 1;
    while (last > point && digits[last] === "0") last--;
    if (this.#format.zeroEnd <= preSpaces) return last;
    return Math.max(last, Math.min(digits.length - 1, this.#format.zeroEnd - preSpaces));
  }

  write(): string {
    for (const node of this.#format.nodes) {
      if (this.#isEnded || this.#endsAt(node)) break;
      this.#node(node);
    }
    return this.#output;
  }

  writeSteps(): Steps<string> {
    return writtenNodes(this.#format.nodes, (node) => {
      if (this.#isEnded || this.#endsAt(node)) return undefined;
      this.#output = "";
      this.#node(node);
      return this.#output;
    });
  }

  /** Roman numerals have no sign: C's text ends where it would be. */
  #endsAt(node: NumberNode): boolean {
    return node.kind === "key" && node.key === "SG" && this.#format.flags.has("roman");
  }

  #node(node: NumberNode): void {
    if (node.kind === "literal") this.#output += node.text;
    else this.#key(node.key);
  }

  #key(key: NumberKey): void {
    const { sign, digits } = this.#number;
    const isRoman = this.#format.flags.has("roman");
    switch (key) {
      case "9":
      case "0":
      case ".":
      case "D":
        if (!isRoman) this.#digit(key);
        return;
      case ",":
      case "G":
        if (this.#inNumber) this.#output += ",";
        else if (!this.#fill) this.#output += " ";
        return;
      case "L":
        this.#output += " ";
        return;
      case "RN":
      case "rn":
        this.#roman(key === "rn");
        return;
      case "TH":
      case "th":
        this.#ordinal(digits, sign, key);
        return;
      case "MI":
        this.#optional(sign === "-" ? "-" : "");
        return;
      case "PL":
        this.#optional(sign === "+" && !isRoman ? "+" : "");
        return;
      case "SG":
        this.#output += sign;
        return;
      case "B":
      case "EEEE":
      case "FM":
      case "PR":
      case "S":
      case "SP":
      case "V":
        return;
    }
  }

  #optional(sign: string): void {
    if (sign !== "") this.#output += sign;
    else if (!this.#fill) this.#output += " ";
  }

  #roman(lower: boolean): void {
    const { digits } = this.#number;
    const text = lower ? digits.toLowerCase() : digits;
    this.#output += this.#fill ? text : text.padStart(15);
  }

  #ordinal(digits: string, sign: string, key: "TH" | "th"): void {
    const { flags } = this.#format;
    if (flags.has("roman") || flags.has("decimal")) return;
    if (digits.startsWith("#") || sign === "-") return;
    this.#output += ordinalSuffix(digits, key === "TH");
  }

  /** '0.1' by '9.9' shows a blank where the zero is. */
  #blankZero(): boolean {
    return (
      !this.#zero && this.#at === 0 && this.#number.digits[0] === "0" && this.#format.post !== 0
    );
  }

  #lastIsPoint(): boolean {
    return this.#lastRelevant !== undefined && this.#number.digits[this.#lastRelevant] === ".";
  }

  #digit(key: "9" | "0" | "." | "D"): void {
    this.#inNumber = false;
    const { preSpaces } = this.#number;
    this.#signBefore();
    if (this.#current < preSpaces && (this.#zeroStart > this.#current || !this.#zero)) {
      if (!this.#fill) this.#output += " ";
    } else if (this.#zero && this.#current < preSpaces) {
      this.#output += "0";
      this.#inNumber = true;
    } else {
      this.#realDigit(key);
    }
    if (!this.#isEnded) this.#signAfter();
    this.#current++;
  }

  #signBefore(): void {
    if (this.#signWritten) return;
    const { preSpaces, sign } = this.#number;
    const reached = this.#current >= preSpaces || (this.#zero && this.#zeroStart === this.#current);
    if (!reached || (this.#blankZero() && !this.#lastIsPoint())) return;
    if (this.#format.flags.has("sign")) {
      if (this.#lockedSign !== "pre") return;
      this.#output += sign;
    } else if (this.#bracket) {
      this.#output += sign === "+" ? " " : "<";
    } else if (sign === "-") {
      this.#output += "-";
    } else if (!this.#fill) {
      this.#output += " ";
    }
    this.#signWritten = true;
  }

  #realDigit(key: "9" | "0" | "." | "D"): void {
    const character = this.#number.digits[this.#at];
    const last = this.#lastRelevant;
    if (character === ".") {
      this.#output += ".";
    } else if (last !== undefined && this.#at > last && key !== "0") {
      // A trailing zero that fill mode drops.
    } else if (this.#blankZero()) {
      if (!this.#fill) this.#output += " ";
      else if (this.#lastIsPoint()) this.#output += "0";
    } else {
      this.#isEnded = character === undefined;
      this.#output += character ?? "";
      this.#inNumber = true;
    }
    if (character !== undefined) this.#at++;
  }

  #signAfter(): void {
    const { preSpaces, sign } = this.#number;
    let end = this.#count + (preSpaces > 0 ? 1 : 0) + (this.#format.flags.has("decimal") ? 1 : 0);
    if (this.#lastRelevant !== undefined && this.#lastRelevant === this.#at) end = this.#current;
    if (this.#current + 1 !== end) return;
    if (this.#signWritten && this.#bracket) this.#output += sign === "+" ? " " : ">";
    else if (this.#format.flags.has("sign") && this.#lockedSign === "post") this.#output += sign;
  }
}

export function writeNumber(format: NumberFormat, number: NumberParts): string {
  return new NumberWriter(format, number).write();
}

/** By a long template. */
export function writeNumberSteps(format: NumberFormat, number: NumberParts): Steps<string> {
  return new NumberWriter(format, number).writeSteps();
}
