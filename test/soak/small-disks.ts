/**
 * A small file system of its own for each member that stores something, so that its disk can be
 * filled. Mounting needs root: without it members keep what they have, and no disk is filled.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SIZE_MEGABYTES = 256;
/** Less than any member keeps back for what it has promised. */
const LEFT_BYTES = 16 * 1024 * 1024;
const FILLER = "filler";

export class SmallDisks {
  readonly #mounted = new Map<string, string>();

  /** Of a member that does not run; what it has stored is moved there. */
  mount(name: string, directory: string): void {
    const aside = `${directory}.aside`;
    mkdirSync(directory, { recursive: true });
    renameSync(directory, aside);
    mkdirSync(directory);
    try {
      const options = ["-t", "tmpfs", "-o", `size=${SIZE_MEGABYTES}m`, "tmpfs", directory];
      execFileSync("mount", options, { stdio: "ignore" });
      this.#mounted.set(name, directory);
    } catch {
      // Not permitted here.
    }
    cpSync(aside, directory, { recursive: true });
    rmSync(aside, { recursive: true });
  }

  canBeFilled(name: string): boolean {
    return this.#mounted.has(name);
  }

  fill(name: string): void {
    const directory = this.#directoryOf(name);
    const { bavail, bsize } = statfsSync(directory);
    const bytes = Math.max(0, bavail * bsize - LEFT_BYTES);
    writeFileSync(join(directory, FILLER), Buffer.alloc(bytes));
  }

  empty(name: string): void {
    rmSync(join(this.#directoryOf(name), FILLER), { force: true });
  }

  /** After the members have ended. */
  unmount(): void {
    for (const directory of this.#mounted.values()) {
      execFileSync("umount", ["--lazy", directory], { stdio: "ignore" });
    }
    this.#mounted.clear();
  }

  #directoryOf(name: string): string {
    const directory = this.#mounted.get(name);
    if (directory === undefined) throw new Error(`${name} has no disk of its own`);
    return directory;
  }
}
