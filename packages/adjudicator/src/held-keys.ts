/**
 * Keys of prepared transactions: whoever wants one in a conflicting way is refused at once, so
 * nobody waits and there is no deadlock.
 */
import type { Check, Conflict, Intent, Key, Span, TransactionId } from "@firstlight/common";
import { SegmentedMap, spanContains, spansOverlap } from "@firstlight/common";
import { intentsConflict } from "./intents.ts";
import type { SortedWrites } from "./sorted-writes.ts";

export interface KeyClaim {
  readonly key: Key;
  readonly intent: Intent;
}

export interface SpanClaim {
  readonly span: Span;
}

export interface Claims {
  readonly keys: readonly KeyClaim[];
  readonly spans: readonly SpanClaim[];
  /** The writes of a large transaction instead of their keys. */
  readonly sorted?: SortedWrites;
}

/** What a transaction holds: its writes, and its checks because they must stay true until τc. */
export function claimsOf(writes: Iterable<KeyClaim>, checks: readonly Check[]): Claims {
  const keys: KeyClaim[] = Array.from(writes, ({ key, intent }) => ({ key, intent }));
  const spans: SpanClaim[] = [];
  for (const check of checks) {
    if ("span" in check) spans.push({ span: check.span });
    else keys.push({ key: check.key, intent: check.intent });
  }
  return { keys, spans };
}

interface Holder {
  readonly transaction: TransactionId;
  readonly intent: Intent;
}

export class HeldKeys {
  /** What each transaction holds, in the portions in which it was taken. */
  readonly #claims = new Map<TransactionId, Claims[]>();
  readonly #holders = new SegmentedMap<Key, Holder[]>();
  #spanHolders = 0;
  readonly #large = new Map<TransactionId, SortedWrites>();

  get size(): number {
    return this.#claims.size;
  }

  /** A transaction may hold more by and by. */
  hold(transaction: TransactionId, claims: Claims): void {
    const portions = this.#claims.get(transaction);
    if (portions === undefined) this.#claims.set(transaction, [claims]);
    else portions.push(claims);
    this.#spanHolders += claims.spans.length;
    if (claims.sorted !== undefined) this.#large.set(transaction, claims.sorted);
    for (const { key, intent } of claims.keys) {
      const holders = this.#holders.get(key);
      if (holders === undefined) this.#holders.set(key, [{ transaction, intent }]);
      else holders.push({ transaction, intent });
    }
  }

  release(transaction: TransactionId): void {
    while (this.releaseSome(transaction));
  }

  /** Gives back the oldest portion; false when nothing is held any more. */
  releaseSome(transaction: TransactionId): boolean {
    const portions = this.#claims.get(transaction);
    const claims = portions?.shift();
    if (portions === undefined || claims === undefined) return false;
    if (portions.length === 0) this.#claims.delete(transaction);
    this.#spanHolders -= claims.spans.length;
    if (claims.sorted !== undefined) this.#large.delete(transaction);
    for (const { key, intent } of claims.keys) {
      const holders = this.#holders.get(key) ?? [];
      const at = holders.findIndex((h) => h.transaction === transaction && h.intent === intent);
      if (at >= 0) holders.splice(at, 1);
      if (holders.length === 0) this.#holders.delete(key);
    }
    return this.#claims.has(transaction);
  }

  /** Whether anybody but `transaction` holds something in one of the spans. */
  holdsIn(spans: readonly Span[], transaction: TransactionId): boolean {
    if (spans.length === 0) return false;
    for (const [holder, portions] of this.#claims) {
      if (holder !== transaction && portions.some((claims) => isIn(claims, spans))) return true;
    }
    return false;
  }

  /** A large transaction holds its keys BEFORE it is judged: mostly nobody else holds any. */
  isHeldByOthers(transaction: TransactionId): boolean {
    return this.#claims.size > (this.#claims.has(transaction) ? 1 : 0);
  }

  /** The first of what `transaction` wants that conflicts with what another one holds. */
  find(transaction: TransactionId, { keys, spans }: Claims): Conflict | undefined {
    if (!this.isHeldByOthers(transaction)) return undefined;
    for (const claim of keys) {
      const conflict = this.#findKey(transaction, claim);
      if (conflict !== undefined) return conflict;
    }
    for (const { span } of spans) {
      const conflict = this.#findInSpan(transaction, span);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #findKey(transaction: TransactionId, { key, intent }: KeyClaim): Conflict | undefined {
    for (const holder of this.#holders.get(key) ?? []) {
      if (holder.transaction === transaction) continue;
      if (intentsConflict(intent, holder.intent)) return lost(key, intent, holder.intent);
    }
    for (const [holder, writes] of this.#large) {
      const held = holder === transaction ? undefined : writes.intentOf(key);
      if (held !== undefined && intentsConflict(intent, held)) return lost(key, intent, held);
    }
    if (this.#spanHolders === 0 || !intentsConflict(intent, "R")) return undefined;
    for (const [holder, portions] of this.#claims) {
      if (holder === transaction) continue;
      const inSpan = portions.some(({ spans }) =>
        spans.some(({ span }) => spanContains(span, key)),
      );
      if (inSpan) return lost(key, intent, "R");
    }
    return undefined;
  }

  #findInSpan(transaction: TransactionId, span: Span): Conflict | undefined {
    for (const [holder, writes] of this.#large) {
      const found = holder === transaction ? undefined : writes.firstIn(span);
      if (found !== undefined) return lost(found.key, "R", found.intent);
    }
    for (const [key, holders] of this.#holders) {
      if (!spanContains(span, key)) continue;
      const winner = holders.find(
        (holder) => holder.transaction !== transaction && intentsConflict("R", holder.intent),
      );
      if (winner !== undefined) return lost(key, "R", winner.intent);
    }
    return undefined;
  }
}

function isIn({ keys, spans: held, sorted }: Claims, spans: readonly Span[]): boolean {
  return spans.some(
    (span) =>
      keys.some(({ key }) => spanContains(span, key)) ||
      held.some((each) => spansOverlap(each.span, span)) ||
      sorted?.firstIn(span) !== undefined,
  );
}

function lost(key: Key, intent: Intent, winnerIntent: Intent): Conflict {
  return { key, intent, winnerIntent, winnerTimestamp: undefined };
}
