/** What background jobs do, beside building indexes. */
import { InvariantError } from "@firstlight/common";
import type { DdlContext, OnlineSchema } from "../ddl/ddl-context.ts";
import { validateOnline } from "../ddl/validate-online.ts";
import type { Interrupts } from "../execute/executable.ts";
import type { Job } from "../online/job.ts";
import type { JobTasks } from "../online/job-runner.ts";
import { inTransaction } from "../online/online-parts.ts";
import type { TaskHost } from "../online/task-job.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { STATISTICS_TARGET } from "../statistics/analyze-column.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { analyzeTable } from "../statistics/analyze-table.ts";
import { unixMicros } from "../statistics/postgres-epoch.ts";
import { BackgroundSession } from "./background-session.ts";
import { ddlContext } from "./ddl-context-of.ts";
import type { SessionContext } from "./engine.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** As Aurora DSQL says it. */
const NO_TABLE = "Skipped job for nonexistent table.";

export interface TaskServices {
  readonly sequences: SequenceBlocks;
  online(
    session: SessionContext,
    contextOf: (transaction: SessionTransaction) => DdlContext,
  ): OnlineSchema;
}

function analyze(job: Job, { parts, pause }: TaskHost): Promise<string | undefined> {
  const { clock, random } = parts.ports;
  return inTransaction(parts, async ({ schema }) => {
    const table = schema.image.objects.get(job.table);
    if (table?.kind !== "table") return NO_TABLE;
    const { statistics } = await analyzeTable(
      { transaction: schema.kv, random: () => random.next(), pause },
      {
        table,
        columns: undefined,
        previous: schema.image.statisticsOf(table),
        objects: statisticsObjects(schema.image, table),
        catalog: schema.image,
        target: STATISTICS_TARGET,
        automatic: false,
        now: unixMicros(clock),
      },
    );
    schema.kv.dependsOn(table.oid);
    schema.putStatistics(statistics);
    return undefined;
  });
}

/** What cannot be reached any more is storage's to remove, by marks that the change has left. */
function drop(): Promise<string | undefined> {
  return Promise.resolve(undefined);
}

function interruptsOf({ pause }: TaskHost): Interrupts {
  return { check: () => undefined, overdue: () => true, yield: pause };
}

function contextIn(
  services: TaskServices,
  host: TaskHost,
  transaction: SessionTransaction,
): DdlContext {
  const session = new BackgroundSession({
    clock: host.parts.ports.clock,
    catalog: () => transaction.schema.image,
    database: transaction.schema.database,
    interrupts: interruptsOf(host),
  });
  const contextOf = (own: SessionTransaction): DdlContext => contextIn(services, host, own);
  const online = services.online(session, contextOf);
  const run = (): Promise<never> => Promise.reject(new InvariantError("a job runs no statement"));
  const { sequences } = services;
  return ddlContext({ session, sequences, online, run, rows: run }, transaction.schema);
}

async function validate(
  services: TaskServices,
  job: Job,
  host: TaskHost,
): Promise<string | undefined> {
  const transaction = host.parts.begin();
  try {
    await transaction.schema.verify();
    const table = transaction.schema.image.objects.get(job.table);
    if (table?.kind !== "table") return NO_TABLE;
    await validateOnline(contextIn(services, host, transaction), table, job.constraint ?? "");
    return undefined;
  } finally {
    transaction.rollback();
  }
}

export function jobTasks(services: TaskServices): JobTasks {
  return {
    ANALYZE: analyze,
    DROP: drop,
    VALIDATE_CONSTRAINT: (job, host) => validate(services, job, host),
  };
}
