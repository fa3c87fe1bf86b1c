/**
 * Frames of window functions over one sorted partition: peer groups, and for each row the interval
 * of rows [start, end) that its frame holds before exclusion.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext, Row } from "@firstlight/sql";
import { compileExpr, implementationOf, inRangeProcs, typeByOid } from "@firstlight/sql";
import type { FrameBound, WindowClause } from "../../bind/query-tree.ts";

export interface Partition {
  readonly length: number;
  /** Undefined beyond the partition; throws RowNeeded when the row has to be read first. */
  readonly rowAt: (at: number) => Row | undefined;
  /** Values of the sort key, only where frames are about them (RANGE with an offset). */
  readonly keys: readonly Datum[];
  /** Number of the peer group of each row, from 0. */
  readonly group: Int32Array;
  /** First row of each peer group, and the partition's length at the end. */
  readonly groupStart: readonly number[];
}

/** Rows looked at between two chances to be interrupted. */
export const ROWS_PER_STEP = 1024;

export type Frame = WindowClause["frame"];

export interface CompiledFrame {
  readonly frame: Frame;
  readonly startOffset: CompiledExpr | undefined;
  readonly endOffset: CompiledExpr | undefined;
  /** Types of the offsets; 0 without. */
  readonly startType: number;
  readonly endType: number;
  /** For RANGE with offsets: in_range of the sort key's type and the offset's. */
  readonly startInRange: InRange | undefined;
  readonly endInRange: InRange | undefined;
  /** For RANGE with offsets: the only sort key. */
  readonly rangeKey: WindowClause["orderBy"][number] | undefined;
}

function offsetOf(bound: FrameBound): CompiledExpr | undefined {
  return bound.kind === "preceding" || bound.kind === "following"
    ? compileExpr(bound.offset)
    : undefined;
}

function offsetType(bound: FrameBound): number {
  return bound.kind === "preceding" || bound.kind === "following" ? bound.offset.type : 0;
}

/** in_range(value, base, offset, subtract, less) of pg_amproc. */
type InRange = (
  context: EvaluationContext,
  value: Datum,
  base: Datum,
  offset: Datum,
  subtract: boolean,
  less: boolean,
) => Datum;

function inRangeOf({ frame, orderBy }: WindowClause, bound: FrameBound): InRange | undefined {
  const type = orderBy[0]?.expr.type;
  if (frame.mode !== "range" || type === undefined || !("offset" in bound)) return undefined;
  const proc = inRangeProcs(type).get(bound.offset.type);
  if (proc === undefined) throw featureNotSupported("RANGE with an offset for this type");
  const argTypes = [type, type, bound.offset.type, BOOL_TYPE, BOOL_TYPE];
  return implementationOf(proc, { argTypes, resultType: BOOL_TYPE });
}

const BOOL_TYPE = 16;

export function compileFrame(clause: WindowClause): CompiledFrame {
  return {
    frame: clause.frame,
    startOffset: offsetOf(clause.frame.start),
    endOffset: offsetOf(clause.frame.end),
    startType: offsetType(clause.frame.start),
    endType: offsetType(clause.frame.end),
    startInRange: inRangeOf(clause, clause.frame.start),
    endInRange: inRangeOf(clause, clause.frame.end),
    rangeKey: clause.orderBy[0],
  };
}

/** Offsets are computed once per partition pass: they cannot refer to columns. */
export interface FrameOffsets {
  readonly start: Datum;
  readonly end: Datum;
}

function isNegative(
  offset: Exclude<Datum, null>,
  type: number,
  { format, transactionTime }: EvaluationContext,
): boolean {
  if (typeof offset === "number" || typeof offset === "bigint") return offset < 0;
  const sqlType = typeByOid(type);
  return sqlType.compare(offset, sqlType.input("0", -1, { ...format, now: transactionTime })) < 0;
}

function checkedOffset(
  value: CompiledExpr | undefined,
  type: number,
  side: "starting" | "ending",
  mode: Frame["mode"],
  context: EvaluationContext,
): Datum {
  if (value === undefined) return null;
  const offset = value([], context);
  if (offset === null) throw new SqlError("22004", `frame ${side} offset must not be null`);
  // RANGE leaves that to in_range.
  if (mode === "range" || !isNegative(offset, type, context)) return offset;
  throw new SqlError("22013", `frame ${side} offset must not be negative`);
}

export function frameOffsets(compiled: CompiledFrame, context: EvaluationContext): FrameOffsets {
  const { mode } = compiled.frame;
  return {
    start: checkedOffset(compiled.startOffset, compiled.startType, "starting", mode, context),
    end: checkedOffset(compiled.endOffset, compiled.endType, "ending", mode, context),
  };
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(length, value));
}

function rowsBound(bound: FrameBound, offset: Datum, at: number, isEnd: boolean): number {
  const end = isEnd ? 1 : 0;
  switch (bound.kind) {
    case "unboundedPreceding":
      return 0;
    case "unboundedFollowing":
      return Infinity;
    case "currentRow":
      return at + end;
    case "preceding":
      return at - Number(offset) + end;
    case "following":
      return at + Number(offset) + end;
  }
}

