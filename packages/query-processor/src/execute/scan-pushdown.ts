/**
 * What of a scan storage can do: filter and project, or aggregate partially. Parameters become
 * constants when the scan starts; where that leaves something that storage cannot evaluate, or the
 * transaction has written into the span, the scan brings whole rows instead.
 */
import type { RowBatch } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type {
  Aggregate,
  EvaluationContext,
  Expr,
  PartialMerger,
  PushedAggregate,
  Row,
  ScanProgram,
} from "@firstlight/sql";
import {
  isPushable,
  isPushableAggregate,
  mergePartials,
  pushableExpr,
  rowDecoder,
  storableProgramText,
  scanResultTypes,
} from "@firstlight/sql";
import { mapChildren } from "../plan/expression-map.ts";
import type { AggregateNode, ScanNode } from "../plan/plan-node.ts";
import type { TableLayout } from "../plan/table-layout.ts";

/** The expression over the stored row instead of the scan's output. */
function overStored(expr: Expr, node: ScanNode): Expr {
  if (expr.kind !== "slot") return mapChildren(expr, (child) => overStored(child, node));
  const index = node.columns[expr.index];
  if (index === undefined) throw new InvariantError("a pushed expression beyond the columns");
  return { ...expr, index };
}

export interface PushedScan {
  readonly text: string;
  /** The page's rows in the scan's output columns. */
  rows(batch: RowBatch): readonly Row[];
}

export type ScanPushdown = (context: EvaluationContext) => PushedScan | undefined;

function rowReader(program: ScanProgram): (batch: RowBatch) => readonly Row[] {
  let decode: ((bytes: Uint8Array) => Row) | undefined;
  return (batch) => {
    if (batch.kind === "values") return batch.rows as readonly Row[];
    if (batch.kind === "raw") throw new InvariantError("a program answers in rows");
    decode ??= rowDecoder(scanResultTypes(program));
    return batch.rows.map((bytes) => decode?.(bytes) ?? []);
  };
}

function baseProgram(layout: TableLayout): Pick<ScanProgram, "columnTypes" | "defaults"> {
  const { types, missing } = layout;
  return missing.every((value) => value === null)
    ? { columnTypes: types }
    : { columnTypes: types, defaults: missing };
}

/** Of a whole table storage sends the columns that are used, and can read them as columns. */
function compileProjectionPushdown(node: ScanNode, layout: TableLayout): ScanPushdown | undefined {
  if (node.access.kind !== "full") return undefined;
  const output = { kind: "columns", columns: node.columns } as const;
  const program: ScanProgram = { ...baseProgram(layout), output };
  const text = storableProgramText(program);
  return text === undefined ? undefined : () => ({ text, rows: rowReader(program) });
}

/** So few rows are filtered here sooner than a program is written down for them. */
const LOOKUP_ROWS_MAX = 200;

/** As the inner side of a join has it, once for each outer row. */
function isLookup({ access, estimate }: ScanNode): boolean {
  if (access.kind !== "index" || estimate.rows > LOOKUP_ROWS_MAX) return false;
  if (access.alternatives !== undefined) return true;
  return access.conditions.length > 0 && access.conditions.every(({ kind }) => kind === "equal");
}

/** Undefined when there is nothing to push, or a filter that storage can never evaluate. */
export function compileScanPushdown(node: ScanNode, layout: TableLayout): ScanPushdown | undefined {
  if (node.filter === undefined) return compileProjectionPushdown(node, layout);
  if (isLookup(node) || !isPushable(node.filter)) return undefined;
  const stored = overStored(node.filter, node);
  return (context) => {
    const filter = pushableExpr(stored, context);
    if (filter === undefined) return undefined;
    const output = { kind: "columns", columns: node.columns } as const;
    const program: ScanProgram = { ...baseProgram(layout), filter, output };
    const text = storableProgramText(program);
    return text === undefined ? undefined : { text, rows: rowReader(program) };
  };
}

export interface PushedAggregation {
  readonly text: string;
  merger(): PartialMerger;
  rows(batch: RowBatch): readonly Row[];
}

export type AggregatePushdown = (context: EvaluationContext) => PushedAggregation | undefined;

function pushedCall(call: Aggregate, node: ScanNode): PushedAggregate {
  const { proc, args, type, filter } = call;
  const base = { proc, type, args: args.map((arg) => overStored(arg, node)) };
  return filter === undefined ? base : { ...base, filter: overStored(filter, node) };
}

function mayPush(node: AggregateNode, scan: ScanNode): boolean {
  const exprs = [
    ...node.groupBy,
    ...node.aggregates.flatMap((call) => [...call.args, ...(call.filter ? [call.filter] : [])]),
    ...(scan.filter === undefined ? [] : [scan.filter]),
  ];
  return (
    !scan.withKey &&
    node.groupings.length === 0 &&
    node.groupingSets.length === 1 &&
    node.groupingSets[0]?.length === node.groupBy.length &&
    exprs.every((expr) => isPushable(expr)) &&
    node.aggregates.every(
      (call) =>
        !call.distinct &&
        call.routine === undefined &&
        call.orderBy.length === 0 &&
        call.directArgs.length === 0 &&
        isPushableAggregate(pushedCall(call, scan)),
    )
  );
}

function all(exprs: readonly Expr[], context: EvaluationContext): readonly Expr[] | undefined {
  const fixed = exprs.map((expr) => pushableExpr(expr, context));
  return fixed.every((expr) => expr !== undefined) ? fixed : undefined;
}

function fixedCalls(
  calls: readonly PushedAggregate[],
  context: EvaluationContext,
): readonly PushedAggregate[] | undefined {
  const fixed: PushedAggregate[] = [];
  for (const call of calls) {
    const args = all(call.args, context);
    const filter = call.filter === undefined ? undefined : pushableExpr(call.filter, context);
    if (args === undefined || (call.filter !== undefined && filter === undefined)) return undefined;
    fixed.push({
      proc: call.proc,
      type: call.type,
      args,
      ...(filter === undefined ? {} : { filter }),
    });
  }
  return fixed;
}

export function compileAggregatePushdown(
  node: AggregateNode,
  scan: ScanNode,
  layout: TableLayout,
): AggregatePushdown | undefined {
  if (!mayPush(node, scan)) return undefined;
  const groups = node.groupBy.map((expr) => overStored(expr, scan));
  const calls = node.aggregates.map((call) => pushedCall(call, scan));
  const condition = scan.filter === undefined ? undefined : overStored(scan.filter, scan);
  return (context) => {
    const groupBy = all(groups, context);
    const aggregates = fixedCalls(calls, context);
    const filter = condition === undefined ? undefined : pushableExpr(condition, context);
    if (groupBy === undefined || aggregates === undefined) return undefined;
    if (condition !== undefined && filter === undefined) return undefined;
    const program: ScanProgram = {
      ...baseProgram(layout),
      ...(filter === undefined ? {} : { filter }),
      output: { kind: "aggregate", groupBy, aggregates },
    };
    const text = storableProgramText(program);
    if (text === undefined) return undefined;
    return {
      text,
      merger: () => mergePartials(program),
      rows: rowReader(program),
    };
  };
}
