/** A whole query processor on a client machine: engine, sessions and the jobs in its background. */
import type { ClusterView } from "../transactions.ts";
import { DEFAULT_SERVER_LIMITS, SessionServer, SqlEngine } from "../transactions.ts";
import type { OnlineBug } from "../transactions.ts";
import type { NodeRuntime } from "@firstlight/common";
import { registerBuiltins, typeByOid } from "@firstlight/sql";
import { SqlSession } from "./sql-session.ts";

const LIMITS = { writeBytesMax: 1 << 20, pageBytes: 1 << 16 };
/** So few that builds of small tables take several transactions. */
const BATCH_ROWS = 5;
const OUTCOME_PATIENCE_MICROS = 4_000_000;

export class SimQueryProcessor {
  readonly engine: SqlEngine;
  readonly #sessions: SessionServer;

  constructor(runtime: NodeRuntime, cluster: ClusterView, onlineBugs: ReadonlySet<OnlineBug>) {
    registerBuiltins();
    const { clock, random, log } = runtime;
    const ports = { clock, random, outcomePatienceMicros: OUTCOME_PATIENCE_MICROS };
    this.engine = new SqlEngine({
      cluster,
      ports,
      limits: LIMITS,
      plansMax: 500,
      log,
      onlineBugs,
      onlineBatchRows: BATCH_ROWS,
    });
    this.engine.startJobs();
    this.#sessions = new SessionServer(runtime, this.engine, DEFAULT_SERVER_LIMITS, {
      codecs: typeByOid,
      access: { proof: { kind: "password", trust: true } },
    });
  }

  connect(): SqlSession {
    return new SqlSession((socket) => this.#sessions.accept(socket));
  }

  /** False as well when it cannot be told. */
  async jobsAreDone(): Promise<boolean> {
    const jobs = await this.engine.jobs.list().catch(() => undefined);
    return jobs?.every(({ status }) => status === "completed" || status === "failed") ?? false;
  }
}
