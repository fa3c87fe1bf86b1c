/**
 * Analyzes tables by itself once enough of their rows have changed, one after the other and page by
 * page with pauses, and looks whether other query processors have analyzed some. Nothing waits for
 * it; whatever goes wrong is tried again.
 */
import type { Log, Timer } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import { unixMicros } from "./postgres-epoch.ts";
import type { CatalogLoader } from "../catalog/catalog-loader.ts";
import { FIRST_DATABASE } from "../catalog/builtin-objects.ts";
import type { InDatabase, TableDescriptor } from "../catalog/descriptors.ts";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import { STATISTICS_TARGET } from "./analyze-column.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { analyzeTable } from "./analyze-table.ts";
import type { ChangedRows } from "./changed-rows.ts";

export interface KeeperParts {
  readonly cluster: ClusterView;
  readonly ports: CommitPorts;
  readonly loader: CatalogLoader;
  readonly changed: ChangedRows;
  readonly log: Log | undefined;
  /** In the database of that OID. */
  begin(database: number): SessionTransaction;
  /** Where analyzing a table is a job: it is submitted as one instead of being done here. */
  readonly submit?: (table: TableDescriptor, transaction: SessionTransaction) => void;
}

type KeptTable = TableDescriptor & InDatabase;

const PERIOD_MICROS = 10_000_000;
/** Between two steps. */
const PAUSE_MICROS = 1_000;
/** autovacuum_analyze_threshold and autovacuum_analyze_scale_factor. */
const THRESHOLD = 50;
const SCALE = 0.1;
/** A table is left alone for this many times as long as analyzing it took. */
const REST_FACTOR = 20;

export class StatisticsKeeper {
  readonly #parts: KeeperParts;
  readonly #restUntil = new Map<number, number>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.ports.clock.after(PERIOD_MICROS, () => {
      void this.#round().finally(() => {
        if (!this.#isStopped) this.start();
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #round(): Promise<void> {
    try {
      const { cluster, loader } = this.#parts;
      if (cluster.rowFormat === "encoded") await loader.refreshStatistics(cluster.takeSnapshot());
      for (const table of this.#due()) {
        if (this.#isStopped) return;
        await this.#analyze(table);
      }
    } catch (error) {
      // Somebody else changed the table or its schema meanwhile: the next round is soon enough.
      const isConflict = error instanceof SqlError && error.sqlstate === "40001";
      this.#parts.log?.[isConflict ? "debug" : "warn"]("a table could not be analyzed", { error });
    }
  }

  #due(): KeptTable[] {
    const { loader, changed, ports } = this.#parts;
    const now = ports.clock.monotonicMicros();
    return changed.storages.flatMap((storage) => {
      const image = loader.imageWith((each) => each.tableByStorageId(storage) !== undefined);
      const table = image?.tableByStorageId(storage);
      if (image === undefined || table === undefined) {
        changed.forget(storage);
        return [];
      }
      const rows = image.statisticsOf(table)?.size.rows ?? 0;
      const isDue = changed.of(storage) > THRESHOLD + SCALE * rows;
      return isDue && (this.#restUntil.get(storage) ?? 0) <= now ? [table] : [];
    });
  }

  async #analyze(table: KeptTable): Promise<void> {
    const { changed, ports } = this.#parts;
    const { clock, random } = ports;
    const from = clock.monotonicMicros();
    // What is written from here on counts for the next time.
    changed.forget(table.storageId);
    const transaction = this.#parts.begin(table.inDatabase ?? FIRST_DATABASE);
    const { schema } = transaction;
    await schema.verify();
    const current = schema.image.relationByOid(table.oid);
    const { submit } = this.#parts;
    if (current?.kind === "table" && submit !== undefined) submit(current, transaction);
    else if (current?.kind === "table") {
      const sampling = {
        transaction: schema.kv,
        random: () => random.next(),
        pause: async (): Promise<void> => {
          if (this.#isStopped) throw new Error("the server stops");
          await clock.sleep(PAUSE_MICROS);
        },
      };
      const { statistics } = await analyzeTable(sampling, {
        table: current,
        columns: undefined,
        previous: schema.image.statisticsOf(current),
        objects: statisticsObjects(schema.image, current),
        catalog: schema.image,
        target: STATISTICS_TARGET,
        automatic: true,
        now: unixMicros(clock),
      });
      schema.kv.dependsOn(current.oid);
      schema.putStatistics(statistics);
    }
    await transaction.commit();
    const took = clock.monotonicMicros() - from;
    this.#restUntil.set(table.storageId, clock.monotonicMicros() + REST_FACTOR * took);
  }
}
