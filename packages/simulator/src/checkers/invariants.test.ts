/** Each checker of the invariants finds what it is for in a small history, and nothing in a good one. */
import type { Heartbeat, LogEntry, Timestamp } from "@firstlight/common";
import {
  encodeLogRecord,
  firstShardMap,
  keyFromLatin1,
  logId,
  timestamp,
  transactionId,
} from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { Attempt } from "../history/attempt.ts";
import { History } from "../history/attempt.ts";
import { LogHistory } from "../history/log-history.ts";
import { checkDurability } from "./durability.ts";
import type { Evidence } from "./evidence.ts";
import { checkFirstCommitter } from "./first-committer.ts";
import { checkFreshness } from "./freshness.ts";
import { checkLogs } from "./log-order.ts";
import { checkRecordedLogs } from "./recorded-logs.ts";
import { checkReads } from "./reads.ts";
import { Findings } from "./violation.ts";

const LOG = logId("a1");
const K = keyFromLatin1("\x10k");

function id(number: number): ReturnType<typeof transactionId> {
  return transactionId(String(number).padStart(32, "0"));
}

/** A log and what clients saw; `T` is a commit timestamp, `S` a snapshot. */
class Case {
  readonly history = new History();
  readonly heartbeats: Heartbeat[] = [];
  readonly #entries: LogEntry[] = [];
  #time = 0;

  log(number: number, S: number, T: number, value = `v${number}`, epoch = 1): this {
    const payload = encodeLogRecord({
      kind: "transaction",
      leaseEnd: timestamp(1_000),
      transaction: id(number),
      snapshot: timestamp(S),
      participants: [LOG],
      mutations: [{ key: K, value: Buffer.from(value), intent: "X" }],
    });
    const index = this.#entries.length + 1;
    this.#entries.push({ index, epoch, timestamp: timestamp(T), payload });
    return this;
  }

