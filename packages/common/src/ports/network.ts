/**
 * Messages between nodes. A channel keeps order and delivers each message at most once while it
 * lives; it may die at any moment, and what was sent shortly before may or may not have arrived.
 */
export interface Channel {
  /** Never blocks; a channel whose buffer passes its bound closes itself (I11). */
  send(message: Uint8Array): void;
  /** Sent and not yet taken by the system: whoever has much to send waits while this is high. */
  readonly queuedBytes: number;
  onMessage(listener: (message: Uint8Array) => void): void;
  /** Called once, also if the channel was closed before the listener was set. */
  onClose(listener: (reason: string) => void): void;
  close(reason?: string): void;
}

export interface Listener {
  readonly address: string;
  close(): Promise<void>;
}

export interface Network {
  /** Returns at once; failure to reach `address` shows as onClose. */
  connect(address: string): Channel;
  listen(address: string, accept: (channel: Channel) => void): Promise<Listener>;
}
