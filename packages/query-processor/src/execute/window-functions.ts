/**
 * The window functions proper, over one sorted partition. Each gives the value for every row; those
 * that look at the frame get its bounds.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext, Row, WindowCall } from "@firstlight/sql";
import { compileExpr, requireProc } from "@firstlight/sql";
import type { Partition } from "./operators/window-frame.ts";

/** Rows of the frame of the row at `at`, exclusions left out. */
export type FrameRows = (at: number) => Iterable<number>;

export type WindowFunction = (
  partition: Partition,
  frame: FrameRows,
  context: EvaluationContext,
) => Datum[];

type Args = readonly CompiledExpr[];

function mapRows(partition: Partition, value: (at: number) => Datum): Datum[] {
  return partition.rows.map((_, at) => value(at));
}

function rank(partition: Partition, at: number): number {
  return (partition.groupStart[partition.group[at] ?? 0] ?? 0) + 1;
}

const ranking: Readonly<Record<string, WindowFunction>> = {
  row_number: (partition) => mapRows(partition, (at) => BigInt(at + 1)),
  rank: (partition) => mapRows(partition, (at) => BigInt(rank(partition, at))),
  dense_rank: (partition) => mapRows(partition, (at) => BigInt((partition.group[at] ?? 0) + 1)),
  percent_rank: (partition) =>
    mapRows(partition, (at) => {
      const { length } = partition.rows;
      return length <= 1 ? 0 : (rank(partition, at) - 1) / (length - 1);
    }),
  cume_dist: (partition) =>
    mapRows(partition, (at) => {
      const next = partition.groupStart[(partition.group[at] ?? 0) + 1] ?? 0;
      return next / partition.rows.length;
    }),
};

function argument(args: Args, index: number, row: Row, context: EvaluationContext): Datum {
  return args[index]?.(row, context) ?? null;
}

function ntile(args: Args): WindowFunction {
  return (partition, _frame, context) => {
    const { rows } = partition;
    const [first] = rows;
    const buckets = first === undefined ? null : argument(args, 0, first, context);
    if (buckets === null) return rows.map(() => null);
    const count = Number(buckets);
    if (count <= 0) {
      throw new SqlError("22014", "argument of ntile must be greater than zero");
    }
    const size = Math.floor(rows.length / count);
    const larger = rows.length % count;
    return rows.map((_, at) => {
      const inLarger = larger * (size + 1);
      return at < inLarger
        ? Math.floor(at / (size + 1)) + 1
        : larger + Math.floor((at - inLarger) / Math.max(1, size)) + 1;
    });
  };
}

function shifted(args: Args, direction: 1 | -1): WindowFunction {
  return (partition, _frame, context) =>
    partition.rows.map((row, at) => {
      const offset = args.length > 1 ? argument(args, 1, row, context) : 1;
      if (offset === null) return null;
      const other = partition.rows[at + direction * Number(offset)];
      if (other === undefined) return argument(args, 2, row, context);
      return argument(args, 0, other, context);
    });
}

function firstValue(args: Args): WindowFunction {
  return (partition, frame, context) =>
    mapRows(partition, (at) => {
      for (const row of frame(at)) return argument(args, 0, partition.rows[row] ?? [], context);
      return null;
    });
}

function lastValue(args: Args): WindowFunction {
  return (partition, frame, context) =>
    mapRows(partition, (at) => {
      let last: number | undefined;
      for (const row of frame(at)) last = row;
      return last === undefined ? null : argument(args, 0, partition.rows[last] ?? [], context);
    });
}

function nthValue(args: Args): WindowFunction {
  return (partition, frame, context) =>
    partition.rows.map((current, at) => {
      const nth = argument(args, 1, current, context);
      if (nth === null) return null;
      if (Number(nth) <= 0) {
        throw new SqlError("22016", "argument of nth_value must be greater than zero");
      }
      let left = Number(nth);
      for (const row of frame(at)) {
        left--;
        if (left === 0) return argument(args, 0, partition.rows[row] ?? [], context);
      }
      return null;
    });
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
      return firstValue(args);
    case "last_value":
      return lastValue(args);
    case "nth_value":
      return nthValue(args);
    default:
      throw featureNotSupported(`window function ${name}`);
  }
}
