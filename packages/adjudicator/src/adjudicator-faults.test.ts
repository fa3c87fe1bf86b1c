/**
 * Random faults against two adjudicators: messages are delayed and lost, journals finish or lose
 * what is in flight, successors take over at any moment while predecessors go on. What the logs
 * hold in the end is the truth that every answer and every promise is compared with.
 */
import type {
  Adjudicator as AdjudicatorContract,
  AppendEntry,
  Check,
  CommitReply,
  CommitRequest,
  Heartbeat,
  Intent,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  NodeRuntime,
  Outcome,
  ReadResult,
  Subscription,
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
import { describe, expect, it } from "vitest";
import type { AdjudicatorBug } from "./adjudicator-bug.ts";
import { Adjudicator } from "./adjudicator.ts";
import { intentsConflict } from "./intents.ts";

const LOGS = [logId("a1"), logId("a2")] as const;
const KEYS = ["\x10a", "\x10b", "\x10c", "\xf0a", "\xf0b", "\xf0c"];

class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * n);
  }
  percent(n: number): boolean {
    return this.below(100) < n;
  }
  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

interface InFlight {
  finish(): void;
  fail(error: Error): void;
}

/** Appends take a while; a seal makes some of those in flight durable and loses the others. */
class FaultyJournal implements Journal {
  readonly logs: Map<LogId, { entries: LogEntry[]; epoch: number; inFlight: InFlight[] }> =
    new Map();
  readonly #clock: ManualClock;
  readonly #chance: Chance;

  constructor(clock: ManualClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  append(log: LogId, epoch: number, entries: readonly AppendEntry[]): Promise<number> {
    const state = this.#log(log);
    if (epoch !== state.epoch) return Promise.reject(new ServiceError("fenced", "sealed"));
    return new Promise((resolve, reject) => {
      let settled = false;
      const inFlight: InFlight = {
        finish: () => {
          for (const entry of entries) {
            const last = state.entries.at(-1);
            if (last !== undefined && entry.timestamp <= last.timestamp) {
              throw new Error(`I1: ${entry.timestamp} after ${last.timestamp}`);
            }
            state.entries.push({ ...entry, index: state.entries.length + 1, epoch });
          }
          if (!settled) resolve(state.entries.length);
        },
        fail: (error) => {
          settled = true;
          reject(error);
        },
      };
      state.inFlight.push(inFlight);
      this.#clock.after(500 + this.#chance.below(4000), () => {
        // In order: everything before it becomes durable as well.
        const at = state.inFlight.indexOf(inFlight);
        for (const done of state.inFlight.splice(0, at + 1)) done.finish();
      });
    });
  }

  async seal(log: LogId, epoch: number): Promise<LogEnd> {
    const state = this.#log(log);
    if (epoch <= state.epoch) throw new ServiceError("fenced", "sealed");
    const previousEpoch = state.epoch;
    state.epoch = epoch;
    const inFlight = state.inFlight.splice(0);
    const survivors = this.#chance.below(inFlight.length + 1);
    for (const [i, append] of inFlight.entries()) {
      append.fail(new ServiceError("unavailable", "sealed meanwhile"));
      if (i < survivors) append.finish();
    }
    const last = state.entries.at(-1);
    const index = state.entries.length;
    await this.#clock.sleep(1000);
    return { index, timestamp: last?.timestamp ?? timestamp(0), previousEpoch };
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

  #log(log: LogId): { entries: LogEntry[]; epoch: number; inFlight: InFlight[] } {
    const known = this.logs.get(log);
    if (known !== undefined) return known;
    const state = { entries: [], epoch: 0, inFlight: [] };
    this.logs.set(log, state);
    return state;
  }
}

interface Answered {
  readonly request: CommitRequest;
  reply?: CommitReply;
}

interface Committed {
  readonly log: LogId;
  readonly at: number;
  readonly request: CommitRequest;
}

