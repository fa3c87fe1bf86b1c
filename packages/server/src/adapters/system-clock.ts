/**
 * The Clock port on the host's monotonic clock, anchored to wall time once. All processes of a host
 * that share an anchor read the same clock, so earliest and latest are the same reading (design.md,
 * Time).
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, ClockBound, Timer, Timestamp } from "@firstlight/common";

/** Microseconds of CLOCK_MONOTONIC: the same in every process until the host restarts. */
function hostMicros(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
}

function freshAnchor(): number {
  return Date.now() * 1_000 - hostMicros();
}

/** Identifies this run of the host: an anchor from an earlier one means nothing. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "unknown";
  }
}

/** The anchor that all processes with this data directory share. */
export function sharedAnchor(directory: string): number {
  const file = join(directory, "clock-anchor");
  try {
    const [boot, anchor] = readFileSync(file, "latin1").split(" ");
    if (boot === bootId() && boot !== "unknown") return Number(anchor);
  } catch {
    // Not written yet.
  }
  const anchor = freshAnchor();
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${bootId()} ${anchor}`);
  renameSync(temporary, file);
  return anchor;
}

export class SystemClock implements Clock {
  readonly #anchor: number;

  constructor(anchor: number = freshAnchor()) {
    this.#anchor = anchor;
  }

  now(): ClockBound {
    const now = (this.#anchor + hostMicros()) as Timestamp;
    return { earliest: now, latest: now };
  }

  monotonicMicros(): number {
    return hostMicros();
  }

  after(micros: number, callback: () => void): Timer {
    const timer = setTimeout(callback, Math.ceil(micros / 1_000));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }

  endOfTick(callback: () => void): void {
    setImmediate(callback);
  }

  sleep(micros: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, Math.ceil(micros / 1_000));
    });
  }
}
