/** How many rows a function in FROM yields: pg_proc says, and for some the arguments do. */
import type { Expr } from "@firstlight/sql";
import { numericToFloat8, procOf } from "@firstlight/sql";
import type { Datum, Numeric } from "@firstlight/sql";
import { elementCount } from "./selectivity/array-clause.ts";
import type { Estimation } from "./selectivity/relation-facts.ts";

/** Undefined for what no double holds. */
function finiteNumber(value: Numeric): number | undefined {
  const isSmall =
    value.kind === "finite" && value.coefficient.toString().length - value.scale < 300;
  return isSmall ? numericToFloat8(value) : undefined;
}

function asNumber(value: Datum | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  const isNumeric = typeof value === "object" && value !== null && "tag" in value;
  return isNumeric && value.tag === "numeric" ? finiteNumber(value) : undefined;
}

function seriesRows(estimation: Estimation, args: readonly Expr[]): number | undefined {
  const [from, to, step] = args.map((arg) => asNumber(estimation.valueOf(arg)));
  if (from === undefined || to === undefined || (args.length > 2 && step === undefined)) {
    return undefined;
  }
  const by = step ?? 1;
  return by === 0 ? undefined : Math.max(0, Math.floor((to - from + by) / by));
}

export function functionRows(estimation: Estimation, call: Expr): number {
  if (call.kind !== "call") return 1;
  const proc = procOf(call);
  const [first] = call.args;
  if (proc?.name === "generate_series") {
    const rows = seriesRows(estimation, call.args);
    if (rows !== undefined) return rows;
  }
  if (proc?.name === "unnest" && first !== undefined) return elementCount(estimation, first);
  return proc === undefined ? 1000 : proc.returnsSet ? proc.rows : 1;
}
