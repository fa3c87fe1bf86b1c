/** For tests: adjudicators on one manual clock, with a journal whose durability can be held up. */
import type {
  Adjudicator as AdjudicatorContract,
  AppendEntry,
  Check,
  CommitRequest,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  LogRecord,
  NodeRuntime,
  ReadResult,
  Subscription,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  ManualClock,
  NO_METRICS,
  SILENT_LOG,
  ServiceError,
  decodeLogRecord,
  evenSpans,
  keyFromLatin1,
  logId,
  timestamp,
  transactionId,
} from "@firstlight/common";
import type { AdjudicatorBug } from "../adjudicator-bug.ts";
import type { AdjudicatorSettings } from "../adjudicator-settings.ts";
import { Adjudicator } from "../adjudicator.ts";

interface HeldAppend {
  finish(): void;
  fail(error: Error): void;
}

/** Entries become durable when appended, or while held up, when released; in order either way. */
export class TestJournal implements Journal {
  readonly #logs = new Map<LogId, { entries: LogEntry[]; epoch: number }>();
  #held: HeldAppend[] | undefined;
  appends = 0;

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    this.appends++;
    const state = this.#log(log);
    if (epoch !== state.epoch) return Promise.reject(new ServiceError("fenced", "sealed"));
    const finish = (): number => {
      for (const entry of entries) {
        const last = state.entries.at(-1);
        if (last !== undefined && entry.timestamp <= last.timestamp) throw new Error("I1 broken");
        state.entries.push({ ...entry, index: state.entries.length + 1, epoch });
      }
      return state.entries.length;
    };
    const held = this.#held;
    if (held === undefined) return Promise.resolve(finish());
    return new Promise((resolve, reject) => {
      held.push({ finish: () => resolve(finish()), fail: reject });
    });
  }

  seal(log: LogId, epoch: number): Promise<LogEnd> {
    const state = this.#log(log);
    if (epoch <= state.epoch) return Promise.reject(new ServiceError("fenced", "sealed"));
    const previousEpoch = state.epoch;
    state.epoch = epoch;
    const last = state.entries.at(-1);
    return Promise.resolve({
      index: state.entries.length,
      timestamp: last?.timestamp ?? timestamp(0),
      previousEpoch,
    });
  }

  epoch(log: LogId): Promise<number> {
    return Promise.resolve(this.#log(log).epoch);
  }

  read(log: LogId, from: number): Promise<ReadResult> {
    const entries = this.#log(log).entries.slice(from - 1);
    return Promise.resolve({ entries, next: from + entries.length });
  }

  tail(): Subscription {
    throw new Error("no tails here");
  }

  trim(): Promise<void> {
    return Promise.resolve();
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const append of held) append.finish();
  }

  /** Later appends are durable at once; what is held stays in flight until the answer is called. */
  setHeldAside(): () => void {
    const held = this.#held ?? [];
    this.#held = undefined;
    return () => {
      for (const append of held) append.fail(new ServiceError("fenced", "sealed"));
    };
  }

  loseHeld(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const append of held) append.fail(new ServiceError("unavailable", "lost"));
  }

  records(log: LogId): { timestamp: Timestamp; record: LogRecord }[] {
    return this.#log(log).entries.map((entry) => ({
      timestamp: entry.timestamp,
      record: decodeLogRecord(entry.payload),
    }));
  }

  #log(log: LogId): { entries: LogEntry[]; epoch: number } {
    let state = this.#logs.get(log);
    if (state === undefined) {
      state = { entries: [], epoch: 0 };
      this.#logs.set(log, state);
    }
    return state;
  }
}

export interface FixtureOptions {
  readonly logs?: number;
  readonly settings?: Partial<AdjudicatorSettings>;
  readonly bugs?: readonly AdjudicatorBug[];
}

export class ClusterFixture {
  readonly clock: ManualClock = new ManualClock();
  readonly journal: TestJournal = new TestJournal();
  readonly logs: readonly LogId[];
  readonly stopped: string[] = [];
  /** Calls to these logs are lost. */
  readonly unreachable: Set<LogId> = new Set();
  readonly adjudicators: Map<LogId, Adjudicator> = new Map();
  readonly #options: FixtureOptions;
  #transactions = 0;

  constructor(options: FixtureOptions = {}) {
    this.#options = options;
    this.logs = Array.from({ length: options.logs ?? 1 }, (_, i) => logId(`a${i + 1}`));
  }

  /** Starts an adjudicator for `log`; the previous one, if any, is left as it is. */
  async start(log: LogId): Promise<Adjudicator> {
    const spans = evenSpans(this.logs.length);
    const adjudicator = new Adjudicator(this.#runtime(), this.journal, {
      log,
      ranges: this.logs.map((other, i) => {
        const span = spans[i];
        if (span === undefined) throw new Error("no span");
        return { log: other, span };
      }),
      peers: (other) => this.#peer(other),
      settings: this.#options.settings ?? {},
      bugs: new Set(this.#options.bugs),
      onStopped: (reason) => void this.stopped.push(`${log}: ${reason}`),
    });
    await adjudicator.start();
    this.adjudicators.set(log, adjudicator);
    return adjudicator;
  }

  async startAll(): Promise<Adjudicator[]> {
    const all: Adjudicator[] = [];
    for (const log of this.logs) all.push(await this.start(log));
    return all;
  }

  /** Gives every adjudicator a durable lease. */
  async warm(): Promise<void> {
    const heartbeats = this.logs.map((log) => this.at(log).heartbeat(this.now));
    await this.clock.advance(10);
    await Promise.all(heartbeats);
  }

  at(log: LogId): Adjudicator {
    const adjudicator = this.adjudicators.get(log);
    if (adjudicator === undefined) throw new Error(`${log} was not started`);
    return adjudicator;
  }

  get now(): Timestamp {
    return this.clock.now().latest;
  }

  transaction(): TransactionId {
    this.#transactions++;
    return transactionId(this.#transactions.toString(16).padStart(32, "0"));
  }

  /** `writes` are "key" for X or "key:U". */
  request(writes: readonly string[], fields: Partial<CommitRequest> = {}): CommitRequest {
    return {
      transaction: this.transaction(),
      snapshot: this.now,
      mutations: writes.map((write) => {
        const [key = "", intent = "X"] = write.split(":");
        return {
          key: keyFromLatin1(key),
          value: Buffer.from("v"),
          intent: intent === "U" ? "U" : "X",
        };
      }),
      checks: [],
      participants: [this.logs[0] ?? logId("a1")],
      ...fields,
    };
  }

  #peer(log: LogId): AdjudicatorContract {
    const adjudicator = this.adjudicators.get(log);
    if (adjudicator !== undefined && !this.unreachable.has(log)) return adjudicator;
    const lost = (): Promise<never> => new Promise(() => undefined);
    return {
      commit: lost,
      prepare: lost,
      decide: lost,
      outcome: lost,
      heartbeat: lost,
      ranges: lost,
      conflicts: lost,
    };
  }

  #runtime(): NodeRuntime {
    const unused = (): never => {
      throw new Error("not for tests");
    };
    return {
      clock: this.clock,
      random: { next: unused, bytes: unused },
      network: { connect: unused, listen: unused },
      disk: { open: unused, setAside: unused },
      temporaryFiles: { open: unused },
      log: SILENT_LOG,
      metrics: NO_METRICS,
    };
  }
}

export function keyCheck(key: string, intent: "X" | "K" | "R"): Check {
  return { key: keyFromLatin1(key), intent };
}
