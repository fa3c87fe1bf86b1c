/**
 * What of a scan storage can do: filter and project, or aggregate partially. Parameters become
 * constants when the scan starts; where that leaves something that storage cannot evaluate, or the
 * transaction has written into the span, the scan brings whole rows instead.
 */
import type { RowBatch } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type {
  Aggregate,
  CompiledPredicate,
  Datum,
  EvaluationContext,
  Expr,
  PartialMerger,
  PushedAggregate,
  Row,
  ScanProgram,
} from "@firstlight/sql";
import {
  compilePredicate,
  isPushable,
  isPushableAggregate,
  mapChildrenInSteps,
  mergePartials,
  pushableExpr,
  rowDecoder,
  storableProgramText,
  scanResultTypes,
} from "@firstlight/sql";
import { conjunction, conjuncts, someNode, walk } from "../plan/expression-map.ts";
import type { AggregateNode, KeyCondition, ScanNode } from "../plan/plan-node.ts";
import type { TableLayout } from "../plan/table-layout.ts";

/** The expression over the stored row instead of the scan's output. */
function overStored(expr: Expr, node: ScanNode): Expr {
  if (expr.kind !== "slot")
    return mapChildrenInSteps("stored", expr, (child) => overStored(child, node));
  const index = node.columns[expr.index];
  if (index === undefined) throw new InvariantError("a pushed expression beyond the columns");
  return { ...expr, index };
}

export interface PushedScan {
  readonly text: string;
  /** What storage does not look at: to be asked of the rows. */
  readonly rest: CompiledPredicate | undefined;
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
  if (text === undefined) return undefined;
  return () => ({ text, rest: undefined, rows: rowReader(program) });
}

/**
 * Every page's request brings the program, and storage reads and compiles a long one anew each time
 * (ScanPrograms): what would make its text longer than about this is left to whoever scans.
 */
const PUSHED_TEXT_MAX = 48 << 10;
/** Of one node, and of one element of a constant array, as text. */
const NODE_TEXT = 110;
const ELEMENT_TEXT = 10;

function constantText(value: Datum): number {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length;
  const isArray = value !== null && typeof value === "object" && "tag" in value;
  return isArray && value.tag === "array" ? value.elements.length * ELEMENT_TEXT : 0;
}

/** What is left of `room` once the expression is written down; negative: too little. */
function roomAfter(expr: Expr, room: number): number {
  let left = room;
  walk(expr, (node) => {
    left -= NODE_TEXT + (node.kind === "const" ? constantText(node.value) : 0);
    return left >= 0;
  });
  return left;
}

function isLongArray(node: Expr): boolean {
  return (
    node.kind === "scalarArrayOp" &&
    node.array.kind === "array" &&
    node.array.elements.length * ELEMENT_TEXT > PUSHED_TEXT_MAX
  );
}

/**
 * An array with so many elements is too long whatever they become, and so many columns stay columns:
 * finding out what becomes of the rest takes its time.
 */
function isCertainlyLong(expr: Expr): boolean {
  let columns = 0;
  return someNode(expr, (node) => {
    if (node.kind === "slot") columns++;
    return columns * NODE_TEXT > PUSHED_TEXT_MAX || isLongArray(node);
  });
}

/** Undefined also where that is too long to be sent with every page. */
function shortPushable(expr: Expr, context: EvaluationContext): Expr | undefined {
  const pushed = pushableExpr(expr, context);
  return pushed !== undefined && roomAfter(pushed, PUSHED_TEXT_MAX) >= 0 ? pushed : undefined;
}

interface Condition {
  /** Over the scan's output, and over the stored row. */
  readonly own: Expr;
  readonly stored: Expr;
  readonly isLong: boolean;
}

interface PushedConditions {
  readonly filter: Expr | undefined;
  readonly rest: readonly Expr[];
}

/**
 * Each condition where it can be tested, and none before those that stand in front of it: it may
 * fail for a row that they leave out.
 */
function divided(all: readonly Condition[], context: EvaluationContext): PushedConditions {
  const pushed: Expr[] = [];
  let room = PUSHED_TEXT_MAX;
  for (const { stored, isLong } of all) {
    const fixed = isLong ? undefined : pushableExpr(stored, context);
    const left = fixed === undefined ? -1 : roomAfter(fixed, room);
    if (fixed === undefined || left < 0) break;
    room = left;
    pushed.push(fixed);
  }
  const rest = all.slice(pushed.length).map(({ own }) => own);
  return { filter: conjunction(pushed), rest };
}

