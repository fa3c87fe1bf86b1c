/** A sequence of rows in a spill file: written once from the start, then read from any of its chunks. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { SpillReader, SpillWriter } from "@firstlight/sql";
import type { Chunk, SpillFile } from "./spill-file.ts";

/** Buffers of tapes that hold little stay little. */
const FIRST_BYTES = 512;

export class Tape {
  readonly #file: SpillFile;
  #writer: SpillWriter | undefined;
  #openRows = 0;
  readonly chunks: Chunk[] = [];
  rows = 0;
  bytes = 0;

  constructor(file: SpillFile) {
    this.#file = file;
  }

  append(row: Row): void {
    this.#writer ??= new SpillWriter(FIRST_BYTES);
    const writer = this.#writer;
    writer.row(row);
    this.rows++;
    this.#openRows++;
    // A row more may pass the buffer's end, which makes it grow: that should be rare.
    if (writer.length >= this.#file.chunkBytes - (this.#file.chunkBytes >> 3)) this.flush();
  }

  /** What was appended can be read from now on. */
  flush(): void {
    if (this.#writer === undefined || this.#openRows === 0) return;
    const bytes = this.#writer.take(this.#file.chunkBytes);
    this.chunks.push(this.#file.write(bytes, this.#openRows));
    this.bytes += bytes.length;
    this.#openRows = 0;
  }

  /** Nothing will be appended any more. */
  finish(): void {
    this.flush();
    this.#writer = undefined;
  }

  /** Reads all of it; with `consume` each chunk is given up once it was read. */
  reader(consume: boolean): TapeReader {
    this.finish();
    return new TapeReader(this.#file, this.chunks, consume);
  }

  free(): void {
    this.#writer = undefined;
    for (const chunk of this.chunks) this.#file.free(chunk);
    this.chunks.length = 0;
  }
}

/** Reads one chunk ahead. */
export class TapeReader {
  readonly #file: SpillFile;
  readonly #chunks: Chunk[];
  readonly #consume: boolean;
  #at = 0;
  #ahead: MaybePromise<Buffer> | undefined;
  #rows: SpillReader | undefined;

  constructor(file: SpillFile, chunks: Chunk[], consume: boolean) {
    this.#file = file;
    this.#chunks = chunks;
    this.#consume = consume;
  }

  /** The next row of the chunk that is there; undefined: `load` first. */
  next(): Row | undefined {
    const rows = this.#rows;
    if (rows === undefined || rows.atEnd) return undefined;
    return rows.row();
  }

  /** Brings the next chunk; false at the end. */
  load(): MaybePromise<boolean> {
    const ahead = this.#ahead ?? this.#start();
    this.#ahead = undefined;
    if (ahead === undefined) {
      this.#rows = undefined;
      return false;
    }
    return isPromise(ahead) ? ahead.then((bytes) => this.#loaded(bytes)) : this.#loaded(ahead);
  }

  #loaded(bytes: Buffer): true {
    this.#rows = new SpillReader(bytes);
    this.#ahead = this.#start();
    return true;
  }

  #start(): MaybePromise<Buffer> | undefined {
    const chunk = this.#consume ? this.#chunks.shift() : this.#chunks[this.#at++];
    if (chunk === undefined) return undefined;
    const bytes = this.#file.read(chunk);
    if (!isPromise(bytes)) {
      if (this.#consume) this.#file.free(chunk);
      return bytes;
    }
    // Whoever does not come to read it hears of a failure at the next call.
    bytes.catch(() => {});
    return this.#consume ? bytes.then((each) => this.#freed(chunk, each)) : bytes;
  }

  #freed(chunk: Chunk, bytes: Buffer): Buffer {
    this.#file.free(chunk);
    return bytes;
  }

  /** The rows of the next chunk; undefined at the end. */
  nextRows(): MaybePromise<readonly Row[] | undefined> {
    const loaded = this.load();
    return isPromise(loaded) ? loaded.then((some) => this.#all(some)) : this.#all(loaded);
  }

  #all(some: boolean): readonly Row[] | undefined {
    if (!some) return undefined;
    const rows: Row[] = [];
    for (let row = this.next(); row !== undefined; row = this.next()) rows.push(row);
    return rows;
  }
}
