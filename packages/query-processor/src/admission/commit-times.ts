/**
 * How long commits take, log by log: the time of the last answer, or that of the commit that has been
 * waited for longest. What its own size takes is not counted, nor that of large ones that were
 * answered while it waited: a log answers in order. No message is sent for it.
 */
import type {
  Adjudicator,
  Clock,
  CommitReply,
  CommitRequest,
  Lag,
  LogId,
} from "@firstlight/common";
import { isServiceError } from "@firstlight/common";
import type { LoadedPart } from "./loaded-part.ts";

/** As an adjudicator counts it: 100 s for 100 MB. */
const MICROS_PER_BYTE = 1;
/** What takes less is not worth the measuring of its size. */
const SHORT_MICROS = 500_000;

interface Sent {
  readonly request: CommitRequest;
  readonly since: number;
  /** What #largeBytes was then. */
  readonly largeBytes: number;
}

/** The commits of one log that this query processor waits for: as many as its sessions at most. */
export class CommitTimes implements LoadedPart {
  readonly kind = "journal";
  readonly name: LogId;
  readonly #clock: Clock;
  /** In the order in which they were sent. */
  readonly #waiting = new Set<Sent>();
  #last: Lag | undefined;
  /** Of all commits that were answered and did not take a short time. */
  #largeBytes = 0;

  constructor(log: LogId, clock: Clock) {
    this.name = log;
    this.#clock = clock;
  }

  get load(): Lag | undefined {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return this.#last;
    const at = this.#clock.monotonicMicros();
    const micros = this.#taken(oldest, at);
    return micros > (this.#last?.micros ?? 0) ? { micros, at } : this.#last;
  }

  async commit(
    adjudicator: Pick<Adjudicator, "commit">,
    request: CommitRequest,
  ): Promise<CommitReply> {
    const since = this.#clock.monotonicMicros();
    const sent = { request, since, largeBytes: this.#largeBytes };
    this.#waiting.add(sent);
    try {
      const reply = await adjudicator.commit(request);
      this.#note(sent);
      return reply;
    } catch (error) {
      if (!saysNothing(error)) this.#note(sent);
      throw error;
    } finally {
      this.#waiting.delete(sent);
    }
  }

  #note(sent: Sent): void {
    const at = this.#clock.monotonicMicros();
    this.#last = { micros: this.#taken(sent, at), at };
    if (at - sent.since >= SHORT_MICROS) this.#largeBytes += bytesOf(sent.request);
  }

  #taken({ request, since, largeBytes }: Sent, now: number): number {
    const micros = now - since;
    if (micros < SHORT_MICROS) return micros;
    const bytes = bytesOf(request) + this.#largeBytes - largeBytes;
    return Math.max(0, micros - bytes * MICROS_PER_BYTE);
  }
}

/** Refused before the log was tried. */
function saysNothing(error: unknown): boolean {
  return (
    isServiceError(error, "overloaded") ||
    isServiceError(error, "full") ||
    isServiceError(error, "moved")
  );
}

/** Of requests that take long, which are asked about again and again. */
const sizes = new WeakMap<CommitRequest, number>();

function bytesOf(request: CommitRequest): number {
  let bytes = sizes.get(request);
  if (bytes === undefined) sizes.set(request, (bytes = countBytes(request)));
  return bytes;
}

function countBytes({ mutations, packed }: CommitRequest): number {
  if (packed !== undefined) return packed.length;
  let bytes = 0;
  for (const { key, value } of mutations) bytes += key.length + (value?.length ?? 0);
  return bytes;
}
