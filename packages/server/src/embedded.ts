/**
 * The embedded composition: all services in one process, calling each other directly. Snapshots are
 * the last acknowledged commit (I6), which storage has applied by then, or the present when that is
 * long ago: a read waits only for large transactions that are still being applied.
 */
import type {
  Adjudicator as AdjudicatorContract,
  LogId,
  NodeRuntime,
  Timestamp,
} from "@firstlight/common";
import { KEY_MAX, KEY_MIN, KnownRanges, TIMESTAMP_ZERO, laterOf, logId } from "@firstlight/common";
import { Adjudicator, RegistrarService } from "@firstlight/adjudicator";
import { DiskJournal } from "@firstlight/journal";
import type { ClusterView } from "@firstlight/query-processor";
import { measuredView, storagePart } from "@firstlight/query-processor";
import type { StorageSettings } from "@firstlight/storage";
import { StorageNode } from "@firstlight/storage";
import { embeddedSnapshot } from "./embedded-snapshot.ts";
import { LogTrimmer } from "./log-trimmer.ts";
import { observeCommits } from "./observe-commits.ts";

const LOG: LogId = logId("a1");
const PATIENCE_MICROS = 30_000_000;
const WHOLE_SPACE = { start: KEY_MIN, end: KEY_MAX };
const RANGES = [{ log: LOG, span: WHOLE_SPACE }];

export interface EmbeddedServices {
  readonly cluster: ClusterView;
  /** Flushes and closes the stores; nothing may be in flight. */
  stop(): Promise<void>;
}

/** `storageSettings`: other than by default. */
export async function startEmbedded(
  runtime: NodeRuntime,
  onFatal: (reason: string) => void,
  storageSettings: Partial<StorageSettings> = {},
): Promise<EmbeddedServices> {
  const journalStore = await runtime.disk.open("journal");
  const storageStore = await runtime.disk.open("storage");
  const journal = new DiskJournal(journalStore, { clock: runtime.clock });
  const adjudicator: Adjudicator = new Adjudicator(runtime, journal, {
    log: LOG,
    ranges: RANGES,
    peers: (): AdjudicatorContract => adjudicator,
    settings: { waitForClock: false },
    onStopped: onFatal,
  });
  const storage = new StorageNode(runtime, {
    store: storageStore,
    journal,
    logs: [LOG],
    heartbeats: () => adjudicator,
    spans: [WHOLE_SPACE],
    // There is no other replica to ask: who reads waits for a disk that stands still.
    settings: { patienceMicros: PATIENCE_MICROS, ...storageSettings },
  });
  let acknowledged = TIMESTAMP_ZERO;
  const observed = observeCommits(adjudicator, (timestamp) => {
    acknowledged = laterOf(acknowledged, timestamp);
  });
  const registrar = new RegistrarService({ clock: runtime.clock, confirm: undefined });
  await adjudicator.start();
  storage.start();
  const trimmer = new LogTrimmer({ runtime, journal, log: LOG, replicas: async () => [storage] });
  trimmer.start();
  const takeSnapshot = (): Timestamp => {
    const reached = laterOf(acknowledged, laterOf(storage.delivered, adjudicator.floor));
    return embeddedSnapshot(reached, runtime.clock.now().latest);
  };
  const view: ClusterView = {
    storage,
    rowFormat: "values",
    logs: [LOG],
    ranges: new KnownRanges({ version: 0, ranges: RANGES }),
    adjudicator: () => observed,
    registrar: { service: registrar, isAlone: true },
    tailLog: (log, from, listener) => journal.tail(log, from, listener),
    takeSnapshot,
    // The clock may have been set back.
    sentAt: takeSnapshot,
  };
  const parts = [storagePart(storage)];
  return {
    cluster: measuredView(view, runtime.clock, () => parts),
    stop: async () => {
      trimmer.stop();
      adjudicator.stop();
      await storage.stop();
      await storageStore.close();
      await journalStore.close();
    },
  };
}
