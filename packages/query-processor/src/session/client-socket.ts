/** A client's byte stream, whatever carries it. */
export interface ClientSocket {
  readonly remoteAddress: string;
  /** False when the client is behind: wait for onDrain before writing much more. */
  write(data: Buffer): boolean;
  onData(listener: (data: Buffer) => void): void;
  onDrain(listener: () => void): void;
  /** Called once, whoever closed it. */
  onClose(listener: () => void): void;
  pause(): void;
  resume(): void;
  /** Sends what was written, then closes. */
  end(): void;
  destroy(): void;
}
