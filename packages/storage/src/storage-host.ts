/**
 * Keeps a storage replica serving: a store that is damaged, that was left half filled, or whose logs
 * go on where it cannot follow, is emptied and filled from another replica of the shard. Until then
 * every request is answered "unavailable", the status included: so no log is trimmed past what is
 * being copied.
 */
import type {
  DiskStore,
  MaybePromise,
  NodeRuntime,
  PointRead,
  ScanPage,
  ScanRequest,
  Storage,
  StorageStatus,
} from "@firstlight/common";
import { DamagedStoreError, ServiceError, isServiceError } from "@firstlight/common";
import { isEmptyStore, isHalfFilled } from "./boot-state.ts";
import { NO_STORAGE_BUGS } from "./bugs.ts";
import { ReplicaCopy } from "./replica-copy.ts";
import type { StorageNodeParts } from "./storage-node.ts";
import { StorageNode } from "./storage-node.ts";

const STORE = "storage";
const RETRY_MICROS = 500_000;
const JOURNAL_RETRY_MICROS = 100_000;

export interface StorageHostParts extends Omit<StorageNodeParts, "store" | "onFailure"> {
  /** Other replicas of the shard. */
  readonly peers: readonly Storage[];
  /** The disk or the program failed: nothing can be served any more. */
  readonly onFatal: (reason: string) => void;
  /** It answers from now on. */
  readonly onServing?: () => void;
  /** It has to be filled before it answers. */
  readonly onFilling?: () => void;
}

export class StorageHost implements Storage {
  readonly #runtime: NodeRuntime;
  readonly #parts: StorageHostParts;
  #store: DiskStore | undefined;
  #node: StorageNode | undefined;
  #stopped = false;

  constructor(runtime: NodeRuntime, parts: StorageHostParts) {
    this.#runtime = runtime;
    this.#parts = parts;
  }

  /** Resolves when it serves, or when it is known that it has to be filled, which goes on by itself. */
  async start(): Promise<void> {
    const { disk, log } = this.#runtime;
    try {
      this.#store = await disk.open(STORE);
      // An empty one has to ask the journal, which may not be there yet.
      const store = this.#store;
      if (isHalfFilled(store) || (isEmptyStore(store) && !(await this.#canFollow()))) {
        this.#fillUntilDone();
      } else this.#serve(store);
    } catch (error) {
      if (!(error instanceof DamagedStoreError)) throw error;
      log.warn("the storage replica's files are damaged", { error: error.message });
      this.#fillUntilDone();
    }
  }

  /** An empty store can follow logs that were never trimmed. */
  async #canFollow(): Promise<boolean> {
    const { journal, logs } = this.#parts;
    while (!this.#stopped) {
      try {
        for (const log of logs) await journal.read(log, 1, 1);
        return true;
      } catch (error) {
        if (!isServiceError(error)) throw error;
        if (error.kind === "horizon") return false;
      }
      await this.#runtime.clock.sleep(JOURNAL_RETRY_MICROS);
    }
    return false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const node = this.#node;
    this.#node = undefined;
    await node?.stop();
    await this.#store?.close();
  }

  read(request: PointRead): MaybePromise<readonly (Uint8Array | undefined)[]> {
    return this.#serving().read(request);
  }

  scan(request: ScanRequest): MaybePromise<ScanPage> {
    return this.#serving().scan(request);
  }

  status(): StorageStatus {
    return this.#serving().status();
  }

  #serving(): StorageNode {
    if (this.#node !== undefined) return this.#node;
    throw new ServiceError("unavailable", "the storage replica is being filled from another one");
  }

  #serve(store: DiskStore): void {
    if (this.#stopped) return;
    const onFailure = (error: unknown): void => this.#failed(node, error);
    const node: StorageNode = new StorageNode(this.#runtime, { ...this.#parts, store, onFailure });
    this.#node = node;
    node.start();
    this.#parts.onServing?.();
  }

  #failed(node: StorageNode, error: unknown): void {
    if (this.#stopped || this.#node !== node) return;
    this.#node = undefined;
    if (!isServiceError(error, "horizon")) return this.#parts.onFatal(String(error));
    this.#runtime.log.warn("the logs were trimmed past this storage replica");
    this.#fillUntilDone();
  }

  #fillUntilDone(): void {
    this.#fill().catch((error: unknown) => {
      if (!this.#stopped) this.#parts.onFatal(String(error));
    });
  }

  async #fill(): Promise<void> {
    const { clock, log } = this.#runtime;
    log.warn("the storage replica is filled from another one");
    this.#parts.onFilling?.();
    while (!this.#stopped) {
      const store = await this.#emptyStore();
      const bugs = this.#parts.bugs ?? NO_STORAGE_BUGS;
      try {
        const copy = new ReplicaCopy({ ...this.#parts, runtime: this.#runtime, store, bugs });
        const snapshot = await copy.run();
        log.warn("the storage replica serves again", { snapshot });
        return this.#serve(store);
      } catch (error) {
        if (!isServiceError(error) || this.#stopped) throw error;
        log.debug("the storage replica could not be filled", { error: error.message });
      }
      await clock.sleep(RETRY_MICROS);
    }
  }

  async #emptyStore(): Promise<DiskStore> {
    const { disk } = this.#runtime;
    await this.#store?.close().catch(() => undefined);
    this.#store = undefined;
    await disk.setAside(STORE);
    this.#store = await disk.open(STORE);
    return this.#store;
  }
}
