/** The ServerFiles port on the machine's file system. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { ServerFileReader, ServerFileWriter, ServerFiles } from "@firstlight/common";
import { SqlError } from "@firstlight/common";

const PIECE_BYTES = 256 * 1024;

const REASONS: Readonly<Record<string, readonly [sqlstate: string, text: string]>> = {
  ENOENT: ["58P01", "No such file or directory"],
  ENOTDIR: ["58P01", "Not a directory"],
  EACCES: ["42501", "Permission denied"],
  EPERM: ["42501", "Operation not permitted"],
  EISDIR: ["42809", "Is a directory"],
  EROFS: ["58030", "Read-only file system"],
  ENOSPC: ["53100", "No space left on device"],
  EDQUOT: ["53100", "Disk quota exceeded"],
};

function failure(what: string, error: unknown, hint?: string): SqlError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const [sqlstate, reason] = REASONS[code] ?? ["58030", message];
  // A client that meant its own machine is told so.
  const mistaken = code === "ENOENT" || code === "EACCES";
  return new SqlError(sqlstate, `could not ${what}: ${reason}`, mistaken ? { hint } : {});
}

function hintFor(command: "COPY FROM" | "COPY TO", does: "read" | "write"): string {
  return `${command} instructs the PostgreSQL server process to ${does} a file. You may want a client-side facility such as psql's \\copy.`;
}

class OpenFile implements ServerFileReader, ServerFileWriter {
  readonly #handle: FileHandle;
  readonly #path: string;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  async read(): Promise<Buffer | undefined> {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    try {
      const { bytesRead } = await this.#handle.read(piece, 0, PIECE_BYTES, null);
      return bytesRead === 0 ? undefined : piece.subarray(0, bytesRead);
    } catch (error) {
      throw failure(`read from COPY file "${this.#path}"`, error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += (await this.#handle.write(bytes, at)).bytesWritten;
      }
    } catch (error) {
      throw failure("write to COPY file", error);
    }
  }

  close(): void {
    this.#handle.close().catch(() => {});
  }
}

export class LocalServerFiles implements ServerFiles {
  readonly #directory: string;

  /** Relative paths start in `directory`, as they do in PostgreSQL's data directory. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  #resolve(path: string): string {
    return isAbsolute(path) ? path : join(this.#directory, path);
  }

  async openToRead(path: string): Promise<ServerFileReader> {
    try {
      const handle = await open(this.#resolve(path), constants.O_RDONLY);
      const isDirectory = (await handle.stat()).isDirectory();
      if (!isDirectory) return new OpenFile(handle, path);
      await handle.close();
    } catch (error) {
      const hint = hintFor("COPY FROM", "read");
      throw failure(`open file "${path}" for reading`, error, hint);
    }
    throw new SqlError("42809", `"${path}" is a directory`);
  }

  async openToWrite(path: string): Promise<ServerFileWriter> {
    try {
      // As PostgreSQL's umask for COPY: others may read it.
      return new OpenFile(await open(this.#resolve(path), "w", 0o644), path);
    } catch (error) {
      const hint = hintFor("COPY TO", "write");
      throw failure(`open file "${path}" for writing`, error, hint);
    }
  }
}
