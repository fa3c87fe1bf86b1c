/**
 * Work that mostly runs through and sometimes waits. A task is a generator that yields only what it
 * really has to wait for, so that a statement that is answered from memory costs no promise and no
 * turn of the event loop, and try/finally still holds across waits.
 */

/** Yielded to wait for more bytes from the client. */
export const INPUT: unique symbol = Symbol("input");
export type Wait = Promise<unknown> | typeof INPUT;
export type Task<T> = Generator<Wait, T, unknown>;

/** Waits for a promise: `isPromise(x) ? yield* settled(x) : x`. */
export function* settled<T>(promise: Promise<T>): Task<T> {
  return (yield promise) as T;
}
