/** The quorum journal: conformance, and one fault at a time (I1, I2, I8). */
import type { JournalReplica, LogEntry, ReadResult, TailListener } from "@firstlight/common";
import { ManualClock, ServiceError, isServiceError, logId, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { journalConformance } from "./testing/conformance.ts";
import type { JournalBug } from "./journal-bug.ts";
import { JournalReplicaService } from "./journal-replica-service.ts";
import { MemoryDiskStore } from "./memory-disk-store.ts";
import { QuorumJournal } from "./quorum-journal.ts";

const LOG = logId("a1");
const BYTES = 1024 * 1024;

function entry(time: number, text = `e${time}`) {
  return { timestamp: timestamp(time), payload: Buffer.from(text) };
}

/** A replica that can be cut off, crashed and restarted. */
class TestReplica implements JournalReplica {
  readonly #clock: ManualClock;
  readonly #bugs: readonly JournalBug[];
  store: MemoryDiskStore = new MemoryDiskStore();
  service: JournalReplicaService;
  /** Requests fail at once, or are never answered. */
  cut: "no" | "fails" | "silent" = "no";
  /** Requests arrive, answers are lost. */
  deaf = false;

  constructor(clock: ManualClock, bugs: readonly JournalBug[]) {
    this.#clock = clock;
    this.#bugs = bugs;
    this.service = new JournalReplicaService(this.store, { clock, bugs: new Set(bugs) });
  }

  restart(): void {
    this.store = this.store.afterCrash();
    const bugs = new Set(this.#bugs);
    this.service = new JournalReplicaService(this.store, { clock: this.#clock, bugs });
    this.cut = "no";
  }

  #pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.cut === "fails") return Promise.reject(new ServiceError("unavailable", "cut off"));
    if (this.cut === "silent") return new Promise(() => undefined);
    const answer = call();
    if (!this.deaf) return answer;
    answer.catch(() => undefined);
    return new Promise(() => undefined);
  }

  append: JournalReplica["append"] = (request) => this.#pass(() => this.service.append(request));
  promise: JournalReplica["promise"] = (log, epoch, members) =>
    this.#pass(() => this.service.promise(log, epoch, members));
  join: JournalReplica["join"] = (request) => this.#pass(() => this.service.join(request));
  state: JournalReplica["state"] = (log) => this.#pass(() => this.service.state(log));
  read: JournalReplica["read"] = (log, from, bytes, uncommitted): Promise<ReadResult> =>
    this.#pass(() => this.service.read(log, from, bytes, uncommitted));
  trim: JournalReplica["trim"] = (log, upTo) => this.#pass(() => this.service.trim(log, upTo));
  tail: JournalReplica["tail"] = (log, from, listener) => {
    if (this.cut === "no") return this.service.tail(log, from, listener);
    if (this.cut === "fails") {
      queueMicrotask(() => listener.onEnd(new ServiceError("unavailable", "cut off")));
    }
    return { close: () => undefined };
  };
}

interface TestQuorum {
  readonly clock: ManualClock;
  readonly replicas: readonly [TestReplica, TestReplica, TestReplica];
  readonly journal: (firstReplica?: number) => QuorumJournal;
}

function quorum(bugs: readonly JournalBug[] = []): TestQuorum {
  const clock = new ManualClock();
  const make = (): TestReplica => new TestReplica(clock, bugs);
  const replicas = [make(), make(), make()] as const;
  return {
    clock,
    replicas,
    journal: (firstReplica = 0) => new QuorumJournal({ clock, replicas, firstReplica }),
  };
}

async function texts(journal: QuorumJournal, from = 1): Promise<string[]> {
  const { entries } = await journal.read(LOG, from, BYTES);
  return entries.map((e) => `${e.index}:${e.timestamp}:${Buffer.from(e.payload).toString()}`);
}

/** Settles while the clock goes on. */
async function after<T>(clock: ManualClock, micros: number, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await clock.advance(micros);
  return promise;
}

const fenced = (e: unknown): boolean => isServiceError(e, "fenced");
const unavailable = (e: unknown): boolean => isServiceError(e, "unavailable");

journalConformance("quorum", async () => {
  const { clock, journal } = quorum();
  return {
    journal: journal(),
    another: () => Promise.resolve(journal(1)),
    pause: () => clock.advance(1000),
  };
});

describe("QuorumJournal", () => {
  it("I8: goes on with a minority of replicas gone, and the lost one catches up", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    replicas[2].cut = "fails";
    for (let i = 1; i <= 20; i++) expect(await writer.append(LOG, 1, [entry(i)])).toBe(i);
    replicas[2].cut = "no";
    await clock.advance(5_000_000);
    expect(await replicas[2].state(LOG)).toMatchObject({ lastIndex: 20, committed: 20 });
  });

  it("is unavailable without a majority, and then stops", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    replicas[0].cut = "silent";
    replicas[1].cut = "fails";
    const lost = after(clock, 20_000_000, writer.append(LOG, 1, [entry(1)]));
    await expect(lost).rejects.toSatisfy(unavailable);
    await expect(writer.append(LOG, 1, [entry(2)])).rejects.toSatisfy(unavailable);
    await expect(after(clock, 20_000_000, journal().seal(LOG, 2))).rejects.toSatisfy(unavailable);
    await expect(after(clock, 20_000_000, journal().epoch(LOG))).rejects.toSatisfy(unavailable);
  });

  it("I8: a seal finds an acknowledged entry that only one reachable replica holds", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    replicas[2].cut = "silent";
    await writer.append(LOG, 1, [entry(1), entry(2)]);
    replicas[0].cut = "fails";
    replicas[2].cut = "no";
    const successor = journal(1);
    expect(await after(clock, 100_000, successor.seal(LOG, 2))).toEqual({
      index: 2,
      timestamp: 2,
      previousEpoch: 1,
    });
    expect(await replicas[2].state(LOG)).toMatchObject({ lastIndex: 2 });
    expect(await texts(successor)).toEqual(["1:1:e1", "2:2:e2"]);
  });

  it("I2: a predecessor whose entry reached one replica only is fenced, and its entry goes", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    await writer.append(LOG, 1, [entry(1)]);
    replicas[1].cut = replicas[2].cut = "fails";
    const lost = writer.append(LOG, 1, [entry(2, "lost")]);
    lost.catch(() => undefined);
    await clock.advance(1000);
    replicas[0].cut = "fails";
    replicas[1].cut = replicas[2].cut = "no";
    const successor = journal(1);
    const end = await after(clock, 1000, successor.seal(LOG, 2));
    expect(end).toEqual({ index: 1, timestamp: 1, previousEpoch: 1 });
    await successor.append(LOG, 2, [entry(5), entry(6)]);
    replicas[0].cut = "no";
    await clock.advance(5_000_000);
    await expect(lost).rejects.toSatisfy(fenced);
    expect(await replicas[0].state(LOG)).toMatchObject({ lastIndex: 3, lastEpoch: 2 });
    const { entries } = await replicas[0].read(LOG, 1, BYTES, false);
    expect(entries.map((e) => e.timestamp)).toEqual([1, 5, 6]);
  });

  it("I8: an end that a seal took over survives every later majority", async () => {
    // Figure 8 of the Raft paper: entry 2 of epoch 1 is on replica 0 only; the seal of epoch 2 gets
    // no further than replica 2; epoch 3 seals with replicas 0 and 1 and finds entry 2.
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    await first.append(LOG, 1, [entry(1)]);
    replicas[1].cut = replicas[2].cut = "fails";
    first.append(LOG, 1, [entry(2, "first")]).catch(() => undefined);
    await clock.advance(1000);
    replicas[0].cut = "fails";
    replicas[1].cut = replicas[2].cut = "no";
    for (const replica of [replicas[1], replicas[2]]) await replica.promise(LOG, 2, []);
    const again = { ...entry(1), index: 1, epoch: 2 };
    const begin = {
      log: LOG,
      epoch: 2,
      previousIndex: 0,
      previousEpoch: 0,
      committed: 0,
      members: [],
    };
    await replicas[2].append({ ...begin, entries: [again] });
    replicas[2].cut = "fails";
    replicas[0].cut = replicas[1].cut = "no";
    const third = journal();
    const end = await after(clock, 1000, third.seal(LOG, 3));
    expect(end).toMatchObject({ index: 2, timestamp: 2 });
    replicas[0].cut = "fails";
    replicas[2].cut = "no";
    const fourth = journal(1);
    const last = await after(clock, 1000, fourth.seal(LOG, 4));
    expect(last).toMatchObject({ index: 2, timestamp: 2 });
    expect(await texts(fourth)).toEqual(["1:1:e1", "2:2:first"]);
  });

  it("I2, I7: an entry that a seal has not reported never comes back", async () => {
    // Entry 2 of epoch 1 is on replica 0 only. Epoch 2 seals with the others, reports entry 1 as the
    // end and writes nothing; epoch 3 seals with replica 0.
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    await first.append(LOG, 1, [entry(1)]);
    await clock.advance(1000);
    replicas[1].cut = replicas[2].cut = "fails";
    first.append(LOG, 1, [entry(2)]).catch(() => undefined);
    await clock.advance(1000);
    replicas[0].cut = "fails";
    replicas[1].cut = replicas[2].cut = "no";
    const second = journal(1);
    expect(await after(clock, 1000, second.seal(LOG, 2))).toMatchObject({ index: 1 });
    replicas[2].cut = "fails";
    replicas[0].cut = "no";
    const third = journal();
    expect(await after(clock, 1000, third.seal(LOG, 3))).toMatchObject({ index: 1 });
    await clock.advance(5_000_000);
    expect(await texts(third)).toEqual(["1:1:e1"]);
    expect(await replicas[0].state(LOG)).toMatchObject({ lastIndex: 1, lastEpoch: 3 });
  });

  it("I2: what a seal without a majority wrote again has its old epoch again", async () => {
    // Entries 2 and 3 of epoch 1 are on replica 0 only. Epoch 2 has the promises of the others, and
    // writes entry 1 to replica 1 again. Epoch 3 seals with replicas 0 and 2.
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    await first.append(LOG, 1, [entry(1)]);
    await clock.advance(1000);
    replicas[1].cut = replicas[2].cut = "fails";
    first.append(LOG, 1, [entry(2), entry(3)]).catch(() => undefined);
    await clock.advance(1000);
    replicas[0].cut = "fails";
    replicas[1].cut = replicas[2].cut = "no";
    const { append } = replicas[2];
    replicas[2].append = () => Promise.reject(new ServiceError("unavailable", "cut off"));
    journal(1)
      .seal(LOG, 2)
      .catch(() => undefined);
    await clock.advance(1000);
    expect(await replicas[1].state(LOG)).toMatchObject({ lastIndex: 1, lastEpoch: 2 });
    replicas[2].append = append;
    replicas[1].cut = "fails";
    replicas[0].cut = "no";
    const third = journal();
    expect(await after(clock, 1000, third.seal(LOG, 3))).toMatchObject({ index: 3 });
    replicas[1].cut = "no";
    await clock.advance(5_000_000);
    const { entries } = await replicas[1].read(LOG, 1, BYTES, true);
    expect(entries.map((e) => `${e.index}@${e.epoch}`)).toEqual(["1@1", "2@1", "3@3"]);
  });

  it("I1: a committed entry that arrives under an older epoch changes nothing", async () => {
    const [replica] = quorum().replicas;
    const at = (index: number, epoch: number): LogEntry => ({ ...entry(index), index, epoch });
    const begin = { log: LOG, previousIndex: 0, previousEpoch: 0, members: [] };
    await replica.append({ ...begin, epoch: 1, entries: [at(1, 1), at(2, 1)], committed: 0 });
    const again = { log: LOG, epoch: 2, previousIndex: 1, previousEpoch: 1, members: [] };
    await replica.append({ ...again, entries: [at(2, 2), at(3, 2)], committed: 3 });
    // Read back from a replica that the seal of epoch 2 has not reached.
    const late = { ...begin, epoch: 2, entries: [at(1, 1), at(2, 1)], committed: 3 };
    expect(await replica.append(late)).toMatchObject({ accepted: true, lastIndex: 3 });
    const place = { previousIndex: 2, previousEpoch: 1, members: [] };
    const next = { log: LOG, epoch: 2, ...place, committed: 3 };
    expect(await replica.append({ ...next, entries: [at(3, 2), at(4, 2)] })).toMatchObject({
      accepted: true,
      lastIndex: 4,
    });
    const { entries } = await replica.read(LOG, 1, BYTES, true);
    expect(entries.map((e) => `${e.index}@${e.epoch}`)).toEqual(["1@1", "2@2", "3@2", "4@2"]);
  });

  it("a replica that missed the first messages after a takeover is written to again", async () => {
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    const times = Array.from({ length: 10 }, (_, i) => i + 1);
    await first.append(
      LOG,
      1,
      times.map((time) => entry(time)),
    );
    await clock.advance(100_000);
    await first.trim(LOG, 8);
    const second = journal();
    replicas[2].deaf = true;
    await after(clock, 1000, second.seal(LOG, 2));
    replicas[2].cut = "silent";
    await clock.advance(20_000_000);
    replicas[2].deaf = false;
    replicas[2].cut = "no";
    await after(clock, 1000, second.append(LOG, 2, [entry(11)]));
    await clock.advance(10_000_000);
    expect(await replicas[2].state(LOG)).toMatchObject({ lastIndex: 11, lastEpoch: 2 });
  });

  it("a replica catches up over entries that are larger than a batch", async () => {
    const { clock, replicas } = quorum();
    const settings = { retainedBytesMax: 10, batchBytesMax: 10 };
    const writer = new QuorumJournal({ clock, replicas, settings });
    await writer.seal(LOG, 1);
    await writer.append(LOG, 1, [entry(1)]);
    replicas[2].cut = "fails";
    for (let time = 2; time <= 20; time++) {
      await after(clock, 1000, writer.append(LOG, 1, [entry(time, "larger than ten bytes")]));
    }
    replicas[2].cut = "no";
    await clock.advance(10_000_000);
    expect(await replicas[2].state(LOG)).toMatchObject({ lastIndex: 20, committed: 20 });
  });

  it("I8: while a replica has nothing committed, nothing is trimmed anywhere", async () => {
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    replicas[2].cut = "fails";
    for (let time = 1; time <= 6; time++) {
      await after(clock, 1000, first.append(LOG, 1, [entry(time)]));
    }
    const asked: number[] = [];
    for (const replica of replicas) {
      replica.trim = (_log, upTo) => {
        asked.push(upTo);
        return Promise.resolve();
      };
    }
    replicas[2].state = (log) => replicas[2].service.state(log);
    await first.trim(LOG, 4);
    expect(asked).toEqual([]);
  });

  it("I8: what a replica reports as committed outlives its crash", async () => {
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    await first.append(LOG, 1, [entry(1), entry(2), entry(3)]);
    await clock.advance(100_000);
    const { committed } = await replicas[2].state(LOG);
    expect(committed).toBe(3);
    replicas[2].restart();
    expect(await replicas[2].state(LOG)).toMatchObject({ committed });
  });

  it("a trimmed log can be sealed after all replicas have restarted", async () => {
    const { clock, replicas, journal } = quorum();
    const first = journal();
    await first.seal(LOG, 1);
    await first.append(
      LOG,
      1,
      [1, 2, 3, 4, 5, 6].map((time) => entry(time)),
    );
    await clock.advance(100_000);
    await first.trim(LOG, 6);
    for (const replica of replicas) {
      await replica.store.sync();
      replica.restart();
    }
    const second = journal();
    expect(await after(clock, 1000, second.seal(LOG, 2))).toMatchObject({ index: 6, timestamp: 6 });
    expect(await after(clock, 1000, second.append(LOG, 2, [entry(7)]))).toBe(7);
  });

  it("I8: replicas that crash and restart hold what they acknowledged and promised", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 3);
    await writer.append(LOG, 3, [entry(1), entry(2)]);
    for (const replica of replicas) replica.restart();
    const successor = journal();
    expect(await successor.epoch(LOG)).toBe(3);
    await expect(successor.seal(LOG, 3)).rejects.toSatisfy(fenced);
    expect(await successor.seal(LOG, 4)).toMatchObject({ index: 2, timestamp: 2 });
    await clock.advance(100_000);
    expect(await texts(successor)).toEqual(["1:1:e1", "2:2:e2"]);
  });

  it("resends what a replica did not answer", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    replicas[1].deaf = true;
    replicas[2].cut = "silent";
    const append = writer.append(LOG, 1, [entry(1)]);
    await clock.advance(1_000_000);
    replicas[1].deaf = false;
    expect(await after(clock, 6_000_000, append)).toBe(1);
    expect(await replicas[1].state(LOG)).toMatchObject({ lastIndex: 1 });
  });

  it("a replica whose disk failed answers nothing more", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    replicas[0].store.failFromNowOn(new Error("EIO"));
    await after(clock, 1000, writer.append(LOG, 1, [entry(1)]));
    await expect(replicas[0].state(LOG)).rejects.toSatisfy(unavailable);
    expect(await writer.append(LOG, 1, [entry(2)])).toBe(2);
  });

  it("I8: a new epoch brings back a replica that promised more than its writer's", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    await writer.append(LOG, 1, [entry(1)]);
    await replicas[2].promise(LOG, 5, []);
    for (let i = 2; i < 30; i++) {
      await after(clock, 1_000_000, writer.append(LOG, 1, [entry(i)]));
    }
    expect((await replicas[2].state(LOG)).lastIndex).toBe(1);
    await clock.advance(5_000_000);
    await expect(writer.append(LOG, 1, [entry(30)])).rejects.toSatisfy(unavailable);
    const epoch = await after(clock, 1000, writer.epoch(LOG));
    await after(clock, 1000, writer.seal(LOG, epoch + 1));
    await clock.advance(1_000_000);
    expect((await replicas[2].state(LOG)).lastIndex).toBe(29);
  });

  it("learns that the disks have room again though nothing is appended", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    for (const { store } of replicas) Object.assign(store, { roomBytes: 5 });
    await writer.append(LOG, 1, [entry(1)]);
    expect(writer.roomBytes(LOG)).toBe(5);
    for (const { store } of replicas) Object.assign(store, { roomBytes: Infinity });
    for (let i = 0; i < 5; i++) {
      await clock.advance(100_000);
      writer.roomBytes(LOG);
    }
    expect(writer.roomBytes(LOG)).toBe(Infinity);
  });

  it("a tail moves to another replica when its own fails, ends or lags", async () => {
    for (const fault of ["fails", "silent"] as const) {
      const { clock, replicas, journal } = quorum();
      const writer = journal();
      await writer.seal(LOG, 1);
      await writer.append(LOG, 1, [entry(1)]);
      const seen: LogEntry[] = [];
      const reader = journal(0);
      const tail = reader.tail(LOG, 1, {
        onEntries: (more) => void seen.push(...more),
        onProgress: () => undefined,
        onEnd: () => undefined,
      });
      await clock.advance(1000);
      expect(seen.length).toBe(1);
      replicas[0].cut = fault;
      await after(clock, 100_000, writer.append(LOG, 1, [entry(2)]));
      await clock.advance(10_000_000);
      expect(seen.map((e) => e.index)).toEqual([1, 2]);
      tail.close();
    }
  });

  it("a tail stays with a replica that is still sending a large entry", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    let opened = 0;
    let slow: TailListener | undefined;
    for (const replica of replicas) {
      replica.tail = (_log, _from, listener) => {
        opened++;
        slow = listener;
        return { close: () => undefined };
      };
    }
    const seen: LogEntry[] = [];
    journal(0).tail(LOG, 1, {
      onEntries: (more) => void seen.push(...more),
      onProgress: () => undefined,
      onEnd: () => undefined,
    });
    await after(clock, 1000, writer.append(LOG, 1, [entry(1)]));
    for (let i = 0; i < 100; i++) {
      slow?.onProgress();
      await clock.advance(100_000);
    }
    expect(opened).toBe(1);
    const { entries } = await replicas[0].read(LOG, 1, BYTES, false);
    slow?.onEntries(entries);
    expect(seen.map(({ index }) => index)).toEqual([1]);
    await after(clock, 1000, writer.append(LOG, 1, [entry(2)]));
    await clock.advance(5_000_000);
    expect(opened).toBeGreaterThan(1);
  });

  it("a replica that lags is followed until another one delivers: nothing is begun anew", async () => {
    const { clock, replicas, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    const listeners: TailListener[] = [];
    const closed: number[] = [];
    for (const [place, replica] of replicas.entries()) {
      replica.tail = (_log, _from, listener) => {
        listeners.push(listener);
        return { close: () => void closed.push(place) };
      };
    }
    const seen: LogEntry[] = [];
    journal(0).tail(LOG, 1, {
      onEntries: (more) => void seen.push(...more),
      onProgress: () => undefined,
      onEnd: () => undefined,
    });
    await after(clock, 1000, writer.append(LOG, 1, [entry(1)]));
    await clock.advance(5_000_000);
    expect(listeners.length).toBeGreaterThan(1);
    expect(closed).toEqual([]);
    const { entries } = await replicas[0].read(LOG, 1, BYTES, false);
    listeners[0]?.onEntries(entries);
    expect(seen.map(({ index }) => index)).toEqual([1]);
    expect(closed).not.toContain(0);
    expect(closed.length).toBe(listeners.length - 1);
    listeners[1]?.onEntries(entries);
    listeners[1]?.onEnd(new Error("late"));
    expect(seen.length).toBe(1);
  });

  it("a committed entry reaches readers without a further append", async () => {
    const { clock, journal } = quorum();
    const writer = journal();
    await writer.seal(LOG, 1);
    const seen: LogEntry[][] = [[], [], []];
    for (const [i, entries] of seen.entries()) {
      journal(i).tail(LOG, 1, {
        onEntries: (more) => void entries.push(...more),
        onProgress: () => undefined,
        onEnd: () => undefined,
      });
    }
    await clock.advance(1);
    await writer.append(LOG, 1, [entry(1)]);
    await clock.advance(1);
    expect(seen.map((entries) => entries.length)).toEqual([1, 1, 1]);
  });

  it("a replica far behind is brought up from another one's disk", async () => {
    const { clock, replicas } = quorum();
    const settings = { retainedBytesMax: 1000, batchBytesMax: 3000 };
    const writer = new QuorumJournal({ clock, replicas, settings });
    await writer.seal(LOG, 1);
    replicas[2].cut = "fails";
    for (let i = 1; i <= 100; i++) await writer.append(LOG, 1, [entry(i, "z".repeat(500))]);
    replicas[2].cut = "no";
    await clock.advance(30_000_000);
    expect(await replicas[2].state(LOG)).toMatchObject({ lastIndex: 100, committed: 100 });
  });

  it("the bug ignoreSeal lets a predecessor acknowledge after the seal", async () => {
    const { clock, journal } = quorum(["ignoreSeal"]);
    const writer = journal();
    await writer.seal(LOG, 1);
    await after(clock, 1000, writer.append(LOG, 1, [entry(1)]));
    await after(clock, 1000, journal().seal(LOG, 2));
    expect(await after(clock, 1000, writer.append(LOG, 1, [entry(2)]))).toBe(2);
  });
});
