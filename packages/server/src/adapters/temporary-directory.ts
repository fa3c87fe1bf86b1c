/**
 * The TemporaryFiles port on a directory. Where the system can, a file has no name from the start, so
 * nothing remains of a process that is killed; elsewhere it loses it as soon as it is open, and what
 * a kill left between the two, or a system that keeps names, is removed at the next start.
 */
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  rmSync,
  unlinkSync,
  write,
} from "node:fs";
import { join } from "node:path";
import type { TemporaryFile, TemporaryFiles } from "@firstlight/common";
import { SqlError } from "@firstlight/common";

const PREFIX = "firstlight_tmp_";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "No space left on device",
  EDQUOT: "Disk quota exceeded",
  EFBIG: "File too large",
};

function failure(action: string, error: NodeJS.ErrnoException): SqlError {
  const { code = "" } = error;
  const full = code === "ENOSPC" || code === "EDQUOT";
  const sqlstate = full ? "53100" : "58030";
  return new SqlError(sqlstate, `could not ${action}: ${REASONS[code] ?? error.message}`);
}

class UnlinkedFile implements TemporaryFile {
  readonly #descriptor: number;
  readonly #remove: () => void;

  constructor(descriptor: number, remove: () => void) {
    this.#descriptor = descriptor;
    this.#remove = remove;
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (from: number): void => {
        const length = bytes.length - from;
        write(this.#descriptor, bytes, from, length, offset + from, (error, written) => {
          if (error !== null) reject(failure("write to temporary file", error));
          else if (from + written < bytes.length) go(from + written);
          else resolve();
        });
      };
      go(0);
    });
  }

  read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    return new Promise((resolve, reject) => {
      const go = (from: number): void => {
        read(this.#descriptor, bytes, from, length - from, offset + from, (error, count) => {
          if (error !== null) reject(failure("read from temporary file", error));
          else if (count === 0) reject(new SqlError("58030", "temporary file ended early"));
          else if (from + count < length) go(from + count);
          else resolve(bytes);
        });
      };
      go(0);
    });
  }

  close(): void {
    closeSync(this.#descriptor);
    this.#remove();
  }
}

export class TemporaryDirectory implements TemporaryFiles {
  readonly #directory: string;
  #count = 0;

  /** One process at a time may use the directory: the caller holds its lock. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#removeLeftovers();
  }

  #removeLeftovers(): void {
    let names: string[];
    try {
      names = readdirSync(this.#directory);
    } catch {
      return;
    }
    for (const name of names) {
      if (name.startsWith(PREFIX)) rmSync(join(this.#directory, name), { force: true });
    }
  }

  open(): Promise<TemporaryFile> {
    const path = join(this.#directory, `${PREFIX}${process.pid}.${this.#count++}`);
    return new Promise((resolve) => {
      resolve(this.#openNow(path));
    });
  }

  /** At once: a name that it may need is there for no longer than two system calls. */
  #openNow(path: string): TemporaryFile {
    try {
      mkdirSync(this.#directory, { recursive: true });
      const nameless = openNameless(this.#directory);
      if (nameless !== undefined) return new UnlinkedFile(nameless, () => {});
      return new UnlinkedFile(openSync(path, "wx+", 0o600), unlinkOrLater(path));
    } catch (error) {
      throw failure("create temporary file", error as NodeJS.ErrnoException);
    }
  }
}

/** Linux's O_TMPFILE, which Node.js does not name. */
const O_TMPFILE = 0o20200000;

/** A file in `directory` without a name; undefined where there is no such thing. */
function openNameless(directory: string): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return openSync(directory, constants.O_RDWR | O_TMPFILE, 0o600);
  } catch {
    return undefined;
  }
}

/** Unlinks; where an open file keeps its name, gives what is left to do when it is closed. */
function unlinkOrLater(path: string): () => void {
  try {
    unlinkSync(path);
    return () => {};
  } catch {
    return () => rmSync(path, { force: true });
  }
}
