/** What changes of the schema that take several transactions are made with, and the jobs behind them. */
import type { Log, Metrics } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext, OnlineSchema } from "../ddl/ddl-context.ts";
import { submitAnalyze } from "../ddl/submit-job.ts";
import { changeSchema } from "../online/change-schema.ts";
import { jobId } from "../online/job.ts";
import { JobRunner } from "../online/job-runner.ts";
import type { OnlineBug } from "../online/online-bug.ts";
import { NO_ONLINE_BUGS } from "../online/online-bug.ts";
import type { OnlineParts } from "../online/online-parts.ts";
import {
  DEFAULT_BATCH_ROWS,
  DEFAULT_BATCH_ROWS_MAX,
  inTransaction,
  nowMicros,
  partsIn,
} from "../online/online-parts.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { SessionContext } from "./engine.ts";
import type { TaskServices } from "./job-tasks.ts";
import { jobTasks } from "./job-tasks.ts";
import { ServiceDatabases } from "./service-databases.ts";
import type { SessionTransaction } from "./session-transaction.ts";

export interface OnlineOptions {
  readonly cluster: ClusterView;
  readonly ports: CommitPorts;
  readonly log?: Log;
  readonly metrics?: Metrics;
  readonly onlineBugs?: ReadonlySet<OnlineBug>;
  /** Of all batches of a build. */
  readonly onlineBatchRows?: number;
}

export class OnlineServices {
  readonly databases: ServiceDatabases = new ServiceDatabases(this);
  readonly jobs: JobRunner;
  readonly #parts: OnlineParts;

  constructor(
    options: OnlineOptions,
    sequences: SequenceBlocks,
    begin: (database?: number) => SessionTransaction,
  ) {
    const { ports, log, onlineBugs: bugs = NO_ONLINE_BUGS } = options;
    const { onlineBatchRows: batchRows = DEFAULT_BATCH_ROWS } = options;
    const batchRowsMax = options.onlineBatchRows ?? DEFAULT_BATCH_ROWS_MAX;
    // Storage in the same process is nobody else's.
    const isAlone = options.cluster.rowFormat === "values";
    this.#parts = { ports, log, bugs, batchRows, batchRowsMax, isAlone, begin };
    const online: TaskServices["online"] = (session, contextOf) =>
      this.forSession(session, contextOf);
    this.jobs = new JobRunner(this.#parts, jobTasks({ sequences, online }));
  }

  submitAnalyze(table: TableDescriptor, { schema }: SessionTransaction): void {
    submitAnalyze({ transaction: schema, online: this.#clerk(this.#parts) }, table);
  }

  #clerk(parts: OnlineParts): Pick<OnlineSchema, "newJobId" | "now"> {
    return {
      newJobId: () => jobId(parts.ports.random.bytes(16)),
      now: () => nowMicros(parts),
    };
  }

  /** In the first database, on nobody's behalf. */
  change(work: (transaction: SessionTransaction) => Promise<void>): Promise<void> {
    return changeSchema(this.#parts, { check: () => undefined }, work);
  }

  forSession(
    { interrupts, databaseOid }: SessionContext,
    contextOf: (transaction: SessionTransaction) => DdlContext,
  ): OnlineSchema {
    const parts = partsIn(this.#parts, databaseOid);
    return {
      jobs: this.jobs,
      bugs: parts.bugs,
      ...this.#clerk(parts),
      read: async (work) => {
        const transaction = parts.begin();
        try {
          await transaction.schema.verify();
          return await work(contextOf(transaction));
        } finally {
          transaction.rollback();
        }
      },
      attempt: (work) => inTransaction(parts, (own) => work(contextOf(own))),
      change: (work) => changeSchema(parts, interrupts, (own) => work(contextOf(own))),
    };
  }
}
