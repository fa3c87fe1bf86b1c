/** Processor time of processes as Linux counts it: threads apart, and whole families together. */
import { readFileSync, readdirSync } from "node:fs";

/** Linux' USER_HZ. */
const TICKS_PER_SECOND = 100;

/** Seconds. */
export interface ProcessorTime {
  /** Of the thread that JavaScript runs on. */
  readonly main: number;
  readonly others: number;
}

/** The fields behind the name, which may contain blanks: state is the first. */
function statOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function seconds(fields: readonly string[], from: number, count: number): number {
  let ticks = 0;
  for (let at = from; at < from + count; at++) ticks += Number(fields[at]);
  return ticks / TICKS_PER_SECOND;
}

const UTIME = 11;

export function timeOfProcess(pid: number): ProcessorTime {
  const main = seconds(statOf(`/proc/${pid}/task/${pid}/stat`), UTIME, 2);
  const all = seconds(statOf(`/proc/${pid}/stat`), UTIME, 2);
  return { main, others: all - main };
}

/** Of a process, of its children that live and of those that have ended. */
export function timeOfFamily(parent: number): ProcessorTime {
  const own = statOf(`/proc/${parent}/stat`);
  let others = seconds(own, UTIME, 4);
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/u.test(name)) continue;
    try {
      const fields = statOf(`/proc/${name}/stat`);
      if (Number(fields[1]) === parent) others += seconds(fields, UTIME, 2);
    } catch {
      // It has ended since it was listed.
    }
  }
  return { main: 0, others };
}

export function parentOf(pid: number): number {
  return Number(statOf(`/proc/${pid}/stat`)[1]);
}

const SAMPLE_MILLIS = 10;

/** Memory of a process that no file stands behind, in MB: pages that LMDB maps are the system's. */
function anonymousMegabytes(pid: number): number {
  const found = /^RssAnon:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1] ?? Number.NaN) / 1_024;
}

/** What of that it has at most from now on, until it is asked. */
export function watchMemory(pid: number): () => number {
  let peak = anonymousMegabytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymousMegabytes(pid));
  }, SAMPLE_MILLIS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
