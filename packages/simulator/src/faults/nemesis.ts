/**
 * Does harm at random moments and undoes it later, all from the seed. Each run has its own choice of
 * kinds, because a run in which everything happens at once reaches less than many that differ.
 */
import { CALM_NETWORK } from "../kernel/sim-network.ts";
import type { FaultKind, FaultWorld } from "./fault-kinds.ts";
import { FAULTS, FAULT_KINDS, restart } from "./fault-kinds.ts";

export interface FaultProfile {
  /** Kinds and how often each is chosen relative to the others; empty: nothing happens. */
  readonly weights: Readonly<Partial<Record<FaultKind, number>>>;
  readonly pauseMicros: readonly [number, number];
  readonly durationMicros: readonly [number, number];
}

export function randomProfile(world: Pick<FaultWorld, "random">): FaultProfile {
  const { random } = world;
  const weights: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) if (random.chance(0.5)) weights[kind] = random.between(1, 3);
  const pause = random.pick([100_000, 500_000, 2_000_000]);
  const duration = random.pick([50_000, 500_000, 4_000_000]);
  return { weights, pauseMicros: [0, pause], durationMicros: [0, duration] };
}

export class Nemesis {
  readonly #world: FaultWorld;
  readonly #profile: FaultProfile;
  readonly #kinds: readonly FaultKind[];
  readonly #undos = new Set<() => void>();
  #stopped = false;

  constructor(world: FaultWorld, profile: FaultProfile) {
    this.#world = world;
    this.#profile = profile;
    this.#kinds = FAULT_KINDS.flatMap((kind) =>
      Array.from({ length: profile.weights[kind] ?? 0 }, () => kind),
    );
  }

  start(): void {
    if (this.#kinds.length > 0) this.#next();
  }

  get healing(): boolean {
    return this.#stopped;
  }

  /** Undoes everything: each process runs, everybody reaches everybody, nothing is slow. */
  heal(): void {
    this.#stopped = true;
    for (const undo of this.#undos) undo();
    this.#undos.clear();
    const { cluster, network } = this.#world;
    network.heal();
    network.faults = CALM_NETWORK;
    for (const process of cluster.processes.values()) {
      process.node.disk.isFull = false;
      if (process.node.paused) process.node.resume();
      restart(this.#world, process);
    }
  }

  #next(): void {
    const { scheduler, random } = this.#world;
    const [low, high] = this.#profile.pauseMicros;
    scheduler.after(random.between(low, high), () => {
      if (this.#stopped) return;
      this.#strike(random.pick(this.#kinds));
      this.#next();
    });
  }

  #strike(kind: FaultKind): void {
    const { scheduler, random, marks } = this.#world;
    const undo = FAULTS[kind](this.#world);
    if (undo === undefined) return;
    marks.hit(`fault: ${kind}`);
    this.#undos.add(undo);
    const [low, high] = this.#profile.durationMicros;
    scheduler.after(random.between(low, high), () => {
      if (this.#undos.delete(undo)) undo();
    });
  }
}
