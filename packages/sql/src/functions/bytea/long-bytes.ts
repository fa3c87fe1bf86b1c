/** What is done with bytes, in steps where they are many: cutting, joining, comparing, as text. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { flatUtf8Steps } from "../../values/bytea.ts";
import { compareBytes } from "../../values/text-order.ts";
import { LONG, NATIVE_STEP, flat, flatten, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += NATIVE_STEP) yield bytes.subarray(at, at + NATIVE_STEP);
}

/** They end between characters, if they are UTF-8. */
export function* utf8Slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + NATIVE_STEP);
    while (end < bytes.length && end > at + 1 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    yield bytes.subarray(at, end);
    at = end;
  }
}

/** Memory is given out page by page as it is written to, so that this is most of the work. */
export function* joinSteps(parts: readonly Uint8Array[]): Steps<Uint8Array> {
  const result = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    for (const slice of slices(part)) {
      result.set(slice, at);
      at += slice.length;
      if (part.length > LONG) yield;
    }
  }
  return result;
}

export function joinedBytes(context: EvaluationContext, parts: readonly Uint8Array[]): Uint8Array {
  if (lengthOf(parts) <= LONG) return concatBytes(...parts);
  return longCall(context, () => joinSteps(parts));
}

export function* utf8Steps(text: string): Steps<Uint8Array> {
  yield* flatten(text);
  return yield* flatUtf8Steps(text);
}

/** What stands for pieces is put together; what is wrong is told as of the whole. */
export function* decodedPieces(
  bytes: Uint8Array,
  pieces: Iterable<Uint8Array>,
  decode: (piece: Uint8Array) => string,
): Steps<string> {
  const parts: string[] = [];
  try {
    for (const piece of pieces) {
      parts.push(flat(decode(piece)));
      yield;
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return decode(bytes);
  }
  return parts.join("");
}

export function orderedBytes(context: EvaluationContext, a: Uint8Array, b: Uint8Array): number {
  if (a.length <= LONG) return compareBytes(a, b);
  return longCall(context, () => compareSteps(a, b));
}

function* compareSteps(a: Uint8Array, b: Uint8Array): Steps<number> {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += NATIVE_STEP) {
    const end = Math.min(length, at + NATIVE_STEP);
    const order = Buffer.compare(a.subarray(at, end), b.subarray(at, end));
    if (order !== 0) return order;
    yield;
  }
  return Math.sign(a.length - b.length);
}
