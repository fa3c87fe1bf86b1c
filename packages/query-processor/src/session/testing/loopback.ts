/** A session server on a real loopback socket, for tests with real clients. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { MemoryTemporaryFiles, NO_METRICS, SILENT_LOG, timestamp } from "@firstlight/common";
import type { Clock, NodeRuntime } from "@firstlight/common";
import type { ClientSocket } from "../client-socket.ts";
import { DEFAULT_SERVER_LIMITS, SessionServer } from "../session-server.ts";
import type { ServerLimits, ServerOptions } from "../session-server.ts";
import { FakeEngine } from "./fake-engine.ts";
import { fakeCodecs } from "./fake-codecs.ts";

export function wallClock(): Clock {
  return {
    now: () => {
      const now = timestamp(Date.now() * 1000);
      return { earliest: now, latest: now };
    },
    monotonicMicros: () => Math.round(performance.now() * 1000),
    after: (micros, callback) => {
      const timer = setTimeout(callback, micros / 1000);
      return {
        cancel: () => {
          clearTimeout(timer);
        },
      };
    },
    endOfTick: (callback) => {
      setImmediate(callback);
    },
    sleep: (micros) => new Promise((resolve) => setTimeout(resolve, micros / 1000)),
  };
}

export function testRuntime(): NodeRuntime {
  const absent = (): never => {
    throw new Error("not in this test");
  };
  return {
    clock: wallClock(),
    random: { next: () => Math.random(), bytes: (length) => randomBytes(length) },
    network: { connect: absent, listen: absent },
    disk: { open: absent, setAside: absent },
    temporaryFiles: new MemoryTemporaryFiles(),
    log: SILENT_LOG,
    metrics: NO_METRICS,
  };
}

class LoopbackSocket implements ClientSocket {
  readonly remoteAddress = "127.0.0.1";
  readonly #socket: Socket;
  readonly writes: Buffer[];

  constructor(socket: Socket, writes: Buffer[]) {
    this.#socket = socket;
    this.writes = writes;
    socket.on("error", () => {});
  }
  write(data: Buffer): boolean {
    this.writes.push(data);
    return this.#socket.write(data);
  }
  onData(listener: (data: Buffer) => void): void {
    this.#socket.on("data", listener);
  }
  onDrain(listener: () => void): void {
    this.#socket.on("drain", listener);
  }
  onClose(listener: () => void): void {
    this.#socket.once("close", listener);
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
  end(): void {
    this.#socket.end();
  }
  destroy(): void {
    this.#socket.destroy();
  }
}

export interface Loopback {
  readonly engine: FakeEngine;
  readonly server: SessionServer;
  readonly port: number;
  /** Every buffer that the server wrote to any socket. */
  readonly writes: Buffer[];
  stop(): Promise<void>;
}

export async function startLoopback(
  limits: Partial<ServerLimits> = {},
  options: Partial<ServerOptions> = {},
  clock: Clock = wallClock(),
): Promise<Loopback> {
  const engine = new FakeEngine();
  const server = new SessionServer(
    { ...testRuntime(), clock },
    engine,
    { ...DEFAULT_SERVER_LIMITS, ...limits },
    { codecs: fakeCodecs, ...options },
  );
  const writes: Buffer[] = [];
  const listener = createServer({ noDelay: true }, (socket) => {
    server.accept(new LoopbackSocket(socket, writes));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    engine,
    server,
    port: (listener.address() as AddressInfo).port,
    writes,
    stop: async () => {
      const closed = new Promise((resolve) => listener.close(resolve));
      await server.close();
      await closed;
    },
  };
}
