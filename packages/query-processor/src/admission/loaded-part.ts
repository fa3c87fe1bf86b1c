/** What may fall behind: the storage of a shard, and the commits of a log. */
import type { Lag, Span } from "@firstlight/common";

export interface LoadedPart {
  /** storage: behind what is committed; journal: how long commits take. */
  readonly kind: "storage" | "journal";
  /** Of the shard or the log; undefined where there is but one. */
  readonly name: string | undefined;
  /** What is known here, without asking; undefined: nothing. */
  readonly load: Lag | undefined;
}

export interface ClusterLoad {
  /** Those that hold keys of the spans, or commit them. */
  partsOf(spans: readonly Span[]): Iterable<LoadedPart>;
}
