/**
 * Asks one log's adjudicator how far it is. However many readers wait, one request is under way;
 * the next one carries the largest timestamp that anyone wants by then. What is wanted of a time to
 * come (an adjudicator that took over begins at the end of a lease) is asked for when it has come:
 * the answer would not come before, and others would wait behind it.
 */
import type { Heartbeat, LogId, NodeRuntime, Timer, Timestamp } from "@firstlight/common";
import { TIMESTAMP_ZERO, earlierOf, laterOf, plusMicros } from "@firstlight/common";
import type { StorageSettings } from "../settings.ts";

export interface HeartbeatSource {
  heartbeat(atLeast: Timestamp): Promise<Heartbeat>;
}

export interface RequesterParts {
  readonly runtime: NodeRuntime;
  readonly log: LogId;
  readonly source: HeartbeatSource;
  readonly settings: StorageSettings;
  readonly onHeartbeat: (heartbeat: Heartbeat) => void;
}

/** Nobody minds waiting behind a request that is answered this much later. */
const AHEAD_MICROS = 10_000;

export class HeartbeatRequester {
  readonly #parts: RequesterParts;
  #wanted: Timestamp = TIMESTAMP_ZERO;
  /** Of a time to come. */
  #ahead: Timestamp = TIMESTAMP_ZERO;
  #aheadTimer: Timer | undefined;
  #answered: Timestamp = TIMESTAMP_ZERO;
  /** Counts requests: an answer that was given up on is ignored. */
  #request = 0;
  #deadline: Timer | undefined;
  #retry: Timer | undefined;
  #stopped = false;

  constructor(parts: RequesterParts) {
    this.#parts = parts;
  }

  want(atLeast: Timestamp): void {
    const { latest } = this.#parts.runtime.clock.now();
    if (atLeast > plusMicros(latest, AHEAD_MICROS)) {
      this.#ahead = laterOf(this.#ahead, atLeast);
      if (this.#aheadTimer === undefined) this.#armAhead(latest);
      return;
    }
    this.#wanted = laterOf(this.#wanted, atLeast);
    if (this.#deadline === undefined && this.#retry === undefined) this.#send();
  }

  stop(): void {
    this.#stopped = true;
    this.#request++;
    this.#deadline?.cancel();
    this.#retry?.cancel();
    this.#aheadTimer?.cancel();
  }

  #armAhead(latest: Timestamp): void {
    const { runtime, settings } = this.#parts;
    const micros = Math.min(this.#ahead - latest, settings.retryMicros);
    this.#aheadTimer = runtime.clock.after(micros, () => this.#comeNearer());
  }

  /** Wants between now and the last that is ahead are served on the way to it. */
  #comeNearer(): void {
    this.#aheadTimer = undefined;
    if (this.#stopped || this.#ahead <= this.#answered) return;
    const { latest } = this.#parts.runtime.clock.now();
    if (this.#ahead > latest) this.#armAhead(latest);
    this.want(earlierOf(this.#ahead, latest));
  }

  #send(): void {
    if (this.#stopped || this.#wanted <= this.#answered) return;
    const request = ++this.#request;
    const atLeast = this.#wanted;
    const { clock, metrics } = this.#parts.runtime;
    metrics.count("storage.heartbeats_requested");
    this.#deadline = clock.after(this.#parts.settings.patienceMicros, () => this.#failed(request));
    this.#parts.source.heartbeat(atLeast).then(
      (heartbeat) => this.#arrived(request, atLeast, heartbeat),
      () => this.#failed(request),
    );
  }

  #arrived(request: number, atLeast: Timestamp, heartbeat: Heartbeat): void {
    if (request !== this.#request) return;
    this.#answered = laterOf(this.#answered, heartbeat.watermark);
    this.#parts.onHeartbeat(heartbeat);
    if (heartbeat.watermark < atLeast) {
      this.#failed(request);
      return;
    }
    this.#settle();
    this.#send();
  }

  /** Whoever waits has its own patience; asking goes on as long as an answer is wanted. */
  #failed(request: number): void {
    if (request !== this.#request || this.#stopped) return;
    this.#settle();
    this.#retry = this.#parts.runtime.clock.after(this.#parts.settings.retryMicros, () => {
      this.#retry = undefined;
      this.#send();
    });
  }

  #settle(): void {
    this.#request++;
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }
}
