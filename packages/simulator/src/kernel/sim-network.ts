/**
 * The Network port in memory: channels with delay, partitions and sudden death. A channel keeps the
 * order of what it carries; messages of different channels overtake each other freely. While two
 * nodes are partitioned nothing arrives, and after a while their channels die. What a channel has
 * lost is never followed by what was sent later.
 */
import type { Channel, Listener, Network } from "@firstlight/common";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Trace } from "./trace.ts";

export interface NetworkFaults {
  readonly delayMicrosMin: number;
  readonly delayMicrosMax: number;
  /** Chance per message of a delay twenty times as long. */
  readonly slowChance: number;
  /** Chance per message that its channel dies instead, with everything under way. */
  readonly breakChance: number;
  /** A partitioned channel dies after this long. */
  readonly partitionDeathMicros: number;
}

export const CALM_NETWORK: NetworkFaults = {
  delayMicrosMin: 50,
  delayMicrosMax: 500,
  slowChance: 0,
  breakChance: 0,
  partitionDeathMicros: 1_000_000,
};

/** Delivers to a node: not at all when it is dead, later when it is paused. */
export interface Host {
  readonly name: string;
  deliver(run: () => void): void;
  /** Changes with every restart: what was meant for an earlier life is dropped. */
  readonly life: number;
  readonly alive: boolean;
}

interface Endpoint {
  readonly host: Host;
  readonly life: number;
  onMessage: ((message: Uint8Array) => void) | undefined;
  onClose: ((reason: string) => void) | undefined;
}

class Link {
  readonly network: SimNetwork;
  readonly ends: readonly [Endpoint, Endpoint];
  readonly #arrival: [number, number] = [0, 0];
  dead = false;
  /** Has lost a message: delivers nothing more, and its ends will notice. */
  #doomed = false;

  constructor(network: SimNetwork, a: Endpoint, b: Endpoint) {
    this.network = network;
    this.ends = [a, b];
  }

  send(from: 0 | 1, message: Uint8Array): void {
    if (this.dead) return;
    const { scheduler, random, faults } = this.network;
    if (random.chance(faults.breakChance)) {
      this.kill("the connection broke");
      return;
    }
    const to: 0 | 1 = from === 0 ? 1 : 0;
    this.network.note(this.ends[from].host.name, this.ends[to].host.name, message.length);
    const at = Math.max(this.#arrival[to] + 1, scheduler.now + this.network.delay());
    this.#arrival[to] = at;
    const copy = Uint8Array.from(message);
    scheduler.at(at, () => this.#arrive(to, copy));
  }

  #arrive(to: 0 | 1, message: Uint8Array): void {
    if (this.dead || this.#doomed) return;
    const [a, b] = this.ends;
    if (this.network.isPartitioned(a.host.name, b.host.name)) {
      this.#doomed = true;
      this.network.scheduler.after(this.network.faults.partitionDeathMicros, () => {
        this.kill("the other side cannot be reached");
      });
      return;
    }
    const end = this.ends[to];
    if (end.host.life !== end.life || !end.host.alive) return;
    end.host.deliver(() => {
      if (!this.dead) end.onMessage?.(message);
    });
  }

  deliverNothing(): void {
    this.#doomed = true;
  }

  kill(reason: string): void {
    if (this.dead) return;
    this.dead = true;
    for (const end of new Set(this.ends)) {
      if (end.host.life !== end.life || !end.host.alive) continue;
      this.network.scheduler.after(this.network.delay(), () => {
        if (end.host.life !== end.life || !end.host.alive) return;
        end.host.deliver(() => end.onClose?.(reason));
      });
    }
  }

  belongsTo(name: string): boolean {
    return this.ends.some((end) => end.host.name === name);
  }
}

function channelOf(link: Link, side: 0 | 1): Channel {
  const end = link.ends[side];
  return {
    send: (message) => link.send(side, message),
    queuedBytes: 0,
    onMessage: (listener) => {
      end.onMessage = listener;
    },
    onClose: (listener) => {
      end.onClose = listener;
    },
    close: (reason = "closed") => link.kill(reason),
  };
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

export class SimNetwork {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly #trace: Trace;
  faults: NetworkFaults;
  readonly #listeners = new Map<
    string,
    { host: Host; life: number; accept: (channel: Channel) => void }
  >();
  #links: Link[] = [];
  readonly #partitions = new Set<string>();

  constructor(scheduler: Scheduler, random: SeededRandom, trace: Trace, faults: NetworkFaults) {
    this.scheduler = scheduler;
    this.random = random;
    this.#trace = trace;
    this.faults = faults;
  }

  note(from: string, to: string, bytes: number): void {
    this.#trace.record(this.scheduler.now, `${from} > ${to} ${bytes}`);
  }

  delay(): number {
    const { delayMicrosMin, delayMicrosMax, slowChance } = this.faults;
    const delay = this.random.between(delayMicrosMin, delayMicrosMax);
    return this.random.chance(slowChance) ? delay * 20 : delay;
  }

  isPartitioned(a: string, b: string): boolean {
    return this.#partitions.has(pairOf(a, b));
  }

  partition(a: string, b: string): void {
    if (a !== b) this.#partitions.add(pairOf(a, b));
  }

  reconnect(a: string, b: string): void {
    this.#partitions.delete(pairOf(a, b));
  }

  heal(): void {
    this.#partitions.clear();
  }

  /** The node's process is gone: its peers notice after a while. */
  crashed(name: string): void {
    for (const link of this.#links) if (link.belongsTo(name)) link.kill("the other side is gone");
    this.#links = this.#links.filter((link) => !link.dead);
    for (const [address, { host }] of this.#listeners) {
      if (host.name === name) this.#listeners.delete(address);
    }
  }

  /** The Network port of one process. */
  port(host: Host): Network {
    return {
      connect: (address) => this.#connect(host, address),
      listen: (address, accept) => {
        this.#listeners.set(address, { host, life: host.life, accept });
        const listener: Listener = {
          address,
          close: () => {
            this.#listeners.delete(address);
            return Promise.resolve();
          },
        };
        return Promise.resolve(listener);
      },
    };
  }

  #connect(host: Host, address: string): Channel {
    const target = this.#listeners.get(address);
    const here: Endpoint = { host, life: host.life, onMessage: undefined, onClose: undefined };
    if (target === undefined || !target.host.alive) return this.#refused(here);
    const there: Endpoint = {
      host: target.host,
      life: target.life,
      onMessage: undefined,
      onClose: undefined,
    };
    const link = new Link(this, here, there);
    if (this.#links.length >= 500) this.#links = this.#links.filter((each) => !each.dead);
    this.#links.push(link);
    target.accept(channelOf(link, 1));
    return channelOf(link, 0);
  }

  #refused(here: Endpoint): Channel {
    const link = new Link(this, here, here);
    link.deliverNothing();
    this.scheduler.after(this.delay(), () => link.kill("connection refused"));
    return channelOf(link, 0);
  }
}
