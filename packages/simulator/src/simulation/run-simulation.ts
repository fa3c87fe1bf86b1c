/**
 * One run from one seed: the cluster starts, the workload fills it, clients and faults go on until
 * the steps are spent, everything is healed, and the checkers look at what is left.
 */
import type { Key } from "@firstlight/common";
import { ADJUDICATOR_DEFAULTS } from "@firstlight/adjudicator";
import { loadParser } from "../transactions.ts";
import { Findings } from "../checkers/violation.ts";
import type { Violation } from "../checkers/violation.ts";
import type { ClientMachine } from "../clients/client-machines.ts";
import { ClientMachines } from "../clients/client-machines.ts";
import { StepBudget } from "../clients/step-budget.ts";
import { bugSets } from "../cluster/bugs.ts";
import { noObservations } from "../cluster/observations.ts";
import type { RequestFaults } from "../cluster/request-faults.ts";
import { SimCluster } from "../cluster/sim-cluster.ts";
import type { FaultWorld } from "../faults/fault-kinds.ts";
import { Nemesis, randomProfile } from "../faults/nemesis.ts";
import { History } from "../history/attempt.ts";
import { poisonGlobals } from "../kernel/poisoned-globals.ts";
import { Scheduler } from "../kernel/scheduler.ts";
import { SeededRandom } from "../kernel/seeded-random.ts";
import type { DiskFaults } from "../kernel/sim-disk.ts";
import { CALM_SYNC_MICROS_MAX } from "../kernel/sim-disk.ts";
import { CALM_NETWORK, SimNetwork } from "../kernel/sim-network.ts";
import { Trace } from "../kernel/trace.ts";
import { checkRun } from "./check.ts";
import { collectEvidence } from "./collect-evidence.ts";
import { LogArchivist } from "./log-archivist.ts";
import { Marks } from "./marks.ts";
import { ShardMover } from "./shard-mover.ts";
import type { SimQueryProcessor } from "../sql/sim-query-processor.ts";
import { SqlFailure } from "../sql/sql-session.ts";
import type { SqlWorkload } from "../workloads/workload.ts";
import type { SimulationSettings } from "./settings.ts";

/** Simulated time after which a run counts as stuck. */
const RUN_MICROS_MAX = 1_200_000_000;
/** How long faults go on after the last transaction has begun. */
const LINGER_MICROS_MAX = 100_000_000;

/** Of so many the keys are known to whoever cuts ranges. */
const RECENT_ATTEMPTS = 10;

/** What a healed cluster needs to deliver the last notifications. */
const HEARING_MICROS = 20_000_000;

/** What a healed cluster needs to have applied everything, what its disks are still at included. */
const ADMISSION_ASKED_AGAIN = 5;
const ADMISSION_PAUSE_MICROS = 500_000;
const ADMITTED_MICROS = 5_000_000;

/** Logs are kept for longer than outcomes can be asked for, by this factor. */
const TRIM_KEEP_FACTOR = 1.2;

export interface SimulationResult {
  readonly settings: SimulationSettings;
  readonly digest: string;
  readonly events: number;
  readonly simulatedMicros: number;
  readonly marks: Marks;
  readonly violations: readonly Violation[];
  /** The end of the trace, for a failure report. */
  readonly recent: readonly string[];
}

class Simulation {
  readonly #settings: SimulationSettings;
  readonly #scheduler = new Scheduler();
  readonly #trace = new Trace();
  readonly #marks = new Marks();
  readonly #history = new History();
  readonly #observations = noObservations();
  readonly #findings = new Findings();
  readonly #cluster: SimCluster;
  readonly #clients: ClientMachines;
  readonly #nemesis: Nemesis;
  readonly #budget: StepBudget;
  #spentAt: number | undefined;
  #archivist: LogArchivist | undefined;

