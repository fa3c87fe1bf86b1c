/**
 * Keeps a storage replica serving: a store that is damaged, that was left half filled, or whose logs
 * go on where it cannot follow, is emptied and filled from another replica of the shard. Until then
 * every request is answered "unavailable", the status included: so no log is trimmed past what is
 * being copied.
 */
import type {
  MaybePromise,
  NodeRuntime,
  PointRead,
  ScanPage,
  ScanRequest,
  ShardCommand,
  ShardKeeper as ShardKeeperContract,
  ShardMap,
  ShardReport,
  Storage,
  Lag,
  StorageStatus,
} from "@firstlight/common";
import { DamagedStoreError, ServiceError, askable, isServiceError } from "@firstlight/common";
import { checkFormat, isEmptyStore, isHalfFilled } from "./boot-state.ts";
import { NO_STORAGE_BUGS } from "./bugs.ts";
import type { CopiedSpan } from "./replica-copy.ts";
import { ReplicaCopy } from "./replica-copy.ts";
import { CheckedStore } from "./layout/checked-store.ts";
import { DEFAULT_STORAGE_SETTINGS } from "./settings.ts";
import type { ShardSurroundings } from "./shards/shard-keeper.ts";
import { ShardKeeper } from "./shards/shard-keeper.ts";
import type { StorageNodeParts } from "./storage-node.ts";
import { StorageNode } from "./storage-node.ts";

const STORE = "storage";
const RETRY_MICROS = 500_000;
const JOURNAL_RETRY_MICROS = 100_000;

export interface StorageHostParts extends Omit<
  StorageNodeParts,
  "store" | "onFailure" | "spans" | "firstMap"
> {
  readonly shards: ShardSurroundings;
  /** The disk or the program failed: nothing can be served any more. */
  readonly onFatal: (reason: string) => void;
  /** It answers from now on. */
  readonly onServing?: () => void;
  /** It has to be filled before it answers. */
  readonly onFilling?: () => void;
}

export class StorageHost implements Storage, ShardKeeperContract {
  readonly #runtime: NodeRuntime;
  readonly #parts: StorageHostParts;
  #store: CheckedStore | undefined;
  #node: StorageNode | undefined;
  readonly #keeper: ShardKeeper;
  #stopped = false;

  constructor(runtime: NodeRuntime, parts: StorageHostParts) {
    this.#runtime = runtime;
    this.#parts = parts;
    this.#keeper = new ShardKeeper({
      ...parts.shards,
      runtime,
      logs: parts.logs,
      settings: { ...DEFAULT_STORAGE_SETTINGS, ...parts.settings },
      bugs: parts.bugs ?? NO_STORAGE_BUGS,
      node: () => this.#node,
    });
  }

  /** Resolves when it serves, or when it is known that it has to be filled, which goes on by itself. */
  async start(): Promise<void> {
    this.#keeper.start();
    const { log } = this.#runtime;
    try {
      this.#store = await this.#open();
      checkFormat(this.#store);
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

  async #open(): Promise<CheckedStore> {
    const store = await this.#runtime.disk.open(STORE);
    return CheckedStore.over(store, this.#parts.bugs ?? NO_STORAGE_BUGS);
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
    this.#keeper.stop();
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

  get lag(): Lag | undefined {
    return this.#node?.lag;
  }

  shardMap(known: number): ShardMap | undefined {
    return this.#keeper.shardMap(known);
  }

  shardReport(): ShardReport {
    return this.#keeper.shardReport();
  }

  changeShards(command: ShardCommand): Promise<ShardMap> {
    return this.#keeper.changeShards(command);
  }

  #serving(): StorageNode {
    if (this.#node !== undefined) return this.#node;
    throw new ServiceError("unavailable", "the storage replica is being filled from another one");
  }

  #serve(store: CheckedStore): void {
    if (this.#stopped) return;
    const onFailure = (error: unknown): void => this.#failed(node, error);
    const { member, directory } = this.#parts.shards;
    const { firstMap } = directory;
    const spans = firstMap.shards
      .filter(({ replicas }) => replicas.some((each) => each.member === member))
      .map(({ span }) => span);
    const parts = { ...this.#parts, store, onFailure, spans, firstMap };
    const node: StorageNode = new StorageNode(this.#runtime, parts);
    this.#node = node;
    node.start();
    this.#parts.onServing?.();
  }

  #failed(node: StorageNode, error: unknown): void {
    if (this.#stopped || this.#node !== node) return;
    this.#node = undefined;
    const isDamaged = error instanceof DamagedStoreError;
    if (!isDamaged && !isServiceError(error, "horizon")) return this.#parts.onFatal(String(error));
    // What nobody else has is not to be thrown away.
    if (isDamaged && this.#isAlone)
      return this.#parts.onFatal(`${error.message}, and nobody else has it`);
    this.#runtime.log.warn(
      isDamaged
        ? "the storage replica's files are damaged"
        : "the logs were trimmed past this storage replica",
      { error: String(error) },
    );
    this.#fillUntilDone();
  }

  /** Whether it is the last one to serve some shard. */
  get #isAlone(): boolean {
    const { member, directory } = this.#parts.shards;
    return directory.map.shards.some(({ replicas }) => {
      const holders = replicas.filter(({ state }) => state !== "filling");
      return holders.length === 1 && holders[0]?.member === member;
    });
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
        const from = await this.#copiedFrom();
        const { logs } = this.#parts;
        const copy = new ReplicaCopy({ ...from, logs, runtime: this.#runtime, store, bugs });
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

  /** What the newest map that can be learned says. A map that is older does no harm: holders know. */
  async #copiedFrom(): Promise<{ peers: readonly Storage[]; spans: readonly CopiedSpan[] }> {
    const { member, directory, storageOf } = this.#parts.shards;
    await directory.refresh();
    const spans = directory.map.shards.flatMap((shard): CopiedSpan[] => {
      const own = shard.replicas.find((each) => each.member === member);
      if (own === undefined || own.state === "filling") return [];
      const { serving, leaving } = askable(shard);
      const holders = [...serving, ...leaving].filter((each) => each !== member);
      return [{ span: shard.span, holders: holders.map(storageOf) }];
    });
    const others = [...directory.members.keys()].filter((each) => each !== member);
    return { peers: others.map(storageOf), spans };
  }

  async #emptyStore(): Promise<CheckedStore> {
    const { disk } = this.#runtime;
    await this.#store?.close().catch(() => undefined);
    this.#store = undefined;
    await disk.setAside(STORE);
    this.#store = await this.#open();
    return this.#store;
  }
}
