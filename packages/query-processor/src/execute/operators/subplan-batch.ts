/**
 * Runs a correlated subquery once for the parameters of many rows. It is advice: where it fails, the
 * subquery itself is run for each row and says what is wrong, if anything is, when its turn comes.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { CompiledExpr, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { Subplan, SubplanBatch } from "../../plan/plan-node.ts";
import { someNode } from "../../plan/expression-map.ts";
import type { MapKey } from "../hash-key.ts";
import { MemoryShare } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { drain } from "../operator.ts";

/** For fewer, the subquery itself is run. */
const ROWS_LEAST = 3;

export interface CompiledBatch {
  readonly batch: SubplanBatch;
  readonly open: Opener;
  readonly values: readonly CompiledExpr[];
  readonly limit: CompiledExpr | undefined;
}

/** Undefined where it waits for the values of other subqueries. */
export function compileBatch(
  { batch, guard, params }: Subplan,
  childWidth: number,
  compile: (plan: SubplanBatch["plan"]) => Opener,
): CompiledBatch | undefined {
  if (batch === undefined) return undefined;
  const inputs = [...batch.values, ...params.map(({ expr }) => expr)];
  if (guard !== undefined) inputs.push(guard);
  const waits = inputs.some((expr) =>
    someNode(expr, (node) => node.kind === "slot" && node.index >= childWidth),
  );
  if (waits) return undefined;
  return {
    batch,
    open: compile(batch.plan),
    values: batch.values.map((expr) => compileExpr(expr)),
    limit: batch.limit === undefined ? undefined : compileExpr(batch.limit),
  };
}

/** Whether the statement goes on after the error. */
function isSurvivable(error: unknown): boolean {
  if (!(error instanceof SqlError)) return false;
  return ["21", "22", "53", "P0"].includes(error.sqlstate.slice(0, 2));
}

export class SubplanBatchRun {
  readonly #run: Run;
  readonly #compiled: CompiledBatch;
  /** Results that a row needs at most. */
  readonly #wanted: number;
  #limit = 0;
  #failed = false;

  constructor(run: Run, compiled: CompiledBatch, limit: number) {
    this.#run = run;
    this.#compiled = compiled;
    this.#wanted = limit;
  }

  get hasFailed(): boolean {
    return this.#failed;
  }

  /** `keep` is told of each key's results; undefined: the subquery itself has to tell. */
  fetch(
    wanted: ReadonlyMap<MapKey, Row>,
    keep: (key: MapKey, results: readonly Row[] | undefined) => void,
  ): MaybePromise<void> {
    if (this.#failed || wanted.size < ROWS_LEAST) return undefined;
    const share = new MemoryShare(this.#run.memory);
    const finish = (groups: readonly (Row[] | undefined)[]): void => {
      const { empty } = this.#compiled.batch;
      let number = 0;
      for (const key of wanted.keys()) {
        keep(key, groups[number++] ?? (empty === "none" ? [] : undefined));
      }
      share.release();
    };
    const fail = (error: unknown): void => {
      share.release();
      if (!isSurvivable(error)) throw error;
      this.#failed = true;
    };
    try {
      const groups = this.#groups([...wanted.values()], share);
      return isPromise(groups) ? groups.then(finish).catch(fail) : finish(groups);
    } catch (error) {
      return fail(error);
    }
  }

  #groups(rows: readonly Row[], share: MemoryShare): MaybePromise<readonly (Row[] | undefined)[]> {
    const { values, batch, open, limit } = this.#compiled;
    const { evaluation, working } = this.#run;
    const count = limit?.([], evaluation) ?? null;
    // What is wrong with it says the subquery itself.
    if (count !== null && !(Number(count) > 0)) throw new SqlError("22023", "no rows are wanted");
    this.#limit = Math.min(this.#wanted, count === null ? Infinity : Number(count));
    const outer = rows.map((row, at) => [at, ...values.map((value) => value(row, evaluation))]);
    const groups: (Row[] | undefined)[] = rows.map(() => undefined);
    const numberSlot = batch.plan.labels.length - 1;
    working.set(batch.id, { read: (from, count) => outer.slice(from, from + count) });
    const operator = open(this.#run);
    const done = drain(this.#run, operator, (found) => {
      share.takeRows(found);
      for (const row of found) this.#add(groups, row, numberSlot);
    });
    return this.#closing(operator, done, groups);
  }

  #add(groups: (Row[] | undefined)[], row: Row, numberSlot: number): void {
    const number = Number(row[numberSlot]);
    const group = groups[number];
    if (group === undefined) groups[number] = [row];
    else if (group.length < this.#limit) group.push(row);
  }

  #closing<T>(operator: Operator, done: MaybePromise<void>, value: T): MaybePromise<T> {
    if (!isPromise(done)) {
      operator.close();
      return value;
    }
    return done.then(() => {
      operator.close();
      return value;
    });
  }
}
