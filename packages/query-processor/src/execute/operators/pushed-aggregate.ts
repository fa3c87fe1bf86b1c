/**
 * Grouping of a table's rows by storage: pages bring partial states, which are merged here. When
 * that cannot be, the rows are grouped here as any others.
 */
import type { MaybePromise, Span } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { ScanPage } from "@firstlight/common";
import type { AggregateNode, ScanNode } from "../../plan/plan-node.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { RangeMaker } from "../key-ranges.ts";
import { compileRanges } from "../key-ranges.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, repeat } from "../operator.ts";
import type { AggregatePushdown, PushedAggregation } from "../scan-pushdown.ts";
import { compileAggregatePushdown } from "../scan-pushdown.ts";

class PushedAggregate extends ProducingOperator {
  readonly #pushed: PushedAggregation;
  #spans: Span[];

  constructor(run: Run, pushed: PushedAggregation, spans: readonly Span[]) {
    super(run);
    this.#pushed = pushed;
    this.#spans = spans.toReversed();
  }

  close(): void {
    this.#spans = [];
  }

  protected override produce(): MaybePromise<boolean> {
    const done = repeat(this.run, () => this.#page());
    return isPromise(done) ? done.then(() => this.#finish()) : this.#finish();
  }

  #page(): MaybePromise<boolean> {
    const span = this.#spans.pop();
    if (span === undefined) return false;
    const { text } = this.#pushed;
    const page = this.run.reads.scan({
      span,
      reverse: false,
      program: text,
      withKeys: false,
    });
    return isPromise(page) ? page.then((got) => this.#took(got)) : this.#took(page);
  }

  #took(page: ScanPage): boolean {
    if (page.rest !== undefined) this.#spans.push(page.rest);
    for (const row of this.#pushed.rows(page.batch)) this.#pushed.merger.add(row);
    return true;
  }

  #finish(): boolean {
    this.emitAll(this.#pushed.merger.results(this.run.evaluation));
    return false;
  }
}

interface Compiled {
  readonly push: AggregatePushdown;
  readonly ranges: RangeMaker;
}

function compile(node: AggregateNode, scan: ScanNode): Compiled | undefined {
  const { access } = scan;
  if (access.kind === "index" && access.index.number !== 0) return undefined;
  const layout = tableLayout(scan.table);
  const push = compileAggregatePushdown(node, scan, layout);
  if (push === undefined) return undefined;
  return { push, ranges: compileRanges(access, layout.prefix, layout.primaryParts, true) };
}

function openPushed(compiled: Compiled, run: Run): Operator | undefined {
  const ranges = compiled.ranges(run.evaluation);
  const { transaction } = run.context;
  if (ranges.kind !== "spans") return undefined;
  if (ranges.spans.some((span) => transaction.overlaps(span))) return undefined;
  const pushed = compiled.push(run.evaluation);
  return pushed === undefined ? undefined : new PushedAggregate(run, pushed, ranges.spans);
}

/** `otherwise` groups the rows here. */
export function openAggregateOverScan(
  node: AggregateNode,
  scan: ScanNode,
  otherwise: Opener,
): Opener {
  const compiled = compile(node, scan);
  if (compiled === undefined) return otherwise;
  return (run) => {
    // EXPLAIN ANALYZE measures the scan as a node of its own.
    const pushed = run.probe === undefined ? openPushed(compiled, run) : undefined;
    return pushed ?? otherwise(run);
  };
}
