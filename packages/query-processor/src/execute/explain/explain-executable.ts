/** EXPLAIN: the plan as rows of text; with ANALYZE the statement runs first and is measured. */
import { wantsLiterals } from "../../plan/literal-sensitivity.ts";
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { BindResult, BoundExplain } from "../../bind/query-tree.ts";
import type { PlanNode } from "../../plan/plan-node.ts";
import type { Executable, Execution, ExecutionContext } from "../executable.ts";
import type { Operator, Probe } from "../operator.ts";
import { BATCH_ROWS } from "../operator.ts";
import type { CompiledPlan } from "../plan-execution.ts";
import { PlanExecution } from "../plan-execution.ts";
import type { Measured } from "./plan-report.ts";
import { jsonPlan, reportOf, textLines } from "./plan-report.ts";

type Micros = () => number;

class MeasuredOperator implements Operator {
  readonly #inner: Operator;
  readonly #measured: Measured;
  readonly #now: Micros;
  #started = false;

  constructor(inner: Operator, measured: Measured, now: Micros) {
    this.#inner = inner;
    this.#measured = measured;
    this.#now = now;
    measured.loops++;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const from = this.#now();
    const batch = this.#inner.next(maxRows);
    return isPromise(batch)
      ? batch.then((rows) => this.#note(from, rows))
      : this.#note(from, batch);
  }

  #note(from: number, rows: readonly Row[] | undefined): readonly Row[] | undefined {
    const took = this.#now() - from;
    if (!this.#started) this.#measured.startupMicros += took;
    this.#started = true;
    this.#measured.totalMicros += took;
    this.#measured.rows += rows?.length ?? 0;
    return rows;
  }

  close(): void {
    this.#measured.report = this.#inner.report?.() ?? this.#measured.report;
    this.#inner.close();
  }
}

class Measurements implements Probe {
  readonly byNode: Map<PlanNode, Measured> = new Map();
  readonly #now: Micros;

  constructor(now: Micros) {
    this.#now = now;
  }

  wrap(node: PlanNode, operator: Operator): Operator {
    let measured = this.byNode.get(node);
    if (measured === undefined) {
      measured = { rows: 0, loops: 0, startupMicros: 0, totalMicros: 0, report: undefined };
      this.byNode.set(node, measured);
    }
    return new MeasuredOperator(operator, measured, this.#now);
  }
}

function render(
  explain: BoundExplain,
  plan: CompiledPlan,
  measurements: Measurements | undefined,
  micros: number,
): Row[] {
  const options = {
    costs: explain.costs,
    timing: explain.timing,
    measured: measurements?.byNode,
  };
  const report = reportOf(plan.node);
  // Planning happened when the statement was prepared: there is no time of it to tell.
  const summary = explain.analyze && explain.summary !== false;
  const took = Number((micros / 1000).toFixed(3));
  if (explain.format === "json") {
    const document: Record<string, unknown> = { Plan: jsonPlan(report, options) };
    if (summary) document["Execution Time"] = took;
    return [[JSON.stringify([document], undefined, 2)]];
  }
  const lines = textLines(report, options);
  if (summary) lines.push(`Execution Time: ${took.toFixed(3)} ms`);
  return lines.map((line) => [line]);
}

class ExplainExecution implements Execution {
  readonly #explain: BoundExplain;
  readonly #plan: CompiledPlan;
  readonly #context: ExecutionContext;
  #rows: readonly Row[] | undefined;
  #at = 0;

  constructor(explain: BoundExplain, plan: CompiledPlan, context: ExecutionContext) {
    this.#explain = explain;
    this.#plan = plan;
    this.#context = context;
  }

  get rowCount(): number {
    return this.#rows?.length ?? 0;
  }

  close(): void {}

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#rows !== undefined) return this.#slice(maxRows);
    if (!this.#explain.analyze) {
      this.#rows = render(this.#explain, this.#plan, undefined, 0);
      return this.#slice(maxRows);
    }
    return this.#analyze().then(() => this.#slice(maxRows));
  }

  async #analyze(): Promise<void> {
    const { evaluation } = this.#context;
    const now = (): number => Number(evaluation.clockTime());
    const measurements = new Measurements(now);
    const from = now();
    const execution = new PlanExecution(this.#plan, this.#context, measurements);
    try {
      while ((await execution.next(BATCH_ROWS)) !== undefined) this.#context.interrupts.check();
    } finally {
      execution.close();
    }
    this.#rows = render(this.#explain, this.#plan, measurements, now() - from);
  }

  #slice(maxRows: number): readonly Row[] | undefined {
    const rows = (this.#rows ?? []).slice(this.#at, this.#at + maxRows);
    this.#at += rows.length;
    return rows.length === 0 ? undefined : rows;
  }
}

export function explainExecutable(
  explain: BoundExplain,
  plan: CompiledPlan,
  bound: BindResult,
): Executable {
  return {
    kind: "explain",
    columns: bound.columns,
    paramTypes: bound.paramTypes,
    readsOnly: !explain.analyze || !plan.modifies,
    wantsLiterals: wantsLiterals(plan.node),
    execute: (context) => new ExplainExecution(explain, plan, context),
  };
}
