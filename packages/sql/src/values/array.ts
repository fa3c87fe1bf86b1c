/**
 * Array values: construction, text and order. Elements are read and printed by functions of the
 * element type that the caller gives.
 */
import { SqlError } from "@firstlight/common";
import { ELEMENTS_PER_STEP } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import { TextPieces, matchesPiece } from "../types/long-text.ts";
import type { LongText, PartPrinter } from "../types/long-text.ts";
import type { ArrayValue, Datum } from "./datum.ts";
import { isSpaceCode } from "./numeric.ts";

/** MAXDIM. */
export const ARRAY_DIMENSIONS_MAX = 6;
/** MaxArraySize. */
const ARRAY_ELEMENTS_MAX = 134217727;
/** Of more JavaScript makes a dictionary, which takes twelve times the memory: the process would end. */
const ARRAY_ELEMENTS_HELD = 2 ** 25;

export function makeArray(elementType: number, elements: readonly Datum[]): ArrayValue {
  if (elements.length === 0) return emptyArray(elementType);
  return { tag: "array", elementType, dims: [elements.length], lowerBounds: [1], elements };
}

export function emptyArray(elementType: number): ArrayValue {
  return { tag: "array", elementType, dims: [], lowerBounds: [], elements: [] };
}

export function makeArrayWithDims(
  elementType: number,
  dims: readonly number[],
  lowerBounds: readonly number[],
  elements: readonly Datum[],
): ArrayValue {
  if (elements.length === 0) return emptyArray(elementType);
  return { tag: "array", elementType, dims, lowerBounds, elements };
}

function needsQuotes(text: string): boolean {
  if (text === "" || (text.length === 4 && text.toLowerCase() === "null")) return true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34 || code === 92 || code === 123 || code === 125 || code === 44) return true;
    if (isSpaceCode(code)) return true;
  }
  return false;
}

function elementText(element: Datum, output: (value: Datum) => string): string {
  if (element === null) return "NULL";
  const text = output(element);
  return needsQuotes(text) ? `"${text.replace(ESCAPED, "\\$&")}"` : text;
}

