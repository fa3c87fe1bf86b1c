/**
 * Client connections over TCP. Delivers bytes and backpressure; what they mean is the session
 * server's business. Connections beyond the bound of the operating system's backlog plus `spare`
 * are closed unheard, so that refusing politely cannot itself exhaust memory.
 */
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { ClientSocket, TlsFacts } from "@firstlight/query-processor";
import type { TlsServer } from "./tls/tls-server.ts";

class TcpClientSocket implements ClientSocket {
  #socket: Socket;
  readonly #tls: TlsServer | undefined;
  #onData: (data: Buffer) => void = ignore;
  #onDrain: () => void = ignore;
  #onClose: () => void = ignore;
  readonly remoteAddress: string;

  constructor(socket: Socket, tls: TlsServer | undefined) {
    this.#socket = socket;
    this.#tls = tls;
    this.remoteAddress = `${socket.remoteAddress ?? "unknown"}:${String(socket.remotePort ?? 0)}`;
    socket.setNoDelay(true);
    // An error is followed by "close", which is all that a session needs to know.
    socket.on("error", ignore);
  }

  get offersTls(): boolean {
    return this.#tls !== undefined;
  }

  write(data: Buffer): boolean {
    return this.#socket.writable ? this.#socket.write(data) : true;
  }

  onData(listener: (data: Buffer) => void): void {
    this.#onData = listener;
    this.#socket.on("data", listener);
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
    this.#socket.on("drain", listener);
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
    this.#socket.once("end", listener);
    this.#socket.once("close", listener);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    // A client that does not read its last message must not keep the connection for ever.
    this.#socket.setTimeout(END_TIMEOUT_MILLIS, () => this.#socket.destroy());
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async startTls(received: Buffer): Promise<TlsFacts | undefined> {
    const plain = this.#socket;
    plain.off("data", this.#onData).off("drain", this.#onDrain);
    plain.off("end", this.#onClose).off("close", this.#onClose);
    plain.pause();
    if (received.length > 0) plain.unshift(received);
    const hasBegun = received.length > 0 || (await hasBytes(plain));
    const secured = hasBegun ? await this.#tls?.secure(plain) : undefined;
    if (secured === undefined) {
      this.#onClose();
      return undefined;
    }
    this.#socket = secured.socket;
    this.onData(this.#onData);
    this.onDrain(this.#onDrain);
    this.onClose(this.#onClose);
    return secured.facts;
  }
}

const ignore = (): void => {};

/**
 * Resolves when there are bytes, which stay to be read; false: it was closed before. Node's buffer
 * for what comes encrypted is as large as what is there when encryption begins, at least 1 KiB: with
 * nothing there it takes 64 KiB for as long as the connection is open.
 */
function hasBytes(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const arrived = (data: Buffer): void => {
      socket.pause();
      socket.off("close", closed);
      socket.unshift(data);
      resolve(true);
    };
    const closed = (): void => {
      socket.off("data", arrived);
      resolve(false);
    };
    socket.once("data", arrived);
    socket.once("close", closed);
    socket.resume();
  });
}

const END_TIMEOUT_MILLIS = 5000;

export interface TcpListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Open sockets, those that are about to be refused included. */
  readonly socketsMax: number;
  /** Undefined: nothing can be encrypted. */
  readonly tls?: TlsServer | undefined;
}

export interface TcpListener {
  readonly host: string;
  readonly port: number;
  /** Takes no new connections; resolves when the port is free. Open connections stay. */
  close(): Promise<void>;
}

/** Rejects with Node's error when the port cannot be had. */
export async function listenTcp(
  options: TcpListenerOptions,
  accept: (socket: ClientSocket) => void,
): Promise<TcpListener> {
  const server = createServer(
    { noDelay: true, keepAlive: true, allowHalfOpen: false },
    (socket) => {
      accept(new TcpClientSocket(socket, options.tls));
    },
  );
  server.maxConnections = options.socketsMax;
  await listening(server, options);
  const address = server.address() as AddressInfo;
  return {
    host: address.address,
    port: address.port,
    close: () => closed(server),
  };
}

function listening(server: Server, { host, port }: TcpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
