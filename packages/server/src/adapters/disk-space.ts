/**
 * How much may still be written to the file system of a directory. A part of it is kept back: LMDB
 * does not survive a write that finds no room, and what was promised before must still be written,
 * so new work is refused while there is some left. Looked at twice a second, and not at all before.
 */
import { statfs } from "node:fs/promises";

const LOOK_MILLIS = 500;
const RESERVE_BYTES_MAX = 64 * 1024 * 1024;
/** Of small file systems, a share. */
const RESERVE_SHARE = 0.1;

export class DiskSpace {
  readonly #directory: string;
  readonly #timer: NodeJS.Timeout;
  #roomBytes = Infinity;

  constructor(directory: string) {
    this.#directory = directory;
    this.#timer = setInterval(() => this.#look(), LOOK_MILLIS).unref();
    this.#look();
  }

  /** Beyond the reserve; negative when that is being used up. */
  get roomBytes(): number {
    return this.#roomBytes;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    statfs(this.#directory).then(
      ({ bavail, blocks, bsize }) => {
        const reserve = Math.min(RESERVE_BYTES_MAX, blocks * bsize * RESERVE_SHARE);
        this.#roomBytes = bavail * bsize - reserve;
      },
      // Who cannot look does not refuse.
      () => {
        this.#roomBytes = Infinity;
      },
    );
  }
}
