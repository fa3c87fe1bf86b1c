/** A storage replica on doubles of its collaborators, for tests. */
import type { Key, LogId, NodeRuntime, ShardMap, Span, Timestamp } from "@firstlight/common";
import {
  KEY_MAX,
  KEY_MIN,
  NO_METRICS,
  SILENT_LOG,
  isPromise,
  keyFromLatin1,
  logId,
  timestamp,
} from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import type { StorageSettings } from "../settings.ts";
import { StorageNode } from "../storage-node.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { MemoryStore } from "./memory-store.ts";

export const WHOLE: Span = { start: KEY_MIN, end: KEY_MAX };
export const A: LogId = logId("a");
export const B: LogId = logId("b");

export const k = (text: string): Key => keyFromLatin1(text);
export const at = (micros: number): Timestamp => timestamp(micros);
export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

export interface TestReplicaOptions {
  readonly clock?: ManualClock;
  readonly store?: MemoryStore;
  readonly journal?: MemoryJournal;
  readonly logs?: readonly LogId[];
  readonly span?: Span;
  readonly spans?: readonly Span[];
  readonly firstMap?: ShardMap;
  readonly settings?: Partial<StorageSettings>;
  readonly bugs?: StorageBugs;
  readonly heartbeats?: ConstructorParameters<typeof StorageNode>[1]["heartbeats"];
}

export class TestReplica {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly journal: MemoryJournal;
  readonly node: StorageNode;

  constructor(options: TestReplicaOptions = {}) {
    this.clock = options.clock ?? new ManualClock();
    this.store = options.store ?? new MemoryStore();
    this.journal = options.journal ?? new MemoryJournal();
    this.node = new StorageNode(runtimeWith(this.clock), {
      store: this.store,
      journal: this.journal,
      logs: options.logs ?? [A],
      heartbeats: options.heartbeats ?? (() => undefined),
      spans: options.spans ?? [options.span ?? WHOLE],
      ...(options.firstMap === undefined ? {} : { firstMap: options.firstMap }),
      settings: options.settings ?? {},
      ...(options.bugs === undefined ? {} : { bugs: options.bugs }),
    });
    this.node.start();
  }

  /** One transaction in log A unless said otherwise; undefined values are tombstones. */
  commit(
    micros: number,
    writes: Readonly<Record<string, string | undefined>>,
    log: LogId = A,
  ): void {
    const mutations = Object.entries(writes).map(([key, value]) => {
      return {
        key: k(key),
        value: value === undefined ? undefined : bytes(value),
        intent: "X" as const,
      };
    });
    this.journal.transaction(log, at(micros), mutations);
  }

  /** What a read that must not wait finds. */
  get(key: string, snapshot: number): string | undefined {
    const found = this.node.read({
      snapshot: at(snapshot),
      catalogVersion: undefined,
      keys: [k(key)],
    });
    if (isPromise(found)) throw new Error("the read waits");
    return text(found[0]);
  }

  /** All rows of a span at a snapshot, page by page. */
  scan(
    snapshot: number,
    options: { span?: Span; reverse?: boolean; pageBytes?: number } = {},
  ): [string, string][] {
    const { span = WHOLE, reverse = false, pageBytes = 1 << 16 } = options;
    const rows: [string, string][] = [];
    for (let rest: Span | undefined = span; rest !== undefined;) {
      const page = this.node.scan({
        snapshot: at(snapshot),
        catalogVersion: undefined,
        span: rest,
        reverse,
        pageBytes,
        withKeys: true,
        format: "values",
      });
      if (isPromise(page)) throw new Error("the scan waits");
      const { batch, keys = [] } = page;
      if (batch.kind !== "raw") throw new Error(batch.kind);
      batch.values.forEach((value, i) => rows.push([keys[i] ?? "", text(value) ?? ""]));
      rest = page.rest;
    }
    return rows;
  }
}

export function runtimeWith(clock: ManualClock): NodeRuntime {
  const absent = (): never => {
    throw new Error("not in this test");
  };
  return {
    clock,
    random: { next: absent, bytes: absent },
    network: { connect: absent, listen: absent },
    disk: { open: absent, setAside: absent },
    temporaryFiles: { open: absent },
    log: SILENT_LOG,
    metrics: NO_METRICS,
  };
}
