/**
 * Threads for computations that would hold the event loop for too long and cannot be cut. What they
 * compute depends on the input alone, so it makes no difference to a service where it is done.
 */

/** The rest of a computation; its parts are made and moved one at a time, as they are asked for. */
export interface ThreadedWork {
  /**
   * The next part, a structured clone; undefined at the end. Rejects with 53200 where the thread
   * ran out of memory, and with an Error of the same message where the work threw.
   */
  next(): Promise<unknown>;
  /** Nothing more is wanted. */
  close(): void;
}

export interface Threads {
  /** Runs the generator `work(input)` that the module exports. */
  start(module: URL, input: string): ThreadedWork;
  /** Ends all threads; what they were computing rejects. */
  stop(): void;
}
