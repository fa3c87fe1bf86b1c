/**
 * Requests about one log, sent to the process that serves it according to the directory.
 *
 * - "moved" means that nothing was done: the request goes to whoever is named.
 * - A request that is under way when its log moves is given up as "unavailable": a paused process
 *   does not answer, and what it was asked may have had an effect. Only what may be asked `again`
 *   is repeated at the new process.
 * - A failure, and a request that takes longer than `patienceMicros`, has the directory ask around.
 */
import type { Serving } from "../contracts/directory.ts";
import type { LogId } from "../contracts/ids.ts";
import { MovedError, ServiceError, isServiceError } from "../errors/service-error.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { ClusterDirectory } from "./cluster-directory.ts";

export interface RouteParts<T> {
  readonly log: LogId;
  readonly clock: Clock;
  readonly directory: ClusterDirectory;
  readonly reach: (member: string) => T;
  readonly patienceMicros: number;
}

interface Asked {
  readonly member: string;
  readonly since: number;
  giveUp(error: Error): void;
}

/** A request meets this many takeovers at most. */
const ATTEMPTS_MAX = 5;

export class Route<T> {
  readonly #parts: RouteParts<T>;
  /** Under way, oldest first. */
  readonly #asked = new Set<Asked>();
  #watch: Timer | undefined;

  constructor(parts: RouteParts<T>) {
    this.#parts = parts;
    parts.directory.onChange((serving) => this.#moved(serving));
  }

  async ask<R>(request: (target: T) => Promise<R>, again: boolean): Promise<R> {
    const { log, directory } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const { member, epoch } = directory.holderOf(log);
      try {
        return await this.#askAt(member, request);
      } catch (error) {
        const isMoved = error instanceof MovedError;
        if (!isMoved && !isServiceError(error, "unavailable")) throw error;
        if (isMoved) directory.learn(error.serving);
        const isKnown = directory.holderOf(log).epoch > epoch;
        if (!isKnown) directory.refresh();
        if (isKnown && (isMoved || again) && attempt < ATTEMPTS_MAX) continue;
        throw isMoved ? new ServiceError("unavailable", error.message) : error;
      }
    }
  }

  #askAt<R>(member: string, request: (target: T) => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const since = this.#parts.clock.monotonicMicros();
      const asked = { member, since, giveUp: reject };
      this.#asked.add(asked);
      if (this.#watch === undefined) this.#watch = this.#armWatch();
      const settled = (): void => void this.#asked.delete(asked);
      let answer: Promise<R>;
      try {
        answer = request(this.#parts.reach(member));
      } catch (error) {
        answer = Promise.reject(error as Error);
      }
      answer.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error as Error);
        },
      );
    });
  }

  #armWatch(): Timer {
    const { clock, patienceMicros, directory } = this.#parts;
    return clock.after(patienceMicros, () => {
      this.#watch = undefined;
      const [oldest] = this.#asked;
      if (oldest === undefined) return;
      if (clock.monotonicMicros() - oldest.since >= patienceMicros) directory.refresh();
      this.#watch = this.#armWatch();
    });
  }

  #moved({ log, member, epoch }: Serving): void {
    if (log !== this.#parts.log) return;
    for (const asked of this.#asked) {
      if (asked.member === member) continue;
      this.#asked.delete(asked);
      asked.giveUp(new ServiceError("unavailable", `${member} serves ${log} since epoch ${epoch}`));
    }
  }
}
