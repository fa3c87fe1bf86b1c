/** Trims the logs that this process serves, for as long as it does. */
import type { Journal, LogId, NodeRuntime, Storage } from "@firstlight/common";
import { LogTrimmer } from "./log-trimmer.ts";

export class ServedTrimmers {
  readonly #runtime: NodeRuntime;
  readonly #journal: Journal;
  readonly #replicas: () => Promise<readonly Storage[]>;
  readonly #trimmers = new Map<LogId, LogTrimmer>();

  constructor(runtime: NodeRuntime, journal: Journal, replicas: () => Promise<readonly Storage[]>) {
    this.#runtime = runtime;
    this.#journal = journal;
    this.#replicas = replicas;
  }

  start(log: LogId, keepFrom: () => number): void {
    this.stop(log);
    const trimmer = new LogTrimmer({
      runtime: this.#runtime,
      journal: this.#journal,
      log,
      replicas: this.#replicas,
      keepFrom,
    });
    this.#trimmers.set(log, trimmer);
    trimmer.start();
  }

  stop(log: LogId): void {
    this.#trimmers.get(log)?.stop();
    this.#trimmers.delete(log);
  }

  stopAll(): void {
    for (const log of this.#trimmers.keys()) this.stop(log);
  }
}