const ESCAPED = /["\\]/g;
const QUOTED = /[",{}\\ \t\n\v\f\r]/;

/** An element that is long has to be looked through before it is written. */
function* longElement(pieces: TextPieces, text: LongText): Steps<void> {
  const isQuoted = yield* matchesPiece(text, QUOTED);
  if (isQuoted) pieces.add('"');
  yield* pieces.addLong(text, (piece) => (isQuoted ? piece.replace(ESCAPED, "\\$&") : piece));
  if (isQuoted) pieces.add('"');
}

/** How many levels of an array end before each of its elements. */
function levelsBefore(dims: readonly number[]): (element: number) => number {
  const sizes = dims.map((_size, level) => dims.slice(level).reduce((all, each) => all * each, 1));
  return (element) => sizes.filter((size) => element % size === 0).length;
}

/** The same in steps. */
export function* arrayTextSteps(value: ArrayValue, printer: PartPrinter<Datum>): Steps<LongText> {
  const { dims, elements } = value;
  const pieces = new TextPieces();
  const levels = dims.length > 1 ? levelsBefore(dims.slice(1)) : () => 0;
  pieces.add(`${boundsOf(value)}${"{".repeat(dims.length)}`);
  for (const [at, element] of elements.entries()) {
    const ended = at === 0 ? 0 : levels(at);
    if (at > 0) pieces.add(`${"}".repeat(ended)},${"{".repeat(ended)}`);
    const long = element === null ? undefined : printer.long(element);
    if (long !== undefined) yield* longElement(pieces, yield* long);
    else pieces.add(elementText(element, printer.text));
    if (at % ELEMENTS_PER_STEP === ELEMENTS_PER_STEP - 1) yield;
  }
  pieces.add("}".repeat(dims.length));
  return pieces.text();
}

export function arrayToString(value: ArrayValue, output: (value: Datum) => string): string {
  const { dims, elements } = value;
  if (elements.length === 0) return "{}";
  let next = 0;
  const level = (depth: number): string => {
    const size = dims[depth] as number;
    const parts: string[] = [];
    for (let i = 0; i < size; i++) {
      if (depth + 1 < dims.length) parts.push(level(depth + 1));
      else parts.push(elementText(elements[next++] ?? null, output));
    }
    return `{${parts.join(",")}}`;
  };
  return boundsOf(value) + level(0);
}

/** In front of the braces. */
function boundsOf({ dims, lowerBounds }: ArrayValue): string {
  if (lowerBounds.every((bound) => bound === 1)) return "";
  const bounds = dims.map((size, i) => {
    const lower = lowerBounds[i] as number;
    return `[${lower}:${lower + size - 1}]`;
  });
  return `${bounds.join("")}=`;
}

export function compareArrays(
  a: ArrayValue,
  b: ArrayValue,
  compare: (a: Datum, b: Datum) => number,
): number {
  const shared = Math.min(a.elements.length, b.elements.length);
  return compareElements(a, b, compare, 0, shared) || compareShapes(a, b);
}

function compareElements(
  { elements: a }: ArrayValue,
  { elements: b }: ArrayValue,
  compare: (a: Datum, b: Datum) => number,
  from: number,
  end: number,
): number {
  for (let i = from; i < end; i++) {
    const result = compareNullable(a[i] ?? null, b[i] ?? null, compare);
    if (result !== 0) return result;
  }
  return 0;
}

function compareShapes(a: ArrayValue, b: ArrayValue): number {
  return (
    a.elements.length - b.elements.length ||
    a.dims.length - b.dims.length ||
    compareNumbers(a.dims, b.dims) ||
    compareNumbers(a.lowerBounds, b.lowerBounds)
  );
}

/** Elements compared between two looks at the clock. */
const COMPARED_PER_STEP = 1024;

export function* compareArraySteps(
  a: ArrayValue,
  b: ArrayValue,
  compare: (a: Datum, b: Datum) => number,
): Steps<number> {
  const shared = Math.min(a.elements.length, b.elements.length);
  for (let at = 0; at < shared; at += COMPARED_PER_STEP) {
    const end = Math.min(shared, at + COMPARED_PER_STEP);
    const result = compareElements(a, b, compare, at, end);
    if (result !== 0) return result;
    yield;
  }
  return compareShapes(a, b);
}

function haveOneShape(a: ArrayValue, b: ArrayValue): boolean {
  if (a.elements.length !== b.elements.length || a.dims.length !== b.dims.length) return false;
  return compareNumbers(a.dims, b.dims) === 0 && compareNumbers(a.lowerBounds, b.lowerBounds) === 0;
}

type Equal = (a: Datum, b: Datum) => boolean;

/** The shapes first, as array_eq does; `equality` is asked for when they are alike only. */
export function equalArrays(a: ArrayValue, b: ArrayValue, equality: () => Equal): boolean {
  return haveOneShape(a, b) && equalElements(a, b, equality(), 0, a.elements.length);
}

function equalElements(
  { elements: a }: ArrayValue,
  { elements: b }: ArrayValue,
  equal: Equal,
  from: number,
  end: number,
): boolean {
  for (let i = from; i < end; i++) {
    const left = a[i] ?? null;
    const right = b[i] ?? null;
    if (left === null ? right !== null : right === null || !equal(left, right)) return false;
  }
  return true;
}

export function* equalArraySteps(
  a: ArrayValue,
  b: ArrayValue,
  equality: () => Equal,
): Steps<boolean> {
  if (!haveOneShape(a, b)) return false;
  const equal = equality();
  const { length } = a.elements;
  for (let at = 0; at < length; at += COMPARED_PER_STEP) {
    const end = Math.min(length, at + COMPARED_PER_STEP);
    if (!equalElements(a, b, equal, at, end)) return false;
    yield;
  }
  return true;
}

/** NULL is above everything. */
export function compareNullable(
  a: Datum,
  b: Datum,
  compare: (a: Datum, b: Datum) => number,
): number {
  if (a === null) return b === null ? 0 : 1;
  return b === null ? -1 : compare(a, b);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function arrayTooLarge(most: number = ARRAY_ELEMENTS_MAX): SqlError {
  const text = `array size exceeds the maximum allowed (${most})`;
  return new SqlError("54000", text);
}

/** ArrayCheckBounds and ArrayGetNItems on what a message claims. */
export function checkArraySize(dims: readonly number[]): number {
  let count = 1;
  for (const size of dims) count *= size;
  if (count > ARRAY_ELEMENTS_MAX) throw arrayTooLarge();
  return count;
}

/** Of an array that is to be made. */
export function checkNewArray(dims: readonly number[]): number {
  const count = checkArraySize(dims);
  if (count > ARRAY_ELEMENTS_HELD) throw arrayTooLarge(ARRAY_ELEMENTS_HELD);
  return count;
}
