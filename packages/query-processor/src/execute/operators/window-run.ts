/**
 * Which rows of a partition are still wanted where only numbers or ranks up to a bound are: rows
 * behind them are told off one by one, so that they are neither kept nor computed.
 */
import type { EvaluationContext, Row } from "@firstlight/sql";
import { compileExpr, procOf } from "@firstlight/sql";
import type { WindowNode } from "../../plan/plan-node.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";

const NO_ROW: Row = [];

export interface RunCut {
  /** Rows that are wanted of each partition, before it is known how many there are. */
  readonly most: number;
  /** A new partition begins. */
  start(): void;
  /** Whether the next row of the partition is wanted; after a false all are not. */
  takes(row: Row): boolean;
}

export type RunCutter = (context: EvaluationContext) => RunCut;

class Cut implements RunCut {
  readonly most: number;
  readonly #context: EvaluationContext;
  readonly #order: RowOrder;
  readonly #counts: "rows" | "rowsAndPeers" | "groups";
  #count = 0;
  #last: KeyValues | undefined;

  constructor(
    context: EvaluationContext,
    order: RowOrder,
    counts: "rows" | "rowsAndPeers" | "groups",
    most: number,
  ) {
    this.#context = context;
    this.#order = order;
    this.#counts = counts;
    this.most = most;
  }

  start(): void {
    this.#count = 0;
    this.#last = undefined;
  }

  takes(row: Row): boolean {
    if (this.#counts === "rows") return this.#count++ < this.most;
    const keys = this.#order.keysOf(row, this.#context);
    const isPeer = this.#last !== undefined && this.#order.compare(this.#last, keys) === 0;
    if (!isPeer && this.#count >= this.most) return false;
    if (!isPeer || this.#counts === "rowsAndPeers") this.#count++;
    this.#last = keys;
    return true;
  }
}

export function compileRun({ run, calls }: WindowNode, order: RowOrder): RunCutter | undefined {
  if (run === undefined) return undefined;
  const limited = calls[run.call];
  if (limited === undefined) return undefined;
  const onlyNumbers = calls.every((each) => procOf(each).name === "row_number");
  const isDense = procOf(limited).name === "dense_rank";
  const counts = isDense ? "groups" : onlyNumbers ? "rows" : "rowsAndPeers";
  const bound = compileExpr(run.bound);
  return (context) => {
    const value = bound(NO_ROW, context);
    const most = value === null ? 0 : Number(value) - (run.inclusive ? 0 : 1);
    return new Cut(context, order, counts, Math.max(0, most));
  };
}
