/**
 * A span on its way into a replica that is at work. Page by page: while a page at τ is under way,
 * later writes to what is not copied yet are kept; when it has arrived they go on top of it, and from
 * then on its keys are written like those that are held. So memory holds the writes of one page's
 * time, and what was copied is as young as the replica itself.
 */
import type { Key, Mutation, Span, Timestamp } from "@firstlight/common";
import { TIMESTAMP_ZERO } from "@firstlight/common";

export interface PendingMutation {
  readonly mutation: Mutation;
  readonly timestamp: Timestamp;
}

const PENDING_BYTES_MAX = 8 << 20;
const PENDING_OVERHEAD = 160;

export class SpanCopy {
  readonly span: Span;
  /** Up to here the span is copied and written on. */
  #done: Key;
  /** Up to here it is durable and counted as held. */
  kept: Key;
  /** That of the last page: what is copied answers from here on. */
  #since: Timestamp = TIMESTAMP_ZERO;
  #snapshot: Timestamp | undefined;
  #pending: PendingMutation[] = [];
  #pendingBytes = 0;

  constructor(span: Span) {
    this.span = span;
    this.#done = span.start;
    this.kept = span.start;
  }

  get done(): Key {
    return this.#done;
  }

  get since(): Timestamp {
    return this.#since;
  }

  get isComplete(): boolean {
    return this.#done >= this.span.end;
  }

  get rest(): Span {
    return { start: this.#done, end: this.span.end };
  }

  contains(key: Key): boolean {
    return this.span.start <= key && key < this.span.end;
  }

  /** A page at `snapshot` is asked for: everything at or below it is applied, nothing after it. */
  open(snapshot: Timestamp): void {
    this.#snapshot = snapshot;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Whether to apply a write to one of its keys now. */
  offer(mutation: Mutation, timestamp: Timestamp): boolean {
    if (mutation.key < this.#done) return true;
    if (this.#snapshot === undefined) return false;
    this.#pendingBytes += mutation.key.length + (mutation.value?.length ?? 0) + PENDING_OVERHEAD;
    if (this.#pendingBytes > PENDING_BYTES_MAX) this.#giveUpPage();
    else this.#pending.push({ mutation, timestamp });
    return false;
  }

  /** The page has arrived up to `end`: what was written to it meanwhile. Undefined: ask for it again. */
  close(end: Key): readonly PendingMutation[] | undefined {
    if (this.#snapshot === undefined) return undefined;
    const pending = this.#pending.filter(({ mutation }) => mutation.key < end);
    this.#since = this.#snapshot;
    this.#giveUpPage();
    this.#done = end;
    return pending;
  }

  #giveUpPage(): void {
    this.#snapshot = undefined;
    this.#pending = [];
  }
}
