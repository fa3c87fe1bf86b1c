/** OFFSET and LIMIT, WITH TIES included. */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { CompiledExpr, EvaluationContext, Expr, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { LimitNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { repeat } from "../operator.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";

const NO_ROW: Row = [];

/** The count that an expression gives; NULL means no bound. */
export function compileCount(
  expr: Expr | undefined,
  clause: "LIMIT" | "OFFSET",
): (context: EvaluationContext) => number | undefined {
  if (expr === undefined) return () => undefined;
  const value: CompiledExpr = compileExpr(expr);
  return (context) => {
    const count = value(NO_ROW, context);
    if (count === null) return undefined;
    const rows = Number(count);
    if (rows >= 0) return rows;
    const sqlstate = clause === "LIMIT" ? "2201W" : "2201X";
    throw new SqlError(sqlstate, `${clause} must not be negative`);
  };
}

class Limit implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #ties: RowOrder | undefined;
  #skip: number;
  #left: number;
  #lastKeys: KeyValues | undefined;
  #done = false;

  constructor(
    run: Run,
    child: Operator,
    bounds: { skip: number; left: number },
    ties: RowOrder | undefined,
  ) {
    this.#run = run;
    this.#child = child;
    this.#ties = ties;
    this.#skip = bounds.skip;
    this.#left = bounds.left;
  }

  close(): void {
    this.#child.close();
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    let out: readonly Row[] | undefined;
    const take = (rows: readonly Row[] | undefined): boolean => {
      if (rows === undefined) {
        this.#done = true;
        return false;
      }
      out = this.#accept(rows);
      return out.length === 0 && !this.#done;
    };
    const pulled = repeat(this.#run, () => {
      if (this.#done || (this.#left === 0 && this.#lastKeys === undefined)) return false;
      const batch = this.#child.next(Math.min(maxRows, this.#wanted()));
      return isPromise(batch) ? batch.then(take) : take(batch);
    });
    const result = (): readonly Row[] | undefined =>
      out === undefined || out.length === 0 ? undefined : out;
    return isPromise(pulled) ? pulled.then(result) : result();
  }

  #wanted(): number {
    if (this.#ties !== undefined) return Infinity;
    return Math.max(1, this.#skip + this.#left);
  }

  #accept(rows: readonly Row[]): readonly Row[] {
    let from = 0;
    if (this.#skip > 0) {
      from = Math.min(this.#skip, rows.length);
      this.#skip -= from;
    }
    const end = Math.min(rows.length, from + this.#left);
    this.#left -= end - from;
    const taken = from === 0 && end === rows.length ? rows : rows.slice(from, end);
    return this.#ties === undefined ? taken : this.#withTies(this.#ties, rows, taken, end);
  }

  #withTies(
    order: RowOrder,
    rows: readonly Row[],
    taken: readonly Row[],
    end: number,
  ): readonly Row[] {
    if (this.#left > 0) return taken;
    const { evaluation } = this.#run;
    const last = taken.at(-1);
    if (last !== undefined) this.#lastKeys = order.keysOf(last, evaluation);
    const keys = this.#lastKeys;
    if (keys === undefined) {
      this.#done = true;
      return taken;
    }
    const tied: Row[] = [...taken];
    for (let at = end; at < rows.length; at++) {
      const row = rows[at];
      if (row === undefined || order.compare(order.keysOf(row, evaluation), keys) !== 0) {
        this.#done = true;
        break;
      }
      tied.push(row);
    }
    return tied;
  }
}

export function openLimit(node: LimitNode, child: Opener): Opener {
  const offset = compileCount(node.offset, "OFFSET");
  const limit = compileCount(node.limit, "LIMIT");
  const ties = node.ties === undefined ? undefined : compileOrder(node.ties);
  return (run) => {
    const skip = offset(run.evaluation) ?? 0;
    const left = limit(run.evaluation) ?? Infinity;
    return new Limit(run, child(run), { skip, left }, ties);
  };
}
