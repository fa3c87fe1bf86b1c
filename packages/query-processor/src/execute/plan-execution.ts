/**
 * One execution of a plan. A statement that modifies data does all its work before it hands out its
 * first row, whoever asks for how many.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { PlanNode } from "../plan/plan-node.ts";
import type { Execution, ExecutionContext } from "./executable.ts";
import { MemoryAccount } from "./memory-account.ts";
import type { CompileQuery, Opener, Operator, Probe, Run } from "./operator.ts";
import { drain } from "./operator.ts";
import { RowStore } from "./row-store.ts";
import { flushDeferred } from "./operators/modify.ts";

export interface CompiledPlan {
  readonly node: PlanNode;
  readonly open: Opener;
  readonly paramCount: number;
  /** The node whose writes count as the statement's. */
  readonly top: PlanNode | undefined;
  readonly modifies: boolean;
  /** Functions that it calls may write: what it reads itself stays as it was at its start. */
  readonly callsWriters: boolean;
  /** Functions that it calls see each row that it has written before them, and it does not. */
  readonly writesByRow: boolean;
  readonly compile: CompileQuery;
}

function readsAsOfStart(plan: CompiledPlan, { pauses }: ExecutionContext): boolean {
  return plan.callsWriters || plan.writesByRow || pauses === true;
}

export function startRun(
  plan: CompiledPlan,
  context: ExecutionContext,
  probe: Probe | undefined,
): Run {
  const { evaluation } = context;
  // Contexts are made per execution: their ExecParams are this run's own.
  while (evaluation.execParams.length < plan.paramCount) evaluation.execParams.push(null);
  return {
    context,
    evaluation,
    reads: readsAsOfStart(plan, context) ? context.transaction.frozen() : context.transaction,
    writesByRow: plan.writesByRow,
    compile: plan.compile,
    memory: new MemoryAccount(context.memoryLimitBytes, context.spillSpace),
    ctes: new Map(),
    working: new Map(),
    constants: new Map(),
    deferredWrites: [],
    references: context.references,
    affected: 0,
    top: plan.top,
    probe,
  };
}

export class PlanExecution implements Execution {
  readonly #plan: CompiledPlan;
  readonly #run: Run;
  readonly #operator: Operator;
  #produced = 0;
  #stored: RowStore | undefined;
  #at = 0;

  constructor(plan: CompiledPlan, context: ExecutionContext, probe?: Probe) {
    this.#plan = plan;
    this.#run = startRun(plan, context, probe);
    this.#operator = plan.open(this.#run);
  }

  get rowCount(): number {
    return this.#plan.top === undefined ? this.#produced : this.#run.affected;
  }

  get heldBytes(): number {
    return this.#run.memory.heldBytes;
  }

  close(): void {
    this.#operator.close();
    this.#run.memory.close();
    const { context, reads } = this.#run;
    if (reads !== context.transaction) reads.release?.();
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const { interrupts } = this.#run.context;
    interrupts.check();
    // Batches may be there at once, and planning have taken long before the first.
    if (interrupts.overdue()) {
      return interrupts.yield().then(() => {
        interrupts.check();
        return this.#pull(maxRows);
      });
    }
    return this.#pull(maxRows);
  }

  #pull(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#plan.modifies ? this.#nextStored(maxRows) : this.#nextBatch(maxRows);
    return isPromise(rows) ? rows.then((each) => this.#rested(each)) : this.#rested(rows);
  }

  #nextBatch(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const batch = this.#operator.next(maxRows);
    return isPromise(batch) ? batch.then((rows) => this.#count(rows)) : this.#count(batch);
  }

  /** Rows leave when the statement has slept for as long as it was asked to. */
  #rested(rows: readonly Row[] | undefined): MaybePromise<readonly Row[] | undefined> {
    const { interrupts } = this.#run.context;
    if ((interrupts.sleepMicros ?? 0) === 0) return rows;
    return interrupts.yield().then(() => {
      interrupts.check();
      return rows;
    });
  }

  #count(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    if (rows !== undefined) this.#produced += rows.length;
    return rows;
  }

  #nextStored(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#stored !== undefined) return this.#slice(maxRows);
    const all = new RowStore(this.#run.memory);
    const done = drain(this.#run, this.#operator, (rows) => {
      all.add(rows);
      return all.relieved();
    });
    const finish = (): MaybePromise<readonly Row[] | undefined> => {
      this.#stored = all;
      return this.#slice(maxRows);
    };
    const settle = (): MaybePromise<readonly Row[] | undefined> => {
      const { references, context } = this.#run;
      if (references === undefined || references === context.references) return finish();
      return references.settle().then(finish);
    };
    const flush = (): MaybePromise<readonly Row[] | undefined> => {
      const flushed = flushDeferred(this.#run);
      return isPromise(flushed) ? flushed.then(settle) : settle();
    };
    return isPromise(done) ? done.then(flush) : flush();
  }

  #slice(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#stored?.read(this.#at, maxRows) ?? [];
    return isPromise(rows) ? rows.then((each) => this.#sliced(each)) : this.#sliced(rows);
  }

  #sliced(rows: readonly Row[]): readonly Row[] | undefined {
    this.#at += rows.length;
    return this.#count(rows.length === 0 ? undefined : rows);
  }
}
