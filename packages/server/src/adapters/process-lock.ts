/**
 * At most one process holds a directory. The lock is a file that names its holder; the lock of a
 * process that no longer lives is taken over, so a crash never has to be cleaned up by hand.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LOCK_FILE = "owner.pid";
const DYING_MILLIS_MAX = 2_000;
const DYING_PAUSE_MILLIS = 50;
const held = new Set<string>();

export interface ProcessLock {
  release(): void;
}

/** Start time in clock ticks since boot: tells a process from a later one with the same pid. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function holderLives(holder: string): boolean {
  const [pidText = "", started = ""] = holder.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return started === "" || startTime(pid) === started;
}

/** A process that was killed a moment ago needs some time to be gone. */
function livesOn(holder: string): boolean {
  for (let waited = 0; holderLives(holder); waited += DYING_PAUSE_MILLIS) {
    if (waited >= DYING_MILLIS_MAX) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DYING_PAUSE_MILLIS);
  }
  return false;
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}

/** Moves a dead holder's file away; puts it back if a living one had replaced it meanwhile. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readHolder(aside) !== stale) linkSync(aside, file);
  rmSync(aside, { force: true });
}

/** The living process that holds the directory. */
export function lockHolder(directory: string): number | undefined {
  const holder = readHolder(join(directory, LOCK_FILE));
  return holder !== undefined && livesOn(holder) ? Number(holder.split(" ")[0]) : undefined;
}

/** Throws with the holder's pid if another process, or this one, holds the directory. */
export function lockDirectory(directory: string): ProcessLock {
  const file = join(directory, LOCK_FILE);
  if (held.has(file)) throw new Error(`${directory} is already open in this process`);
  const mine = `${process.pid} ${startTime(process.pid)}`;
  const candidate = `${file}.${process.pid}`;
  writeFileSync(candidate, mine);
  try {
    acquire(file, candidate, directory);
  } finally {
    rmSync(candidate, { force: true });
  }
  held.add(file);
  return {
    release(): void {
      if (!held.delete(file)) return;
      if (readHolder(file) === mine) rmSync(file, { force: true });
    },
  };
}

/** `link` fails if the name exists: of two processes exactly one succeeds. */
function acquire(file: string, candidate: string, directory: string): void {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      linkSync(candidate, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (livesOn(holder)) {
      throw new Error(`${directory} is in use by process ${holder.split(" ")[0] ?? "?"}`);
    }
    removeStale(file, holder);
  }
  throw new Error(`${directory} could not be locked`);
}