class World {
  readonly chance: Chance;
  readonly clock: ManualClock = new ManualClock();
  readonly journal: FaultyJournal;
  readonly bugs: ReadonlySet<AdjudicatorBug>;
  readonly current: Map<LogId, Adjudicator> = new Map();
  readonly previous: Map<LogId, Adjudicator> = new Map();
  readonly answered: Answered[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly outcomes: { transaction: TransactionId; outcome: Outcome }[] = [];
  readonly problems: string[] = [];
  #transactions = 0;

  constructor(seed: number, bugs: readonly AdjudicatorBug[]) {
    this.chance = new Chance(seed);
    this.bugs = new Set(bugs);
    this.journal = new FaultyJournal(this.clock, this.chance);
  }

  async takeOver(log: LogId): Promise<void> {
    const spans = evenSpans(2);
    const ranges = LOGS.map((other, i) => ({ log: other, span: spans[i] ?? expect.fail() }));
    const adjudicator: Adjudicator = new Adjudicator(this.#runtime(), this.journal, {
      log,
      ranges,
      peers: (other) => this.peer(other),
      settings: { leaseMicros: 50_000, prepareMicros: 20_000, decisionMicros: 10_000 },
      bugs: this.bugs,
      onStopped: () => {
        if (this.current.get(log) === adjudicator) void this.takeOver(log);
      },
    });
    try {
      await adjudicator.start();
    } catch (error) {
      if (!(error instanceof ServiceError)) this.problems.push(String(error));
      return;
    }
    const before = this.current.get(log);
    if (before !== undefined) this.previous.set(log, before);
    this.current.set(log, adjudicator);
  }

