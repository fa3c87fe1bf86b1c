/**
 * The Threads port on worker_threads: one worker for all, made when there is something to do. It
 * ends when it had nothing to do for a while, and gives back the memory that large inputs took.
 */
import { Worker } from "node:worker_threads";
import type { ThreadedWork, Threads } from "@firstlight/common";
import { SqlError } from "@firstlight/common";

export interface ThreadRequest {
  readonly id: number;
  readonly step: "start" | "next" | "close";
  readonly module?: string;
  readonly input?: string;
}

export interface ThreadAnswer {
  readonly id: number;
  readonly part?: unknown;
  readonly failure?: string;
}

interface Waiting {
  resolve(part: unknown): void;
  reject(error: Error): void;
}

const IDLE_MILLIS = 30_000;

/** Beside this file, with the same extension: sources are run as they are in tests. */
const WORKER = new URL(import.meta.url.replace(/[^/]+(\.\w+)$/u, "worker-main$1"));

export class WorkerThreads implements Threads {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #open = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();
  #idle: NodeJS.Timeout | undefined;

  start(module: URL, input: string): ThreadedWork {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#made());
    const id = this.#nextId++;
    this.#open.add(id);
    const ask = (request: Omit<ThreadRequest, "id">): void => {
      worker.postMessage({ id, ...request });
    };
    ask({ step: "start", module: module.href, input });
    return {
      next: () =>
        new Promise((resolve, reject) => {
          if (!this.#open.has(id)) {
            reject(new Error("the thread has ended"));
            return;
          }
          this.#waiting.set(id, { resolve, reject });
          ask({ step: "next" });
        }),
      close: () => {
        if (!this.#open.delete(id)) return;
        this.#waiting.delete(id);
        ask({ step: "close" });
        this.#rest();
      },
    };
  }

  stop(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#lost(worker, new Error("the thread was stopped"));
    void worker.terminate();
  }

  #made(): Worker {
    const worker = new Worker(WORKER);
    // It keeps no process from ending.
    worker.unref();
    worker.on("message", ({ id, part, failure }: ThreadAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(part);
      else waiting?.reject(new Error(failure));
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      const full = error.code === "ERR_WORKER_OUT_OF_MEMORY" || error instanceof RangeError;
      this.#lost(worker, full ? new SqlError("53200", "out of memory") : error);
    });
    worker.on("exit", () => {
      this.#lost(worker, new Error("the thread has ended"));
    });
    return worker;
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#open.clear();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(error);
  }

  #rest(): void {
    if (this.#open.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.stop();
    }, IDLE_MILLIS);
    this.#idle.unref();
  }
}
