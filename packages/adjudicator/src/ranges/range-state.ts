/**
 * Which keys this epoch judges, and what it does while that changes (decisions/0037).
 *
 * A change of ranges is one transaction in which every adjudicator takes part. From the moment that
 * an adjudicator prepares it until it has learned the outcome it judges no transaction that touches
 * a key which moves; before it promises anything, all such transactions that it holds keys of have
 * ended. So no transaction is judged partly before and partly after a change, and all that touch
 * such a key and commit earlier are judged by the old owner, all later ones by the new owner. What
 * the old owner knew is not passed on: the new one refuses who has an older snapshot than the change.
 */
import type {
  Check,
  CommitRequest,
  Key,
  LogId,
  MovedSpan,
  RangeMap,
  Span,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  CATALOG_SPAN,
  TIMESTAMP_ZERO,
  earlierOf,
  isGlobalKey,
  laterOf,
  movedSpans,
  ownerOf,
  ownersOf,
  spanContains,
  spansOverlap,
} from "@firstlight/common";
import type { AdjudicatorBug } from "../adjudicator-bug.ts";
import type { Part } from "../core.ts";

interface Change {
  readonly transaction: TransactionId;
  readonly next: RangeMap;
  readonly moved: readonly MovedSpan[];
  /** Of those who wait for its end. */
  readonly waiting: (() => void)[];
}

/** Keys that came from another log: its history of them ends at `floor`. */
interface Arrival {
  readonly span: Span;
  readonly floor: Timestamp;
}

/** Who comes later waits no longer. */
const WAITING_MAX = 10_000;
/** With more of them the oldest ones are replaced by a floor for all keys. */
const ARRIVALS_MAX = 64;

export interface RangeStateParts {
  readonly log: LogId;
  readonly logs: readonly LogId[];
  readonly map: RangeMap;
  readonly bugs: ReadonlySet<AdjudicatorBug>;
  readonly raiseFloor: (to: Timestamp) => void;
  readonly onMap: (map: RangeMap) => void;
}

/** A check that any adjudicator can make, because all of them judge its keys. */
function isGlobalCheck(check: Check): boolean {
  return "span" in check ? check.span.end <= CATALOG_SPAN.end : isGlobalKey(check.key);
}

export class RangeState {
  readonly #parts: RangeStateParts;
  #map: RangeMap;
  #change: Change | undefined;
  #arrivals: Arrival[] = [];
  /** Of all arrivals: whoever has this snapshot or a later one need not be compared with each. */
  #newestArrival: Timestamp = TIMESTAMP_ZERO;
  /** The next change is later: others have been told that there is none up to here. */
  notBefore: Timestamp = TIMESTAMP_ZERO;
  /** Grows whenever a change begins or ends. */
  turns = 0;

  constructor(parts: RangeStateParts) {
    this.#parts = parts;
    this.#map = parts.map;
  }

  get map(): RangeMap {
    return this.#map;
  }

  /** Resolves when the change that is under way has ended; undefined if there is none. */
  get settled(): Promise<void> | undefined {
    const change = this.#change;
    if (change === undefined || change.waiting.length >= WAITING_MAX) return undefined;
    return new Promise((resolve) => change.waiting.push(resolve));
  }

