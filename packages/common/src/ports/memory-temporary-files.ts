/** TemporaryFiles without a disk, with a bound that stands for the disk's size: for tests and simulation. */
import { InvariantError } from "../errors/service-error.ts";
import { SqlError } from "../errors/sql-error.ts";
import type { TemporaryFile, TemporaryFiles } from "./temporary-files.ts";

export class MemoryTemporaryFiles implements TemporaryFiles {
  readonly #capacityBytes: number;
  /** Files that are open. */
  openFiles = 0;
  /** Bytes that open files take. */
  usedBytes = 0;
  /** Bytes written in all. */
  writtenBytes = 0;

  constructor(capacityBytes: number = Infinity) {
    this.#capacityBytes = capacityBytes;
  }

  open(): Promise<TemporaryFile> {
    this.openFiles++;
    return Promise.resolve(new MemoryTemporaryFile(this));
  }

  /** Takes or gives back space. */
  resize(bytes: number): void {
    if (this.usedBytes + bytes > this.#capacityBytes) {
      throw new SqlError("53100", "could not write to temporary file: No space left on device");
    }
    this.usedBytes += bytes;
  }
}

class MemoryTemporaryFile implements TemporaryFile {
  readonly #files: MemoryTemporaryFiles;
  #content: Buffer = Buffer.alloc(0);

  constructor(files: MemoryTemporaryFiles) {
    this.#files = files;
  }

  // oxlint-disable-next-line typescript/require-await -- rejects instead of throwing
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const end = offset + bytes.length;
    if (end > this.#content.length) {
      this.#files.resize(end - this.#content.length);
      this.#content = Buffer.concat([this.#content], end);
    }
    this.#content.set(bytes, offset);
    this.#files.writtenBytes += bytes.length;
  }

  // oxlint-disable-next-line typescript/require-await -- rejects instead of throwing
  async read(offset: number, length: number): Promise<Buffer> {
    if (offset + length > this.#content.length) throw new InvariantError("read past the end");
    return Buffer.from(this.#content.subarray(offset, offset + length));
  }

  close(): void {
    this.#files.resize(-this.#content.length);
    this.#files.openFiles--;
  }
}
