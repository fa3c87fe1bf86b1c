/**
 * Where a session's queries go when their memory is not enough: temporary files, how much they hold
 * together, and temp_file_limit over it; for values that cannot be spilled, what the server lends.
 */
import type { Log, TemporaryFile, TemporaryFiles } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { GATHERING_BYTES, GatheringBudget } from "../execute/gathering-budget.ts";

export interface SpillSettings {
  /** temp_file_limit in kB; -1 for none. */
  readonly limitKilobytes: number;
  /** log_temp_files in kB: files from this size on are logged; -1 for none. */
  readonly logFromKilobytes: number;
}

export interface SpillOptions {
  /** Where nothing may be spilled: what a query that needs more memory is answered with. */
  readonly refusal?: (() => SqlError) | undefined;
  /** Of the server; absent: one of its own. */
  readonly gathering?: GatheringBudget | undefined;
}

export class SpillSpace {
  /** Lends memory for values past a query's own. */
  readonly gathering: GatheringBudget;
  readonly #files: TemporaryFiles;
  readonly #log: Log;
  readonly #settings: () => SpillSettings;
  /** Where nothing may be spilled. */
  readonly #refusal: (() => SqlError) | undefined;
  #usedBytes = 0;

  constructor(
    files: TemporaryFiles,
    log: Log,
    settings: () => SpillSettings,
    { refusal, gathering }: SpillOptions = {},
  ) {
    this.#files = files;
    this.#log = log;
    this.#settings = settings;
    this.#refusal = refusal;
    this.gathering = gathering ?? new GatheringBudget(GATHERING_BYTES);
  }

  /** What the files of this session take now. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether nothing may be spilled or lent. */
  get isRefused(): boolean {
    return this.#refusal !== undefined;
  }

  /** What a query that needs more memory than it may have is answered with. */
  refusal(): SqlError | undefined {
    return this.#refusal?.();
  }

  open(): Promise<TemporaryFile> {
    return this.#files.open();
  }

  /** A file grows. */
  grow(bytes: number): void {
    if (this.#refusal !== undefined) throw this.#refusal();
    const { limitKilobytes } = this.#settings();
    if (limitKilobytes >= 0 && this.#usedBytes + bytes > limitKilobytes * 1024) {
      throw new SqlError(
        "53400",
        `temporary file size exceeds temp_file_limit (${limitKilobytes}kB)`,
      );
    }
    this.#usedBytes += bytes;
  }

  /** A file of this size is gone. */
  shrink(bytes: number): void {
    this.#usedBytes -= bytes;
    const { logFromKilobytes } = this.#settings();
    if (bytes === 0 || logFromKilobytes < 0 || bytes < logFromKilobytes * 1024) return;
    this.#log.info("temporary file", { sizeBytes: bytes });
  }
}
