/** The services as a transaction sees them: one storage over all shards, adjudicators by log. */
import type {
  Adjudicator,
  KnownRanges,
  LogId,
  Registrar,
  Storage,
  Subscription,
  TailListener,
  Timestamp,
} from "@firstlight/common";
import type { ClusterLoad } from "../admission/loaded-part.ts";

export interface ClusterView {
  /** Routes by key over shards and replicas. */
  readonly storage: Storage;
  /** "values": storage runs in this process, so rows need no encoding. */
  readonly rowFormat: "values" | "encoded";
  /** Of all adjudicators. */
  readonly logs: readonly LogId[];
  /** Which of them judges which keys. */
  readonly ranges: KnownRanges;
  adjudicator(log: LogId): Adjudicator;
  /** A snapshot at or above every commit acknowledged before the call (I6). */
  takeSnapshot(): Timestamp;
  /** At or below the timestamp of every later commit; without it, what the clock surely has passed. */
  readonly sentAt?: () => Timestamp;
  /** Advisory locks, and the other query processors; without it there are none of either. */
  readonly registrar?: { readonly service: Registrar; readonly isAlone: boolean };
  /** How far storage and journal are behind; without it every transaction may write. */
  readonly load?: ClusterLoad;
  /** Follows a log of the journal; without it nobody can listen. */
  readonly tailLog?: (log: LogId, from: number, listener: TailListener) => Subscription;
}
