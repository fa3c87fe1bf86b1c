/**
 * A TCP proxy for every pair of services, so that one can be cut off from another: each process is
 * told by its routes.json to dial the others through proxies of its own. While a pair is cut, what
 * was connected is ended and nobody gets through; bytes that are in flight are lost.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  cut: boolean;
  /** Bytes wait this long before they go on. */
  delayMillis: number;
}

export interface Addressed {
  readonly name: string;
  readonly address: string;
}

export class PairProxies {
  readonly #pairs: Pair[] = [];

  /** Proxies from each of `sources` to each of `targets`, and the files that say so. */
  async open(
    directory: string,
    sources: readonly Addressed[],
    targets: readonly Addressed[],
  ): Promise<void> {
    for (const { name: from } of sources) {
      const routes: Record<string, string> = {};
      for (const target of targets) {
        if (target.name !== from) routes[target.address] = await this.#listen(from, target);
      }
      mkdirSync(join(directory, from), { recursive: true });
      writeFileSync(join(directory, from, "routes.json"), JSON.stringify(routes));
    }
  }

  async #listen(from: string, { name: to, address }: Addressed): Promise<string> {
    const [host = "", port = ""] = address.split(":");
    const server = createServer((socket) => this.#accept(pair, socket, host, Number(port)));
    const pair: Pair = { from, to, server, sockets: new Set(), cut: false, delayMillis: 0 };
    this.#pairs.push(pair);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #accept(pair: Pair, inward: Socket, host: string, port: number): void {
    if (pair.cut) {
      inward.destroy();
      return;
    }
    const outward = connect(port, host);
    relay(pair, inward, outward);
    relay(pair, outward, inward);
  }

  /** Every pair of which `name` is one, or those between two names, in both directions. */
  #between(name: string, other?: string): readonly Pair[] {
    return this.#pairs.filter(({ from, to }) => {
      if (from !== name && to !== name) return false;
      return other === undefined || from === other || to === other;
    });
  }

  cut(name: string, other?: string): void {
    for (const pair of this.#between(name, other)) {
      pair.cut = true;
      for (const socket of pair.sockets) socket.destroy();
    }
  }

  mend(name: string, other?: string): void {
    for (const pair of this.#between(name, other)) pair.cut = false;
  }

  /** What `name` sends and is sent arrives later. */
  slow(name: string, delayMillis: number): void {
    for (const pair of this.#between(name)) pair.delayMillis = delayMillis;
  }

  async close(): Promise<void> {
    for (const { server, sockets } of this.#pairs) {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    }
  }
}

/** One direction; the end of one socket is the end of the other. */
function relay(pair: Pair, source: Socket, target: Socket): void {
  pair.sockets.add(source);
  source.setNoDelay(true);
  source.on("data", (chunk) => {
    if (pair.delayMillis === 0) forward(source, target, chunk);
    else setTimeout(() => forward(source, target, chunk), pair.delayMillis);
  });
  target.on("drain", () => source.resume());
  source.on("error", () => target.destroy());
  source.on("close", () => {
    pair.sockets.delete(source);
    target.destroy();
  });
}

function forward(source: Socket, target: Socket, chunk: Buffer): void {
  if (target.destroyed) return;
  if (!target.write(chunk)) source.pause();
}
