/**
 * format(), concat() and concat_ws(), and || with a value that is not text: they print arguments of
 * any type by the type's output function.
 */
import { SqlError } from "@firstlight/common";
import type { Steps } from "../long-call.ts";
import { ELEMENTS_PER_STEP, LONG, longCall, toEnd } from "../long-call.ts";
import { TextPieces, joinedPieces } from "../../types/long-text.ts";
import { registerPolymorphic, registerVariadic } from "../registry.ts";
import { invalidParameter } from "../errors.ts";
import { outputFunction } from "../output.ts";
import type { OutputFunction } from "../output.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import type { Datum, NetworkAddress } from "../../values/datum.ts";
import { networkToString } from "../../values/network.ts";
import { characterCount } from "../../values/text-order.ts";
import { quotedName, quotedText } from "./quote.ts";

const PERCENT_HINT = 'For a single "%" use "%%".';
const INT_MAX = 2147483647;
/** Conversions that are done at one go. */
const PARTS_PER_STEP = 512;

interface Specifier {
  readonly position: number | undefined;
  readonly leftAlign: boolean;
  readonly width: number | undefined;
  /** Argument that gives the width: 0 is the next one. */
  readonly widthPosition: number | undefined;
}

class Formatter {
  readonly #format: string;
  readonly #context: EvaluationContext;
  readonly #args: readonly Datum[];
  readonly #outputs: readonly OutputFunction[];
  #at = 0;
  #nextArg = 0;

  constructor(
    context: EvaluationContext,
    format: string,
    args: readonly Datum[],
    outputs: readonly OutputFunction[],
  ) {
    this.#context = context;
    this.#format = format;
    this.#args = args;
    this.#outputs = outputs;
  }

  /** With turns for others where there are very many parts. */
  run(): string {
    const isShort = this.#args.length < ELEMENTS_PER_STEP && this.#format.length <= LONG;
    return isShort ? toEnd(this.#steps()) : longCall(this.#context, () => this.#steps());
  }

  *#steps(): Steps<string> {
    let result = "";
    for (let parts = 1; this.#at < this.#format.length; parts++) {
      if (parts % PARTS_PER_STEP === 0) yield;
      const percent = this.#format.indexOf("%", this.#at);
      if (percent < 0) return result + this.#format.slice(this.#at);
      result += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      if (this.#peek() === "%") {
        this.#at++;
        result += "%";
      } else result += this.#conversion();
    }
    return result;
  }

  #peek(): string {
    const character = this.#format[this.#at];
    if (character !== undefined) return character;
    throw invalidParameter("unterminated format() type specifier", PERCENT_HINT);
  }

  #digits(): number | undefined {
    const start = this.#at;
    let value = 0;
    while (this.#peek() >= "0" && this.#peek() <= "9") {
      value = value * 10 + Number(this.#peek());
      if (value > INT_MAX) throw new SqlError("22003", "number is out of range");
      this.#at++;
    }
    return this.#at === start ? undefined : value;
  }

  #specifier(): Specifier {
    const number = this.#digits();
    const isPosition = number !== undefined && this.#peek() === "$";
    if (number !== undefined && !isPosition) {
      return { position: undefined, leftAlign: false, width: number, widthPosition: undefined };
    }
    if (isPosition) this.#at++;
    this.#checkPosition(number);
    let leftAlign = false;
    while (this.#peek() === "-") {
      leftAlign = true;
      this.#at++;
    }
    return { position: number, leftAlign, ...this.#width() };
  }

  #checkPosition(position: number | undefined): void {
    if (position === 0) {
      throw invalidParameter("format specifies argument 0, but arguments are numbered from 1");
    }
  }

  #width(): { width: number | undefined; widthPosition: number | undefined } {
    if (this.#peek() !== "*") return { width: this.#digits(), widthPosition: undefined };
    this.#at++;
    const position = this.#digits();
    if (position === undefined) return { width: undefined, widthPosition: 0 };
    if (this.#peek() !== "$") {
      throw invalidParameter('width argument position must be ended by "$"');
    }
    this.#checkPosition(position);
    this.#at++;
    return { width: undefined, widthPosition: position };
  }

  #conversion(): string {
    const specifier = this.#specifier();
    const type = String.fromCodePoint(this.#format.codePointAt(this.#formatAt()) ?? 0);
    if (type !== "s" && type !== "I" && type !== "L") {
      throw invalidParameter(`unrecognized format() type specifier "${type}"`, PERCENT_HINT);
    }
    const width =
      specifier.widthPosition === undefined
        ? (specifier.width ?? 0)
        : this.#widthArgument(specifier.widthPosition);
    const index = this.#take(specifier.position);
    this.#at += 1;
    return pad(this.#render(type, index), width, specifier.leftAlign);
  }

  #formatAt(): number {
    this.#peek();
    return this.#at;
  }

  /** Index of the argument at `position`, or of the next one. */
  #take(position: number | undefined): number {
    const index = position === undefined || position === 0 ? this.#nextArg : position - 1;
    if (index >= this.#args.length) throw invalidParameter("too few arguments for format()");
    this.#nextArg = index + 1;
    return index;
  }

  #widthArgument(position: number): number {
    const index = this.#take(position);
    const value = this.#args[index] ?? null;
    if (value === null) return 0;
    const width = Number(this.#text(index, value));
    if (!Number.isInteger(width) || Math.abs(width) > INT_MAX) {
      throw new SqlError("22003", "number is out of range");
    }
    return width;
  }

  #text(index: number, value: Datum): string {
    const output = this.#outputs[index];
    return output === undefined ? "" : output(this.#context, value);
  }

  #render(type: string, index: number): string {
    const value = this.#args[index] ?? null;
    if (value !== null) {
      const text = this.#text(index, value);
      if (type === "s") return text;
      return type === "I" ? quotedName(this.#context, text) : quotedText(this.#context, text);
    }
    if (type === "s") return "";
    if (type === "L") return "NULL";
    throw new SqlError("22004", "null values cannot be formatted as an SQL identifier");
  }
}

