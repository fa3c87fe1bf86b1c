/**
 * Workloads through both query processors of a real local cluster that is harmed in seeded order;
 * afterwards everything is healed and checked. The order of faults is the seed's, their effect the
 * machine's: unlike a simulation a run cannot be repeated exactly.
 */
import { rmSync } from "node:fs";
import pg from "pg";
import type { Violation } from "@firstlight/simulator";
import { Findings, SeededRandom } from "@firstlight/simulator";
import type { GapSummary } from "./commit-gaps.ts";
import { CommitGaps } from "./commit-gaps.ts";
import { checkAgainstLogs } from "./log-monitors.ts";
import { checkReplicas, persist } from "./replica-equality.ts";
import { SoakCluster } from "./soak-cluster.ts";
import { strike, supervise } from "./soak-faults.ts";
import { SoakSession, pause } from "./soak-session.ts";
import { bank } from "./workloads/bank.ts";
import { counters } from "./workloads/counters.ts";
import { foreignKeys } from "./workloads/foreign-keys.ts";
import { lists } from "./workloads/lists.ts";
import type { SoakWorkload } from "./workloads/soak-workload.ts";
import { uniqueRace } from "./workloads/unique-race.ts";

const WORKERS_PER_WORKLOAD = 2;
/** After a fault was undone, commits must go on within this. */
const RESUME_MILLIS_MAX = 60_000;

export interface SoakOptions {
  readonly directory: string;
  readonly seed: number;
  readonly seconds: number;
  /** Kinds of faults, such as "kill" or "kill journal"; all if undefined. */
  readonly faults?: readonly string[];
  readonly report: (line: string) => void;
}

export interface SoakResult {
  readonly violations: readonly Violation[];
  readonly gaps: readonly GapSummary[];
  readonly commits: number;
  readonly unknown: number;
  readonly faults: number;
}

class Soak {
  readonly #options: SoakOptions;
  readonly #cluster: SoakCluster;
  readonly #random: SeededRandom;
  readonly #findings = new Findings();
  readonly #gaps = new CommitGaps();
  readonly #workloads = [
    bank(),
    lists(false),
    lists(true),
    counters(),
    uniqueRace(),
    foreignKeys(),
  ];
  readonly #sessions: SoakSession[] = [];
  readonly #outcomes = new Map<string, number>();
  #stopping = false;
  #faults = 0;

  constructor(options: SoakOptions, cluster: SoakCluster) {
    this.#options = options;
    this.#cluster = cluster;
    this.#random = new SeededRandom(options.seed);
  }

  async run(): Promise<SoakResult> {
    await this.#setUp();
    const workers = this.#workloads.flatMap((workload, i) =>
      Array.from({ length: WORKERS_PER_WORKLOAD }, (_, n) =>
        this.#work(workload, i * WORKERS_PER_WORKLOAD + n + 1),
      ),
    );
    const end = Date.now() + this.#options.seconds * 1_000;
    await pause(1_000);
    while (Date.now() < end) await this.#harm();
    this.#stopping = true;
    await Promise.all(workers);
    for (const session of this.#sessions) session.end();
    await this.#check();
    return this.#result();
  }

  async #setUp(): Promise<void> {
    const client = await this.#client();
    for (const { setup } of this.#workloads) for (const text of setup) await client.query(text);
    await client.end();
  }

  /** A query processor that was started again may not listen yet. */
  #client(): Promise<pg.Client> {
    const port = this.#cluster.ports[0] ?? 0;
    const address = { host: "127.0.0.1", port, user: "postgres", database: "postgres" };
    return persist(async () => {
      const client = new pg.Client(address);
      await client.connect();
      return client;
    });
  }

  async #work(workload: SoakWorkload, worker: number): Promise<void> {
    const session = new SoakSession(this.#cluster.ports, worker);
    this.#sessions.push(session);
    const random = this.#random.split(`worker ${worker}`);
    this.#gaps.committed(worker);
    while (!this.#stopping) {
      const { outcome, wrote } = await workload.step({ session, random, worker });
      this.#count(outcome);
      // A conflict is an answer of the adjudicator as well: it serves.
      if (wrote && outcome === "committed") this.#gaps.committed(worker);
    }
  }

  #count(outcome: string): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** One fault, a while with it, and until commits go on after it. */
  async #harm(): Promise<void> {
    const random = this.#random;
    const world = { cluster: this.#cluster, random: this.#random };
    const struck = strike(world, this.#options.faults);
    this.#faults++;
    this.#gaps.begin(struck.kind);
    const harmed = random.between(2_000, 8_000);
    await pause(harmed);
    await struck.undo();
    await this.#resumed(struck.what);
    const { silence, gap } = this.#gaps.current;
    this.#options.report(
      `${struck.what} for ${harmed} ms: ${silence} ms without commits, some worker ${gap} ms`,
    );
    await supervise(this.#cluster, this.#options.report);
  }

  async #resumed(what: string): Promise<void> {
    const before = this.#commits();
    const goal = before + 2 * WORKERS_PER_WORKLOAD * this.#workloads.length;
    const giveUp = Date.now() + RESUME_MILLIS_MAX;
    while (this.#commits() < goal) {
      await pause(50);
      await supervise(this.#cluster, this.#options.report);
      if (Date.now() < giveUp) continue;
      this.#findings.add("liveness", `after ${what} commits do not go on: ${this.#errors()}`);
      return;
    }
  }

  #commits(): number {
    return this.#outcomes.get("committed") ?? 0;
  }

  #errors(): string {
    const sums = new Map<string, number>();
    for (const { errors } of this.#sessions) {
      for (const [code, count] of errors) sums.set(code, (sums.get(code) ?? 0) + count);
    }
    return JSON.stringify(Object.fromEntries(sums));
  }

  async #check(): Promise<void> {
    await this.#cluster.heal();
    await pause(1_000);
    const client = await this.#client();
    for (const workload of this.#workloads) await workload.check(client, this.#findings);
    await client.end();
    this.#options.report(await checkReplicas(this.#cluster, this.#findings));
    this.#options.report(await checkAgainstLogs(this.#cluster, this.#findings));
    this.#options.report(`errors: ${this.#errors()}`);
  }

  #result(): SoakResult {
    return {
      violations: this.#findings.violations,
      gaps: this.#gaps.summaries(),
      commits: this.#commits(),
      unknown: this.#outcomes.get("unknown") ?? 0,
      faults: this.#faults,
    };
  }
}

/** The directory is removed unless something was found. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const cluster = await SoakCluster.start(options.directory);
  let clean = false;
  try {
    const result = await new Soak(options, cluster).run();
    clean = result.violations.length === 0;
    return result;
  } finally {
    await cluster.destroy();
    if (clean) rmSync(options.directory, { recursive: true, force: true });
    else options.report(`its files are in ${options.directory}`);
  }
}
