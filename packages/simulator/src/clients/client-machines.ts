/**
 * The client machines and their sessions: each session runs one transaction after the other until
 * the budget is spent. When a machine crashes its sessions are gone; what they had sent is unknown.
 */
import type { Log, NodeRuntime } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, SILENT_LOG, ServiceError, SqlError } from "@firstlight/common";
import type { SqlSession } from "../sql/sql-session.ts";
import { SqlFailure } from "../sql/sql-session.ts";
import { SimQueryProcessor } from "../sql/sim-query-processor.ts";
import { JobMarks } from "../sql/job-marks.ts";
import { recordingView } from "../sql/recording-view.ts";
import { Admission } from "../transactions.ts";
import type { AdmissionBounds, AdmissionBug } from "../transactions.ts";
import type { ClusterView, NotificationBug, OnlineBug } from "../transactions.ts";
import type { SimConnections } from "../cluster/connections.ts";
import type { Observations } from "../cluster/observations.ts";
import type { SimCluster } from "../cluster/sim-cluster.ts";
import type { Attempt, History } from "../history/attempt.ts";
import { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";
import type { Marks } from "../simulation/marks.ts";
import type { SqlWorkload, StepContext, Workload } from "../workloads/workload.ts";
import { RunWitness } from "./session-witness.ts";
import type { SessionWitness } from "./session-witness.ts";
import { listen } from "./sim-listener.ts";
import type { ListenerRecord } from "./sim-listener.ts";
import { readAgain } from "./read-again.ts";
import type { StepBudget } from "./step-budget.ts";

export interface ClientParts {
  readonly scheduler: Scheduler;
  readonly cluster: SimCluster;
  readonly random: SeededRandom;
  readonly workload: Workload;
  readonly history: History;
  readonly budget: StepBudget;
  readonly marks: Marks;
  readonly observations: Observations;
  readonly onlineBugs: ReadonlySet<OnlineBug>;
  readonly notificationBugs: ReadonlySet<NotificationBug>;
  readonly admissionBugs: ReadonlySet<AdmissionBug>;
  readonly admission: AdmissionBounds;
  readonly sessionsPerMachine: number;
  /** Longest time that a user thinks between two steps. */
  readonly thinkMicrosMax: number;
}

export interface ClientMachine {
  readonly name: string;
  readonly runtime: NodeRuntime;
  readonly connections: SimConnections;
  readonly view: ClusterView;
  readonly admission: Admission;
}

const EVERYTHING = [{ start: KEY_MIN, end: KEY_MAX }];

const READ_AGAIN_CHANCE = 0.1;
/** After a failure a user waits up to so long, or the steps would be spent on a cluster at rest. */
const DISCOURAGED_MICROS_MAX = 2_000_000;

export class ClientMachines {
  readonly #parts: ClientParts;
  readonly #context: StepContext;
  /** Sessions at work, by machine; a new life starts a new count. */
  readonly #active = new Map<string, { count: number }>();
  /** In their present lives. */
  readonly #machines = new Map<string, ClientMachine>();
  readonly #jobMarks: JobMarks;
  readonly #listeners = new Map<
    string,
    { readonly record: ListenerRecord; readonly life: number }
  >();
  readonly #witness: RunWitness;
  #unique = 0;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#jobMarks = new JobMarks(parts.marks);
    this.#witness = new RunWitness(parts.observations, parts.marks);
    this.#context = {
      random: parts.random,
      pause: () => Promise.resolve(),
      unique: () => ++this.#unique,
    };
  }

  /** Everything was begun and nobody is at work; or a defect has ended all of them. */
  get idle(): boolean {
    if (!this.#parts.budget.spent) {
      const all = [...this.#active.values()];
      return all.length > 0 && all.every(({ count }) => count === 0);
    }
    for (const [name, { count }] of this.#active) {
      if (count > 0 && this.#parts.cluster.process(name).node.alive) return false;
    }
    return true;
  }

  get speakSql(): boolean {
    return this.#parts.workload.sql !== undefined;
  }

  /** A new life of a client machine, without sessions. */
  boot(name: string): ClientMachine {
    const { cluster } = this.#parts;
    cluster.note(`boot ${name}`);
    const { runtime, connections } = cluster.client(name);
    const view = connections.view(name.charCodeAt(name.length - 1));
    return { name, runtime, connections, view, admission: this.#admission(runtime, view) };
  }

  #admission({ clock }: NodeRuntime, { load }: ClusterView): Admission {
    const { marks, admissionBugs: bugs } = this.#parts;
    if (load === undefined) throw new TypeError("a view that knows no loads");
    const warn: Log["warn"] = (message, fields) => {
      const what = message.endsWith("refused") ? "refused" : "recovered";
      marks.hit(`admission ${what}: ${String(fields?.["kind"])}`);
    };
    return new Admission({ clock, load, bugs, log: { ...SILENT_LOG, warn } });
  }

  /** Machines on which nobody may write, though everything has been well for long. */
  async shutOut(): Promise<readonly string[]> {
    const out: string[] = [];
    for (const machine of this.#machines.values()) {
      if (!this.#parts.cluster.process(machine.name).node.alive) continue;
      if (!(await this.#mayWrite(machine))) out.push(machine.name);
    }
    return out;
  }

  async #mayWrite({ admission }: ClientMachine): Promise<boolean> {
    try {
      await admission.admit(EVERYTHING, this.#parts.admission);
      return true;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return false;
    }
  }

  start(name: string): void {
    const machine = this.boot(name);
    this.#machines.set(name, machine);
    if (this.#parts.workload.listens === true) this.#listen(machine);
    const active = { count: this.#parts.sessionsPerMachine };
    this.#active.set(name, active);
    const { sql } = this.#parts.workload;
    const processor = sql && this.queryProcessor(machine);
    for (let i = 0; i < this.#parts.sessionsPerMachine; i++) {
      const work =
        sql === undefined || processor === undefined
          ? this.#session(machine)
          : this.#sqlSession(machine, sql, processor);
      work.then(
        () => active.count--,
        (error: unknown) => {
          active.count--;
          this.#parts.observations.defects.push(`${name}: ${String(error)}`);
        },
      );
    }
  }

  #listen(machine: ClientMachine): void {
    const { name, runtime, view } = machine;
    const { observations, notificationBugs, cluster, marks } = this.#parts;
    const record: ListenerRecord = {
      machine: name,
      position: undefined,
      heard: [],
      isComplete: false,
    };
    observations.listeners.push(record);
    this.#listeners.set(name, { record, life: cluster.process(name).node.life });
    const again = (): void => {
      marks.hit("listener overrun by trimming");
      this.#listen(machine);
    };
    listen(runtime, view, notificationBugs, record, again).catch((error: unknown) =>
      observations.defects.push(`${name}: ${String(error)}`),
    );
  }

  /** Whoever listens and lives has heard everything by now. */
  completeListeners(): void {
    for (const [name, { record, life }] of this.#listeners) {
      const { node } = this.#parts.cluster.process(name);
      record.isComplete = node.alive && node.life === life;
    }
  }

  /** A transaction of this machine, for those who are no session. */
  transaction(machine: ClientMachine): RecordedTransaction {
    const { history, marks, scheduler, workload } = this.#parts;
    const { serializable } = workload;
    const attempt = history.begin(machine.name, scheduler.now);
    const { view, runtime } = machine;
    const { clock, random } = runtime;
    return new RecordedTransaction(
      { view, clock, random, marks, now: () => scheduler.now, serializable },
      attempt,
    );
  }

  /** The query processor of a machine whose clients speak SQL. */
  queryProcessor({ name, runtime, view }: ClientMachine): SimQueryProcessor {
    const { history, marks, scheduler, onlineBugs } = this.#parts;
    const now = (): number => scheduler.now;
    const jobs = this.#jobMarks;
    const recorded = recordingView({ view, client: name, history, marks, jobs, now });
    return new SimQueryProcessor(runtime, recorded, onlineBugs);
  }

  async #sqlSession(
    machine: ClientMachine,
    sql: SqlWorkload,
    processor: SimQueryProcessor,
  ): Promise<void> {
    const { budget, random, marks } = this.#parts;
    const pause = (): Promise<void> => this.#think(machine);
    let session = processor.connect();
    let witness = this.#witnessOf(machine, session);
    while (budget.take()) {
      await this.#think(machine);
      if (session.isClosed) {
        session = processor.connect();
        witness = this.#witnessOf(machine, session);
      }
      try {
        await sql.step(session, { ...this.#context, pause, witness });
      } catch (error) {
        if (!(error instanceof SqlFailure)) throw error;
        marks.hit(`failed: ${error.sqlstate}`);
        if (error.sqlstate === "XX000") throw error;
        // A server that cannot be reached is not asked again at once.
        const isDown = /^(08|53|57|72)/u.test(error.sqlstate);
        if (isDown) await machine.runtime.clock.sleep(random.between(0, DISCOURAGED_MICROS_MAX));
      }
    }
  }

  #witnessOf({ name }: ClientMachine, session: SqlSession): SessionWitness {
    const { node } = this.#parts.cluster.process(name);
    const { life } = node;
    const lives = (): boolean => node.alive && node.life === life;
    return this.#witness.session({
      name,
      lives,
      runs: () => lives() && !node.paused && !session.isClosed,
    });
  }

  async #session(machine: ClientMachine): Promise<void> {
    const { budget, random, history, scheduler, marks } = this.#parts;
    const context = { ...this.#context, pause: () => this.#think(machine) };
    while (budget.take()) {
      await this.#think(machine);
      if (random.chance(READ_AGAIN_CHANCE)) {
        await readAgain({ machine, history, random, marks, now: () => scheduler.now });
      } else {
        const isDone = (await this.#mayWrite(machine)) && (await this.#transact(machine, context));
        if (!isDone) await machine.runtime.clock.sleep(random.between(0, DISCOURAGED_MICROS_MAX));
      }
    }
  }

  /** Whether it came to an end. */
  async #transact(machine: ClientMachine, context: StepContext): Promise<boolean> {
    const transaction = this.transaction(machine);
    await this.#step(transaction, context);
    return transaction.attempt.endedAt !== undefined;
  }

  #think({ runtime }: ClientMachine): Promise<void> {
    const { random, thinkMicrosMax } = this.#parts;
    const short = random.chance(0.5);
    return runtime.clock.sleep(random.between(0, short ? thinkMicrosMax / 20 : thinkMicrosMax));
  }

  async #step(transaction: RecordedTransaction, context: StepContext): Promise<void> {
    try {
      await this.#parts.workload.step(transaction, context);
      await context.pause();
      await transaction.commit();
    } catch (error) {
      this.#failed(transaction.attempt, error);
    }
    const { cluster } = this.#parts;
    cluster.note(`${transaction.attempt.client} ${transaction.attempt.outcome.kind}`);
  }

  /** What a user may be told; anything else is a defect. */
  #failed(attempt: Attempt, error: unknown): void {
    const { marks, observations } = this.#parts;
    if (error instanceof ServiceError) marks.hit(`failed: ${error.kind}`);
    else if (error instanceof SqlError) marks.hit(`failed: ${error.sqlstate}`);
    else {
      const stack = error instanceof Error ? error.stack : String(error);
      observations.defects.push(`${attempt.describe()}: ${stack}`);
    }
  }
}
