/**
 * Group commit: one commit of the store at a time; what arrives while it runs leaves with the
 * next. Outcomes are reported in the order of arrival. After a failed commit nothing is tried
 * again, because nobody knows what the disk holds: every later item fails.
 */
import type { DiskStore, DiskWrite } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";

export interface CommitItem {
  readonly writes: readonly DiskWrite[];
  /** Runs synchronously AFTER the writes are durable. */
  done(): void;
  failed(error: ServiceError): void;
}

export class CommitQueue {
  readonly #store: DiskStore;
  readonly #bytesMax: number;
  readonly #onBroken: (error: ServiceError) => void;
  #waiting: CommitItem[] = [];
  #bytes = 0;
  #running = false;
  #broken: ServiceError | undefined;

  constructor(store: DiskStore, bytesMax: number, onBroken: (error: ServiceError) => void) {
    this.#store = store;
    this.#bytesMax = bytesMax;
    this.#onBroken = onBroken;
  }

  get broken(): ServiceError | undefined {
    return this.#broken;
  }

  /** Nothing is being written and nothing waits. */
  get idle(): boolean {
    return !this.#running && this.#waiting.length === 0;
  }

  get full(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  push(item: CommitItem): void {
    if (this.#broken !== undefined) return item.failed(this.#broken);
    for (const { value } of item.writes) this.#bytes += value?.length ?? 0;
    this.#waiting.push(item);
    if (!this.#running) this.#run();
  }

  #run(): void {
    const items = this.#waiting;
    if (items.length === 0 || this.#broken !== undefined) return;
    this.#waiting = [];
    this.#bytes = 0;
    this.#running = true;
    const writes = items.length === 1 ? (items[0]?.writes ?? []) : items.flatMap((i) => i.writes);
    this.#store.commit(writes).then(
      () => this.#succeeded(items),
      (error: unknown) => this.#failed(items, error),
    );
  }

  /** The next commit is started BEFORE this one's outcomes are told: the disk never waits for us. */
  #succeeded(items: readonly CommitItem[]): void {
    this.#running = false;
    this.#run();
    for (const item of items) item.done();
  }

  #failed(items: readonly CommitItem[], cause: unknown): void {
    const error = new ServiceError("unavailable", "the journal's disk failed", cause);
    this.#broken = error;
    this.#running = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const item of items) item.failed(error);
    for (const item of waiting) item.failed(error);
    this.#onBroken(error);
  }
}
