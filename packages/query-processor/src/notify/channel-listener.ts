/**
 * One session's side of LISTEN: its channels, and what has arrived on them and was not sent yet. A
 * session is told between its transactions only, so what arrives meanwhile waits here.
 */
import type { Notification, Timestamp } from "@firstlight/common";
import type { NotificationHub } from "./notification-hub.ts";
import type { ListenAction } from "./pending-notifications.ts";

export interface ListeningSession {
  /** OID of its database. */
  readonly database: number;
  /** Something has arrived. */
  arrived(): void;
  /** It cannot be told of everything any more: it must end. */
  overrun(): void;
}

const OVERHEAD_BYTES = 64;

export class ChannelListener {
  readonly session: ListeningSession;
  readonly #hub: NotificationHub;
  /** In the order of LISTEN. */
  readonly #channels = new Set<string>();
  /** Of a LISTEN whose transaction has not committed yet. */
  readonly #pending = new Set<string>();
  #queue: Notification[] = [];
  #awaited: Timestamp | undefined;
  queuedBytes = 0;

  constructor(session: ListeningSession, hub: NotificationHub) {
    this.session = session;
    this.#hub = hub;
  }

  get channels(): readonly string[] {
    return [...this.#channels];
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  get queueUsage(): number {
    return this.#hub.usage;
  }

  /**
   * BEFORE the commit of a transaction that listens: what commits from here on arrives, its own
   * notifications included.
   */
  async prepare(actions: readonly ListenAction[]): Promise<void> {
    const wanted = new Set<string>();
    for (const action of actions) {
      if (action.kind === "listen" && !this.#channels.has(action.channel)) {
        wanted.add(action.channel);
      }
    }
    if (wanted.size === 0) return;
    const position = await this.#hub.position();
    for (const channel of wanted) {
      this.#pending.add(channel);
      this.#hub.add(this, channel, position);
    }
  }

  /** The transaction was rolled back. */
  abandon(): void {
    for (const channel of this.#pending) this.#hub.remove(this, channel);
    this.#pending.clear();
  }

  /** The transaction has committed. */
  apply(actions: readonly ListenAction[]): void {
    for (const action of actions) {
      if (action.kind === "unlistenAll") this.#channels.clear();
      else if (action.kind === "unlisten") this.#channels.delete(action.channel);
      else this.#channels.add(action.channel);
    }
    this.#hub.keepOnly(this, this.#channels);
    this.#pending.clear();
  }

  /** The session has itself notified: it is told of that with the end of its transaction. */
  expect(timestamp: Timestamp): void {
    if (this.#channels.size > 0) this.#awaited = timestamp;
  }

  /** Resolves when all that must be sent now is here; undefined: it is. */
  settle(): Promise<void> | undefined {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    return awaited === undefined ? undefined : this.#hub.reached(awaited);
  }

  offer(notification: Notification): void {
    const bytes = notification.payload.length + OVERHEAD_BYTES;
    this.queuedBytes += bytes;
    this.#hub.held(this, bytes);
    this.#queue.push(notification);
  }

  /** What the session is to be told; channels that it has left since are not among it. */
  take(): readonly Notification[] {
    if (this.#queue.length === 0) return this.#queue;
    const queue = this.#queue;
    this.#release();
    return queue.filter(({ channel }) => this.#channels.has(channel));
  }

  #release(): void {
    this.#queue = [];
    this.#hub.held(this, -this.queuedBytes);
    this.queuedBytes = 0;
  }

  /** The session is over, or is about to be. */
  close(): void {
    this.#channels.clear();
    this.#pending.clear();
    this.#hub.keepOnly(this, this.#channels);
    this.#release();
  }
}
