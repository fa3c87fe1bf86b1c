/** A promise that does not take longer than it may. */
import type { Clock } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";

export function within<T>(clock: Clock, micros: number, what: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(micros, () => reject(new ServiceError("unavailable", "no answer")));
    what.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error as Error);
      },
    );
  });
}

/** Collects answers until `enough` of them are good, or so many are bad that it cannot be. */
export function gather<T>(
  asked: readonly Promise<T>[],
  enough: number,
  isGood: (answer: T) => boolean,
): Promise<{ good: T[]; bad: T[]; errors: unknown[] }> {
  const good: T[] = [];
  const bad: T[] = [];
  const errors: unknown[] = [];
  return new Promise((resolve) => {
    const check = (): void => {
      const failed = bad.length + errors.length;
      if (good.length >= enough || failed > asked.length - enough) resolve({ good, bad, errors });
    };
    for (const one of asked) {
      one.then(
        (answer) => {
          (isGood(answer) ? good : bad).push(answer);
          check();
        },
        (error: unknown) => {
          errors.push(error);
          check();
        },
      );
    }
  });
}