  /** Over a network that delays and loses, now and then to one that was replaced. */
  peer(log: LogId): AdjudicatorContract {
    const call = <T>(ask: (adjudicator: AdjudicatorContract) => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        if (this.chance.percent(4)) return;
        const delay = (): number => 50 + this.chance.below(1500);
        this.clock.after(delay(), () => {
          const old = this.chance.percent(15) ? this.previous.get(log) : undefined;
          const target = old ?? this.current.get(log);
          if (target === undefined) return reject(new ServiceError("unavailable", "down"));
          const answer = (tell: () => void): void => {
            if (!this.chance.percent(4)) this.clock.after(delay(), tell);
          };
          ask(target).then(
            (value) => answer(() => resolve(value)),
            (error: unknown) => answer(() => reject(error as Error)),
          );
        });
      });
    return {
      commit: (request) => call((a) => a.commit(request)),
      prepare: (request) => call((a) => a.prepare(request)),
      decide: (decision) => call((a) => a.decide(decision)),
      outcome: (transaction) => call((a) => a.outcome(transaction)),
      heartbeat: (atLeast) => call((a) => a.heartbeat(atLeast)),
      ranges: (atLeast) => call((a) => a.ranges(atLeast)),
      conflicts: () => call((a) => a.conflicts()),
    };
  }

  request(): CommitRequest {
    const keys = KEYS.filter(() => this.chance.percent(25));
    if (keys.length === 0) keys.push(this.chance.of(KEYS));
    const mutations = keys.slice(0, 3).map((key) => ({
      key: keyFromLatin1(key),
      value: undefined,
      intent: this.chance.of(["X", "U"] as const),
    }));
    const checks: Check[] = [];
    if (this.chance.percent(40)) {
      const key = keyFromLatin1(this.chance.of(KEYS));
      if (!mutations.some((m) => m.key === key)) {
        checks.push({ key, intent: this.chance.of(["R", "K", "X"] as const) });
      }
    }
    if (this.chance.percent(10)) {
      const span = { start: keyFromLatin1("\x10a"), end: keyFromLatin1("\x10c") };
      checks.push({ span, intent: "R" });
    }
    const low = (key: string): boolean => key < "\x80";
    const touched = [...mutations, ...checks].map((part) =>
      "span" in part ? low(part.span.start) : low(part.key),
    );
    const participants = LOGS.filter((_, i) => touched.includes(i === 0));
    const id = (++this.#transactions).toString(16).padStart(32, "0");
    const snapshot = this.clock.now().latest;
    return { transaction: transactionId(id), snapshot, mutations, checks, participants };
  }

  async client(): Promise<void> {
    const request = this.request();
    const answered: Answered = { request };
    this.answered.push(answered);
    await this.clock.sleep(this.chance.below(20_000));
    const coordinator = this.chance.of(request.participants);
    const commit = (): Promise<void> =>
      this.peer(coordinator)
        .commit(request)
        .then(
          (reply) => void (answered.reply ??= reply),
          () => undefined,
        );
    void commit();
    if (this.chance.percent(10)) void commit();
    if (this.chance.percent(20)) {
      await this.clock.sleep(this.chance.below(30_000));
      const { transaction } = request;
      this.peer(coordinator)
        .outcome(transaction)
        .then(
          (outcome) => void this.outcomes.push({ transaction, outcome }),
          () => undefined,
        );
    }
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

async function run(seed: number, bugs: readonly AdjudicatorBug[] = []): Promise<string[]> {
  const world = new World(seed, bugs);
  const { chance, clock } = world;
  for (const log of LOGS) void world.takeOver(log);
  await clock.advance(100_000);
  for (let step = 0; step < 150; step++) {
    for (let n = chance.below(4); n > 0; n--) void world.client();
    if (chance.percent(4)) void world.takeOver(chance.of(LOGS));
    if (chance.percent(30)) {
      const log = chance.of(LOGS);
      // Asked directly: even a predecessor's promise must hold.
      const target = chance.percent(20) ? world.previous.get(log) : world.current.get(log);
      target?.heartbeat(clock.now().latest).then(
        (heartbeat) => void world.heartbeats.push(heartbeat),
        () => undefined,
      );
    }
    await clock.advance(chance.below(4000));
  }
  await clock.advance(3_000_000);
  return [...world.problems, ...check(world)];
}

function check(world: World): string[] {
  const problems: string[] = [];
  const committed = new Map<TransactionId, Committed>();
  const requests = new Map(world.answered.map(({ request }) => [request.transaction, request]));
  for (const [log, { entries }] of world.journal.logs) {
    for (const entry of entries) {
      const record = decodeLogRecord(entry.payload);
      if (record.kind !== "transaction") continue;
      const request = requests.get(record.transaction) as CommitRequest;
      if (committed.has(record.transaction)) problems.push(`I9: ${record.transaction} twice`);
      committed.set(record.transaction, { log, at: entry.timestamp, request });
    }
  }
  checkAnswers(world, committed, problems);
  checkPromises(world, problems);
  checkConflicts([...committed.values()], problems);
  if (world.bugs.size === 0 && committed.size < 5) problems.push("too little happened");
  return problems;
}

function checkAnswers(
  world: World,
  committed: ReadonlyMap<TransactionId, Committed>,
  problems: string[],
): void {
  for (const { request, reply } of world.answered) {
    const found = committed.get(request.transaction);
    if (reply?.verdict === "committed" && found?.at !== reply.timestamp) {
      problems.push(`I1: ${request.transaction} acknowledged, not in the log`);
    }
    if (reply !== undefined && reply.verdict !== "committed" && found !== undefined) {
      problems.push(`I9: ${request.transaction} ${reply.verdict}, but in the log`);
    }
  }
  for (const { transaction, outcome } of world.outcomes) {
    const found = committed.get(transaction);
    if (outcome.outcome === "aborted" && found !== undefined) {
      problems.push(`I9: ${transaction} said to be aborted, but in the log`);
    }
    if (outcome.outcome === "committed" && found?.at !== outcome.timestamp) {
      problems.push(`I9: ${transaction} said to be committed, not in the log`);
    }
  }
}

function checkPromises(world: World, problems: string[]): void {
  for (const { log, watermark, index } of world.heartbeats) {
    for (const entry of world.journal.logs.get(log)?.entries ?? []) {
      if (entry.timestamp <= watermark && entry.index > index) {
        problems.push(`I7: ${log} promised ${watermark} at ${index}, then ${entry.timestamp}`);
      }
    }
  }
}

interface Touch {
  readonly intent: Intent;
  covers(key: string): boolean;
}

function touches({ request }: Committed): Touch[] {
  return [...request.mutations, ...request.checks].map((part) => ({
    intent: part.intent,
    covers: (key) =>
      "span" in part ? part.span.start <= key && key < part.span.end : part.key === key,
  }));
}

/** Whoever commits later on a key in a conflicting way must have had the earlier one in view. */
function checkConflicts(committed: readonly Committed[], problems: string[]): void {
  const inOrder = committed.toSorted((a, b) => a.at - b.at);
  for (const [i, later] of inOrder.entries()) {
    for (const earlier of inOrder.slice(0, i)) {
      if (earlier.at <= later.request.snapshot) continue;
      for (const mine of touches(later)) {
        for (const theirs of touches(earlier)) {
          // What was only read binds nobody who comes later.
          if (theirs.intent === "R" || !intentsConflict(mine.intent, theirs.intent)) continue;
          if (KEYS.some((key) => mine.covers(key) && theirs.covers(key))) {
            problems.push(`I3: ${later.request.transaction} did not see ${earlier.at}`);
          }
        }
      }
    }
  }
}

const BUGS: AdjudicatorBug[] = [
  "skipConflictCheck",
  "forgetFloorAfterFailover",
  "ackBeforeDurable",
  "watermarkIgnoresPending",
  "participantForgetsHeldKeys",
  "timestampGoesBack",
];

describe("Adjudicators under faults", () => {
  it("I1, I3, I7, I9: answers and promises hold for 60 seeds", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      expect({ seed, problems: await run(seed) }).toEqual({ seed, problems: [] });
    }
  });

  for (const bug of BUGS) {
    it(`the same faults find the bug ${bug}`, async () => {
      let found = 0;
      for (let seed = 1; seed <= 60 && found === 0; seed++) {
        if ((await run(seed, [bug])).length > 0) found = seed;
      }
      expect(found).toBeGreaterThan(0);
    });
  }
});
