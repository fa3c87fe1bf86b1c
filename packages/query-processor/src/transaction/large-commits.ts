/**
 * Large commits of one query processor, one at a time: each takes the memory of its writes once more,
 * and a journal that has two of them before it may refuse the second.
 */

/** From so many bytes of keys and values on. */
export const LARGE_COMMIT_BYTES: number = 16 * 1024 * 1024;

export class LargeCommits {
  #last: Promise<unknown> = Promise.resolve();

  /** In the order of the calls, whatever becomes of those before. */
  run<T>(commit: () => Promise<T>): Promise<T> {
    const result = this.#last.then(commit);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