function pad(text: string, width: number, leftAlign: boolean): string {
  if (width === 0) return text;
  const missing = Math.abs(width) - characterCount(text);
  if (missing <= 0) return text;
  const blanks = " ".repeat(missing);
  return leftAlign || width < 0 ? text + blanks : blanks + text;
}

function outputs(types: readonly number[]): OutputFunction[] {
  return types.map((type) => outputFunction(type));
}

function concatenate(
  context: EvaluationContext,
  separator: string,
  values: readonly Datum[],
  printers: readonly OutputFunction[],
): string {
  let result = "";
  let first = true;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? null;
    const print = printers[index];
    if (value === null || print === undefined) continue;
    result += first ? print(context, value) : separator + print(context, value);
    first = false;
  }
  return result;
}

/** `concatenate` of elements of one type, of which there may be very many. */
function* joinedElements(
  context: EvaluationContext,
  separator: string,
  elements: readonly Datum[],
  print: OutputFunction,
): Steps<string> {
  const pieces = new TextPieces();
  let isFirst = true;
  for (const [at, value] of elements.entries()) {
    if (at % ELEMENTS_PER_STEP === ELEMENTS_PER_STEP - 1) yield;
    if (value === null) continue;
    const text = print(context, value);
    pieces.add(isFirst ? text : separator + text);
    isFirst = false;
  }
  return yield* joinedPieces(pieces.text());
}

function joined(
  context: EvaluationContext,
  separator: string,
  elements: readonly Datum[],
  print: OutputFunction,
): string {
  const steps = (): Steps<string> => joinedElements(context, separator, elements, print);
  return elements.length < ELEMENTS_PER_STEP ? toEnd(steps()) : longCall(context, steps);
}

function registerVariadicFormat(): void {
  registerVariadic({
    text_concat: (element) => {
      const print = outputFunction(element);
      return (context, _fixed, elements) => joined(context, "", elements, print);
    },
    text_concat_ws: (element) => {
      const print = outputFunction(element);
      return (context, [separator = null], elements) =>
        separator === null ? null : joined(context, separator as string, elements, print);
    },
    text_format: (element) => {
      const print = outputFunction(element);
      return (context, [format = null], elements) => {
        const printers = Array.from(elements, () => print);
        return format === null
          ? null
          : new Formatter(context, format as string, elements, printers).run();
      };
    },
  });
}

const BOOL = 16;
const INET = 869;

/** A cast to text, which differs from the output function for booleans and addresses. */
function castToText(type: number): OutputFunction {
  if (type === INET) return (_, value) => networkToString(value as NetworkAddress, "always");
  return type === BOOL ? (_, value) => (value === true ? "true" : "false") : outputFunction(type);
}

export function registerFormat(): void {
  registerVariadicFormat();
  registerPolymorphic({
    text_format: ({ argTypes }) => {
      const printers = outputs(argTypes.slice(1));
      return (context, format: string | null, ...args: Datum[]) =>
        format === null ? null : new Formatter(context, format, args, printers).run();
    },
    text_format_nv: () => (context, format: string | null) =>
      format === null ? null : new Formatter(context, format, [], []).run(),
    text_concat: ({ argTypes }) => {
      const printers = outputs(argTypes);
      return (context, ...args: Datum[]) => concatenate(context, "", args, printers);
    },
    text_concat_ws: ({ argTypes }) => {
      const printers = outputs(argTypes.slice(1));
      return (context, separator: string | null, ...args: Datum[]) =>
        separator === null ? null : concatenate(context, separator, args, printers);
    },
    "textanycat(text,anynonarray)": ({ argTypes }) => {
      const print = castToText(argTypes[1] ?? 0);
      return (context, a: string, b: Datum) => a + print(context, b);
    },
    "anytextcat(anynonarray,text)": ({ argTypes }) => {
      const print = castToText(argTypes[0] ?? 0);
      return (context, a: Datum, b: string) => print(context, a) + b;
    },
  });
}
