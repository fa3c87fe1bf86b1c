/**
 * Set-returning calls in a target list: each input row gives as many rows as the longest set; the
 * shorter ones are filled with NULL.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledProjection, Datum, Row } from "@firstlight/sql";
import { compileProjection } from "@firstlight/sql";
import type { ProjectSetNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator } from "../operator.ts";
import type { SetCall } from "./sources.ts";
import { compileSetCall } from "./sources.ts";

class ProjectSet extends ProducingOperator {
  readonly #child: Operator;
  readonly #calls: readonly SetCall[];
  readonly #project: CompiledProjection;

  constructor(run: Run, child: Operator, calls: readonly SetCall[], project: CompiledProjection) {
    super(run);
    this.#child = child;
    this.#calls = calls;
    this.#project = project;
  }

  close(): void {
    this.#child.close();
  }

  protected override produce(): MaybePromise<boolean> {
    const batch = this.#child.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#expand(rows)) : this.#expand(batch);
  }

  #expand(rows: readonly Row[] | undefined): boolean {
    if (rows === undefined) return false;
    for (const row of rows) this.#expandRow(row);
    return true;
  }

  #expandRow(row: Row): void {
    const { evaluation } = this.run;
    const sets = this.#calls.map((call) => call(row, evaluation)[Symbol.iterator]());
    for (let count = 1; ; count++) {
      let any = false;
      const values: Datum[] = [];
      for (const set of sets) {
        const step = set.next();
        if (step.done !== true) any = true;
        values.push(step.done === true ? null : step.value);
      }
      if (!any) return;
      if (count % 4096 === 0) this.run.context.interrupts.check();
      this.emit(this.#project([...row, ...values], evaluation));
    }
  }
}

export function openProjectSet(node: ProjectSetNode, child: Opener): Opener {
  const calls = node.calls.map((call) => compileSetCall(call));
  const project = compileProjection(node.exprs);
  return (run) => new ProjectSet(run, child(run), calls, project);
}
