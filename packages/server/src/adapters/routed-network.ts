/**
 * Addresses that are reached another way: `routes.json` in a process's own directory maps the
 * address of a member to the one to dial instead, as behind a forwarded port or a proxy. Without the
 * file every address stands for itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Channel, Listener, Network } from "@firstlight/common";

const FILE = "routes.json";

class RoutedNetwork implements Network {
  readonly #network: Network;
  readonly #routes: Readonly<Record<string, string>>;

  constructor(network: Network, routes: Readonly<Record<string, string>>) {
    this.#network = network;
    this.#routes = routes;
  }

  connect(address: string): Channel {
    return this.#network.connect(this.#routes[address] ?? address);
  }

  listen(address: string, accept: (channel: Channel) => void): Promise<Listener> {
    return this.#network.listen(address, accept);
  }
}

/** Read once, when the process starts. */
export function routedNetwork(network: Network, directory: string): Network {
  const path = join(directory, FILE);
  if (!existsSync(path)) return network;
  const routes = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, string>>;
  return new RoutedNetwork(network, routes);
}
