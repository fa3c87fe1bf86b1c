/**
 * HTTP and HTTPS on one port, told apart by the first byte of a connection. Requests are bounded in
 * length and time; what they mean is the control plane's business.
 */
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { ApiRequest, ApiResponse } from "../control-plane/router.ts";
import type { TlsServer } from "./tls/tls-server.ts";

const BODY_BYTES_MAX = 1 << 20;
const REQUEST_MILLIS_MAX = 30_000;
const CONNECTIONS_MAX = 100;
/** The first byte of TLS: a handshake record. */
const HANDSHAKE = 0x16;

export interface HttpListener {
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpRequest extends ApiRequest {
  readonly headers: Readonly<Record<string, string>>;
}

type Answer = (request: HttpRequest) => ApiResponse;

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const entries = Object.entries(incoming.headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_BYTES_MAX) chunks.push(chunk);
    });
    incoming.on("end", () => {
      resolve(length > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks).toString("utf8"));
    });
    incoming.on("error", () => resolve(undefined));
  });
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: Answer,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    outgoing.writeHead(413).end();
    return;
  }
  const { method = "", url: target = "" } = incoming;
  const response = answer({ method, target, body, headers: headersOf(incoming) });
  outgoing.writeHead(response.status, {
    ...response.headers,
    "content-length": Buffer.byteLength(response.body),
  });
  outgoing.end(response.body);
}

function httpServer(answer: Answer): Server {
  const server = createHttpServer((incoming, outgoing) => {
    respond(incoming, outgoing, answer).catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  server.requestTimeout = REQUEST_MILLIS_MAX;
  return server;
}

async function serve(socket: Socket, server: Server, tls: TlsServer | undefined): Promise<void> {
  const first = await new Promise<Buffer | undefined>((resolve) => {
    socket.once("data", (data: Buffer) => {
      socket.pause();
      resolve(data);
    });
    socket.once("close", () => resolve(undefined));
  });
  if (first === undefined) return;
  socket.unshift(first);
  if (first[0] !== HANDSHAKE) {
    server.emit("connection", socket);
    socket.resume();
    return;
  }
  const secured = await tls?.secure(socket, []);
  if (secured === undefined) socket.destroy();
  else server.emit("connection", secured.socket);
}

/** Rejects with Node's error when the port cannot be had. */
export async function listenHttp(
  place: { readonly host: string; readonly port: number },
  tls: TlsServer | undefined,
  answer: Answer,
): Promise<HttpListener> {
  const server = httpServer(answer);
  const open = new Set<Socket>();
  const listener = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(REQUEST_MILLIS_MAX, () => socket.destroy());
    void serve(socket, server, tls);
  });
  listener.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(place, resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
