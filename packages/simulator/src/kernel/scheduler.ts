/**
 * Virtual time: a queue of events in the order of their times, ties in the order of their making.
 * Between two events one real macrotask passes, which lets every promise chain that the first has
 * started run to its end: computation takes no simulated time.
 */
interface ScheduledEvent {
  readonly micros: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export interface EventHandle {
  cancel(): void;
}

const realSetImmediate = setImmediate;

function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    realSetImmediate(resolve);
  });
}

export class Scheduler {
  readonly #heap: ScheduledEvent[] = [];
  #now = 0;
  #order = 0;
  /** Events run so far. */
  executed = 0;

  /** True time in microseconds since the start of the run. */
  get now(): number {
    return this.#now;
  }

  at(micros: number, run: () => void): EventHandle {
    const event = {
      // Whole microseconds: clocks are read from this.
      micros: Math.max(Math.ceil(micros), this.#now),
      order: this.#order++,
      run,
      cancelled: false,
    };
    this.#push(event);
    return {
      cancel: () => {
        event.cancelled = true;
      },
    };
  }

  after(micros: number, run: () => void): EventHandle {
    return this.at(this.#now + Math.max(0, micros), run);
  }

  /** Runs events until none is left, `until` is reached, or `stop` says so. */
  async run(until: number, stop: () => boolean = () => false): Promise<void> {
    await nextMacrotask();
    for (;;) {
      const event = this.#heap[0];
      if (event === undefined || event.micros > until || stop()) break;
      this.#pop();
      if (event.cancelled) continue;
      this.#now = event.micros;
      this.executed++;
      event.run();
      await nextMacrotask();
    }
    if (!stop()) this.#now = Math.max(this.#now, until);
  }

  #before(a: ScheduledEvent, b: ScheduledEvent): boolean {
    return a.micros < b.micros || (a.micros === b.micros && a.order < b.order);
  }

  #push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !this.#before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.#smallerChild(at);
      const below = heap[child];
      if (below === undefined || !this.#before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }

  #smallerChild(at: number): number {
    const left = 2 * at + 1;
    const a = this.#heap[left];
    const b = this.#heap[left + 1];
    return a !== undefined && b !== undefined && this.#before(b, a) ? left + 1 : left;
  }
}
