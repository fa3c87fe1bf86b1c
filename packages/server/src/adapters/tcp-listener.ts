/**
 * Client connections over TCP. Delivers bytes and backpressure; what they mean is the session
 * server's business. Connections beyond the bound of the operating system's backlog plus `spare`
 * are closed unheard, so that refusing politely cannot itself exhaust memory.
 */
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { ClientSocket } from "@firstlight/query-processor";

class TcpClientSocket implements ClientSocket {
  readonly #socket: Socket;
  readonly remoteAddress: string;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = `${socket.remoteAddress ?? "unknown"}:${String(socket.remotePort ?? 0)}`;
    socket.setNoDelay(true);
    // An error is followed by "close", which is all that a session needs to know.
    socket.on("error", () => {});
  }

  write(data: Buffer): boolean {
    return this.#socket.writable ? this.#socket.write(data) : true;
  }

  onData(listener: (data: Buffer) => void): void {
    this.#socket.on("data", listener);
  }

  onDrain(listener: () => void): void {
    this.#socket.on("drain", listener);
  }

  onClose(listener: () => void): void {
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
}

const END_TIMEOUT_MILLIS = 5000;

export interface TcpListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Open sockets, those that are about to be refused included. */
  readonly socketsMax: number;
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
  const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
    accept(new TcpClientSocket(socket));
  });
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
