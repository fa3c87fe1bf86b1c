/**
 * Runs the body of a function inside the statement that calls it: one statement after the other in
 * the caller's transaction. A volatile function sees what was written before each of its
 * statements; any other reads what its caller reads.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { compileExpr, compileProjection } from "@firstlight/sql";
import type { BoundQuery } from "../../bind/query-tree.ts";
import type { CalledRoutine } from "../../bind/routine/called-routine.ts";
import { configuredPath } from "../../bind/routine/configured-path.ts";
import { stackDepthExceeded } from "../../bind/routine/pure-routine.ts";
import type { RoutineResult } from "../../bind/routine/routine-result.ts";
import type { ExecutionContext } from "../executable.ts";
import { BATCH_ROWS, type Run, repeat } from "../operator.ts";
import { type CompiledPlan, PlanExecution } from "../plan-execution.ts";
import { hostRoutine } from "./host-routines.ts";
import { withSettings } from "./routine-settings.ts";

export type Wanted = "first" | "all";

/** Calls within calls; PostgreSQL's stack ends at some hundreds. */
const DEPTH_MAX = 500;
/** The stack is unwound after so many calls within calls. */
const DEPTH_PER_TURN = 16;

type Convert = (row: Row, context: ExecutionContext) => Datum;

interface CompiledBody {
  readonly plans: readonly CompiledPlan[];
  readonly convert: Convert;
  readonly isVoid: boolean;
}

function converter(result: RoutineResult): Convert {
  if (result.kind === "void") return () => null;
  if (result.kind === "value") {
    const { expr } = result;
    const value = compileExpr(expr);
    return (row, { evaluation }) => value(row, evaluation);
  }
  const project = compileProjection(result.exprs);
  const types = result.exprs.map((expr) => expr.type);
  const { names } = result;
  return (row, { evaluation }) => ({
    tag: "record",
    types,
    fields: project(row, evaluation),
    names,
  });
}

/** One body per call site: plans are made when it first runs, and belong to the caller's plan. */
const compiled = new WeakMap<CalledRoutine, CompiledBody>();

function bodyOf(routine: CalledRoutine, run: Run): CompiledBody {
  let body = compiled.get(routine);
  if (body === undefined) {
    const { statements, result } = routine.bound;
    body = {
      plans: statements.map((query) => run.compile(query, run.context.catalog)),
      convert: converter(result),
      isVoid: result.kind === "void",
    };
    compiled.set(routine, body);
  }
  return body;
}

class RoutineRun {
  readonly #routine: CalledRoutine;
  readonly #run: Run;
  readonly #args: readonly Datum[];
  readonly #wanted: Wanted;
  readonly #values: Datum[] = [];

  constructor(routine: CalledRoutine, run: Run, args: readonly Datum[], wanted: Wanted) {
    this.#routine = routine;
    this.#run = run;
    this.#args = args;
    this.#wanted = wanted;
  }

  start(): MaybePromise<readonly Datum[]> {
    const done = this.#from(0, bodyOf(this.#routine, this.#run));
    return isPromise(done) ? done.then(() => this.#values) : this.#values;
  }

  #context(): ExecutionContext {
    const { context, reads } = this.#run;
    const path = configuredPath(this.#routine.descriptor, {
      catalog: context.catalog,
      evaluation: context.evaluation,
    });
    return context.nested({
      parameters: this.#args,
      transaction: this.#routine.volatility === "volatile" ? context.transaction : reads,
      ...(path === undefined ? {} : { searchPath: path }),
      ...(this.#routine.descriptor.securityDefiner
        ? { owner: this.#routine.descriptor.owner }
        : {}),
    });
  }

  #from(first: number, body: CompiledBody): MaybePromise<void> {
    for (let at = first; at < body.plans.length; at++) {
      const plan = body.plans[at];
      if (plan === undefined) continue;
      const done = this.#statement(plan, at, body);
      if (isPromise(done)) return done.then(() => this.#from(at + 1, body));
    }
    return undefined;
  }

  #statement(plan: CompiledPlan, at: number, body: CompiledBody): MaybePromise<void> {
    const isLast = at === body.plans.length - 1;
    const where = `SQL function "${this.#routine.name}" statement ${at + 1}`;
    try {
      const context = this.#context();
      const query = this.#routine.bound.statements[at];
      if (query !== undefined) {
        refuseReadOnly(query, context);
        context.authorize?.(query);
      }
      const execution = new PlanExecution(plan, context);
      const done = this.#pull(
        execution,
        context,
        isLast && !body.isVoid ? body.convert : undefined,
      );
      const close = (): void => execution.close();
      if (!isPromise(done)) {
        close();
        return undefined;
      }
      return done.then(close, (error: unknown) => {
        close();
        throw inContext(error, where);
      });
    } catch (error) {
      throw inContext(error, where);
    }
  }

  #pull(
    execution: PlanExecution,
    context: ExecutionContext,
    convert: Convert | undefined,
  ): MaybePromise<void> {
    const one = convert !== undefined && this.#wanted === "first";
    const take = (rows: readonly Row[] | undefined): boolean => {
      if (rows === undefined) return false;
      if (convert === undefined) return true;
      for (const row of one ? rows.slice(0, 1) : rows) this.#values.push(convert(row, context));
      return !one;
    };
    return repeat(this.#run, () => {
      const rows = execution.next(one ? 1 : BATCH_ROWS);
      return isPromise(rows) ? rows.then(take) : take(rows);
    });
  }
}

function refuseReadOnly({ kind }: BoundQuery, { transaction }: ExecutionContext): void {
  if (kind === "select" || !transaction.readOnly) return;
  const text = `cannot execute ${kind.toUpperCase()} in a read-only transaction`;
  throw new SqlError("25006", text);
}

function inContext(error: unknown, where: string): unknown {
  if (!(error instanceof SqlError)) return error;
  const { where: inner, position: _, ...fields } = error.fields;
  const lines = inner === undefined ? where : `${inner}\n${where}`;
  return new SqlError(error.sqlstate, error.message, { ...fields, where: lines });
}

export function runRoutine(
  routine: CalledRoutine,
  run: Run,
  args: readonly Datum[],
  wanted: Wanted,
): MaybePromise<readonly Datum[]> {
  const { context } = run;
  if (context.depth >= DEPTH_MAX) throw stackDepthExceeded();
  context.interrupts.check();
  if (routine.descriptor.language === "internal") {
    const host = hostRoutine(routine.source);
    if (host !== undefined) return host(run, args);
  }
  const start = (): MaybePromise<readonly Datum[]> =>
    withSettings(routine.descriptor.config, context, () =>
      new RoutineRun(routine, run, args, wanted).start(),
    );
  if (context.depth % DEPTH_PER_TURN !== DEPTH_PER_TURN - 1) return start();
  return Promise.resolve().then(start);
}
