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
import { Pace, ProducingOperator } from "../operator.ts";
import type { SetCall } from "./sources.ts";
import { compileSetCall, startSets } from "./sources.ts";

class ProjectSet extends ProducingOperator {
  readonly #child: Operator;
  readonly #calls: readonly SetCall[];
  readonly #project: CompiledProjection;
  readonly #pace: Pace;
  #batch: readonly Row[] = [];
  #at = 0;
  #row: Row = [];
  /** The sets of the current input row; undefined between rows. */
  #sets: readonly Iterator<Datum>[] | undefined;

  constructor(run: Run, child: Operator, calls: readonly SetCall[], project: CompiledProjection) {
    super(run);
    this.#pace = new Pace(run);
    this.#child = child;
    this.#calls = calls;
    this.#project = project;
  }

  close(): void {
    this.#child.close();
  }

  protected override produce(): MaybePromise<boolean> {
    while (this.pending < this.wanted) {
      if (this.#sets === undefined) {
        const started = this.#nextRow();
        if (started === undefined) return this.#nextBatch();
        if (isPromise(started)) return started.then(() => true);
      }
      if (!this.#step()) this.#sets = undefined;
      if (this.#pace.isOver()) break;
    }
    return true;
  }

  #nextBatch(): MaybePromise<boolean> {
    const batch = this.#child.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): boolean {
    this.#batch = rows ?? [];
    this.#at = 0;
    return rows !== undefined;
  }

  /** Starts the sets of the next input row; undefined when the batch has no more. */
  #nextRow(): MaybePromise<boolean> | undefined {
    const row = this.#batch[this.#at];
    if (row === undefined) return undefined;
    this.#at++;
    this.#row = row;
    const sets = startSets(this.#calls, row, this.run);
    if (!isPromise(sets)) {
      this.#sets = sets;
      return true;
    }
    return sets.then((all) => {
      this.#sets = all;
      return true;
    });
  }

  /** Emits the next row of the current input row's sets; false when all of them have ended. */
  #step(): boolean {
    let any = false;
    const values: Datum[] = [];
    for (const set of this.#sets ?? []) {
      const step = set.next();
      if (step.done !== true) any = true;
      values.push(step.done === true ? null : step.value);
    }
    if (any) this.emit(this.#project([...this.#row, ...values], this.run.evaluation));
    return any;
  }
}

export function openProjectSet(node: ProjectSetNode, child: Opener): Opener {
  const calls = node.calls.map((call) => compileSetCall(call));
  const project = compileProjection(node.exprs);
  return (run) => new ProjectSet(run, child(run), calls, project);
}
