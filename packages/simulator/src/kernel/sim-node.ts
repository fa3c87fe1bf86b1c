/**
 * One simulated machine: a clock with its own error, a disk that survives crashes, and one process
 * life at a time. Nothing of an earlier life runs once it has crashed; while it is paused, what it
 * would have done waits.
 */
import type { Clock, ClockBound, Log, NodeRuntime, Timestamp } from "@firstlight/common";
import { MemoryTemporaryFiles, NO_METRICS, SILENT_LOG, timestamp } from "@firstlight/common";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimDisk } from "./sim-disk.ts";
import type { Host, SimNetwork } from "./sim-network.ts";

/** Unix time at the start of every run, in microseconds. */
const EPOCH_MICROS = 1_800_000_000_000_000;

export interface SimWorld {
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly random: SeededRandom;
  /** Clocks are off by at most this much. */
  readonly clockErrorMicros: number;
  readonly log?: Log;
}

export class SimNode implements Host {
  readonly name: string;
  readonly disk: SimDisk;
  readonly #world: SimWorld;
  readonly #random: SeededRandom;
  #life = 0;
  #alive = false;
  #paused = false;
  #waiting: (() => void)[] = [];
  #skew: number;

  constructor(world: SimWorld, name: string, disk: SimDisk) {
    this.name = name;
    this.disk = disk;
    this.#world = world;
    this.#random = world.random.split(`node ${name}`);
    this.#skew = this.#someSkew();
  }

  #someSkew(): number {
    const { clockErrorMicros } = this.#world;
    return this.#random.between(-clockErrorMicros, clockErrorMicros);
  }

  get life(): number {
    return this.#life;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Begins a new life and gives it its ports. */
  boot(): NodeRuntime {
    this.#life++;
    this.#alive = true;
    this.#paused = false;
    this.#waiting = [];
    const life = this.#life;
    return {
      clock: this.#clock(life),
      random: this.#random,
      network: this.#world.network.port(this),
      disk: this.disk.port((micros, run) => this.#later(life, micros, run)),
      temporaryFiles: new MemoryTemporaryFiles(),
      log: this.#world.log ?? SILENT_LOG,
      metrics: NO_METRICS,
    };
  }

  crash(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#life++;
    this.#waiting = [];
    this.disk.crash();
    this.#world.network.crashed(this.name);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const waiting = this.#waiting;
    const life = this.#life;
    this.#waiting = [];
    for (const run of waiting) {
      this.#world.scheduler.after(0, () => {
        if (this.#life === life) this.deliver(run);
      });
    }
  }

  /** Moves the clock to another error within the bound. */
  disturbClock(): void {
    this.#skew = this.#someSkew();
  }

  deliver(run: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#waiting.push(run);
    else run();
  }

  #later(life: number, micros: number, run: () => void): { cancel(): void } {
    // A pause may lie between the moment when this is due and the moment when it runs.
    let cancelled = false;
    const runUnlessOver = (): void => {
      if (this.#life === life && !cancelled) run();
    };
    const handle = this.#world.scheduler.after(micros, () => {
      if (this.#life === life) this.deliver(runUnlessOver);
    });
    return {
      cancel: () => {
        cancelled = true;
        handle.cancel();
      },
    };
  }

  #reading(): ClockBound {
    const { scheduler, clockErrorMicros } = this.#world;
    const reading = EPOCH_MICROS + scheduler.now + this.#skew;
    const bound = (micros: number): Timestamp => timestamp(micros);
    return {
      earliest: bound(reading - clockErrorMicros),
      latest: bound(reading + clockErrorMicros),
    };
  }

  #clock(life: number): Clock {
    return {
      now: () => this.#reading(),
      monotonicMicros: () => this.#world.scheduler.now,
      after: (micros, callback) => this.#later(life, micros, callback),
      endOfTick: (callback) => {
        this.#later(life, 0, callback);
      },
      sleep: (micros) =>
        new Promise((resolve) => {
          this.#later(life, micros, resolve);
        }),
    };
  }
}
