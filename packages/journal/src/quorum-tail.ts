/**
 * A reader's tail over several replicas: follows one of them, and another when that ends, fails, or
 * is found to lag. One that lags is followed still until another one has delivered: what it is
 * sending, a large entry perhaps, is not begun anew. Entries are given on in order, without gaps or
 * repetition, wherever they come from.
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
  /** The place that was asked last. */
  #at: number;
  /** By place, the oldest first. More than one: none of them has delivered since. */
  readonly #followed = new Map<number, Subscription>();
  #timer: Timer | undefined;
  #retry: Timer | undefined;
  #heard = false;
  #closed = false;
  #backoff: number;
  /**
   * How long silence lasts until others are asked. Doubles with each of them: a large entry takes
   * its time to be read and sent.
   */
  #patience: number;
  /** Replicas in a row that have trimmed what is wanted. */
  #trimmed = 0;

  constructor(options: QuorumTailOptions) {
    this.#options = options;
    this.log = options.log;
    this.next = Math.max(1, options.from);
    this.#at = options.firstReplica % options.replicas.length;
    this.#backoff = options.settings.backoffMicrosMin;
    this.#patience = options.settings.tailStallMicros;
    this.#follow(this.#at);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#retry?.cancel();
    this.#leaveAllBut(-1);
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

  #follow(place: number): void {
    const { replicas, log } = this.#options;
    const replica = replicas[place] as JournalReplica;
    let open = true;
    const ended = (trimmed: boolean, error?: Error): void => {
      if (!open) return;
      this.#leave(place);
      this.#ended(trimmed, error);
    };
    const subscription = replica.tail(log, this.next, {
      onEntries: (entries) => {
        if (open) this.#take(place, entries, ended);
      },
      onProgress: () => {
        if (!open) return;
        this.#heard = true;
        this.#options.listener.onProgress();
      },
      onEnd: (error) => ended(isServiceError(error, "horizon"), error),
    });
    const close = (): void => {
      open = false;
      subscription.close();
    };
    this.#at = place;
    this.#followed.set(place, { close });
    this.#heard = false;
    this.#arm();
  }

  #take(place: number, entries: readonly LogEntry[], ended: (trimmed: boolean) => void): void {
    const gap = (entries[0]?.index ?? 0) > this.next;
    this.offer(entries);
    const upTo = entries.at(-1)?.index ?? 0;
    if (gap) ended(false);
    if (gap || upTo + 1 < this.next) return;
    this.#at = place;
    this.#leaveAllBut(place);
  }

  #leave(place: number): void {
    this.#followed.get(place)?.close();
    this.#followed.delete(place);
  }

  #leaveAllBut(kept: number): void {
    for (const place of this.#followed.keys()) if (place !== kept) this.#leave(place);
  }

  #ended(trimmed: boolean, error?: Error): void {
    if (this.#closed) return;
    const { replicas, clock, settings, listener } = this.#options;
    this.#trimmed = trimmed ? this.#trimmed + 1 : 0;
    if (error !== undefined && this.#trimmed >= replicas.length) {
      this.close();
      listener.onEnd(error);
      return;
    }
    if (this.#followed.size > 0) return;
    this.#timer?.cancel();
    this.#retry = clock.after(this.#backoff, () => this.#follow((this.#at + 1) % replicas.length));
    this.#backoff = Math.min(this.#backoff * 2, settings.backoffMicrosMax);
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(this.#patience, () => this.#checkStall());
  }

  /** Silence is a stall only if another replica knows of more. */
  #checkStall(): void {
    if (this.#closed) return;
    this.#arm();
    if (this.#heard) {
      this.#heard = false;
      return;
    }
    const { replicas, log } = this.#options;
    const expected = this.next;
    const asked = this.#at;
    for (const [place, replica] of replicas.entries()) {
      if (place === asked) continue;
      replica.state(log).then(
        ({ committed }) => {
          if (this.#closed || this.next !== expected || this.#heard) return;
          const isStalled = this.#at === asked && this.#followed.size > 0;
          if (isStalled && committed >= expected) this.#askNext();
        },
        () => undefined,
      );
    }
  }

  /** When all have been asked, the one that was asked first begins anew. */
  #askNext(): void {
    const { replicas, settings } = this.#options;
    this.#patience = Math.min(this.#patience * 2, PATIENCE_FACTOR_MAX * settings.tailStallMicros);
    const place = (this.#at + 1) % replicas.length;
    this.#leave(place);
    this.#follow(place);
  }
}
