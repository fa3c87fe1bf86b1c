/**
 * Keys of prepared transactions: whoever wants one in a conflicting way is refused at once, so
 * nobody waits and there is no deadlock.
 */
import type { Check, Conflict, Intent, Key, Span, TransactionId } from "@firstlight/common";
import { spanContains } from "@firstlight/common";
import { intentsConflict } from "./intents.ts";

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
}

/** What a transaction holds: its writes, and its checks because they must stay true until τc. */
export function claimsOf(writes: readonly KeyClaim[], checks: readonly Check[]): Claims {
  const keys: KeyClaim[] = writes.map(({ key, intent }) => ({ key, intent }));
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
  readonly #claims = new Map<TransactionId, Claims>();
  readonly #holders = new Map<Key, Holder[]>();
  #spanHolders = 0;

  get size(): number {
    return this.#claims.size;
  }

  hold(transaction: TransactionId, claims: Claims): void {
    this.#claims.set(transaction, claims);
    this.#spanHolders += claims.spans.length;
    for (const { key, intent } of claims.keys) {
      const holders = this.#holders.get(key);
      if (holders === undefined) this.#holders.set(key, [{ transaction, intent }]);
      else holders.push({ transaction, intent });
    }
  }

  release(transaction: TransactionId): Claims | undefined {
    const claims = this.#claims.get(transaction);
    if (claims === undefined) return undefined;
    this.#claims.delete(transaction);
    this.#spanHolders -= claims.spans.length;
    for (const { key } of claims.keys) {
      const left = (this.#holders.get(key) ?? []).filter((h) => h.transaction !== transaction);
      if (left.length === 0) this.#holders.delete(key);
      else this.#holders.set(key, left);
    }
    return claims;
  }

  /** The first of `wanted` that conflicts with what another transaction holds. */
  find({ keys, spans }: Claims): Conflict | undefined {
    if (this.#claims.size === 0) return undefined;
    for (const claim of keys) {
      const conflict = this.#findKey(claim);
      if (conflict !== undefined) return conflict;
    }
    for (const { span } of spans) {
      const conflict = this.#findInSpan(span);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #findKey({ key, intent }: KeyClaim): Conflict | undefined {
    for (const holder of this.#holders.get(key) ?? []) {
      if (intentsConflict(intent, holder.intent)) return lost(key, intent, holder.intent);
    }
    if (this.#spanHolders === 0 || !intentsConflict(intent, "R")) return undefined;
    for (const { spans } of this.#claims.values()) {
      if (spans.some(({ span }) => spanContains(span, key))) return lost(key, intent, "R");
    }
    return undefined;
  }

  #findInSpan(span: Span): Conflict | undefined {
    for (const [key, holders] of this.#holders) {
      if (!spanContains(span, key)) continue;
      const winner = holders.find((holder) => intentsConflict("R", holder.intent));
      if (winner !== undefined) return lost(key, "R", winner.intent);
    }
    return undefined;
  }
}

function lost(key: Key, intent: Intent, winnerIntent: Intent): Conflict {
  return { key, intent, winnerIntent, winnerTimestamp: undefined };
}
