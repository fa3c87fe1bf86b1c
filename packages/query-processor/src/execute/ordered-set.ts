/**
 * percentile_cont, percentile_disc and mode of sorted inputs that are seen once: how many there are
 * says beforehand which of them will be picked, and no other is kept.
 */
import type {
  AggregateFunction,
  CompiledExpr,
  Datum,
  EvaluationContext,
  Row,
} from "@firstlight/sql";
import { typeByOid } from "@firstlight/sql";
import type { OrderedCall } from "./ordered-call.ts";

interface Picking {
  /** Those that are picked, by position: a list as long as all of them would take long to make. */
  readonly values: Record<number, Datum> & { readonly length: number };
  readonly wanted: ReadonlySet<number>;
  seen: number;
}

function fractionsOf(direct: Datum): readonly Datum[] {
  if (direct === null || typeof direct !== "object") return [direct];
  return "tag" in direct && direct.tag === "array" ? direct.elements : [];
}

/** Positions that any way to pick looks at. */
function positions(direct: Datum, count: number): Set<number> {
  const wanted = new Set<number>();
  for (const fraction of fractionsOf(direct)) {
    if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 1)) continue;
    const at = fraction * (count - 1);
    for (const each of [Math.floor(at), Math.ceil(at), Math.ceil(fraction * count) - 1]) {
      wanted.add(Math.max(0, each));
    }
  }
  return wanted;
}

export interface OrderedSet {
  readonly aggregate: AggregateFunction;
  readonly direct: readonly CompiledExpr[];
  /** Where the value stands in an input. */
  readonly valueAt: number;
}

/** `base` says which inputs there are and how they are compared. */
export function percentileCall(base: OrderedCall, parts: OrderedSet): OrderedCall {
  const { aggregate, direct, valueAt } = parts;
  const directOf = (context: EvaluationContext, groups: Row): Datum[] =>
    direct.map((arg) => arg(groups, context));
  return {
    ...base,
    counts: (input, shift) => (input[shift + valueAt] ?? null) !== null,
    startFold(context, groups, count): Picking {
      const values: Picking["values"] = { length: count };
      return { values, wanted: positions(directOf(context, groups)[0] ?? null, count), seen: 0 };
    },
    fold(state, input, shift) {
      const picking = state as Picking;
      const value = input[shift + valueAt] ?? null;
      if (value === null) return picking;
      if (picking.wanted.has(picking.seen)) picking.values[picking.seen] = value;
      picking.seen++;
      return picking;
    },
    endFold: (state, context, groups = []) =>
      aggregate.result(state, context, directOf(context, groups)),
  };
}

interface Counting {
  best: Datum;
  bestCount: number;
  current: Datum;
  count: number;
}

export function modeCall(base: OrderedCall, valueAt: number, typeOid: number): OrderedCall {
  const type = typeByOid(typeOid);
  return {
    ...base,
    startFold: (): Counting => ({ best: null, bestCount: 0, current: null, count: 0 }),
    fold(state, input, shift) {
      const counting = state as Counting;
      const value = input[shift + valueAt] ?? null;
      if (value === null) return counting;
      const isSame = counting.count > 0 && type.compare(counting.current, value) === 0;
      counting.count = isSame ? counting.count + 1 : 1;
      if (!isSame) counting.current = value;
      if (counting.count > counting.bestCount) {
        counting.best = counting.current;
        counting.bestCount = counting.count;
      }
      return counting;
    },
    endFold: (state) => (state as Counting).best,
  };
}
