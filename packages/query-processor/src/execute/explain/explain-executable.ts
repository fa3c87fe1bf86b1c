/** EXPLAIN: the plan as rows of text; with ANALYZE the statement runs first and is measured. */
import { wantsLiterals } from "../../plan/literal-sensitivity.ts";
import type { MaybePromise } from "@firstlight/common";
import { SETTING_TABLE, isPromise, showSetting } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { BindResult, BoundExplain } from "../../bind/query-tree.ts";
import type { BitmapTree, PlanNode, ScanNode } from "../../plan/plan-node.ts";
import { DsqlMeasurement, reportOfDsql } from "../../profile/dsql/explain/dsql-explain.ts";
import { childrenOf } from "../../plan/plan-children.ts";
import { PLANNER_SETTING_NAMES } from "../../plan/planner-settings.ts";
import type { Executable, Execution, ExecutionContext } from "../executable.ts";
import type { Operator, Probe, ScanCounter, Tally } from "../operator.ts";
import { BATCH_ROWS } from "../operator.ts";
import type { CompiledPlan } from "../plan-execution.ts";
import { PlanExecution } from "../plan-execution.ts";
import type { Measured } from "./plan-report.ts";
import { NO_BUFFERS, structuredPlan, textLines } from "./plan-report.ts";
import { relationCount } from "./relation-count.ts";
import { planReport } from "./report-tree.ts";
import type { Structured } from "./structured-formats.ts";
import { Fixed, asJson, asXml, asYaml } from "./structured-formats.ts";

type Micros = () => number;

/** Passes no advice on: rows that a join has no use for are counted as its conditions say. */
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

const NOTHING_MEASURED: Measured = {
  rows: 0,
  loops: 0,
  startupMicros: 0,
  totalMicros: 0,
  removed: 0,
  report: undefined,
};

class Measurements implements Probe {
  readonly byPart: Map<PlanNode | BitmapTree, Measured> = new Map();
  readonly #now: Micros;
  readonly counterOf?: (node: ScanNode) => ScanCounter;

  constructor(now: Micros, dsql: DsqlMeasurement | undefined) {
    this.#now = now;
    if (dsql !== undefined) this.counterOf = (node) => dsql.counterOf(node);
  }

  wrap(node: PlanNode, operator: Operator): Operator {
    return new MeasuredOperator(operator, this.#measuredOf(node), this.#now);
  }

  tally(part: PlanNode | BitmapTree, { rows = 0, loops = 0, removed = 0 }: Partial<Tally>): void {
    const measured = this.#measuredOf(part);
    measured.rows += rows;
    measured.loops += loops;
    measured.removed += removed;
  }

  #measuredOf(part: PlanNode | BitmapTree): Measured {
    const known = this.byPart.get(part);
    if (known !== undefined) return known;
    const measured = { ...NOTHING_MEASURED };
    this.byPart.set(part, measured);
    return measured;
  }
}

interface Rendering {
  readonly explain: BoundExplain;
  readonly plan: CompiledPlan;
  readonly planningMicros: number;
  readonly context: ExecutionContext;
}

/** What plans depend on, and what PostgreSQL shows beside (GUC_EXPLAIN). */
const EXPLAINED_SETTINGS: ReadonlySet<string> = new Set([
  ...PLANNER_SETTING_NAMES,
  "work_mem",
  "hash_mem_multiplier",
  "temp_buffers",
  "effective_cache_size",
  "effective_io_concurrency",
  "plan_cache_mode",
]);

/** Those that are not at their defaults. */
function changedSettings({
  sessionView,
}: ExecutionContext): readonly (readonly [string, string])[] {
  const path = SETTING_TABLE.filter(({ name }) => name === "search_path");
  const others = SETTING_TABLE.filter(({ name }) => EXPLAINED_SETTINGS.has(name));
  return [...path, ...others].flatMap((definition) => {
    const shown = sessionView.setting?.(definition.name);
    if (shown === undefined || shown === showSetting(definition, definition.default)) return [];
    return [[definition.name, shown] as const];
  });
}

/** The plan without the INSERT at its top. */
function sourceOf(node: PlanNode): PlanNode {
  if (node.kind === "insert") return node.child;
  return "child" in node ? ({ ...node, child: sourceOf(node.child) } as PlanNode) : node;
}

const FORMATS = { json: asJson, yaml: asYaml, xml: asXml } as const;

