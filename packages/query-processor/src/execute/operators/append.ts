/** UNION ALL: one input after the other. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { AppendNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { openMergeAppend } from "./merge-append.ts";

class Append implements Operator {
  readonly #run: Run;
  readonly #openers: readonly Opener[];
  #current: Operator | undefined;
  #at = 0;

  constructor(run: Run, openers: readonly Opener[]) {
    this.#run = run;
    this.#openers = openers;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    for (;;) {
      if (this.#current === undefined) {
        const open = this.#openers[this.#at++];
        if (open === undefined) return undefined;
        this.#current = open(this.#run);
      }
      const batch = this.#current.next(maxRows);
      if (isPromise(batch)) return batch.then((rows) => this.#orNext(rows, maxRows));
      if (batch !== undefined) return batch;
      this.close();
    }
  }

  #orNext(
    rows: readonly Row[] | undefined,
    maxRows: number,
  ): MaybePromise<readonly Row[] | undefined> {
    if (rows !== undefined) return rows;
    this.close();
    return this.next(maxRows);
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

export function openAppend(node: AppendNode, children: readonly Opener[]): Opener {
  if (node.mergedBy !== undefined) return openMergeAppend(node.mergedBy, children);
  return (run) => new Append(run, children);
}
