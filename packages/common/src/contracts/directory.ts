/**
 * The directory: which process serves which log. There is no vote and no store of its own. The
 * journal grants each epoch of a log to one process, so of two statements about a log the one with
 * the higher epoch is true (I2), and what two processes know can be merged in any order.
 *
 * It is a hint: a request that reaches the wrong process is answered "moved", with what is known
 * there, and a process that believes to serve a log though it does not cannot append to it.
 */
import type { MaybePromise } from "../maybe-promise.ts";
import type { LogId } from "./ids.ts";
import type { RangeMap } from "./range-map.ts";

/** `member` serves `log` since `epoch`; epoch 0: it is meant to, nobody has said so. */
export interface Serving {
  readonly log: LogId;
  readonly epoch: number;
  readonly member: string;
}

/**
 * The process that is the journal replica at `place`; `generation` counts how often the place was
 * given to another one. Of two statements about a place that with the higher generation is true.
 */
export interface JournalSeat {
  readonly place: number;
  readonly generation: number;
  readonly address: string;
}

/** Commits per second. */
export interface LogLoad {
  readonly log: LogId;
  readonly commits: number;
}

export interface DirectoryNews {
  readonly known: readonly Serving[];
  readonly seats: readonly JournalSeat[];
  /** Who tells; empty for one that can serve no log. */
  readonly member: string;
  /** Logs that it serves now. */
  readonly serves: readonly LogId[];
  /** The newest range map that it knows. */
  readonly ranges: RangeMap;
  /** What it has to do for the logs that it serves. */
  readonly loads?: readonly LogLoad[];
}

export interface DirectorySource {
  /** Tells what one knows and learns what the other does. */
  exchange(news: DirectoryNews): MaybePromise<DirectoryNews>;
}
