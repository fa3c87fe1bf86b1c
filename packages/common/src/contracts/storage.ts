/**
 * Storage: point-in-time reads. Any replica gives the same answer for the same snapshot (I5), so
 * every request stands for itself and a scan goes on at another replica where it stopped.
 *
 * All requests wait until the watermark reaches their snapshot (I4, I6); they reject with
 * ServiceError "horizon" when the snapshot is no longer readable, "staleCatalog" when
 * `catalogVersion` is given and is not the version at the snapshot, "unavailable" when the
 * replica gets no further for as long as its patience.
 */
import type { Key, Span } from "../keys/key.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { Timestamp } from "../time/timestamp.ts";

export interface PointRead {
  readonly snapshot: Timestamp;
  /** The catalog version that the plan was made on; undefined when reading the catalog itself. */
  readonly catalogVersion: number | undefined;
  readonly keys: readonly Key[];
}

/** A set of integers: a bit for each value from `lowest` on, 32 to an element. */
export interface KeyBits {
  readonly lowest: number;
  readonly bits: Int32Array;
}

/** Rows whose column (a position in the stored row) is not in the set are not needed. */
export interface KeyRestriction {
  readonly column: number;
  readonly keys: KeyBits;
}

export interface ScanRequest {
  readonly snapshot: Timestamp;
  readonly catalogVersion: number | undefined;
  readonly span: Span;
  readonly reverse: boolean;
  /**
   * Pushdown: the JSON text of a ScanProgram (package sql), which filters, projects, limits and
   * aggregates. Absent: stored values as they are.
   */
  readonly program?: string;
  /** Advice, with a program: the rows may be left out or not. No transport carries it. */
  readonly restrictions?: readonly KeyRestriction[];
  /**
   * At most this many result rows in this page; `rest` says where to go on. A program's own limit
   * holds as well and makes the scan complete.
   */
  readonly rowLimit?: number;
  /** About this many bytes per page. */
  readonly pageBytes: number;
  /** Keys are wanted beside rows (never with aggregates). */
  readonly withKeys: boolean;
  /** "values" only within a process; a transport always asks for "encoded". */
  readonly format: "values" | "encoded";
  /** The snapshot stays readable for a while after this page: for whoever copies a whole shard. */
  readonly holdsHorizon?: boolean;
}

/**
 * `raw` without a program; `values` are rows of Datum (package sql), `encoded` is the same in row
 * codec as the program's result types say.
 */
export type RowBatch =
  | { readonly kind: "raw"; readonly values: readonly Uint8Array[] }
  | { readonly kind: "values"; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: "encoded"; readonly rows: readonly Uint8Array[] };

export interface ScanPage {
  readonly keys: readonly Key[] | undefined;
  readonly batch: RowBatch;
  /** The rest of the span, or undefined when the scan is complete. */
  readonly rest: Span | undefined;
  /** With a program: rows that were there before its filter. Those that advice leaves out count. */
  readonly scanned?: number;
}

export interface StorageStatus {
  readonly watermark: Timestamp;
  readonly horizon: Timestamp;
  /** Log positions that survive a crash, by log. */
  readonly positions: Readonly<Record<string, number>>;
  /**
   * The last entry of each log at or below the watermark, all of them applied; no logs while a
   * replica that was restarted does not know.
   */
  readonly applied: Readonly<Record<string, number>>;
}

/**
 * How far a replica is behind what is committed: for how long there have been commits that it knows of
 * and cannot answer for. What one large transaction takes to be applied is not counted.
 */
export interface Lag {
  readonly micros: number;
  /** When that was learned; monotonic, of whoever looks. */
  readonly at: number;
}

export interface Storage {
  /** One value per key, undefined where there is none. Synchronous when nothing has to be waited for. */
  read(request: PointRead): MaybePromise<readonly (Uint8Array | undefined)[]>;
  scan(request: ScanRequest): MaybePromise<ScanPage>;
  status(): MaybePromise<StorageStatus>;
  /** What is known here of it, without asking; undefined: nothing. */
  readonly lag?: Lag | undefined;
}
