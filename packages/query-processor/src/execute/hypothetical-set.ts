/**
 * rank, dense_rank, percent_rank and cume_dist WITHIN GROUP: where a row of the direct arguments
 * would stand among the rows of the group.
 */
import type { Aggregate, CompiledExpr, CompiledPredicate, Datum, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate, requireProc } from "@firstlight/sql";
import type { CompiledAggregate } from "./aggregate-calls.ts";
import { rowBytes } from "./memory-account.ts";
import { compileOrder } from "./row-order.ts";
import type { KeyValues, RowOrder } from "./row-order.ts";

const NO_ROW: Row = [];

/** How many rows come before the hypothetical one, and how many are its peers. */
interface Standing {
  readonly before: readonly KeyValues[];
  readonly peers: number;
  readonly rows: number;
}

function distinctCount(order: RowOrder, keys: readonly KeyValues[]): number {
  const sorted = keys.toSorted((a, b) => order.compare(a, b));
  return sorted.filter((each, i) => {
    const previous = sorted[i - 1];
    return previous === undefined || order.compare(previous, each) !== 0;
  }).length;
}

function resultOf(name: string, order: RowOrder, { before, peers, rows }: Standing): Datum {
  switch (name) {
    case "rank":
      return BigInt(before.length + 1);
    case "dense_rank":
      return BigInt(distinctCount(order, before) + 1);
    case "percent_rank":
      return rows === 0 ? 0 : before.length / rows;
    default:
      return (before.length + peers + 1) / (rows + 1);
  }
}

function standing(order: RowOrder, keys: readonly KeyValues[], row: KeyValues): Standing {
  const before = keys.filter((each) => order.compare(each, row) < 0);
  const peers = keys.filter((each) => order.compare(each, row) === 0).length;
  return { before, peers, rows: keys.length };
}

export function compileHypothetical(call: Aggregate): CompiledAggregate {
  const { name } = requireProc(call.proc);
  const order = compileOrder(call.orderBy);
  const filter: CompiledPredicate | undefined =
    call.filter === undefined ? undefined : compilePredicate(call.filter);
  const direct: readonly CompiledExpr[] = call.directArgs.map((arg) => compileExpr(arg));
  return {
    ordered: undefined,
    start: () => ({ state: [] as KeyValues[], seen: undefined, inputs: undefined }),
    add({ state }, row, context, memory) {
      if (filter !== undefined && !filter(row, context)) return;
      const keys = order.keysOf(row, context);
      memory.pin(rowBytes(keys));
      (state as KeyValues[]).push(keys);
    },
    result({ state }, context, groups = NO_ROW) {
      const row = direct.map((arg) => arg(groups, context));
      return resultOf(name, order, standing(order, state as KeyValues[], row));
    },
  };
}
