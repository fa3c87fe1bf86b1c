/**
 * Keeps a journal replica serving what it may serve. A store is looked through before it is used; one
 * that is damaged is set aside, and one that is empty, though the cluster is not new, is filled from
 * the other replicas BEFORE it answers anything: it has forgotten what it promised (I2, I8).
 */
import type {
  DiskStore,
  Incarnations,
  JournalReplica,
  LogId,
  NodeRuntime,
  ReadResult,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
  Subscription,
  TailListener,
} from "@firstlight/common";
import { DamagedStoreError, ServiceError } from "@firstlight/common";
import type { JournalBug } from "./journal-bug.ts";
import { DamagedLog } from "./journal-errors.ts";
import { JournalReplicaService } from "./journal-replica-service.ts";
import { ReplicaFiller } from "./replica-filler.ts";
import { loadRecord, recordWrite } from "./replica-record.ts";
import { StoredLog, storedLogs } from "./stored-log.ts";

const STORE = "journal";
const RETRY_MICROS = 300_000;
const VERIFY_BYTES = 4 * 1024 * 1024;

export interface ReplicaHostOptions {
  /** Which of the replicas this is. */
  readonly place: number;
  /** How often the place was given to another process for good; 0 if never. */
  readonly generation?: number;
  readonly others: readonly JournalReplica[];
  /** The first start of a new cluster: an empty store is as it should be. */
  readonly isNew: boolean;
  readonly bugs?: ReadonlySet<JournalBug>;
  readonly onFatal: (reason: string) => void;
  /** It answers from now on. */
  readonly onServing?: () => void;
}

export class JournalReplicaHost implements JournalReplica {
  readonly #runtime: NodeRuntime;
  readonly #options: ReplicaHostOptions;
  readonly #bugs: ReadonlySet<JournalBug>;
  #store: DiskStore | undefined;
  #serving: JournalReplicaService | undefined;
  #stopped = false;

  constructor(runtime: NodeRuntime, options: ReplicaHostOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#bugs = options.bugs ?? new Set();
  }

  /** Resolves when it serves, or when it is known that it has to be filled, which goes on by itself. */
  async start(): Promise<void> {
    const standing = await this.#examine();
    const { isNew } = this.#options;
    if (standing === "empty" && (isNew || this.#bugs.has("forgetPromises"))) {
      await this.#store?.commit([recordWrite({ standing: "member", members: [] })]);
      this.#serve();
    } else if (standing === "member") this.#serve();
    else this.#fillUntilDone();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const serving = this.#serving;
    this.#serving = undefined;
    serving?.retire(new ServiceError("unavailable", "the journal replica was stopped"));
    await this.#store?.close();
  }

  append(request: ReplicaAppend): Promise<ReplicaAppendReply> {
    return this.#serving?.append(request) ?? notServing();
  }

  promise(log: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply> {
    return this.#serving?.promise(log, epoch, members) ?? notServing();
  }

  state(log: LogId): Promise<ReplicaState> {
    return this.#serving?.state(log) ?? notServing();
  }

  read(log: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult> {
    return this.#serving?.read(log, from, maxBytes, uncommitted) ?? notServing();
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    if (this.#serving !== undefined) return this.#serving.tail(log, from, listener);
    queueMicrotask(() => listener.onEnd(beingFilled()));
    return { close: () => undefined };
  }

  trim(log: LogId, upTo: number): Promise<void> {
    return this.#serving?.trim(log, upTo) ?? notServing();
  }

  join(request: ReplicaJoin): Promise<ReplicaJoinReply> {
    return this.#serving?.join(request) ?? notServing();
  }

  async #examine(): Promise<"member" | "empty" | "useless"> {
    const { disk, log } = this.#runtime;
    try {
      this.#store = await disk.open(STORE);
      const record = loadRecord(this.#store);
      if (record === undefined) return "empty";
      if (record.standing === "joining") return "useless";
      if (!this.#bugs.has("serveDamage")) await this.#verify(this.#store);
      return "member";
    } catch (error) {
      const isDamage = error instanceof DamagedStoreError || error instanceof DamagedLog;
      if (!isDamage) throw error;
      log.warn("the journal replica's files are damaged", { error: error.message });
      return "useless";
    }
  }

  /** Reads everything once; the event loop gets its turn in between. */
  async #verify(store: DiskStore): Promise<void> {
    for (const name of storedLogs(store)) {
      const log = new StoredLog(store, name);
      for (let next = log.base.index + 1; next <= log.last.index;) {
        next = log.read(next, VERIFY_BYTES, log.last.index).next;
        await new Promise<void>((resolve) => this.#runtime.clock.endOfTick(resolve));
      }
    }
  }

  #serve(): void {
    if (this.#store === undefined || this.#stopped) return;
    this.#serving = new JournalReplicaService(this.#store, {
      clock: this.#runtime.clock,
      bugs: this.#bugs,
      place: this.#options.place,
      onReplaced: ({ message }) => this.#runtime.log.warn("not of use any more", { message }),
      onDamaged: (error) => this.#damaged(error),
      onBroken: (error) => this.#options.onFatal(`${error.message}: ${String(error.cause)}`),
    });
    this.#options.onServing?.();
  }

  #damaged(error: DamagedLog): void {
    this.#runtime.log.warn("the journal replica's files are damaged", { error: error.message });
    const serving = this.#serving;
    this.#serving = undefined;
    serving?.retire(error);
    this.#fillUntilDone();
  }

  #fillUntilDone(): void {
    this.#fill().catch((error: unknown) => {
      if (!this.#stopped) this.#options.onFatal(String(error));
    });
  }

  async #fill(): Promise<void> {
    const { clock, log } = this.#runtime;
    const { place, others, generation = 0 } = this.#options;
    log.warn("the journal replica is filled from the others");
    while (!this.#stopped) {
      const store = await this.#emptyStore();
      try {
        await new ReplicaFiller({ clock, place, generation, others, store }).fill();
        this.#serve();
        log.warn("the journal replica serves again");
        return;
      } catch (error) {
        const isPassing = error instanceof ServiceError && error.kind !== "fenced";
        if (!isPassing || this.#stopped) throw error;
        log.debug("the journal replica could not be filled", { error: error.message });
      }
      await clock.sleep(RETRY_MICROS);
    }
  }

  /** What is there is worth nothing to this program; people may want to look at it. */
  async #emptyStore(): Promise<DiskStore> {
    const { disk } = this.#runtime;
    if (this.#store !== undefined && loadsEmpty(this.#store)) return this.#store;
    await this.#store?.close().catch(() => undefined);
    this.#store = undefined;
    await disk.setAside(STORE);
    this.#store = await disk.open(STORE);
    return this.#store;
  }
}

function loadsEmpty(store: DiskStore): boolean {
  try {
    return loadRecord(store) === undefined;
  } catch {
    return false;
  }
}

function beingFilled(): ServiceError {
  return new ServiceError("unavailable", "the journal replica is being filled from the others");
}

function notServing(): Promise<never> {
  return Promise.reject(beingFilled());
}
