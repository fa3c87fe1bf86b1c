/**
 * Values that are usually there at once. The embedded composition answers synchronously, so a
 * point read there costs no promise; a remote one answers later. Callers use these helpers instead
 * of `await`, which would always yield.
 */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return value instanceof Promise;
}

export function andThen<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
