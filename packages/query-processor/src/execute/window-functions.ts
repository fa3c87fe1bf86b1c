/**
 * The window functions proper, over one sorted partition. Each is prepared once per partition and
 * then answers for any row in constant time; those that look at the frame get its intervals.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext, Row, WindowCall } from "@firstlight/sql";
import { compileExpr, requireProc } from "@firstlight/sql";
import type { Interval, Partition } from "./operators/window-frame.ts";

/** The frame of the row at `at`, exclusions left out, in order. */
export type FrameOf = (at: number) => readonly Interval[];

export type RowValue = (at: number) => Datum;

export type WindowFunction = (
  partition: Partition,
  frame: FrameOf,
  context: EvaluationContext,
) => RowValue;

type Args = readonly CompiledExpr[];

const NO_ROW: Row = [];

function rank(partition: Partition, at: number): number {
  return (partition.groupStart[partition.group[at] ?? 0] ?? 0) + 1;
}

const ranking: Readonly<Record<string, WindowFunction>> = {
  row_number: () => (at) => BigInt(at + 1),
  rank: (partition) => (at) => BigInt(rank(partition, at)),
  dense_rank: (partition) => (at) => BigInt((partition.group[at] ?? 0) + 1),
  percent_rank: (partition) => (at) => {
    const { length } = partition;
    return length <= 1 ? 0 : (rank(partition, at) - 1) / (length - 1);
  },
  cume_dist: (partition) => (at) => {
    const next = partition.groupStart[(partition.group[at] ?? 0) + 1] ?? 0;
    return next / partition.length;
  },
};

function argument(args: Args, index: number, row: Row, context: EvaluationContext): Datum {
  return args[index]?.(row, context) ?? null;
}

function ntile(args: Args): WindowFunction {
  return ({ rowAt, length }, _frame, context) => {
    const first = rowAt(0);
    const buckets = first === undefined ? null : argument(args, 0, first, context);
    if (buckets === null) return () => null;
    const count = Number(buckets);
    if (count <= 0) {
      throw new SqlError("22014", "argument of ntile must be greater than zero");
    }
    const size = Math.floor(length / count);
    const larger = length % count;
    const inLarger = larger * (size + 1);
    return (at) =>
      at < inLarger
        ? Math.floor(at / (size + 1)) + 1
        : larger + Math.floor((at - inLarger) / Math.max(1, size)) + 1;
  };
}

function shifted(args: Args, direction: 1 | -1): WindowFunction {
  return ({ rowAt }, _frame, context) =>
    (at) => {
      const row = rowAt(at) ?? NO_ROW;
      const offset = args.length > 1 ? argument(args, 1, row, context) : 1;
      if (offset === null) return null;
      const other = rowAt(at + direction * Number(offset));
      if (other === undefined) return argument(args, 2, row, context);
      return argument(args, 0, other, context);
    };
}

/** The row that is `nth` from 1 in the frame. */
function nthOf(intervals: readonly Interval[], nth: number): number | undefined {
  let left = nth - 1;
  for (const [start, end] of intervals) {
    if (left < end - start) return start + left;
    left -= end - start;
  }
  return undefined;
}

function valueAt(args: Args, pick: (frame: readonly Interval[]) => number | undefined) {
  return (partition: Partition, frame: FrameOf, context: EvaluationContext): RowValue =>
    (at) => {
      const row = pick(frame(at));
      return row === undefined ? null : argument(args, 0, partition.rowAt(row) ?? NO_ROW, context);
    };
}

function nthValue(args: Args): WindowFunction {
  return ({ rowAt }, frame, context) =>
    (at) => {
      const nth = argument(args, 1, rowAt(at) ?? NO_ROW, context);
      if (nth === null) return null;
      if (Number(nth) <= 0) {
        throw new SqlError("22016", "argument of nth_value must be greater than zero");
      }
      const row = nthOf(frame(at), Number(nth));
      return row === undefined ? null : argument(args, 0, rowAt(row) ?? NO_ROW, context);
    };
}

function lastOf(intervals: readonly Interval[]): number | undefined {
  const last = intervals.at(-1);
  return last === undefined ? undefined : last[1] - 1;
}

export function windowFunction(call: WindowCall): WindowFunction {
  const { name } = requireProc(call.proc);
  const args = call.args.map((arg) => compileExpr(arg));
  const known = ranking[name];
  if (known !== undefined) return known;
  switch (name) {
    case "ntile":
      return ntile(args);
    case "lag":
      return shifted(args, -1);
    case "lead":
      return shifted(args, 1);
    case "first_value":
      return valueAt(args, (frame) => nthOf(frame, 1));
    case "last_value":
      return valueAt(args, lastOf);
    case "nth_value":
      return nthValue(args);
    default:
      throw featureNotSupported(`window function ${name}`);
  }
}
