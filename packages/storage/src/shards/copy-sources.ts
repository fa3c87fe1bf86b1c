/** Replicas that can be copied from: the one that answered last is asked first, then the others. */
import type { Clock, Storage } from "@firstlight/common";
import { ServiceError, isServiceError } from "@firstlight/common";

const ATTEMPTS_PER_REPLICA = 3;
const RETRY_MICROS = 200_000;

export class CopySources {
  readonly #clock: Clock;
  readonly #replicas: readonly Storage[];
  #at = 0;

  constructor(clock: Clock, replicas: readonly Storage[]) {
    this.#clock = clock;
    this.#replicas = replicas;
  }

  async ask<T>(request: (replica: Storage) => Promise<T>): Promise<T> {
    const replicas = this.#replicas;
    let failure: unknown = new ServiceError("unavailable", "the shard has no other replica");
    for (let attempt = 0; attempt < replicas.length * ATTEMPTS_PER_REPLICA; attempt++) {
      try {
        return await request(replicas[this.#at % replicas.length] as Storage);
      } catch (error) {
        if (!isServiceError(error)) throw error;
        failure = error;
        this.#at++;
        await this.#clock.sleep(RETRY_MICROS);
      }
    }
    throw failure;
  }
}
