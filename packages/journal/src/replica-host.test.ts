/** A replica that lost what it stored: it votes only after it has learned what it may have promised. */
import { describe, expect, it } from "vitest";
import type { Disk, JournalReplica, NodeRuntime, ReplicaJoin } from "@firstlight/common";
import {
  DamagedStoreError,
  ManualClock,
  NO_METRICS,
  SILENT_LOG,
  keyFromLatin1,
  logId,
  timestamp,
} from "@firstlight/common";
import type { JournalBug } from "./journal-bug.ts";
import { MemoryDiskStore } from "./memory-disk-store.ts";
import { QuorumJournal } from "./quorum-journal.ts";
import { JournalReplicaHost } from "./replica-host.ts";

const LOG = logId("a1");

function entry(time: number) {
  return { timestamp: timestamp(time), payload: Buffer.from(`e${time}`) };
}

class TestDisk implements Disk {
  store = new MemoryDiskStore();
  isTruncated = false;

  open(): Promise<MemoryDiskStore> {
    if (this.isTruncated) return Promise.reject(new DamagedStoreError("truncated"));
    this.store = this.store.afterCrash();
    return Promise.resolve(this.store);
  }

  setAside(): Promise<void> {
    this.isTruncated = false;
    this.store = new MemoryDiskStore();
    return Promise.resolve();
  }
}

class TestHosts {
  readonly clock = new ManualClock();
  readonly disks: [TestDisk, TestDisk, TestDisk] = [new TestDisk(), new TestDisk(), new TestDisk()];
  readonly fatal: string[] = [];
  readonly #hosts: (JournalReplicaHost | undefined)[] = [];

  readonly #bugs: ReadonlySet<JournalBug>;

  constructor(...bugs: readonly JournalBug[]) {
    this.#bugs = new Set(bugs);
  }

  beforeJoin: (place: number, request: ReplicaJoin) => Promise<void> = () => Promise.resolve();

  /** Stands for whatever host there is at `place` at the time. */
  replica(place: number): JournalReplica {
    const down = (): Promise<never> => Promise.reject(new Error("down"));
    const at = (): JournalReplicaHost | undefined => this.#hosts[place];
    return {
      append: (request) => at()?.append(request) ?? down(),
      promise: (log, epoch, members) => at()?.promise(log, epoch, members) ?? down(),
      state: (log) => at()?.state(log) ?? down(),
      read: (log, from, bytes, uncommitted) => at()?.read(log, from, bytes, uncommitted) ?? down(),
      trim: (log, upTo) => at()?.trim(log, upTo) ?? down(),
      join: async (request) => {
        await this.beforeJoin(place, request);
        return (await at()?.join(request)) ?? down();
      },
      tail: (log, from, listener) => at()?.tail(log, from, listener) ?? { close: () => undefined },
    };
  }

  /** The process that had the place before, if it is still there. */
  readonly replaced: JournalReplicaHost[] = [];

  /** Another process gets the place; the old one is as it was. */
  async replace(place: number, generation: number): Promise<void> {
    const old = this.#hosts[place];
    if (old !== undefined) this.replaced.push(old);
    this.disks[place] = new TestDisk();
    await this.start(place, false, generation);
  }

  async start(place: number, isNew = false, generation = 0): Promise<void> {
    const unused = (): never => {
      throw new Error("not used");
    };
    const runtime: NodeRuntime = {
      clock: this.clock,
      random: { next: () => 0.5, bytes: unused },
      network: { connect: unused, listen: unused },
      disk: this.disks[place] as TestDisk,
      temporaryFiles: { open: unused },
      log: SILENT_LOG,
      metrics: NO_METRICS,
    };
    const host = new JournalReplicaHost(runtime, {
      place,
      generation,
      others: [0, 1, 2].filter((other) => other !== place).map((other) => this.replica(other)),
      isNew,
      bugs: this.#bugs,
      onFatal: (reason) => void this.fatal.push(reason),
    });
    this.#hosts[place] = host;
    await host.start();
  }

  stop(place: number): void {
    this.#hosts[place] = undefined;
  }

  journal(): QuorumJournal {
    const replicas = [0, 1, 2].map((place) => this.replica(place));
    return new QuorumJournal({ clock: this.clock, replicas });
  }

  async all(): Promise<this> {
    for (const place of [0, 1, 2]) await this.start(place, true);
    return this;
  }
}

