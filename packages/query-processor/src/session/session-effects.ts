/**
 * What functions do to their session: sleeping, seeding random(), numbering its transaction. A class:
 * an object with getters of its own would have a shape of its own, a kilobyte for each session.
 */
import type { SessionEffects } from "@firstlight/sql";
import { exportSnapshot } from "./exported-snapshot.ts";
import type { Session } from "./session.ts";
import { postgresTime } from "./statement-evaluation.ts";

export class EffectsOnSession implements SessionEffects {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get serverStart(): bigint {
    return postgresTime(this.#session.identity.serverStart);
  }

  get currentQuery(): string {
    return this.#session.currentQuery;
  }

  get listeningChannels(): readonly string[] {
    return this.#session.listener?.channels ?? [];
  }

  get notificationQueueUsage(): number {
    return this.#session.listener?.queueUsage ?? 0;
  }

  sleep(micros: number): void {
    this.#session.interrupts.sleep(micros);
  }

  seedRandom(seed: number): void {
    this.#session.random.seed(seed);
  }

  notify(channel: string, payload: string): void {
    this.#session.notify(channel, payload);
  }

  exportSnapshot(): string {
    return exportSnapshot(this.#session);
  }

  transactionId(assign: boolean): bigint | undefined {
    return this.#session.transactionNumbers.current(assign);
  }

  transactionStatus(number: bigint): string | undefined {
    return this.#session.transactionNumbers.outcomeOf(number);
  }
}
