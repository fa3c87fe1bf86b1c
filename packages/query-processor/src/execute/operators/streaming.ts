/** Operators that treat each batch on its own: Filter, Result (projection), LockRows. */
import type { MaybePromise } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { compilePredicate, compileProjection } from "@firstlight/sql";
import type { FilterNode, LockRowsNode, ProjectNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { nextMapped } from "../operator.ts";

/** FOR SHARE excludes every change of the row, FOR KEY SHARE those of its key. */
const INTENTS = { update: "X", noKeyUpdate: "X", share: "R", keyShare: "K" } as const;

class Mapped implements Operator {
  readonly #run: Run;
  readonly #child: Operator;
  readonly #transform: (rows: readonly Row[]) => readonly Row[];

  constructor(run: Run, child: Operator, transform: (rows: readonly Row[]) => readonly Row[]) {
    this.#run = run;
    this.#child = child;
    this.#transform = transform;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    return nextMapped(this.#run, this.#child, maxRows, this.#transform);
  }

  close(): void {
    this.#child.close();
  }
}

export function openFilter(node: FilterNode, child: Opener): Opener {
  const passes = compilePredicate(node.condition);
  return (run) => {
    const { evaluation } = run;
    return new Mapped(run, child(run), (rows) => rows.filter((row) => passes(row, evaluation)));
  };
}

export function openProject(node: ProjectNode, child: Opener): Opener {
  const project = compileProjection(node.exprs);
  return (run) => {
    const { evaluation } = run;
    return new Mapped(run, child(run), (rows) => rows.map((row) => project(row, evaluation)));
  };
}

/** FOR UPDATE and FOR NO KEY UPDATE hold the row with X, the SHARE forms with K. */
export function openLockRows(node: LockRowsNode, child: Opener): Opener {
  const marks = node.marks.map(({ slot, strength }) => ({
    slot,
    intent: INTENTS[strength],
  }));
  return (run) => {
    const { transaction } = run.context;
    return new Mapped(run, child(run), (rows) => {
      for (const row of rows) {
        for (const { slot, intent } of marks) {
          const key = row[slot];
          // The row of an outer join's empty side has no key.
          if (typeof key === "string") transaction.check({ key: keyFromLatin1(key), intent });
        }
      }
      return rows;
    });
  };
}
