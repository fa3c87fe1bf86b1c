/**
 * rank, dense_rank, percent_rank and cume_dist WITHIN GROUP: where a row of the direct arguments
 * would stand among the rows of the group.
 */
import type { Aggregate, CompiledExpr, CompiledPredicate, Datum, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate, requireProc } from "@firstlight/sql";
import { sortedInputs } from "./ordered-call.ts";
import type { CompiledAggregate, OrderedCall } from "./ordered-call.ts";
import { compareBy, compileOrder, positionKey } from "./row-order.ts";
import type { KeyValues } from "./row-order.ts";

/** What has been seen of the sorted rows: how many come before the hypothetical one, and so on. */
interface Standing {
  readonly row: KeyValues;
  before: number;
  /** Rows among them that differ. */
  distinctBefore: number;
  peers: number;
  rows: number;
  last: KeyValues | undefined;
}

function resultOf(name: string, standing: Standing): Datum {
  const { before, distinctBefore, peers, rows } = standing;
  switch (name) {
    case "rank":
      return BigInt(before + 1);
    case "dense_rank":
      return BigInt(distinctBefore + 1);
    case "percent_rank":
      return rows === 0 ? 0 : before / rows;
    default:
      return (before + peers + 1) / (rows + 1);
  }
}

export function compileHypothetical(call: Aggregate): CompiledAggregate {
  const { name } = requireProc(call.proc);
  const order = compileOrder(call.orderBy);
  const filter: CompiledPredicate | undefined =
    call.filter === undefined ? undefined : compilePredicate(call.filter);
  const direct: readonly CompiledExpr[] = call.directArgs.map((arg) => compileExpr(arg));
  const ordered: OrderedCall = {
    input(row, context) {
      if (filter !== undefined && !filter(row, context)) return undefined;
      return order.keysOf(row, context);
    },
    compare: (shift) =>
      compareBy(call.orderBy.map((key, at) => positionKey(at + shift, key.expr.type, key))),
    isDistinct: false,
    startFold: (context, groups): Standing => ({
      row: direct.map((arg) => arg(groups, context)),
      before: 0,
      distinctBefore: 0,
      peers: 0,
      rows: 0,
      last: undefined,
    }),
    fold(state, input, shift) {
      const standing = state as Standing;
      const keys: Row = shift === 0 ? input : input.slice(shift);
      const place = order.compare(keys, standing.row);
      standing.rows++;
      if (place === 0) standing.peers++;
      if (place >= 0) return standing;
      standing.before++;
      const { last } = standing;
      if (last === undefined || order.compare(last, keys) !== 0) standing.distinctBefore++;
      standing.last = keys;
      return standing;
    },
    endFold: (state) => resultOf(name, state as Standing),
  };
  return sortedInputs(ordered);
}
