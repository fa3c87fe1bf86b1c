/**
 * A transaction of the production query processor at key and value level, with everything that its
 * client saw written down.
 */
import type { Adjudicator, Clock, Key, Random, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { addDeltas, encodeDeltas } from "@firstlight/sql";
import type { ClusterView } from "../transactions.ts";
import { KvTransaction, commitTransaction } from "../transactions.ts";
import { notificationOf } from "../clients/sim-listener.ts";
import type { Marks } from "../simulation/marks.ts";
import type { Attempt } from "./attempt.ts";

const INT8 = 20;
const LIMITS = { writeBytesMax: 1 << 20, pageBytes: 1 << 16 };
const OUTCOME_PATIENCE_MICROS = 4_000_000;

export interface TransactionParts {
  readonly view: ClusterView;
  readonly clock: Clock;
  readonly random: Random;
  readonly marks: Marks;
  /** True simulated time. */
  readonly now: () => number;
  readonly serializable?: boolean | undefined;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export class RecordedTransaction {
  readonly attempt: Attempt;
  readonly #parts: TransactionParts;
  readonly #inner: KvTransaction;

  constructor(parts: TransactionParts, attempt: Attempt) {
    this.attempt = attempt;
    this.#parts = parts;
    const { serializable = false } = parts;
    this.#inner = new KvTransaction(parts.view, LIMITS, { readOnly: false, serializable });
  }

  async read(keys: readonly Key[]): Promise<readonly (string | undefined)[]> {
    this.attempt.snapshot = this.#inner.snapshot;
    const own = keys.map((key) => this.attempt.writes.has(key));
    const found = await this.#inner.read(keys);
    const values = found.map((value) => (value === undefined ? undefined : text(value)));
    const at = this.#parts.now();
    keys.forEach((key, i) => {
      // Own writes are nobody else's business.
      if (own[i] === false) this.attempt.reads.push({ at, key, value: values[i] });
    });
    return values;
  }

  /** All pages; own writes must not lie in the span. */
  async scan(span: Span): Promise<readonly (readonly [Key, string])[]> {
    this.attempt.snapshot = this.#inner.snapshot;
    const entries: (readonly [Key, string])[] = [];
    let rest: Span | undefined = span;
    while (rest !== undefined) {
      const page = await this.#inner.scan({ span: rest, reverse: false, withKeys: true });
      if (page.batch.kind !== "raw" || page.keys === undefined) throw new TypeError("not raw rows");
      for (const [i, value] of page.batch.values.entries()) {
        const key = page.keys[i];
        if (key !== undefined) entries.push([key, text(value)]);
      }
      rest = page.rest;
    }
    this.attempt.scans.push({ at: this.#parts.now(), span, entries });
    return entries;
  }

  put(key: Key, value: string, kind: "update" | "replace" = "replace"): void {
    this.attempt.snapshot = this.#inner.snapshot;
    this.attempt.writes.set(key, value);
    this.#inner.put(key, Buffer.from(value, "latin1"), kind);
  }

  delete(key: Key): void {
    this.attempt.snapshot = this.#inner.snapshot;
    this.attempt.writes.set(key, undefined);
    this.#inner.delete(key);
  }

  /** Adds to the only column of a row, which a counter is; nothing if it is not there. */
  async add(key: Key, amount: bigint): Promise<void> {
    this.attempt.snapshot = this.#inner.snapshot;
    const [before] = await this.#inner.read([key]);
    if (before === undefined) return;
    const delta = encodeDeltas([{ column: 0, type: INT8, amount }]);
    const after = addDeltas(before, delta);
    this.attempt.writes.set(key, text(after));
    this.#inner.deltas?.put(key, after, delta);
  }

  notify(key: Key, value: string): void {
    const notification = notificationOf(key, value);
    this.attempt.notifications.push(notification.payload);
    this.#inner.notifications.notify(notification);
  }

  /** FOR UPDATE. */
  lock(key: Key): void {
    this.attempt.snapshot = this.#inner.snapshot;
    this.attempt.locks.add(key);
    this.#inner.check({ key, intent: "X" });
  }

  /** FOR KEY SHARE, and the parent of a foreign key. */
  keyShare(key: Key): void {
    this.attempt.snapshot = this.#inner.snapshot;
    this.#inner.check({ key, intent: "K" });
  }

  /** True if it committed. Throws what the production commit throws. */
  async commit(): Promise<boolean> {
    const { attempt } = this;
    const { clock, random, marks } = this.#parts;
    if (!this.#inner.dirty) {
      this.#end({ kind: "readOnly" });
      return true;
    }
    const ports = { clock, random, outcomePatienceMicros: OUTCOME_PATIENCE_MICROS };
    try {
      const result = await commitTransaction(this.#watchedView(), ports, this.#inner);
      if (result.verdict === "committed") {
        this.#end({ kind: "committed", timestamp: result.timestamp });
        marks.hit(
          attempt.participants > 1 ? "two adjudicators committed" : "one adjudicator committed",
        );
        return true;
      }
      marks.hit(`refused: ${result.verdict}`);
      this.#end({ kind: "refused", verdict: result.verdict });
      return false;
    } catch (error) {
      // 53000 says that nothing was done; everything else leaves the outcome open.
      if (error instanceof SqlError && error.sqlstate === "53000") {
        this.#end({ kind: "refused", verdict: "aborted" });
        return false;
      }
      attempt.endedAt = this.#parts.now();
      throw error;
    }
  }

  #end(outcome: Attempt["outcome"]): void {
    this.attempt.outcome = outcome;
    this.attempt.endedAt = this.#parts.now();
  }

  /** Learns the transaction's identity from the request that the query processor sends. */
  #watchedView(): ClusterView {
    const { view } = this.#parts;
    return { ...view, adjudicator: (log) => this.#watched(view.adjudicator(log)) };
  }

  #watched(adjudicator: Adjudicator): Adjudicator {
    const { attempt } = this;
    const { marks } = this.#parts;
    return {
      commit: async (request) => {
        attempt.transaction = request.transaction;
        attempt.participants = request.participants.length;
        attempt.outcome = { kind: "unknown" };
        const reply = await adjudicator.commit(request);
        if (reply.verdict === "moved") marks.hit("routed again");
        return reply;
      },
      outcome: async (transaction, after) => {
        const answer = await adjudicator.outcome(transaction, after);
        marks.hit(`lost answer: ${answer.outcome}`);
        return answer;
      },
      prepare: (request) => adjudicator.prepare(request),
      decide: (decision) => adjudicator.decide(decision),
      heartbeat: (atLeast) => adjudicator.heartbeat(atLeast),
      ranges: (atLeast) => adjudicator.ranges(atLeast),
      conflicts: () => adjudicator.conflicts(),
    };
  }
}
