/**
 * Calls that compute for long on one large value. What they do is written as a generator that yields
 * after every piece of work; the statement decides whether others have their turn in between, or
 * only looks for interrupts.
 */
import type { EvaluationContext } from "../expression/evaluation-context.ts";

/** Work of which each step is short. */
export type Steps<T> = Generator<undefined, T, void>;

/** How a statement runs its long calls. */
export interface LongCalls {
  run<T>(steps: () => Steps<T>): T;
  /** Where a call cannot be left: to its end, looking for interrupts between steps. */
  toEnd<T>(steps: Steps<T>): T;
  /** What is the same in all of the statement; `site` is where it is asked for. */
  once<T>(site: object, compute: () => T): T;
}

/** Characters, bytes or elements from which on a call is long. */
export const LONG: number = 1 << 16;
/** How many of them one step may treat, where treating them is native code, or is not. */
export const NATIVE_STEP: number = 1 << 20;
export const PLAIN_STEP: number = 1 << 15;

export function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export function longCall<T>(context: EvaluationContext, steps: () => Steps<T>): T {
  const { longCalls } = context;
  return longCalls === undefined ? toEnd(steps()) : longCalls.run(steps);
}

/**
 * For calls of which only few turn out to take long: the first step is taken at once. It is taken
 * anew where the row is treated anew, so it must do the same then.
 */
export function longIfMore<T>(context: EvaluationContext, make: () => Steps<T>): T {
  const steps = make();
  const first = steps.next();
  if (first.done === true) return first.value;
  return longCall(context, () => steps);
}

/** What folding meets: such a call is computed when it is run. */
export class TooLongToFold extends Error {}

export const NO_LONG_CALLS: LongCalls = {
  run() {
    throw new TooLongToFold("too long to fold");
  },
  toEnd,
  once: (_site, compute) => compute(),
};

/** Elements of an array that are treated between two looks at the clock. */
export const ELEMENTS_PER_STEP = 4096;

export function* mapElements<T, U>(
  elements: readonly T[],
  map: (element: T) => U,
): Steps<readonly U[]> {
  const mapped: U[] = [];
  for (const element of elements) {
    mapped.push(map(element));
    if (mapped.length % ELEMENTS_PER_STEP === 0) yield;
  }
  return mapped;
}

/**
 * Makes texts flat that were put together, one by one: JavaScript does that at the first look at one,
 * with all of it at once.
 */
export function* flatten(...texts: readonly string[]): Steps<void> {
  for (const text of texts) {
    if (text.length <= LONG) continue;
    text.charCodeAt(0);
    yield;
  }
}

/** A text that is looked into next, made flat with turns for others before and after that. */
export function flatText(context: EvaluationContext, text: string): string {
  if (text.length <= LONG) return text;
  return longCall(context, function* flattened() {
    yield* flatten(text);
    return text;
  });
}

/** The same text, made flat: of what it was put together nothing is kept. */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** Pieces of a text that end between characters. */
export function* piecesOf(text: string, length: number): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end--;
    yield text.slice(at, end);
    at = end;
  }
}

/** Puts the results of the pieces together, which are made flat before: their parts would be kept. */
export function* mapPieces(
  text: string,
  length: number,
  map: (piece: string) => string,
): Steps<string> {
  const parts: string[] = [];
  for (const piece of piecesOf(text, length)) {
    parts.push(flat(map(piece)));
    yield;
  }
  return parts.join("");
}

/** Sums up a number for each piece. */
export function* countPieces(
  text: string,
  length: number,
  count: (piece: string) => number,
): Steps<number> {
  let sum = 0;
  for (const piece of piecesOf(text, length)) {
    sum += count(piece);
    yield;
  }
  return sum;
}
