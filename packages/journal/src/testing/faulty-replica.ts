/**
 * A journal replica for tests: over a network that delays, loses requests and loses answers, on a disk
 * that is slow, forgets at a crash what was not synced, or is lost as a whole.
 */
import type { Disk, JournalReplica, NodeRuntime } from "@firstlight/common";
import { ManualClock, NO_METRICS, SILENT_LOG, ServiceError } from "@firstlight/common";
import type { JournalBug } from "../journal-bug.ts";
import { MemoryDiskStore } from "../memory-disk-store.ts";
import { JournalReplicaHost } from "../replica-host.ts";

/** A generator of numbers that a seed determines. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * n);
  }
}

export interface FaultyReplicaParts {
  readonly clock: ManualClock;
  readonly chance: Chance;
  readonly bugs: ReadonlySet<JournalBug>;
  readonly place: number;
  /** The other replicas, as this one reaches them. */
  readonly others: () => readonly JournalReplica[];
}

export class FaultyReplica implements JournalReplica {
  readonly #parts: FaultyReplicaParts;
  #store = new MemoryDiskStore();
  #host: JournalReplicaHost | undefined;
  #lives = 0;
  /** Whether it can be reached. */
  up = true;
  lossPercent = 0;
  /** It has what it stored, or has been filled since. */
  isWhole = false;

  constructor(parts: FaultyReplicaParts) {
    this.#parts = parts;
    this.#start(true);
  }

  /** It begins anew with what a crash leaves; it is not reached before `up` is set. */
  crash(): void {
    this.up = false;
    this.#stop();
    this.#store = this.#store.afterCrash();
    this.#start(false);
  }

  /** Everything that it stored is lost. */
  wipe(): void {
    this.#stop();
    this.#store = new MemoryDiskStore();
    this.isWhole = false;
    this.#start(false);
  }

  slowDisk(slow: boolean): void {
    if (slow) this.#store.hold();
    else this.#store.release();
  }

  append: JournalReplica["append"] = (request) => this.#call((host) => host.append(request));
  promise: JournalReplica["promise"] = (log, epoch, members) =>
    this.#call((host) => host.promise(log, epoch, members));
  join: JournalReplica["join"] = (request) => this.#call((host) => host.join(request));
  state: JournalReplica["state"] = (log) => this.#call((host) => host.state(log));
  read: JournalReplica["read"] = (log, from, bytes, uncommitted) =>
    this.#call((host) => host.read(log, from, bytes, uncommitted));
  trim: JournalReplica["trim"] = (log, upTo) => this.#call((host) => host.trim(log, upTo));
  tail: JournalReplica["tail"] = (log, from, listener) => {
    if (this.up && this.#host !== undefined) return this.#host.tail(log, from, listener);
    queueMicrotask(() => listener.onEnd(new ServiceError("unavailable", "down")));
    return { close: () => undefined };
  };

  #stop(): void {
    this.#lives++;
    this.#host?.stop().catch(() => undefined);
    this.#host = undefined;
  }

  #start(isNew: boolean): void {
    const { place, bugs, others } = this.#parts;
    const life = this.#lives;
    const host = new JournalReplicaHost(this.#runtime(life), {
      place,
      bugs,
      isNew,
      others: others(),
      onFatal: (reason) => {
        throw new Error(reason);
      },
      onServing: () => {
        if (life === this.#lives) this.isWhole = true;
      },
    });
    this.#host = host;
    void host.start();
  }

  #runtime(life: number): NodeRuntime {
    const unused = (): never => {
      throw new Error("not used");
    };
    return {
      clock: this.#parts.clock,
      random: { next: () => 0.5, bytes: unused },
      network: { connect: unused, listen: unused },
      disk: this.#disk(life),
      temporaryFiles: { open: unused },
      log: SILENT_LOG,
      metrics: NO_METRICS,
    };
  }

  #disk(life: number): Disk {
    const store = (): MemoryDiskStore => {
      if (life !== this.#lives) throw new ServiceError("unavailable", "of an earlier life");
      return this.#store;
    };
    return {
      open: async () => store(),
      setAside: async () => {
        store();
        this.#store = new MemoryDiskStore();
      },
    };
  }

  /** Rejects where there is nobody; where a message was lost, never. */
  #call<T>(call: (host: JournalReplicaHost) => Promise<T>): Promise<T> {
    const { clock, chance } = this.#parts;
    return new Promise((resolve, reject) => {
      const lost = (): boolean => chance.below(100) < this.lossPercent;
      const delay = (): number => 100 + chance.below(3000);
      if (lost()) return;
      clock.after(delay(), () => {
        const host = this.#host;
        if (!this.up || host === undefined) {
          return reject(new ServiceError("unavailable", "down"));
        }
        const answer = (tell: () => void): void => {
          if (host === this.#host && !lost()) clock.after(delay(), tell);
        };
        call(host).then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error as Error)),
        );
      });
    });
  }
}
