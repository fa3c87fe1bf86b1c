/**
 * Keeps logs short: what every storage replica has made durable, and what nobody may ask the outcome
 * of any more, is trimmed. A replica that does not answer holds trimming up, never the other way.
 */
import type { Journal, Log, LogId, NodeRuntime, Storage, Timer } from "@firstlight/common";

const CHECK_MICROS = 30_000_000;
/** Longer than outcomes can be asked for (ADJUDICATOR_DEFAULTS.outcomeWindowMicros). */
const KEEP_MICROS = 330_000_000;

interface Mark {
  readonly micros: number;
  readonly position: number;
}

export interface LogTrimmerParts {
  readonly runtime: NodeRuntime;
  readonly journal: Journal;
  readonly log: LogId;
  /** Every replica that tails the log at this moment. */
  readonly replicas: () => Promise<readonly Storage[]>;
  /** What a successor of the log's adjudicator needs begins here. */
  readonly keepFrom?: () => number;
}

export class LogTrimmer {
  readonly #parts: LogTrimmerParts;
  readonly #report: Log;
  /** Positions that all replicas had made durable, oldest first. */
  readonly #marks: Mark[] = [];
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: LogTrimmerParts) {
    this.#parts = parts;
    this.#report = parts.runtime.log;
  }

  start(): void {
    this.#timer = this.#parts.runtime.clock.after(CHECK_MICROS, () => {
      this.#check()
        .catch((error: unknown) => this.#report.debug("a log could not be trimmed", { error }))
        .finally(() => {
          if (!this.#stopped) this.start();
        });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #check(): Promise<void> {
    const { runtime, journal, log, replicas, keepFrom = () => Infinity } = this.#parts;
    const asked = await replicas();
    const statuses = await Promise.all(asked.map(async (replica) => replica.status()));
    const position = Math.min(...statuses.map((status) => status.positions[log] ?? 0));
    const now = runtime.clock.monotonicMicros();
    this.#marks.push({ micros: now, position });
    let passed: Mark | undefined;
    while ((this.#marks[0]?.micros ?? now) < now - KEEP_MICROS) passed = this.#marks.shift();
    const upTo = Math.min(passed?.position ?? 0, keepFrom() - 1);
    if (upTo > 0) await journal.trim(log, upTo);
  }
}
