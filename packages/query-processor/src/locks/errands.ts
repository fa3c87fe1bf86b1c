/**
 * What one statement has to ask of others outside of its transaction: locks, and other query
 * processors. Expressions are synchronous: what cannot be answered at once is thrown as ErrandNeeded,
 * done, and the statement starts again; what was done before is then answered from here, in order.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";

/** As an error it is what a user gets where nobody can start the statement again. */
export class ErrandNeeded extends SqlError {
  readonly run: () => Promise<void>;

  constructor(run: () => Promise<void>) {
    super("0A000", "waiting for others is not supported in this place");
    this.run = run;
  }
}

interface Done {
  readonly key: string;
  readonly result: unknown;
}

export class Errands {
  readonly #done: Done[] = [];
  #at = 0;
  #asked: Map<string, unknown> | undefined;

  /** `key` tells errands of one statement apart. */
  perform<T>(key: string, run: () => MaybePromise<T>): T {
    const known = this.#done.findIndex((each, i) => i >= this.#at && each.key === key);
    if (known >= 0) {
      const [done] = this.#done.splice(known, 1);
      if (done !== undefined) {
        this.#insert(done);
        return done.result as T;
      }
    }
    const result = run();
    if (!isPromise(result)) {
      this.#insert({ key, result });
      return result;
    }
    // It is waited for by whoever catches this.
    result.catch(() => undefined);
    throw new ErrandNeeded(async () => this.#insert({ key, result: await result }));
  }

  /** Asked at most once for a statement, by those who can wait. */
  once<T>(key: string, ask: () => MaybePromise<T>): MaybePromise<T> {
    this.#asked ??= new Map();
    const known = this.#asked.get(key);
    if (known !== undefined) return known as MaybePromise<T>;
    const answer = ask();
    this.#asked.set(key, answer);
    return answer;
  }

  #insert(done: Done): void {
    this.#done.splice(this.#at++, 0, done);
  }

  /** The statement starts again. */
  again(): void {
    this.#at = 0;
  }
}
