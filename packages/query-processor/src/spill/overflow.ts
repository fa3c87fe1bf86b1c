/**
 * Rows whose keys memory has no room for. They wait on tapes by the hash of their key, and are taken
 * up partition by partition when what is in memory is through; what has no room then waits again.
 */
import type { MaybePromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { MemoryAccount, SpillableShare } from "../execute/memory-account.ts";
import type { PartitionKey } from "./spill-partitions.ts";
import { SpillPartitions, partitionCount } from "./spill-partitions.ts";
import type { Tape } from "./tape.ts";

interface Waiting {
  readonly tape: Tape;
  readonly level: number;
}

export class Overflow {
  readonly #memory: MemoryAccount;
  readonly #waiting: Waiting[] = [];
  #partitions: SpillPartitions | undefined;
  /** How often the rows that are taken up now have waited. */
  #level = 0;
  #tapes = 0;
  #bytes = 0;

  constructor(memory: MemoryAccount) {
    this.#memory = memory;
  }

  /** Rows with keys that are not in memory have to wait from now on. */
  get isOpen(): boolean {
    return this.#partitions !== undefined;
  }

  /** Partitions that rows have waited in so far. */
  get tapes(): number {
    return this.#tapes;
  }

  /** Of their tapes. */
  get bytes(): number {
    return this.#bytes;
  }

  append(key: PartitionKey, row: Row): void {
    const partitions = this.#partitions;
    partitions?.append(partitions.partitionOf(key), row);
  }

  /** Whether rows wait in the key's partition. */
  mayHold(key: PartitionKey): boolean {
    const partitions = this.#partitions;
    return partitions?.tape(partitions.partitionOf(key)) !== undefined;
  }

  /** AFTER rows were taken in: opens when they take too much; while open, waits for the disk. */
  relieve(share: SpillableShare): MaybePromise<void> {
    const { file } = this.#memory;
    if (this.isOpen) return file.relieved();
    if (!share.isOver) return undefined;
    const count = partitionCount(file, share.allowedBytes);
    this.#partitions = new SpillPartitions(file, count, this.#level);
    return undefined;
  }

  /** All rows have come: those that wait can be taken up. */
  divide(): void {
    const partitions = this.#partitions;
    this.#partitions = undefined;
    partitions?.finish();
    for (let at = 0; at < (partitions?.count ?? 0); at++) {
      const tape = partitions?.tape(at);
      if (tape === undefined) continue;
      this.#waiting.push({ tape, level: this.#level + 1 });
      this.#tapes++;
      this.#bytes += tape.bytes;
    }
  }

  /** The next rows to take up, the caller's from then on; undefined when none wait. */
  next(): Tape | undefined {
    const next = this.#waiting.pop();
    if (next !== undefined) this.#level = next.level;
    return next?.tape;
  }

  free(): void {
    this.#partitions?.free();
    for (const { tape } of this.#waiting) tape.free();
    this.#waiting.length = 0;
  }
}
