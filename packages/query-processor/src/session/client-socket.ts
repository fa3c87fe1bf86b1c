/** A client's byte stream, whatever carries it. */

/** How a client's bytes are encrypted. */
export interface TlsFacts {
  /** "TLSv1.3". */
  readonly version: string;
  readonly cipher: string;
  readonly bits: number;
  /** What was agreed on by ALPN: "postgresql" or nothing. */
  readonly protocol: "postgresql" | undefined;
  /** The host that the client asked for (SNI). */
  readonly serverName: string | undefined;
  /** What SCRAM can bind to the connection (tls-server-end-point); undefined: nothing. */
  readonly endPoint: Buffer | undefined;
}

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
  /** Whether it can be encrypted. */
  readonly offersTls?: boolean;
  /**
   * Encrypts all that follows; `received` has come already and belongs to the handshake. Listeners
   * go on with what was decrypted. Undefined when the client did not manage: it is closed then.
   */
  startTls?(received: Buffer): Promise<TlsFacts | undefined>;
}
