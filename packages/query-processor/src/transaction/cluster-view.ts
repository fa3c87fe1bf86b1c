/** The services as a transaction sees them: one storage over all shards, adjudicators by log. */
import type {
  Adjudicator,
  AdjudicatorRange,
  LogId,
  Storage,
  Subscription,
  TailListener,
  Timestamp,
} from "@firstlight/common";

export interface ClusterView {
  /** Routes by key over shards and replicas. */
  readonly storage: Storage;
  /** "values": storage runs in this process, so rows need no encoding. */
  readonly rowFormat: "values" | "encoded";
  readonly adjudicators: readonly AdjudicatorRange[];
  adjudicator(log: LogId): Adjudicator;
  /** A snapshot at or above every commit acknowledged before the call (I6). */
  takeSnapshot(): Timestamp;
  /** Follows a log of the journal; without it nobody can listen. */
  readonly tailLog?: (log: LogId, from: number, listener: TailListener) => Subscription;
}
