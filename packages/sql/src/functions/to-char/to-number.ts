/**
 * to_number(): takes the digits, sign and point that a numeric template names out of a text
 * (formatting.c: NUM_numpart_from_char).
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";
import type { Numeric } from "../../values/datum.ts";
import {
  applyNumericTypmod,
  makeNumeric,
  parseNumeric,
  parseNumericSteps,
} from "../../values/numeric.ts";
import { numericMultiply } from "../../values/numeric-arithmetic.ts";
import { numericPower } from "../../values/numeric-transcendental.ts";
import { longNumberFormat, parseNumberFormat } from "./number-format.ts";
import type { NumberFormat, NumberKey } from "./number-format.ts";
import { LONG_TEMPLATE, eachNode } from "./template-nodes.ts";

const TEN = makeNumeric(10n, 0);

const DIGIT = /^[0-9]$/;
/** What is never skipped as a sign of currency or the like. */
const DATA = /^[0-9.,+-]$/;

type Sign = " " | "+" | "-";

/** Every part of the template looks at the place that the parts before it have left. */
class NumberReader {
  readonly #text: string;
  readonly #format: NumberFormat;
  #at = 0;
  #digits = "";
  #sign: Sign = " ";
  /** Digits before and after the point. */
  #before = 0;
  #after = 0;
  #point = false;

  constructor(text: string, format: NumberFormat) {
    this.#text = text;
    this.#format = format;
  }

  /** Digits read after the point. */
  get scale(): number {
    return this.#after;
  }

  *read(): Steps<string> {
    yield* eachNode(this.#format.nodes, (node) => {
      if (this.#isAtEnd) return "last";
      if (node.kind === "literal") this.#skip();
      else this.#key(node.key);
      return undefined;
    });
    const digits = this.#digits.endsWith(".") ? this.#digits.slice(0, -1) : this.#digits;
    return this.#sign + digits;
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #here(): string {
    return this.#text[this.#at] ?? "";
  }

  /** One character, whatever it is. */
  #skip(): void {
    this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
  }

  #skipOthers(count: number): void {
    for (let n = 0; n < count && !this.#isAtEnd && !DATA.test(this.#here()); n++) this.#skip();
  }

  #key(key: NumberKey): void {
    switch (key) {
      case "9":
      case "0":
      case ".":
      case "D":
        this.#digit(key === "9" || key === "0");
        this.#at++;
        return;
      case ",":
      case "G":
        if (!this.#format.flags.has("fill") && this.#here() === ",") this.#at++;
        return;
      case "L":
        return this.#skipOthers(1);
      case "MI":
        return this.#signOrOther("-");
      case "PL":
        return this.#signOrOther("+");
      case "SG":
        return this.#signOrOther("+-");
      case "TH":
      case "th":
        if (!this.#format.flags.has("decimal")) this.#skipOthers(2);
        return;
      case "B":
      case "EEEE":
      case "FM":
      case "PR":
      case "RN":
      case "rn":
      case "S":
      case "SP":
      case "V":
        return;
    }
  }

  #signOrOther(signs: string): void {
    const here = this.#here();
    if (signs.includes(here)) this.#takeSign(here);
    else this.#skipOthers(1);
  }

  #takeSign(sign: string): void {
    this.#sign = sign === "+" ? "+" : "-";
    this.#at++;
  }

  /** NUM_numpart_from_char; the caller goes on by one character. */
  #digit(isDigit: boolean): void {
    if (this.#here() === " ") this.#at++;
    if (this.#isAtEnd) return;
    const isFirst = this.#before + this.#after === 0;
    if (isDigit && isFirst && this.#sign === " ") this.#signBefore();
    if (this.#isAtEnd) return;
    const isRead = this.#readDigit();
    if (isRead === undefined || this.#isAtEnd) return;
    if (this.#sign === " " && this.#before + this.#after > 0) this.#signBehind(isRead);
  }

  #signBefore(): void {
    const { flags, sign } = this.#format;
    const here = this.#here();
    const isBracket = here === "<" && flags.has("bracket") && sign !== "pre";
    if (here === "-" || here === "+" || isBracket) this.#takeSign(here);
  }

  /** Undefined: the template has no place for more. */
  #readDigit(): boolean | undefined {
    const { flags, post } = this.#format;
    const here = this.#here();
    if (DIGIT.test(here)) {
      if (this.#point && this.#after === post) return undefined;
      this.#digits += here;
      if (this.#point) this.#after++;
      else this.#before++;
      return true;
    }
    if (here !== "." || this.#point || !flags.has("decimal")) return false;
    this.#digits += ".";
    this.#point = true;
    return true;
  }

  /** S is anchored to the last digit; where MI, PL and SG stand cannot always be told. */
  #signBehind(isRead: boolean): void {
    const { flags } = this.#format;
    if (flags.has("sign")) {
      const next = this.#text[this.#at + 1];
      if (!isRead || (next !== "-" && next !== "+")) return;
      this.#sign = next;
      this.#at++;
      return;
    }
    const here = this.#here();
    if (isRead || !(flags.has("plus") || flags.has("minus"))) return;
    // The caller goes on past it.
    if (here === "-" || here === "+") this.#sign = here;
  }
}

function* numberSteps(text: string, format: NumberFormat): Steps<Numeric> {
  if (format.flags.has("roman")) throw new SqlError("0A000", '"RN" not supported for input');
  if (format.flags.has("exponent")) throw new SqlError("0A000", '"EEEE" not supported for input');
  const reader = new NumberReader(text, format);
  const digits = yield* reader.read();
  if (!/[0-9]/.test(digits)) {
    throw new SqlError("22P02", `invalid input syntax for type numeric: "${digits}"`);
  }
  // Before the point no more digits than the template has, though its point may have read some.
  const precision = format.pre + format.multi + reader.scale;
  const typmod = ((precision << 16) | reader.scale) + 4;
  const value = applyNumericTypmod(yield* parsed(digits.trim()), typmod);
  return format.flags.has("multi")
    ? numericMultiply(value, numericPower(TEN, makeNumeric(BigInt(-format.multi), 0)))
    : value;
}

function* parsed(digits: string): Steps<Numeric> {
  return digits.length < LONG_TEMPLATE ? parseNumeric(digits) : yield* parseNumericSteps(digits);
}

function toNumber(context: EvaluationContext, text: string, template: string): Numeric | null {
  if (template === "") return null;
  if (template.length < LONG_TEMPLATE) return toEnd(numberSteps(text, parseNumberFormat(template)));
  return longCall(context, function* steps() {
    return yield* numberSteps(text, yield* longNumberFormat(template));
  });
}

export function registerNumberReading(): void {
  registerFunctions({ numeric_to_number: toNumber });
}
