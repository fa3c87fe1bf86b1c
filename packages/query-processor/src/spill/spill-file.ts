/**
 * The temporary file of one query: chunks of encoded rows, written behind the query's back and read
 * again any number of times. Space of chunks that are freed is used again. It is opened at the first
 * write; the first failure shows at the next call, whatever it is.
 */
import type { MaybePromise, TemporaryFile } from "@firstlight/common";
import type { SpillSpace } from "./spill-space.ts";

const BLOCK_BYTES = 16 << 10;
const CHUNK_BYTES_MAX = 256 << 10;
/** A chunk is this part of the query's memory. */
const CHUNK_PART = 128;
/** Chunks that may be on their way to the disk. */
const CHUNKS_IN_FLIGHT = 8;

export interface Chunk {
  readonly offset: number;
  readonly length: number;
  readonly rows: number;
  /** Until it is written. */
  pending: Buffer | undefined;
  /** Freed before it was written: its place is free only afterwards. */
  isFreed: boolean;
}

function blocksOf(length: number): number {
  return Math.ceil(length / BLOCK_BYTES);
}

export class SpillFile {
  readonly #space: SpillSpace;
  readonly chunkBytes: number;
  #file: Promise<TemporaryFile> | undefined;
  /** Offsets of free stretches by their length in blocks. */
  readonly #free = new Map<number, number[]>();
  #sizeBytes = 0;
  #inFlightBytes = 0;
  #operations = 0;
  #failure: unknown;
  #closed = false;
  #waiting: (() => void) | undefined;
  /** Bytes written in all. */
  writtenBytes = 0;

  constructor(space: SpillSpace, memoryLimitBytes: number) {
    this.#space = space;
    const part = Math.floor(memoryLimitBytes / CHUNK_PART / BLOCK_BYTES) * BLOCK_BYTES;
    this.chunkBytes = Math.max(BLOCK_BYTES, Math.min(part, CHUNK_BYTES_MAX));
  }

  write(bytes: Buffer, rows: number): Chunk {
    this.#refuseFailed();
    const offset = this.#allocate(blocksOf(bytes.length));
    const chunk: Chunk = { offset, length: bytes.length, rows, pending: bytes, isFreed: false };
    this.writtenBytes += bytes.length;
    this.#inFlightBytes += bytes.length;
    void this.#writeOut(chunk, bytes);
    return chunk;
  }

  #refuseFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #allocate(blocks: number): number {
    const known = this.#free.get(blocks)?.pop();
    if (known !== undefined) return known;
    const offset = this.#sizeBytes;
    this.#space.grow(blocks * BLOCK_BYTES);
    this.#sizeBytes += blocks * BLOCK_BYTES;
    return offset;
  }

  async #writeOut(chunk: Chunk, bytes: Buffer): Promise<void> {
    this.#operations++;
    try {
      this.#file ??= this.#space.open();
      const file = await this.#file;
      if (!this.#closed) await file.write(chunk.offset, bytes);
    } catch (error) {
      this.#failure ??= error;
    }
    chunk.pending = undefined;
    if (chunk.isFreed) this.free(chunk);
    this.#inFlightBytes -= bytes.length;
    this.#finished();
    if (this.#inFlightBytes <= this.#inFlightMax / 2) {
      this.#waiting?.();
      this.#waiting = undefined;
    }
  }

  get #inFlightMax(): number {
    return this.chunkBytes * CHUNKS_IN_FLIGHT;
  }

  /** Waits when much is on its way: whoever writes asks once per batch. */
  relieved(): MaybePromise<void> {
    this.#refuseFailed();
    if (this.#inFlightBytes <= this.#inFlightMax) return undefined;
    return new Promise<void>((resolve) => {
      const before = this.#waiting;
      this.#waiting = () => {
        before?.();
        resolve();
      };
    }).then(() => this.#refuseFailed());
  }

  read(chunk: Chunk): MaybePromise<Buffer> {
    this.#refuseFailed();
    return chunk.pending ?? this.#readBack(chunk);
  }

  async #readBack({ offset, length }: Chunk): Promise<Buffer> {
    this.#operations++;
    try {
      const file = await (this.#file ?? this.#space.open());
      return await file.read(offset, length);
    } finally {
      this.#finished();
    }
  }

  free(chunk: Chunk): void {
    if (chunk.pending !== undefined) {
      chunk.isFreed = true;
      return;
    }
    const { offset, length } = chunk;
    const blocks = blocksOf(length);
    const known = this.#free.get(blocks);
    if (known === undefined) this.#free.set(blocks, [offset]);
    else known.push(offset);
  }

  #finished(): void {
    this.#operations--;
    if (this.#closed && this.#operations === 0) this.#giveBack();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#space.shrink(this.#sizeBytes);
    if (this.#operations === 0) this.#giveBack();
  }

  /** The file is closed when nothing is in flight any more. */
  #giveBack(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}
