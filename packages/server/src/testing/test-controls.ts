/**
 * What a test may do to a running database beyond SQL: keep states and go back to them, inject
 * failures, and put the clock forward. The same for a process that holds the database and for the
 * control endpoint.
 */
import type { InjectionSpec } from "@firstlight/query-processor";
import { parseInjection } from "@firstlight/query-processor";
import type { TestClock } from "../adapters/test-clock.ts";
import type { ClusterRegistry } from "../control-plane/cluster-registry.ts";
import type { TestHooks } from "../embedded-database.ts";
import { parseDuration } from "./duration.ts";

/** Further clusters of the control plane, whose databases go back with all else. */
type Clusters = Pick<ClusterRegistry, "settled" | "adoptDatabases">;

export class TestControls {
  readonly #hooks: TestHooks;
  readonly #clock: TestClock;
  readonly #clusters: Clusters | undefined;

  constructor(hooks: TestHooks, clock: TestClock, clusters?: Clusters) {
    this.#clusters = clusters;
    this.#hooks = hooks;
    this.#clock = clock;
  }

  /** Keeps the present state under a name, in place of what had it. */
  async checkpoint(name: string): Promise<void> {
    await this.#clusters?.settled();
    await this.#hooks.checkpoints.take(name);
  }

  /**
   * Back to a state: without a name to the empty database. Connections stay; transactions that began
   * before and write fail with 40001.
   */
  async reset(name?: string): Promise<void> {
    await this.#clusters?.settled();
    await this.#hooks.checkpoints.reset(name);
    await this.#clusters?.adoptDatabases();
  }

  /** Names of states that `reset` takes. */
  checkpoints(): readonly string[] {
    return this.#hooks.checkpoints.names();
  }

  /** Failures from now on, instead of those before; "" or {} for none. */
  inject(spec: InjectionSpec | string): void {
    this.#hooks.injector.set(typeof spec === "string" ? parseInjection(spec) : spec);
  }

  /** Puts the clock forward: "5m", "90s", or milliseconds. */
  advance(duration: string | number): void {
    const micros = typeof duration === "number" ? duration * 1_000 : parseDuration(duration);
    if (micros === undefined || !(micros >= 0)) {
      throw new RangeError(`"${duration}" is no duration: write 250ms, 90s, 5m, 2h or 1d`);
    }
    this.#clock.advance(micros);
  }

  /** How fast time goes by, 1 being real; 0: it stands still. */
  setSpeed(speed: number): void {
    if (!(speed >= 0 && speed <= 100_000)) {
      throw new RangeError(`the clock's speed is a number from 0 to 100000, not ${speed}`);
    }
    this.#clock.speed = speed;
  }
}
