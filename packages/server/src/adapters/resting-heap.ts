/**
 * Has V8 give back what a process at rest does not need. The space for young objects stays as large
 * as the busiest time made it until the whole heap is marked while little is allocated, and while
 * little is allocated nobody has the heap marked.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const MEBIBYTE = 2 ** 20;

const LOOK_MILLIS = 3_000;
/**
 * Looks at rest, one after another. V8 counts what is allocated between collections, and looks back
 * five seconds: so young objects are collected at the first one, and all at the last.
 */
const LOOKS = 3;
/** Timers allocate less between two looks. */
const RESTING_BYTES_MAX = 2 * MEBIBYTE;
/** Less is not worth the pause. */
const GAIN_BYTES_MIN = 32 * MEBIBYTE;
/** A larger heap would take longer to mark than whoever comes next should wait: half a second. */
const USED_BYTES_MAX = 256 * MEBIBYTE;

export type Collection = "young" | "all";

export interface HeapSize {
  readonly used: number;
  /** Taken from the system. */
  readonly taken: number;
}

/** When to collect what. */
export class RestingHeap {
  #used = 0;
  #looksAtRest = 0;

  /** To be asked at equal intervals. */
  look({ used, taken }: HeapSize): Collection | undefined {
    const rests = Math.abs(used - this.#used) < RESTING_BYTES_MAX;
    this.#used = used;
    this.#looksAtRest = rests ? this.#looksAtRest + 1 : 0;
    if (taken - used < GAIN_BYTES_MIN || used > USED_BYTES_MAX) return undefined;
    if (this.#looksAtRest === LOOKS) return "all";
    return this.#looksAtRest === 1 ? "young" : undefined;
  }

  /** A collection is no work of the process. */
  collected({ used }: HeapSize): void {
    this.#used = used;
  }
}

function heapSize(): HeapSize {
  const { used_heap_size: used, total_heap_size: taken } = getHeapStatistics();
  return { used, taken };
}

type Collect = (options?: { readonly type: "minor" }) => void;

/** V8's own, which the flag puts into new contexts; without options it collects all. */
function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new TypeError("V8 has no gc()");
  return (...options) => void Reflect.apply(collect, undefined, options);
}

/** For as long as the process lives. */
export function giveMemoryBackAtRest(): void {
  const heap = new RestingHeap();
  const collect = collector();
  setInterval(() => {
    const what = heap.look(heapSize());
    if (what === undefined) return;
    if (what === "all") collect();
    else collect({ type: "minor" });
    heap.collected(heapSize());
  }, LOOK_MILLIS).unref();
}
