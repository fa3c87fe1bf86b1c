/**
 * Follows the log in which all notifications stand, while any session of this query processor
 * listens, and hands them to those sessions in the order of the log (I1, I12). An entry is handed on
 * only when a snapshot taken anywhere would show its transaction (I6): a session that is told of a
 * change can read it.
 */
import type {
  Clock,
  Log,
  LogEntry,
  LogId,
  Notification,
  Subscription,
  Timestamp,
} from "@firstlight/common";
import {
  TIMESTAMP_ZERO,
  featureNotSupported,
  isServiceError,
  laterOf,
  firstLog,
  notificationsOf,
} from "@firstlight/common";
import type { ClusterView } from "../transaction/cluster-view.ts";
import type { ChannelListener } from "./channel-listener.ts";

export interface HubParts {
  readonly cluster: ClusterView;
  readonly clock: Clock;
  readonly patienceMicros: number;
  readonly log?: Log | undefined;
  readonly bugs?: ReadonlySet<NotificationBug>;
}

/** Faults that the simulation must find. */
export type NotificationBug = "notifyBeforeVisible";

interface Arrival {
  readonly index: number;
  readonly timestamp: Timestamp;
  readonly notifications: readonly Notification[];
}

interface ReachedWaiter {
  readonly timestamp: Timestamp;
  resolve(): void;
}

/** I11: what waits for sessions that are not idle, all of them together. */
const HELD_BYTES_MAX = 64 << 20;
const RETRY_MICROS = 50_000;
const VISIBLE_MICROS = 100;
const OWN_PATIENCE_MICROS = 5_000_000;

