/**
 * A reader's tail over several replicas: follows one of them and moves to another when it ends,
 * fails, or is found to lag. Entries are given on in order, without gaps or repetition, wherever
 * they come from.
 */
import type {
  Clock,
  JournalReplica,
  LogEntry,
  LogId,
  Subscription,
  TailListener,
  Timer,
} from "@firstlight/common";
import { isServiceError } from "@firstlight/common";
import type { QuorumSettings } from "./quorum-settings.ts";

export interface QuorumTailOptions {
  readonly clock: Clock;
  readonly settings: QuorumSettings;
  readonly replicas: readonly JournalReplica[];
  readonly log: LogId;
  readonly from: number;
  readonly firstReplica: number;
  readonly listener: TailListener;
  onClosed(): void;
}

const PATIENCE_FACTOR_MAX = 16;

export class QuorumTail implements Subscription {
  readonly #options: QuorumTailOptions;
  readonly log: LogId;
  next: number;
  #at: number;
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #heard = false;
  #closed = false;
  #backoff: number;
  /**
   * How long silence lasts until others are asked. Doubles with each move in vain: a large entry
   * takes its time to be read and sent, and every move begins that anew.
   */
  #patience: number;
  /** Replicas in a row that have trimmed what is wanted. */
  #trimmed = 0;

  constructor(options: QuorumTailOptions) {
    this.#options = options;
    this.log = options.log;
    this.next = Math.max(1, options.from);
    this.#at = options.firstReplica;
    this.#backoff = options.settings.backoffMicrosMin;
    this.#patience = options.settings.tailStallMicros;
    this.#follow();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#subscription?.close();
    this.#options.onClosed();
  }

  /** Takes what follows; what is known already or leaves a gap is passed over. */
  offer(entries: readonly LogEntry[]): void {
    const first = entries[0];
    if (this.#closed || first === undefined) return;
    const skip = this.next - first.index;
    if (skip < 0 || skip >= entries.length) return;
    const fresh = skip === 0 ? entries : entries.slice(skip);
    this.next += fresh.length;
    this.#heard = true;
    this.#trimmed = 0;
    this.#backoff = this.#options.settings.backoffMicrosMin;
    this.#patience = this.#options.settings.tailStallMicros;
    this.#options.listener.onEntries(fresh);
  }

  #follow(): void {
    const { replicas, clock, log } = this.#options;
    const replica = replicas[this.#at % replicas.length] as JournalReplica;
    let current = true;
    const subscription = replica.tail(log, this.next, {
      onEntries: (entries) => {
        if (!current) return;
        const gap = (entries[0]?.index ?? 0) > this.next;
        this.offer(entries);
        if (gap) moveOn(false);
      },
      onProgress: () => {
        if (!current) return;
        this.#heard = true;
        this.#options.listener.onProgress?.();
      },
      onEnd: (error) => {
        if (current) moveOn(isServiceError(error, "horizon"), error);
      },
    });
    const moveOn = (trimmed: boolean, error?: Error): void => {
      current = false;
      this.#move(trimmed, error);
    };
    this.#subscription = {
      close: () => {
        current = false;
        subscription.close();
      },
    };
    this.#heard = false;
    this.#timer?.cancel();
    this.#timer = clock.after(this.#patience, () => this.#checkStall());
  }

  #move(trimmed: boolean, error?: Error): void {
    if (this.#closed) return;
    const { replicas, clock, settings, listener } = this.#options;
    this.#subscription?.close();
    this.#timer?.cancel();
    this.#trimmed = trimmed ? this.#trimmed + 1 : 0;
    if (error !== undefined && this.#trimmed >= replicas.length) {
      this.close();
      listener.onEnd(error);
      return;
    }
    this.#at++;
    this.#timer = clock.after(this.#backoff, () => this.#follow());
    this.#backoff = Math.min(this.#backoff * 2, settings.backoffMicrosMax);
  }

  /** Silence is a stall only if another replica knows of more. */
  #checkStall(): void {
    const { replicas, clock, log } = this.#options;
    if (this.#closed) return;
    const { tailStallMicros } = this.#options.settings;
    const expected = this.next;
    this.#timer = clock.after(this.#patience, () => this.#checkStall());
    if (this.#heard) {
      this.#heard = false;
      return;
    }
    const following = this.#at;
    for (const [i, replica] of replicas.entries()) {
      if (i === following % replicas.length) continue;
      replica.state(log).then(
        ({ committed }) => {
          const stalled = committed >= expected && this.next === expected && !this.#heard;
          if (!stalled || this.#at !== following) return;
          this.#patience = Math.min(this.#patience * 2, PATIENCE_FACTOR_MAX * tailStallMicros);
          this.#move(false);
        },
        () => undefined,
      );
    }
  }
}
