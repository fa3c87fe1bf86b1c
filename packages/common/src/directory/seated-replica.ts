/**
 * The journal replica at one place of a cluster, whichever process has the place at present. When
 * another one gets it, tails of the old one end, and whatever is asked from then on goes to the new.
 *
 * Nothing rests on this being up to date: a process that was replaced counts for nothing with those
 * who know that, and says so to those who do not (docs/decisions/0039).
 */
import type { JournalSeat } from "../contracts/directory.ts";
import type { LogId } from "../contracts/ids.ts";
import type { ReadResult, Subscription, TailListener } from "../contracts/journal.ts";
import type {
  Incarnations,
  JournalReplica,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
} from "../contracts/journal-replica.ts";
import { ServiceError, isServiceError } from "../errors/service-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClusterDirectory } from "./cluster-directory.ts";

export interface SeatedReplicaParts {
  readonly place: number;
  readonly directory: ClusterDirectory;
  readonly clock: Clock;
  readonly reach: (address: string) => JournalReplica;
}

/** A replica that is down is asked for again and again: whether it has a successor, less often. */
const REFRESH_PAUSE_MICROS = 1_000_000;

interface Tailing {
  readonly listener: TailListener;
  readonly subscription: Subscription;
}

export class SeatedReplica implements JournalReplica {
  readonly #parts: SeatedReplicaParts;
  readonly #tails = new Set<Tailing>();
  #replica: JournalReplica;
  #refreshedAt = -Infinity;

  constructor(parts: SeatedReplicaParts) {
    this.#parts = parts;
    const { directory, place, reach } = parts;
    this.#replica = reach(directory.seatAt(place).address);
    directory.onSeat((seat) => this.#taken(seat));
  }

  append(request: ReplicaAppend): Promise<ReplicaAppendReply> {
    return this.#watched(this.#replica.append(request));
  }

  promise(log: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply> {
    return this.#watched(this.#replica.promise(log, epoch, members));
  }

  state(log: LogId): Promise<ReplicaState> {
    return this.#watched(this.#replica.state(log));
  }

  read(log: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult> {
    return this.#watched(this.#replica.read(log, from, maxBytes, uncommitted));
  }

  trim(log: LogId, upTo: number): Promise<void> {
    return this.#watched(this.#replica.trim(log, upTo));
  }

  join(request: ReplicaJoin): Promise<ReplicaJoinReply> {
    return this.#watched(this.#replica.join(request));
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    const subscription = this.#replica.tail(log, from, {
      onEntries: (entries) => listener.onEntries(entries),
      onProgress: () => listener.onProgress(),
      onEnd: (error) => {
        this.#tails.delete(tailing);
        this.#failed(error);
        listener.onEnd(error);
      },
    });
    const tailing: Tailing = { listener, subscription };
    this.#tails.add(tailing);
    return {
      close: () => {
        this.#tails.delete(tailing);
        subscription.close();
      },
    };
  }

  #taken(seat: JournalSeat): void {
    const { place, reach } = this.#parts;
    if (seat.place !== place) return;
    this.#replica = reach(seat.address);
    const error = new ServiceError(
      "unavailable",
      `journal replica ${place + 1} is another process`,
    );
    for (const { listener, subscription } of this.#tails) {
      subscription.close();
      listener.onEnd(error);
    }
    this.#tails.clear();
  }

  #watched<T>(answer: Promise<T>): Promise<T> {
    answer.catch((error: unknown) => this.#failed(error));
    return answer;
  }

  #failed(error: unknown): void {
    const { clock, directory } = this.#parts;
    const now = clock.monotonicMicros();
    const isDue = now - this.#refreshedAt >= REFRESH_PAUSE_MICROS;
    if (!isDue || !isServiceError(error, "unavailable")) return;
    this.#refreshedAt = now;
    directory.refresh();
  }
}