/** Compiled once as long as the same conditions are left; `whole`: of all of them. */
function restTest(
  count: number,
  whole: CompiledPredicate | undefined,
): (rest: readonly Expr[]) => CompiledPredicate | undefined {
  let last: readonly Expr[] = [];
  let test: CompiledPredicate | undefined;
  return (rest) => {
    if (rest.length === count) return whole;
    const isSame = rest.length === last.length && rest.every((each, at) => each === last[at]);
    if (isSame) return test;
    last = rest;
    const all = conjunction(rest);
    test = all === undefined ? undefined : compilePredicate(all);
    return test;
  };
}

/** So few rows are filtered here sooner than a program is written down for them. */
const LOOKUP_ROWS_MAX = 200;

/** So many where the range is another one for each outer row: so is the program. */
const REPEATED_ROWS_MAX = 1_000;

/** As the inner side of a join has it, once for each outer row. */
function isLookup({ access, estimate }: ScanNode): boolean {
  if (access.kind !== "index") return false;
  const { conditions, alternatives } = access;
  if (conditions.some(isSetAnew)) return estimate.rows <= REPEATED_ROWS_MAX;
  if (estimate.rows > LOOKUP_ROWS_MAX) return false;
  if (alternatives !== undefined) return true;
  return conditions.length > 0 && conditions.every(({ kind }) => kind === "equal");
}

function isSetAnew(condition: KeyCondition): boolean {
  if (condition.kind !== "range") return false;
  return [condition.lower, condition.upper].some(
    (bound) => bound !== undefined && someNode(bound.expr, ({ kind }) => kind === "execParam"),
  );
}

/**
 * Undefined when there is nothing to push, or a filter that storage can never evaluate. `test`: the
 * filter, compiled.
 */
export function compileScanPushdown(
  node: ScanNode,
  layout: TableLayout,
  test: CompiledPredicate | undefined,
): ScanPushdown | undefined {
  if (node.filter === undefined) return compileProjectionPushdown(node, layout);
  if (isLookup(node) || !isPushable(node.filter)) return undefined;
  const conditions = conjuncts(node.filter).map((own) => {
    const stored = overStored(own, node);
    return { own, stored, isLong: isCertainlyLong(stored) };
  });
  const isWhole = node.access.kind === "full";
  const testOf = restTest(conditions.length, test);
  return (context) => {
    const { filter, rest } = divided(conditions, context);
    if (filter === undefined && !isWhole) return undefined;
    const output = { kind: "columns", columns: node.columns } as const;
    const base = { ...baseProgram(layout), output };
    const program: ScanProgram = filter === undefined ? base : { ...base, filter };
    const text = storableProgramText(program);
    if (text === undefined) return undefined;
    return { text, rest: testOf(rest), rows: rowReader(program) };
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
    !exprs.some(isCertainlyLong) &&
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
  const fixed = exprs.map((expr) => shortPushable(expr, context));
  return fixed.every((expr) => expr !== undefined) ? fixed : undefined;
}

function fixedCalls(
  calls: readonly PushedAggregate[],
  context: EvaluationContext,
): readonly PushedAggregate[] | undefined {
  const fixed: PushedAggregate[] = [];
  for (const call of calls) {
    const args = all(call.args, context);
    const filter = call.filter === undefined ? undefined : shortPushable(call.filter, context);
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
    const filter = condition === undefined ? undefined : shortPushable(condition, context);
    if (groupBy === undefined || aggregates === undefined) return undefined;
    if (condition !== undefined && filter === undefined) return undefined;
    const program: ScanProgram = {
      ...baseProgram(layout),
      ...(filter === undefined ? {} : { filter }),
      output: { kind: "aggregate", groupBy, aggregates },
    };
    const text = storableProgramText(program);
    if (text === undefined || text.length > PUSHED_TEXT_MAX) return undefined;
    return {
      text,
      merger: () => mergePartials(program),
      rows: rowReader(program),
    };
  };
}
