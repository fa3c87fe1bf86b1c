/** Parses, binds, plans and runs one statement over a MemoryTransaction, for tests. */
import type { TemporaryFiles } from "@firstlight/common";
import { MemoryTemporaryFiles, SILENT_LOG, isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import { DEFAULT_FORMAT } from "@firstlight/sql";
import { bindStatement } from "../../bind/bind-statement.ts";
import type { ResultColumn } from "../../bind/query-tree.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { parse } from "../../parse/parser.ts";
import type { ExecutionContext } from "../executable.ts";
import { planQuery } from "../plan-query.ts";
import type { PlanningOptions } from "../../plan/planning-options.ts";
import { PLANNING_DEFAULTS } from "../../plan/planning-options.ts";
import { SpillSpace } from "../../spill/spill-space.ts";
import type { Transaction } from "../../transaction/transaction.ts";

export interface StatementResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
  readonly rowCount: number;
}

/** Goes on from statement to statement, as a clock does. */
let ticks = 820_000_000_000_000n;

export function testEvaluation(params: readonly Datum[] = []): EvaluationContext {
  return {
    params,
    execParams: [],
    format: DEFAULT_FORMAT,
    transactionTime: ticks,
    statementTime: ticks,
    clockTime: () => (ticks += 1000n),
    random: () => 0.5,
    randomBytes: (length) => new Uint8Array(length).fill(7),
    session: undefined,
  };
}

export function testContext(
  transaction: Transaction,
  catalog: Catalog,
  evaluation: EvaluationContext = testEvaluation(),
  memoryLimitBytes: number = 64 << 20,
  spillSpace: SpillSpace = testSpillSpace(),
): ExecutionContext {
  let sequence = 0n;
  return {
    transaction,
    catalog,
    sessionView: { user: "test", database: "test", searchPath: ["public"] },
    evaluation,
    interrupts: { check() {}, overdue: () => false, yield: () => Promise.resolve() },
    memoryLimitBytes,
    spillSpace,
    notice() {},
    nextSequenceValue: () => ++sequence,
    parameters: evaluation.params,
    depth: 0,
    nested: () => {
      throw new Error("statements under test call no functions of users");
    },
  };
}

/** Without limit, in memory. */
export function testSpillSpace(files: TemporaryFiles = new MemoryTemporaryFiles()): SpillSpace {
  return new SpillSpace(files, SILENT_LOG, () => ({ limitKilobytes: -1, logFromKilobytes: -1 }));
}

export async function runStatement(
  text: string,
  transaction: Transaction,
  catalog: Catalog,
  params: readonly Datum[] = [],
  paramTypes: readonly number[] = [],
  memoryLimitBytes?: number,
  spillSpace?: SpillSpace,
  planning: PlanningOptions = PLANNING_DEFAULTS,
): Promise<StatementResult> {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const evaluation = testEvaluation(params);
  const bound = bindStatement(statement, catalog, {
    searchPath: ["public"],
    paramTypes,
    evaluation,
  });
  const execution = planQuery(bound, catalog, false, planning).execute(
    testContext(transaction, catalog, evaluation, memoryLimitBytes, spillSpace),
  );
  const rows: Row[] = [];
  try {
    for (;;) {
      const batch = execution.next(100);
      const ready = isPromise(batch) ? await batch : batch;
      if (ready === undefined) break;
      rows.push(...ready);
    }
  } finally {
    execution.close();
  }
  return { columns: bound.columns ?? [], rows, rowCount: execution.rowCount };
}
