/**
 * Grouping of a table's rows by storage: pages bring partial states, which are merged here. When
 * that cannot be, the rows are grouped here as any others.
 */
import { countScans } from "../../statistics/activity-counters.ts";
import type { MaybePromise, Span } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { ScanPage } from "@firstlight/common";
import type { Access, AggregateNode, ScanNode } from "../../plan/plan-node.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { RangeMaker } from "../key-ranges.ts";
import { compileRanges } from "../key-ranges.ts";
import type { PartialMerger, Row } from "@firstlight/sql";
import { Overflow } from "../../spill/overflow.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import { SpillableShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain, repeat } from "../operator.ts";
import { countedOid } from "./scan.ts";
import type { AggregatePushdown, PushedAggregation } from "../scan-pushdown.ts";
import { compileAggregatePushdown } from "../scan-pushdown.ts";

/** What a group takes beyond its row. */
const GROUP_BYTES = 250;

/** Partial states of groups that memory has no room for wait on tapes, as rows do elsewhere. */
class PushedAggregate extends ProducingOperator {
  readonly #pushed: PushedAggregation;
  readonly #share: SpillableShare;
  #spans: Span[];
  #merger: PartialMerger;
  readonly #overflow: Overflow;
  #results: Iterator<Row> | undefined;

  constructor(run: Run, pushed: PushedAggregation, spans: readonly Span[]) {
    super(run);
    this.#pushed = pushed;
    this.#merger = pushed.merger();
    this.#share = new SpillableShare(run.memory);
    this.#overflow = new Overflow(run.memory);
    this.#spans = spans.toReversed();
  }

  close(): void {
    this.#spans = [];
    this.#share.release();
    this.#overflow.free();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#results !== undefined) return this.emitFrom(this.#results) || this.#goOn();
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

  #took(page: ScanPage): MaybePromise<boolean> {
    if (page.rest !== undefined) this.#spans.push(page.rest);
    const added = this.#addAll(this.#pushed.rows(page.batch));
    return added === undefined ? true : added.then(() => true);
  }

  #addAll(rows: readonly Row[]): MaybePromise<void> {
    const merger = this.#merger;
    const overflow = this.#overflow;
    for (const row of rows) {
      const key = merger.keyOf(row);
      if (!merger.has(key)) {
        if (overflow.isOpen) {
          overflow.append(key, row);
          continue;
        }
        this.#share.take(rowBytes(row) + GROUP_BYTES);
      }
      merger.add(row, key);
    }
    return overflow.relieve(this.#share);
  }

  #finish(): boolean {
    this.#overflow.divide();
    this.#results = this.#merger.results(this.run.evaluation);
    return true;
  }

  /** The groups are through: goes on with what waits; false when nothing does. */
  #goOn(): MaybePromise<boolean> {
    this.#share.release();
    this.#merger = this.#pushed.merger();
    const tape = this.#overflow.next();
    if (tape === undefined) return false;
    const read = drain(this.run, new TapeRows(tape, true), (rows) => this.#addAll(rows));
    return isPromise(read) ? read.then(() => this.#finish()) : this.#finish();
  }
}

function skips(access: Access): boolean {
  if (access.kind !== "index") return false;
  return access.firstOf !== undefined || access.conditions.some((each) => each.kind === "skip");
}

/** Rows that are looked up one by one are not grouped by storage. */
function readsPoints({ access }: ScanNode, parts: number): boolean {
  if (access.kind !== "index" || access.alternatives !== undefined) return false;
  const { conditions } = access;
  return (
    conditions.length === parts &&
    conditions.every(({ kind }) => kind === "equal" || kind === "any")
  );
}

interface Compiled {
  readonly countedOid: number;
  readonly push: AggregatePushdown;
  readonly ranges: RangeMaker;
}

function compile(node: AggregateNode, scan: ScanNode): Compiled | undefined {
  const { access } = scan;
  if (access.kind === "bitmap" || skips(access)) return undefined;
  if (access.kind === "index" && access.index.number !== 0) return undefined;
  const layout = tableLayout(scan.table);
  if (readsPoints(scan, layout.primaryParts.length)) return undefined;
  const push = compileAggregatePushdown(node, scan, layout);
  if (push === undefined) return undefined;
  const ranges = compileRanges(access, layout.prefix, layout.primaryParts, true);
  return { push, countedOid: countedOid(scan), ranges };
}

function openPushed(compiled: Compiled, run: Run): Operator | undefined {
  const ranges = compiled.ranges(run.evaluation);
  const { transaction } = run.context;
  if (ranges.kind !== "spans") return undefined;
  if (ranges.spans.some((span) => transaction.overlaps(span))) return undefined;
  const pushed = compiled.push(run.evaluation);
  if (pushed === undefined) return undefined;
  const counters = run.context.activity?.scansOf(compiled.countedOid);
  countScans(counters, run.evaluation.statementTime);
  return new PushedAggregate(run, pushed, ranges.spans);
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