export class NotificationHub {
  readonly #parts: HubParts;
  readonly #log: LogId;
  /** By database and channel; with the index behind which each listens. */
  readonly #channels = new Map<string, Map<ChannelListener, number>>();
  readonly #listeners = new Map<ChannelListener, number>();
  #subscription: Subscription | undefined;
  /** The index that the tail delivers next. */
  #next = 1;
  #arrivals: Arrival[] = [];
  #pumping = false;
  #received = TIMESTAMP_ZERO;
  #waiters: ReachedWaiter[] = [];
  #heldBytes = 0;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#log = firstLog(parts.cluster.logs);
  }

  /** How much of the room for waiting notifications is taken. */
  get usage(): number {
    return this.#heldBytes / HELD_BYTES_MAX;
  }

  /**
   * Everything acknowledged before the call is at or below it. Asked of an adjudicator whose lease
   * has not ended: a replaced one would name an old position.
   */
  async position(): Promise<number> {
    const { cluster, clock, patienceMicros } = this.#parts;
    if (cluster.tailLog === undefined) throw featureNotSupported("LISTEN");
    const giveUp = clock.monotonicMicros() + patienceMicros;
    for (;;) {
      try {
        const heartbeat = await cluster.adjudicator(this.#log).heartbeat(clock.now().latest);
        return heartbeat.index;
      } catch (error) {
        if (!isServiceError(error) || clock.monotonicMicros() >= giveUp) throw error;
      }
      await clock.sleep(RETRY_MICROS);
    }
  }

  add(listener: ChannelListener, channel: string, position: number): void {
    const key = channelKey(listener.session.database, channel);
    let listeners = this.#channels.get(key);
    if (listeners === undefined) {
      listeners = new Map();
      this.#channels.set(key, listeners);
    }
    listeners.set(listener, position);
    this.#listeners.set(listener, (this.#listeners.get(listener) ?? 0) + 1);
    if (this.#subscription === undefined) this.#follow(position + 1);
  }

  remove(listener: ChannelListener, channel: string): void {
    const key = channelKey(listener.session.database, channel);
    const listeners = this.#channels.get(key);
    if (listeners?.delete(listener) !== true) return;
    if (listeners.size === 0) this.#channels.delete(key);
    const left = (this.#listeners.get(listener) ?? 1) - 1;
    if (left > 0) this.#listeners.set(listener, left);
    else this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#unfollow();
  }

  keepOnly(listener: ChannelListener, channels: ReadonlySet<string>): void {
    const { database } = listener.session;
    const prefix = channelKey(database, "");
    for (const [key, listeners] of this.#channels) {
      if (!listeners.has(listener) || !key.startsWith(prefix)) continue;
      const channel = key.slice(prefix.length);
      if (!channels.has(channel)) this.remove(listener, channel);
    }
  }

  /** Resolves when everything up to `timestamp` was handed on, or after a while if the log is out of reach. */
  reached(timestamp: Timestamp): Promise<void> {
    if (this.#handedOn >= timestamp || this.#subscription === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(OWN_PATIENCE_MICROS, resolve);
      const done = (): void => {
        timer.cancel();
        resolve();
      };
      this.#waiters.push({ timestamp, resolve: done });
    });
  }

  /** Bytes waiting in a listener's queue, more or fewer than before. */
  held(_listener: ChannelListener, bytes: number): void {
    this.#heldBytes += bytes;
  }

  get #handedOn(): Timestamp {
    const first = this.#arrivals[0];
    return first === undefined ? this.#received : ((first.timestamp - 1) as Timestamp);
  }

  #follow(from: number): void {
    const { tailLog } = this.#parts.cluster;
    if (tailLog === undefined) return;
    this.#next = from;
    let current = true;
    const subscription = tailLog(this.#log, from, {
      onEntries: (entries) => {
        if (current) this.#take(entries);
      },
      onProgress: () => undefined,
      onEnd: (error) => {
        if (current) this.#ended(error);
        current = false;
      },
    });
    this.#subscription = {
      close: () => {
        current = false;
        subscription.close();
      },
    };
  }

  #unfollow(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#arrivals = [];
    this.#received = TIMESTAMP_ZERO;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  /** The journal went away for a while: goes on behind what was delivered. */
  #ended(error: Error): void {
    const { clock, log } = this.#parts;
    if (isServiceError(error, "horizon")) {
      log?.error("notifications were trimmed before they were read", { error });
      // BEFORE the sessions go: one that begins to listen meanwhile has the log followed anew.
      this.#unfollow();
      for (const listener of this.#listeners.keys()) listener.session.overrun();
      return;
    }
    this.#subscription?.close();
    clock.after(RETRY_MICROS, () => {
      if (this.#listeners.size > 0) this.#follow(this.#next);
    });
  }

  #take(entries: readonly LogEntry[]): void {
    for (const { index, timestamp, payload } of entries) {
      this.#next = index + 1;
      this.#received = laterOf(this.#received, timestamp);
      const notifications = notificationsOf(payload);
      if (notifications.length > 0) this.#arrivals.push({ index, timestamp, notifications });
    }
    this.#pump();
  }

  #isVisible(timestamp: Timestamp): boolean {
    const { cluster, clock, bugs } = this.#parts;
    if (bugs?.has("notifyBeforeVisible") === true) return true;
    return clock.now().earliest >= timestamp && cluster.takeSnapshot() >= timestamp;
  }

  #pump(): void {
    if (this.#pumping) return;
    for (let first = this.#arrivals[0]; first !== undefined; first = this.#arrivals[0]) {
      if (!this.#isVisible(first.timestamp)) {
        this.#pumpLater(first.timestamp);
        break;
      }
      this.#arrivals.shift();
      this.#handOn(first);
    }
    this.#resolveWaiters();
  }

  #pumpLater(timestamp: Timestamp): void {
    const { clock } = this.#parts;
    this.#pumping = true;
    clock.after(Math.max(VISIBLE_MICROS, timestamp - clock.now().earliest), () => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #handOn({ index, notifications }: Arrival): void {
    const told = new Set<ChannelListener>();
    for (const notification of notifications) {
      const key = channelKey(notification.database, notification.channel);
      for (const [listener, behind] of this.#channels.get(key) ?? []) {
        if (index <= behind) continue;
        listener.offer(notification);
        told.add(listener);
      }
    }
    for (const listener of told) listener.session.arrived();
    while (this.#heldBytes > HELD_BYTES_MAX) this.#endLongest();
  }

  /** One session that does not become idle must not cost the others their notifications. */
  #endLongest(): void {
    let longest: ChannelListener | undefined;
    for (const listener of this.#listeners.keys()) {
      if (listener.queuedBytes > (longest?.queuedBytes ?? 0)) longest = listener;
    }
    if (longest === undefined) {
      this.#heldBytes = 0;
      return;
    }
    longest.close();
    longest.session.overrun();
  }

  #resolveWaiters(): void {
    if (this.#waiters.length === 0) return;
    const handedOn = this.#handedOn;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ timestamp }) => timestamp > handedOn);
    for (const waiter of waiters) if (waiter.timestamp <= handedOn) waiter.resolve();
  }
}

function channelKey(database: number, channel: string): string {
  return `${database}\0${channel}`;
}