/** All three, and who writes to the log: entries 1 to `count` are in it. */
async function withEntries(
  count: number,
  ...bugs: readonly JournalBug[]
): Promise<{ readonly hosts: TestHosts; readonly writer: QuorumJournal }> {
  const hosts = await new TestHosts(...bugs).all();
  const writer = hosts.journal();
  await writer.seal(LOG, 1);
  for (let i = 1; i <= count; i++) await writer.append(LOG, 1, [entry(i)]);
  return { hosts, writer };
}

const unavailable = { kind: "unavailable" };

describe("JournalReplicaHost", () => {
  it("I8: an empty replica answers nothing until the others have filled it", async () => {
    const { hosts } = await withEntries(5);
    hosts.stop(2);
    await hosts.disks[2].setAside();
    hosts.stop(1);
    await hosts.start(2);
    await hosts.clock.advance(2_000_000);
    await expect(hosts.replica(2).promise(LOG, 9, [])).rejects.toMatchObject(unavailable);
    await expect(hosts.replica(2).state(LOG)).rejects.toMatchObject(unavailable);
    await hosts.start(1);
    await hosts.clock.advance(2_000_000);
    const state = await hosts.replica(2).state(LOG);
    expect(state).toMatchObject({ promisedEpoch: 1, lastIndex: 5, members: [1, 1, 2] });
  });

  it.each([
    [[], 9],
    [["knownJoinerIsNotFilled"], 1],
  ] as const)(
    "I2, I8: is filled from who has heard of it; bugs %j",
    async (bugs, promisedEpoch) => {
      const { hosts, writer } = await withEntries(5, ...bugs);
      hosts.stop(1);
      await writer.append(LOG, 1, [entry(6)]);
      hosts.stop(0);
      await hosts.disks[0].setAside();
      hosts.beforeJoin = async (place, { incarnation }) => {
        // Whoever heard it from replica 1.
        if (place === 2 && incarnation > 0)
          await hosts.replica(2).promise(LOG, 9, [incarnation, 1, 1]);
      };
      await hosts.start(1);
      await hosts.start(0);
      await hosts.clock.advance(2_000_000);
      const state = await hosts.replica(0).state(LOG);
      // The promise keeps the writer from sending it once more.
      expect(state).toMatchObject({ promisedEpoch, lastIndex: 6 });
    },
  );

  it("I8: copies of copies keep every entry of a log that was trimmed", async () => {
    const { hosts, writer } = await withEntries(8);
    await hosts.clock.advance(1_000_000);
    await writer.trim(LOG, 3);
    for (const place of [0, 1, 2, 0, 1, 2, 0, 1, 2] as const) {
      hosts.stop(place);
      await hosts.disks[place].setAside();
      await hosts.start(place);
      await hosts.clock.advance(2_000_000);
    }
    for (const place of [0, 1, 2]) {
      const replica = hosts.replica(place);
      expect(await replica.state(LOG)).toMatchObject({ firstIndex: 4, baseEpoch: 1, lastIndex: 8 });
      const { entries } = await replica.read(LOG, 4, 1 << 20, true);
      expect(entries.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8]);
    }
    const successor = hosts.journal();
    await successor.epoch(LOG);
    const sealed = successor.seal(LOG, 2);
    await hosts.clock.advance(1_000_000);
    expect(await sealed).toMatchObject({ index: 8 });
  });

  it("I8: the writer goes on through a replacement, and the new replica counts", async () => {
    const { hosts, writer } = await withEntries(1);
    hosts.stop(2);
    await hosts.disks[2].setAside();
    await writer.append(LOG, 1, [entry(2)]);
    await hosts.start(2);
    await hosts.clock.advance(1_000_000);
    await writer.append(LOG, 1, [entry(3)]);
    await hosts.clock.advance(5_000_000);
    hosts.stop(0);
    const appended = writer.append(LOG, 1, [entry(4)]);
    await hosts.clock.advance(5_000_000);
    expect(await appended).toBe(4);
  });

  it("I8: a process that was replaced refuses what counts on its successor, and serves no more", async () => {
    const hosts = await new TestHosts().all();
    const writer = hosts.journal();
    await writer.seal(LOG, 1);
    await writer.append(LOG, 1, [entry(1)]);
    await hosts.replace(2, 1);
    await hosts.clock.advance(1_000_000);
    const { members } = await hosts.replica(2).state(LOG);
    const [old] = hosts.replaced;
    const request = { log: LOG, epoch: 1, previousIndex: 1, previousEpoch: 1, entries: [] };
    expect(await old?.append({ ...request, committed: 1, members: [] })).toMatchObject({
      accepted: true,
    });
    await expect(old?.append({ ...request, committed: 1, members })).rejects.toMatchObject(
      unavailable,
    );
    await expect(old?.promise(LOG, 9, [])).rejects.toMatchObject(unavailable);
    await expect(old?.state(LOG)).rejects.toMatchObject(unavailable);
    await writer.append(LOG, 1, [entry(2)]);
    await hosts.clock.advance(1_000_000);
    expect(await hosts.replica(2).state(LOG)).toMatchObject({ lastIndex: 2, members });
  });

  it("I8: a process that lost its files does not take back a place that another one has", async () => {
    const hosts = await new TestHosts().all();
    await hosts.journal().seal(LOG, 1);
    await hosts.replace(1, 1);
    await hosts.clock.advance(1_000_000);
    const { members } = await hosts.replica(1).state(LOG);
    hosts.stop(1);
    hosts.disks[1] = new TestDisk();
    await hosts.start(1, false, 0);
    await hosts.clock.advance(2_000_000);
    await expect(hosts.replica(1).state(LOG)).rejects.toMatchObject(unavailable);
    expect(hosts.fatal).toEqual([expect.stringContaining("has become journal replica 2")]);
    expect(await hosts.replica(0).state(LOG)).toMatchObject({ members });
  });

  it("a second replacement waits until the first one is filled", async () => {
    const hosts = await new TestHosts().all();
    const writer = hosts.journal();
    await writer.seal(LOG, 1);
    await writer.append(LOG, 1, [entry(1)]);
    hosts.stop(0);
    await hosts.replace(1, 1);
    await hosts.replace(2, 1);
    await hosts.clock.advance(2_000_000);
    for (const place of [1, 2]) {
      await expect(hosts.replica(place).state(LOG)).rejects.toMatchObject(unavailable);
    }
  });

  it("I2: what counts on the incarnation that is gone is refused", async () => {
    const { hosts } = await withEntries(1);
    hosts.stop(2);
    await hosts.disks[2].setAside();
    await hosts.start(2);
    await hosts.clock.advance(1_000_000);
    const request = { log: LOG, epoch: 1, previousIndex: 1, previousEpoch: 1, entries: [] };
    const reply = await hosts.replica(0).append({ ...request, committed: 1, members: [] });
    expect(reply).toMatchObject({ accepted: false, members: [1, 1, 2] });
    expect(await hosts.replica(1).promise(LOG, 5, [])).toMatchObject({ granted: false });
    expect(await hosts.replica(1).promise(LOG, 5, [1, 1, 2])).toMatchObject({ granted: true });
  });

  it("a flipped bit is found at the start, and repaired from the others", async () => {
    const { hosts } = await withEntries(5);
    hosts.stop(0);
    const [disk] = hosts.disks;
    const span = { start: keyFromLatin1("a1\x00e"), end: keyFromLatin1("a1\x00f") };
    for (const { key, value } of disk.store.range({ span, limit: 2 })) {
      const flipped = Uint8Array.from(value);
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
      await disk.store.commit([{ key, value: flipped }]);
    }
    await hosts.start(0);
    await hosts.clock.advance(1_000_000);
    const { entries } = await hosts.replica(0).read(LOG, 1, 1 << 20, true);
    expect(entries.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      "e1",
      "e2",
      "e3",
      "e4",
      "e5",
    ]);
    expect(hosts.fatal).toEqual([]);
  });

  it("a file that was truncated is set aside, and the replica filled", async () => {
    const { hosts } = await withEntries(1);
    hosts.stop(1);
    hosts.disks[1].isTruncated = true;
    await hosts.start(1);
    await hosts.clock.advance(1_000_000);
    expect(await hosts.replica(1).state(LOG)).toMatchObject({ lastIndex: 1, members: [1, 2] });
  });

  it("a disk that refuses a commit ends the process", async () => {
    const { hosts, writer } = await withEntries(0);
    hosts.disks[2].store.failFromNowOn(new Error("EIO"));
    await writer.append(LOG, 1, [entry(1)]);
    await hosts.clock.advance(1_000_000);
    expect(hosts.fatal).toEqual(["the journal's disk failed: Error: EIO"]);
  });
});
