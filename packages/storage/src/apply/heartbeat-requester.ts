/**
 * Asks one log's adjudicator how far it is. However many readers wait, one request is under way;
 * the next one carries the largest timestamp that anyone wants by then.
 */
import type { Heartbeat, LogId, NodeRuntime, Timer, Timestamp } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf } from "@firstlight/common";
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

export class HeartbeatRequester {
  readonly #parts: RequesterParts;
  #wanted: Timestamp = TIMESTAMP_ZERO;
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
    this.#wanted = laterOf(this.#wanted, atLeast);
    if (this.#deadline === undefined && this.#retry === undefined) this.#send();
  }

  stop(): void {
    this.#stopped = true;
    this.#request++;
    this.#deadline?.cancel();
    this.#retry?.cancel();
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