  constructor(settings: SimulationSettings) {
    this.#settings = settings;
    this.#budget = new StepBudget(settings.steps);
    const random = new SeededRandom(settings.seed);
    const scheduler = this.#scheduler;
    const shared = { scheduler, marks: this.#marks, observations: this.#observations };
    const requestFaults: RequestFaults = { duplicateChance: 0, lateChance: 0, lateMicrosMax: 0 };
    const diskFaults: DiskFaults = { syncMicrosMax: CALM_SYNC_MICROS_MAX };
    const network = new SimNetwork(scheduler, random.split("network"), this.#trace, CALM_NETWORK);
    this.#cluster = new SimCluster({
      ...shared,
      network,
      random: random.split("cluster"),
      trace: this.#trace,
      requestFaults,
      diskFaults,
      clockErrorMicros: settings.clockErrorMicros,
      bugs: bugSets(settings.bugs),
      settings,
    });
    const cluster = this.#cluster;
    this.#clients = new ClientMachines({
      ...shared,
      cluster,
      random: random.split("clients"),
      workload: settings.workload,
      history: this.#history,
      onlineBugs: bugSets(settings.bugs).online,
      notificationBugs: bugSets(settings.bugs).notifications,
      admissionBugs: bugSets(settings.bugs).admission,
      admission: settings.admission,
      budget: this.#budget,
      sessionsPerMachine: settings.sessionsPerMachine,
      thinkMicrosMax: settings.thinkMicrosMax,
    });
    const world: FaultWorld = {
      ...shared,
      cluster,
      network,
      random: random.split("faults"),
      requestFaults,
      diskFaults,
      recentKeys: () => this.#recentKeys(),
      healing: () => this.#nemesis.healing,
      startClient: (name) => this.#clients.start(name),
    };
    const profile = settings.faults ?? randomProfile(world);
    this.#nemesis = new Nemesis(world, profile);
  }

  #recentKeys(): readonly Key[] {
    const recent = this.#history.attempts.slice(-RECENT_ATTEMPTS);
    return recent.flatMap(({ writes }) => [...writes.keys()]);
  }

  async run(): Promise<SimulationResult> {
    this.#cluster.start();
    await this.#await(this.#fill());
    for (const { member } of this.#cluster.named("client")) this.#clients.start(member.name);
    this.#cluster.underLoad = true;
    this.#observe();
    this.#nemesis.start();
    const isOver = (): boolean => this.#clients.idle || this.#linger();
    await this.#scheduler.run(RUN_MICROS_MAX, isOver);
    this.#cluster.underLoad = false;
    this.#nemesis.heal();
    if (this.#settings.workload.listens === true) await this.#hearEverything();
    await this.#scheduler.run(this.#scheduler.now + RUN_MICROS_MAX, () => this.#clients.idle);
    if (!this.#clients.idle) this.#findings.add("liveness", "clients are stuck");
    await this.#askForAdmission();
    const evidence = await this.#await(collectEvidence(this.#endParts()));
    checkRun(this.#settings.workload, evidence, this.#findings);
    return this.#result();
  }

  /**
   * Long after everything was healed whoever wants to write may, if not at once: with a bound of some
   * hundred milliseconds a shard is behind now and then, and a log may be taken over and handed back,
   * each of which makes commits wait for a lease.
   */
  async #askForAdmission(): Promise<void> {
    await this.#scheduler.run(this.#scheduler.now + ADMITTED_MICROS, () => false);
    const { leaseMicros } = { ...ADJUDICATOR_DEFAULTS, ...this.#settings.adjudicator };
    const times = ADMISSION_ASKED_AGAIN + Math.ceil((2 * leaseMicros) / ADMISSION_PAUSE_MICROS);
    let out = await this.#await(this.#clients.shutOut());
    for (let again = 0; out.length > 0 && again < times; again++) {
      await this.#scheduler.run(this.#scheduler.now + ADMISSION_PAUSE_MICROS, () => false);
      const still = new Set(await this.#await(this.#clients.shutOut()));
      out = out.filter((name) => still.has(name));
    }
    for (const name of out) this.#findings.add("admission", `nobody may write on ${name}`);
  }

  /** Some wait long after everything was begun, for what takes many commits: faults come to an end. */
  #linger(): boolean {
    if (!this.#budget.spent) return false;
    this.#spentAt ??= this.#scheduler.now;
    return this.#scheduler.now - this.#spentAt > LINGER_MICROS_MAX;
  }

  async #hearEverything(): Promise<void> {
    await this.#scheduler.run(this.#scheduler.now + HEARING_MICROS, () => false);
    this.#clients.completeListeners();
  }

  /** What goes on beside clients and faults. */
  #observe(): void {
    const [observer] = this.#cluster.named("observer");
    const { trimsLogs, shardMicros } = this.#settings;
    if (observer === undefined || (!trimsLogs && shardMicros === 0)) return;
    const machine = this.#clients.boot(observer.member.name);
    const { shape } = this.#cluster;
    const shared = { machine, shape, marks: this.#marks, stopped: () => this.#nemesis.healing };
    const failed = (what: string, error: unknown): void => {
      this.#observations.defects.push(`${what}: ${String(error)}`);
    };
    if (trimsLogs) {
      const { outcomeWindowMicros } = { ...ADJUDICATOR_DEFAULTS, ...this.#settings.adjudicator };
      const keepMicros = outcomeWindowMicros * TRIM_KEEP_FACTOR;
      this.#archivist = new LogArchivist({ ...shared, keepMicros });
      this.#archivist.run().catch((error: unknown) => failed("archivist", error));
    }
    if (shardMicros === 0) return;
    const random = new SeededRandom(this.#settings.seed).split("shards");
    const mover = new ShardMover({ ...shared, random, pauseMicrosMax: shardMicros });
    mover.run().catch((error: unknown) => failed("shard mover", error));
  }

  #endParts(): Parameters<typeof collectEvidence>[0] {
    return {
      cluster: this.#cluster,
      clients: this.#clients,
      history: this.#history,
      observations: this.#observations,
      findings: this.#findings,
      archive: () => this.#archivist?.archive() ?? [],
    };
  }

  /** Commits the workload's first state, however long the cluster takes to start. */
  async #fill(): Promise<void> {
    const [client] = this.#cluster.named("client");
    if (client === undefined) throw new RangeError("a cluster without clients");
    const machine = this.#clients.boot(client.member.name);
    const { sql } = this.#settings.workload;
    if (sql !== undefined) return fillBySql(this.#clients.queryProcessor(machine), machine, sql);
    for (;;) {
      const transaction = this.#clients.transaction(machine);
      this.#settings.workload.setup(transaction);
      const done = await transaction.commit().catch(() => false);
      if (done) return;
      // Only one of them may have an effect: what a workload sets up is the same each time.
      await machine.runtime.clock.sleep(100_000);
    }
  }

  /** Runs events until `work`, which waits for them, is done. */
  async #await<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    await this.#scheduler.run(this.#scheduler.now + RUN_MICROS_MAX, () => done);
    if (!done) throw new Error("the cluster does not answer");
    return settled;
  }

  #result(): SimulationResult {
    for (const { outcome } of this.#history.attempts) this.#marks.hit(`outcome: ${outcome.kind}`);
    return {
      settings: this.#settings,
      digest: this.#trace.digest(),
      events: this.#scheduler.executed,
      simulatedMicros: this.#scheduler.now,
      marks: this.#marks,
      violations: this.#findings.violations,
      recent: this.#trace.recent(),
    };
  }
}

/** Statements that may be repeated, each until it succeeds. */
async function fillBySql(
  processor: SimQueryProcessor,
  { runtime }: ClientMachine,
  { setup }: SqlWorkload,
): Promise<void> {
  let session = processor.connect();
  for (const statement of setup) {
    for (;;) {
      if (session.isClosed) session = processor.connect();
      const done = await session.query(statement).then(
        () => true,
        (error: unknown) => {
          if (error instanceof SqlFailure && !error.sqlstate.startsWith("42")) return false;
          throw error;
        },
      );
      if (done) break;
      await runtime.clock.sleep(100_000);
    }
  }
}

export async function runSimulation(settings: SimulationSettings): Promise<SimulationResult> {
  // The query processor's package sets its parser up when it is loaded; that is no part of the run.
  await loadParser();
  const restore = poisonGlobals();
  try {
    return await new Simulation(settings).run();
  } finally {
    restore();
  }
}