function groupBound(
  partition: Partition,
  bound: FrameBound,
  offset: Datum,
  at: number,
  isEnd: boolean,
): number {
  const { group, groupStart, length } = partition;
  const here = group[at] ?? 0;
  const target = rowsBound(bound, offset, here, isEnd);
  if (target === Infinity) return length;
  return groupStart[Math.max(0, Math.min(groupStart.length - 1, target))] ?? length;
}

function rangeBound(
  partition: Partition,
  compiled: CompiledFrame,
  bound: FrameBound,
  offset: Datum,
  at: number,
  isEnd: boolean,
  context: EvaluationContext,
  near: number,
): number {
  const inRange = isEnd ? compiled.endInRange : compiled.startInRange;
  if (inRange === undefined) return groupBound(partition, bound, offset, at, isEnd);
  const { rangeKey } = compiled;
  const base = partition.keys[at] ?? null;
  // The peers of a NULL are the other NULLs.
  if (rangeKey === undefined || base === null) {
    return groupBound(partition, { kind: "currentRow" }, null, at, isEnd);
  }
  const subtract = (bound.kind === "preceding") !== rangeKey.descending;
  const less = isEnd !== rangeKey.descending;
  const { nullsFirst } = rangeKey;
  return searchFrom(near, partition.length, (row) => {
    const value = partition.keys[row] ?? null;
    if (value === null) return nullsFirst;
    return (inRange(context, value, base, offset, subtract, less) === true) === isEnd;
  });
}

/** The first row from `near` on that is not before the bound: it is rarely far. */
function searchFrom(near: number, length: number, isBefore: (row: number) => boolean): number {
  let low = near;
  let high = near;
  for (let step = 1; high < length && isBefore(high); step *= 2) {
    low = high + 1;
    high = Math.min(length, high + step);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether frames look at the values of the sort key. */
export function usesKeys({ frame }: CompiledFrame): boolean {
  return frame.mode === "range" && [frame.start, frame.end].some((bound) => "offset" in bound);
}

/** Frames of one partition's rows, one after the other: in that order their ends only move on. */
export class Frames {
  readonly #partition: Partition;
  readonly #compiled: CompiledFrame;
  readonly #offsets: FrameOffsets;
  readonly #context: EvaluationContext;
  #at = -1;
  #last: Interval = [0, 0];

  constructor(
    partition: Partition,
    compiled: CompiledFrame,
    offsets: FrameOffsets,
    context: EvaluationContext,
  ) {
    this.#partition = partition;
    this.#compiled = compiled;
    this.#offsets = offsets;
    this.#context = context;
  }

  /** [start, end) of the frame of the row at `at`, before exclusion. */
  of(at: number): Interval {
    const { mode, start, end } = this.#compiled.frame;
    const { length } = this.#partition;
    const offsets = this.#offsets;
    if (mode === "rows") {
      return [
        clamp(rowsBound(start, offsets.start, at, false), length),
        clamp(rowsBound(end, offsets.end, at, true), length),
      ];
    }
    if (mode === "groups") {
      return [
        groupBound(this.#partition, start, offsets.start, at, false),
        groupBound(this.#partition, end, offsets.end, at, true),
      ];
    }
    return this.#range(at);
  }

  /** Peers have one frame. */
  #range(at: number): Interval {
    const { group } = this.#partition;
    if (this.#at < 0 || group[this.#at] !== group[at]) {
      const [start, end] = at > this.#at ? this.#last : [0, 0];
      const { frame } = this.#compiled;
      this.#last = [
        this.#rangeBound(frame.start, this.#offsets.start, at, false, start),
        this.#rangeBound(frame.end, this.#offsets.end, at, true, end),
      ];
    }
    this.#at = at;
    return this.#last;
  }

  #rangeBound(bound: FrameBound, offset: Datum, at: number, isEnd: boolean, near: number): number {
    const context = this.#context;
    return rangeBound(this.#partition, this.#compiled, bound, offset, at, isEnd, context, near);
  }
}

/** Rows [start, end). */
export type Interval = readonly [number, number];

function without(from: Interval, start: number, end: number): readonly Interval[] {
  const before: Interval = [from[0], Math.min(from[1], start)];
  const after: Interval = [Math.max(from[0], end), from[1]];
  return [before, after].filter(([first, past]) => first < past);
}

/** What EXCLUDE leaves of the frame of the row at `at`, in order and none of it empty. */
export function frameIntervals(
  partition: Partition,
  frame: Frame,
  bounds: Interval,
  at: number,
): readonly Interval[] {
  if (bounds[0] >= bounds[1]) return [];
  const { exclusion } = frame;
  if (exclusion === "none") return [bounds];
  if (exclusion === "currentRow") return without(bounds, at, at + 1);
  const group = partition.group[at] ?? 0;
  const start = partition.groupStart[group] ?? 0;
  const end = partition.groupStart[group + 1] ?? partition.length;
  if (exclusion === "group" || at < bounds[0] || at >= bounds[1])
    return without(bounds, start, end);
  const [before, after] = [
    without([bounds[0], Math.min(bounds[1], at)], start, end),
    without([Math.max(bounds[0], at + 1), bounds[1]], start, end),
  ];
  return [...before, [at, at + 1], ...after];
}