  /** Whether an adjudicator that takes no part would have to judge some of the transaction. */
  isMisrouted({ participants, mutations, checks }: CommitRequest): boolean {
    const { logs } = this.#parts;
    if (logs.every((log) => participants.includes(log))) return false;
    const isAbsent = (log: LogId): boolean => !participants.includes(log);
    return (
      some(mutations, ({ key }) => isGlobalKey(key) || isAbsent(ownerOf(this.#map, key))) ||
      checks.some((check) => !isGlobalCheck(check) && this.#ownersOfCheck(check).some(isAbsent))
    );
  }

  #ownersOfCheck(check: Check): readonly LogId[] {
    return "span" in check ? ownersOf(this.#map, check.span) : [ownerOf(this.#map, check.key)];
  }

  #judges(log: LogId, key: Key): boolean {
    return isGlobalKey(key) || ownerOf(this.#map, key) === log;
  }

  /** What the adjudicator of `log` judges. */
  partOf(log: LogId, { writes, checks }: Part): Part {
    return {
      writes: Array.from(only(writes, ({ key }) => this.#judges(log, key))),
      checks: checks.filter(
        (check) => isGlobalCheck(check) || this.#ownersOfCheck(check).includes(log),
      ),
    };
  }

  /** Whether this adjudicator judges all of it. */
  ownsAll({ writes, checks }: Part): boolean {
    const { log } = this.#parts;
    return (
      !some(writes, ({ key }) => !this.#judges(log, key)) &&
      checks.every((check) => isGlobalCheck(check) || this.#ownersOfCheck(check).includes(log))
    );
  }

  /** Whether some of it is just being moved: it can be judged nowhere before that has ended. */
  isMoving(part: Part): boolean {
    const change = this.#change;
    if (change === undefined) return false;
    return change.moved.some(({ span }) => touches(part, span));
  }

  /** Below it no snapshot can be judged that touches what the part touches; undefined: as ever. */
  floorOf(part: Part, snapshot: Timestamp): Timestamp | undefined {
    if (snapshot >= this.#newestArrival) return undefined;
    const missed = this.#arrivals.find(
      ({ span, floor }) => snapshot < floor && touches(part, span),
    );
    return missed?.floor;
  }

  /** What leaves this log. */
  leaving(next: RangeMap): readonly Span[] {
    const moved = movedSpans(this.#map, next);
    return moved.flatMap(({ span, from }) => (from === this.#parts.log ? [span] : []));
  }

  /** False if another change is under way. */
  begin(transaction: TransactionId, next: RangeMap): boolean {
    if (this.#change !== undefined) return this.#change.transaction === transaction;
    const moved = movedSpans(this.#map, next);
    this.#change = { transaction, next, moved, waiting: [] };
    this.turns++;
    return true;
  }

  /** The outcome of a change; `at` if it was committed. */
  end(transaction: TransactionId, at: Timestamp | undefined): void {
    const change = this.#change;
    if (change?.transaction !== transaction) return;
    this.#change = undefined;
    this.turns++;
    if (at !== undefined) this.#install(change, at);
    for (const resolve of change.waiting) resolve();
  }

  #install({ next, moved }: Change, at: Timestamp): void {
    const { log, bugs, onMap } = this.#parts;
    const isLeaving = moved.some(({ from }) => from === log);
    if (isLeaving && bugs.has("bothOwnRange")) return;
    this.#map = next;
    if (!bugs.has("moveKeepsOldFloor")) {
      for (const { span, to } of moved) if (to === log) this.#arrived({ span, floor: at });
    }
    onMap(next);
  }

  #arrived(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#newestArrival = laterOf(this.#newestArrival, arrival.floor);
    while (this.#arrivals.length > ARRIVALS_MAX) {
      const oldest = this.#arrivals.map(({ floor }) => floor).reduce(earlierOf);
      this.#parts.raiseFloor(oldest);
      this.#arrivals = this.#arrivals.filter(({ floor }) => floor > oldest);
    }
  }
}

function some<T>(list: Iterable<T>, isWanted: (item: T) => boolean): boolean {
  for (const item of list) if (isWanted(item)) return true;
  return false;
}

function* only<T>(list: Iterable<T>, isWanted: (item: T) => boolean): Generator<T> {
  for (const item of list) if (isWanted(item)) yield item;
}

function touches({ writes, checks }: Part, span: Span): boolean {
  return (
    some(writes, ({ key }) => spanContains(span, key)) ||
    checks.some((check) =>
      "span" in check ? spansOverlap(check.span, span) : spanContains(span, check.key),
    )
  );
}
