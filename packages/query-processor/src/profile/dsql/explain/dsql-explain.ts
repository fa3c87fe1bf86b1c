/** EXPLAIN of Aurora DSQL: how a statement is measured, and what is printed beside its plan. */
import type { ExecutionContext } from "../../../execute/executable.ts";
import type { ReportNode } from "../../../execute/explain/report-tree.ts";
import type { ScanCounter } from "../../../execute/operator.ts";
import type { PlanNode, ScanNode } from "../../../plan/plan-node.ts";
import { dpuLines } from "./dpu.ts";
import { MeasuredTransaction } from "./measured-transaction.ts";
import type { TransferredBytes } from "./measured-transaction.ts";
import { dsqlReport } from "./reshape.ts";
import type { ScanCounts } from "./scan-counter.ts";
import { StorageCounter } from "./scan-counter.ts";

export class DsqlMeasurement {
  readonly #bytes: TransferredBytes = { readBytes: 0, writtenBytes: 0 };
  readonly counts: Map<PlanNode, ScanCounts> = new Map();

  /** The statement's own context, in a transaction that counts. */
  contextOf(context: ExecutionContext): ExecutionContext {
    const { parameters } = context;
    const transaction = new MeasuredTransaction(context.transaction, this.#bytes);
    return context.nested({ parameters, transaction });
  }

  counterOf(node: ScanNode): ScanCounter {
    let counts = this.counts.get(node);
    if (counts === undefined) {
      counts = { scanned: 0, passed: 0 };
      this.counts.set(node, counts);
    }
    return new StorageCounter(node, counts);
  }

  lines(micros: number): string[] {
    return dpuLines({ micros, ...this.#bytes });
  }
}

export interface Explained {
  readonly context: ExecutionContext;
  readonly verbose: boolean;
  readonly measurement: DsqlMeasurement | undefined;
}

export function reportOfDsql(
  report: ReportNode,
  { context, verbose, measurement }: Explained,
): ReportNode {
  const { catalog, sessionView } = context;
  const batches = sessionView.setting?.("dsql.enable_batched_nestloop") !== "off";
  return dsqlReport(report, {
    catalog,
    verbose,
    batches,
    counts: measurement?.counts ?? new Map(),
  });
}
