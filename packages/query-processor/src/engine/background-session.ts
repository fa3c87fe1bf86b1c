/** On whose behalf background jobs read and change the schema: the bootstrap superuser, nobody's session. */
import type { Clock, SqlErrorFields } from "@firstlight/common";
import { featureNotSupported } from "@firstlight/common";
import type { Datum, EvaluationContext } from "@firstlight/sql";
import { schemaEvaluation } from "../bind/schema-evaluation.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Interrupts } from "../execute/executable.ts";
import { PLANNER_DEFAULTS } from "../plan/planner-settings.ts";
import type { PlannerSettings } from "../plan/planner-settings.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import { POSTGRES_EPOCH } from "../statistics/postgres-epoch.ts";
import type { SessionContext } from "./engine.ts";

const PATH: readonly string[] = ["pg_catalog"];
const MEMORY_BYTES = 64 << 20;

export interface BackgroundParts {
  readonly clock: Clock;
  readonly catalog: () => Catalog;
  readonly database: number | undefined;
  readonly interrupts: Interrupts;
}

export class BackgroundSession implements SessionContext {
  readonly user: string = "postgres";
  readonly database: string = "postgres";
  readonly searchPath: readonly string[] = PATH;
  readonly memoryLimitBytes: number = MEMORY_BYTES;
  readonly planner: PlannerSettings = PLANNER_DEFAULTS;
  readonly inBlock: boolean = false;
  readonly isOnlyStatement: boolean = true;
  readonly interrupts: Interrupts;
  readonly databaseOid?: number;
  readonly #parts: BackgroundParts;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
    this.interrupts = parts.interrupts;
    if (parts.database !== undefined) this.databaseOid = parts.database;
  }

  /** Jobs look at rows one by one. */
  get spillSpace(): SpillSpace {
    throw featureNotSupported("temporary files of a background job");
  }

  evaluation(params: readonly Datum[]): EvaluationContext {
    const { clock, catalog } = this.#parts;
    const now = (): bigint => BigInt(clock.now().latest - POSTGRES_EPOCH);
    const time = now();
    return {
      ...schemaEvaluation(catalog(), PATH),
      params,
      transactionTime: time,
      statementTime: time,
      clockTime: now,
    };
  }

  notice(_severity: string, _sqlstate: string, _message: string, _fields?: SqlErrorFields): void {}
}
