/** The simulated machine, disk and network keep the contracts of the ports, and break nothing else. */
import type { Channel, NodeRuntime } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { Scheduler } from "./scheduler.ts";
import { SeededRandom } from "./seeded-random.ts";
import { CALM_SYNC_MICROS_MAX, SimDisk } from "./sim-disk.ts";
import { CALM_NETWORK, SimNetwork } from "./sim-network.ts";
import { SimNode } from "./sim-node.ts";
import { Trace } from "./trace.ts";

const KEY = keyFromLatin1("k");

class World {
  readonly scheduler = new Scheduler();
  readonly random: SeededRandom;
  readonly network: SimNetwork;
  readonly clockErrorMicros = 100;

  constructor(seed = 1) {
    this.random = new SeededRandom(seed);
    this.network = new SimNetwork(this.scheduler, this.random, new Trace(), CALM_NETWORK);
  }

  node(name: string): SimNode {
    const faults = { syncMicrosMax: CALM_SYNC_MICROS_MAX };
    return new SimNode(this, name, new SimDisk(this.random.split(name), faults));
  }

  async run(micros: number): Promise<void> {
    await this.scheduler.run(this.scheduler.now + micros);
  }
}

interface Pair {
  readonly a: Channel;
  readonly received: number[];
  readonly closed: string[];
}

function connect(client: NodeRuntime, server: NodeRuntime): Pair {
  const received: number[] = [];
  const closed: string[] = [];
  void server.network.listen("server", (channel) => {
    channel.onMessage((message) => received.push(message[0] ?? -1));
  });
  const a = client.network.connect("server");
  a.onClose((reason) => closed.push(reason));
  return { a, received, closed };
}

describe("simulated network", () => {
  it("keeps the order of a channel", async () => {
    const world = new World();
    const { a, received } = connect(world.node("client").boot(), world.node("server").boot());
    for (let i = 0; i < 50; i++) a.send(Uint8Array.of(i));
    await world.run(1_000_000);
    expect(received).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("delivers nothing after a message that a partition swallowed, though it heals", async () => {
    const world = new World();
    const { a, received, closed } = connect(
      world.node("client").boot(),
      world.node("server").boot(),
    );
    world.network.partition("client", "server");
    a.send(Uint8Array.of(1));
    await world.run(10_000);
    world.network.heal();
    a.send(Uint8Array.of(2));
    await world.run(5_000_000);
    expect(received).toEqual([]);
    expect(closed).toHaveLength(1);
  });

  it("refuses a connection to nobody, and gives its messages to nobody", async () => {
    const world = new World();
    const channel = world.node("client").boot().network.connect("nowhere");
    const heard: unknown[] = [];
    channel.onMessage((message) => heard.push(message));
    channel.onClose((reason) => heard.push(reason));
    channel.send(Uint8Array.of(1));
    await world.run(1_000_000);
    expect(heard).toEqual(["connection refused"]);
  });

  it("tells the other side of a crash, and delivers nothing to a later life", async () => {
    const world = new World();
    const server = world.node("server");
    const { a, received, closed } = connect(world.node("client").boot(), server.boot());
    a.send(Uint8Array.of(1));
    server.crash();
    server.boot();
    await world.run(1_000_000);
    expect(received).toEqual([]);
    expect(closed).toEqual(["the other side is gone"]);
  });
});

describe("simulated machine", () => {
  it("does while paused nothing, and afterwards everything that was not cancelled", async () => {
    const world = new World();
    const node = world.node("n");
    const { clock } = node.boot();
    const ran: string[] = [];
    const second = clock.after(20, () => ran.push("second"));
    clock.after(10, () => {
      ran.push("first");
      second.cancel();
    });
    node.pause();
    await world.run(1_000);
    expect(ran).toEqual([]);
    node.resume();
    await world.run(1_000);
    expect(ran).toEqual(["first"]);
  });

  it("has a clock whose interval contains true time, whatever its error", async () => {
    const world = new World();
    const node = world.node("n");
    const { clock } = node.boot();
    for (let i = 0; i < 20; i++) {
      node.disturbClock();
      const { earliest, latest } = clock.now();
      const truth = 1_800_000_000_000_000 + world.scheduler.now;
      expect(earliest).toBeLessThanOrEqual(truth);
      expect(latest).toBeGreaterThanOrEqual(truth);
      await world.run(1_000);
    }
  });

  it("forgets the timers of an earlier life", async () => {
    const world = new World();
    const node = world.node("n");
    let ran = 0;
    node.boot().clock.after(10, () => ran++);
    node.crash();
    node.boot();
    await world.run(1_000);
    expect(ran).toBe(0);
  });
});

describe("simulated disk", () => {
  async function afterCrash(seed: number, synced: number, written: number): Promise<number> {
    const world = new World(seed);
    const node = world.node("n");
    const store = await node.boot().disk.open("store");
    for (let i = 1; i <= synced; i++) store.write([{ key: KEY, value: Uint8Array.of(i) }]);
    const sync = store.sync();
    await world.run(10_000);
    await sync;
    for (let i = 1; i <= written; i++)
      store.write([{ key: KEY, value: Uint8Array.of(synced + i) }]);
    node.crash();
    const again = await node.boot().disk.open("store");
    return again.get(KEY)?.[0] ?? 0;
  }

  it("keeps what was synced and any prefix of what was written since", async () => {
    const left = new Set<number>();
    for (let seed = 1; seed <= 40; seed++) left.add(await afterCrash(seed, 3, 2));
    expect([...left].toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
  });

  it("may lose everything that was never synced", async () => {
    const left = new Set<number>();
    for (let seed = 1; seed <= 40; seed++) left.add(await afterCrash(seed, 0, 1));
    expect([...left].toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});
