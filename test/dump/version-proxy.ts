/**
 * A server in between that tells another server_version: Debian's pg_dump refuses servers that are
 * newer than it is. Everything else passes as it is.
 */
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";

export interface VersionProxy {
  readonly port: number;
  stop(): Promise<void>;
}

const PARAMETER_STATUS = 0x53;
const READY = 0x5a;
const HEADER = 5;
const NAME = "server_version\0";

function withVersion(message: Buffer, version: string): Buffer {
  if (!message.subarray(HEADER).toString("latin1").startsWith(NAME)) return message;
  const body = Buffer.from(`${NAME}${version}\0`, "latin1");
  const head = Buffer.alloc(HEADER);
  head.writeUInt8(PARAMETER_STATUS, 0);
  head.writeUInt32BE(body.length + HEADER - 1, 1);
  return Buffer.concat([head, body]);
}

/** Rewrites what the server says before it is ready for the first query. */
class Greeting {
  #pending: Buffer = Buffer.alloc(0);
  #done = false;
  readonly #version: string;

  constructor(version: string) {
    this.#version = version;
  }

  pass(chunk: Buffer): Buffer {
    if (this.#done) return chunk;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const out: Buffer[] = [];
    while (this.#pending.length >= HEADER && !this.#done) {
      const size = 1 + this.#pending.readUInt32BE(1);
      if (this.#pending.length < size) break;
      const message = this.#pending.subarray(0, size);
      this.#pending = this.#pending.subarray(size);
      this.#done = message[0] === READY;
      const isStatus = message[0] === PARAMETER_STATUS;
      out.push(isStatus ? withVersion(message, this.#version) : message);
    }
    if (this.#done) out.push(this.#pending);
    return Buffer.concat(out);
  }
}

function relay(client: Socket, port: number, version: string): void {
  const server = connect(port, "127.0.0.1");
  const greeting = new Greeting(version);
  server.on("data", (chunk: Buffer) => client.write(greeting.pass(chunk)));
  client.on("data", (chunk: Buffer) => server.write(chunk));
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on("close", () => other.destroy());
    one.on("error", () => other.destroy());
  }
}

/** Clients have to ask for no encryption: a refusal has no length. */
export function startVersionProxy(port: number, version: string): Promise<VersionProxy> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.once("close", () => clients.delete(client));
    relay(client, port, version);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const own = typeof address === "object" && address !== null ? address.port : 0;
      resolve({ port: own, stop });
    });
  });
}