  /** Attempts follow each other in true time. */
  saw(S: number, change: (attempt: Attempt) => void): this {
    const attempt = this.history.begin("client", (this.#time += 10));
    attempt.snapshot = timestamp(S);
    attempt.endedAt = this.#time + 5;
    change(attempt);
    return this;
  }

  acknowledged(number: number, S: number, T: number): this {
    return this.saw(S, (attempt) => {
      attempt.transaction = id(number);
      attempt.outcome = { kind: "committed", timestamp: timestamp(T) };
    });
  }

  read(S: number, value: string | undefined): this {
    return this.saw(S, (attempt) => {
      attempt.outcome = { kind: "readOnly" };
      attempt.reads.push({ at: attempt.begunAt + 1, key: K, value });
    });
  }

  promised(watermark: number, index: number): this {
    this.heartbeats.push({ log: LOG, epoch: 1, watermark: timestamp(watermark), index });
    return this;
  }

  /** What the logs alone show, as two replicas give them out. */
  recorded(): string[] {
    const findings = new Findings();
    const halves = [this.#entries, this.#entries.slice(1)];
    const replicaLogs = halves.map((entries, i) => ({
      replica: `journal-${i}`,
      log: LOG,
      entries,
    }));
    checkRecordedLogs(replicaLogs, { adjudicators: [], shards: [] }, findings);
    return findings.violations.map(({ invariant }) => invariant);
  }

  found(check: (evidence: Evidence, findings: Findings) => void): string[] {
    const findings = new Findings();
    const finalSnapshot: Timestamp = timestamp(1_000);
    const observations = {
      heartbeats: this.heartbeats,
      defects: [],
      listeners: [],
      learned: [],
      sharedLocks: [],
    };
    const logs = new LogHistory(new Map([[LOG, this.#entries]]));
    const { history } = this;
    const shape = { topology: { adjudicators: [], shards: [] }, firstMap: firstShardMap([], []) };
    check({ history, logs, replicaLogs: [], observations, finalSnapshot, ...shape }, findings);
    return findings.violations.map(({ invariant }) => invariant);
  }
}

describe("checkers", () => {
  it("find nothing in a good run", () => {
    const good = new Case()
      .log(1, 10, 20)
      .log(2, 20, 30)
      .acknowledged(1, 10, 20)
      .read(25, "v1")
      .acknowledged(2, 26, 30)
      .read(30, "v2")
      .promised(25, 1)
      .promised(40, 2);
    for (const check of [checkLogs, checkDurability, checkFirstCommitter, checkReads]) {
      expect(good.found(check)).toEqual([]);
    }
    expect(good.found(checkFreshness)).toEqual([]);
  });

  it("find in logs alone what is wrong with them", () => {
    expect(new Case().log(1, 10, 20).log(2, 20, 30).recorded()).toEqual([]);
    expect(new Case().log(1, 10, 30).log(2, 30, 25).recorded()).toContain("I1");
    expect(new Case().log(1, 10, 20, "v1", 2).log(2, 20, 30, "v2", 1).recorded()).toEqual(["I2"]);
    expect(new Case().log(1, 10, 20).log(2, 15, 30).recorded()).toEqual(["I3"]);
    expect(new Case().log(1, 10, 20).log(1, 20, 30).recorded()).toEqual(["I9"]);
  });

  it("I1: timestamps that do not increase", () => {
    expect(new Case().log(1, 10, 20).log(2, 15, 20).found(checkLogs)).toEqual(["I1"]);
  });

  it("I2: an entry of a sealed epoch", () => {
    const sealed = new Case().log(1, 10, 20, "a", 2).log(2, 25, 30, "b", 1);
    expect(sealed.found(checkLogs)).toEqual(["I2"]);
  });

  it("I3: two writers, or a lock and a writer, of which neither saw the other", () => {
    expect(new Case().log(1, 10, 20).log(2, 15, 30).found(checkFirstCommitter)).toEqual(["I3"]);
    const other = keyFromLatin1("\x10other");
    const locked = new Case()
      .log(1, 10, 20)
      .log(2, 15, 30)
      .saw(10, (attempt) => {
        attempt.transaction = id(1);
        attempt.locks.add(other);
      })
      .saw(15, (attempt) => {
        attempt.transaction = id(2);
        attempt.locks.add(other);
      });
    expect(locked.found(checkFirstCommitter)).toEqual(["I3", "I3"]);
  });

  it("I4, I5: a read that the logs do not explain", () => {
    expect(new Case().log(1, 10, 20).read(25, undefined).found(checkReads)).toEqual(["I4/I5"]);
    expect(new Case().log(1, 10, 20).read(15, "v1").found(checkReads)).toEqual(["I4/I5"]);
  });

  it("I6: a snapshot below what was acknowledged before", () => {
    const stale = new Case().acknowledged(1, 10, 20).read(15, undefined);
    expect(stale.found(checkFreshness)).toEqual(["I6"]);
  });

  it("I7: a commit at or below a watermark, or below a read that was answered before", () => {
    expect(new Case().log(1, 10, 20).promised(20, 0).found(checkLogs)).toEqual(["I7"]);
    const late = new Case().read(25, undefined).acknowledged(1, 25, 25);
    expect(late.found(checkFreshness)).toEqual(["I7"]);
  });

  it("I8: an acknowledged commit that is in no log", () => {
    expect(new Case().acknowledged(1, 10, 20).found(checkDurability)).toEqual(["I8"]);
  });

  it("I9: a transaction that committed twice, or though it was refused", () => {
    const twice = new Case().log(1, 10, 20).log(1, 20, 30);
    expect(twice.found(checkDurability)).toEqual(["I9"]);
    const refused = new Case().log(1, 10, 20).saw(10, (attempt) => {
      attempt.transaction = id(1);
      attempt.outcome = { kind: "refused", verdict: "conflict" };
    });
    expect(refused.found(checkDurability)).toEqual(["I9"]);
  });

  it("let an unknown outcome be either", () => {
    const unknown = (attempt: Attempt): void => {
      attempt.transaction = id(1);
      attempt.outcome = { kind: "unknown" };
    };
    expect(new Case().log(1, 10, 20).saw(10, unknown).found(checkDurability)).toEqual([]);
    expect(new Case().saw(10, unknown).found(checkDurability)).toEqual([]);
  });
});
