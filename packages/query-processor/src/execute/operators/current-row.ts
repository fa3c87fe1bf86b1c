/** WHERE CURRENT OF: the row that a cursor stands on, as the statement sees it now. */
import type { MaybePromise } from "@firstlight/common";
import { featureNotSupported, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { CurrentRowNode } from "../../plan/plan-node.ts";
import { tableLayout } from "../../plan/table-layout.ts";
import type { Opener, Operator, Run } from "../operator.ts";

class CurrentRow implements Operator {
  readonly #run: Run;
  readonly #node: CurrentRowNode;
  #done = false;

  constructor(run: Run, node: CurrentRowNode) {
    this.#run = run;
    this.#node = node;
  }

  next(): MaybePromise<readonly Row[] | undefined> {
    if (this.#done) return undefined;
    this.#done = true;
    const { context } = this.#run;
    const { cursor, table, columns } = this.#node;
    const key = context.cursorKey?.(cursor, table);
    if (key === undefined) throw featureNotSupported("WHERE CURRENT OF");
    const rows = ([bytes]: readonly (Uint8Array | undefined)[]): readonly Row[] | undefined => {
      if (bytes === undefined) return undefined;
      return [[...tableLayout(table).decoder(columns)(bytes), key]];
    };
    const found = context.transaction.read([key]);
    return isPromise(found) ? found.then(rows) : rows(found);
  }

  close(): void {}
}

export function openCurrentRow(node: CurrentRowNode): Opener {
  return (run) => new CurrentRow(run, node);
}