function render(
  { explain, plan, planningMicros, context }: Rendering,
  measurements: Measurements | undefined,
  micros: number,
  measurement: DsqlMeasurement | undefined,
): Row[] {
  const { isDsql } = context.catalog.profile;
  const options = {
    costs: explain.costs,
    verbose: explain.verbose,
    qualifies: explain.verbose && !isDsql,
    timing: explain.timing,
    buffers: explain.buffers && !isDsql,
    wal: explain.wal && !isDsql,
    measured: measurements?.byPart,
    schemaOf: ({ schema }: { readonly schema: number }) =>
      context.catalog.schemaByOid(schema)?.name,
  };
  const { verbose } = explain;
  const root = explain.ofSource === true ? sourceOf(plan.node) : plan.node;
  const isQualified = hasRelations(explain, root);
  const whole = planReport(root, { isQualified, verbose: options.qualifies });
  const report = isDsql ? reportOfDsql(whole, { context, verbose, measurement }) : whole;
  const settings = explain.settings ? changedSettings(context) : [];
  const summary = explain.summary ?? explain.analyze;
  if (explain.format !== "text") {
    const document: Record<string, Structured> = { Plan: structuredPlan(report, options) };
    if (explain.settings) document["Settings"] = Object.fromEntries(settings);
    if (options.buffers) document["Planning"] = NO_BUFFERS;
    if (summary) document["Planning Time"] = new Fixed(planningMicros / 1000, 3);
    if (explain.analyze) document["Triggers"] = [];
    if (summary && explain.analyze) document["Execution Time"] = new Fixed(micros / 1000, 3);
    return [[FORMATS[explain.format](document)]];
  }
  const lines = textLines(report, options);
  if (settings.length > 0) {
    lines.push(`Settings: ${settings.map(([name, value]) => `${name} = '${value}'`).join(", ")}`);
  }
  if (isDsql && verbose) lines.push(`Query Identifier: ${explain.identifier ?? ""}`);
  if (summary) lines.push(`Planning Time: ${(planningMicros / 1000).toFixed(3)} ms`);
  if (summary && explain.analyze) lines.push(`Execution Time: ${(micros / 1000).toFixed(3)} ms`);
  if (verbose) lines.push(...(measurement?.lines(planningMicros + micros) ?? []));
  return lines.map((line) => [line]);
}

/**
 * More than one, as PostgreSQL sees it: a query that the planner has made out of an aggregate has its
 * relation once more.
 */
function hasRelations({ query, ofSource }: BoundExplain, root: PlanNode): boolean {
  const own = relationCount(query) - (ofSource === true ? 1 : 0);
  return own > 1 || hasInitPlan(root);
}

function hasInitPlan(node: PlanNode): boolean {
  return node.kind === "initPlans" || childrenOf(node).some(hasInitPlan);
}

class ExplainExecution implements Execution {
  readonly #explain: BoundExplain;
  readonly #plan: CompiledPlan;
  readonly #context: ExecutionContext;
  readonly #rendering: Rendering;
  #rows: readonly Row[] | undefined;
  #at = 0;

  constructor(rendering: Rendering) {
    this.#explain = rendering.explain;
    this.#plan = rendering.plan;
    this.#context = rendering.context;
    this.#rendering = rendering;
  }

  get rowCount(): number {
    return this.#rows?.length ?? 0;
  }

  close(): void {}

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#rows !== undefined) return this.#slice(maxRows);
    if (!this.#explain.analyze) {
      this.#rows = render(this.#rendering, undefined, 0, undefined);
      return this.#slice(maxRows);
    }
    return this.#analyze().then(() => this.#slice(maxRows));
  }

  async #analyze(): Promise<void> {
    const { evaluation } = this.#context;
    const now = (): number => Number(evaluation.clockTime());
    const dsql = this.#context.catalog.profile.isDsql ? new DsqlMeasurement() : undefined;
    const measurements = new Measurements(now, dsql);
    const context = dsql?.contextOf(this.#context) ?? this.#context;
    const from = now();
    if (this.#explain.isSkipped === true) {
      this.#rows = render(this.#rendering, measurements, 0, dsql);
      return;
    }
    const execution = new PlanExecution(this.#plan, context, measurements);
    try {
      while ((await execution.next(BATCH_ROWS)) !== undefined) this.#context.interrupts.check();
    } finally {
      execution.close();
    }
    this.#rows = render(this.#rendering, measurements, now() - from, dsql);
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
  planningMicros: number,
): Executable {
  return {
    kind: "explain",
    columns: bound.columns,
    paramTypes: bound.paramTypes,
    readsOnly: !explain.analyze || !plan.modifies,
    wantsLiterals: wantsLiterals(plan.node),
    execute: (context) => new ExplainExecution({ explain, plan, planningMicros, context }),
  };
}
