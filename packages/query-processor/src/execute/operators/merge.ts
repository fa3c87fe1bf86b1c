/**
 * MERGE: every joined row is read BEFORE the first write; then the rows are taken in their order,
 * neighbours with the same action together. A row of the target is changed at most once.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { CompiledExpr, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { MergeNode } from "../../plan/plan-node.ts";
import type { CompiledValue } from "../column-values.ts";
import { compileValues, withGenerated } from "../column-values.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { repeat } from "../operator.ts";
import type { CompiledCheck } from "../row-constraints.ts";
import { checkStorageLimit } from "../storage-limit.ts";
import { RowWriter } from "../row-writer.ts";
import { writeTarget } from "../write-target.ts";
import { Modify, TargetRows, compileChecks } from "./modify.ts";

interface CompiledAction {
  readonly command: "insert" | "update" | "delete" | "nothing";
  readonly assignments: readonly CompiledValue[];
  readonly row: readonly CompiledExpr[];
  readonly changed: ReadonlySet<number>;
}

interface CompiledMerge {
  readonly node: MergeNode;
  readonly actions: readonly CompiledAction[];
  readonly generated: readonly CompiledValue[];
  readonly checks: readonly CompiledCheck[];
}

/** Rows next to each other that get the same action. */
interface ActionRows {
  readonly action: CompiledAction;
  readonly rows: Row[];
}

class Merge extends Modify {
  readonly #compiled: CompiledMerge;
  readonly #writer: RowWriter;
  readonly #targets: TargetRows;

  constructor(run: Run, compiled: CompiledMerge, child: Operator) {
    super(run, compiled.node, child);
    checkStorageLimit(run.context.catalog);
    this.#compiled = compiled;
    const { node, checks } = compiled;
    this.#targets = new TargetRows(node.targetSlots, node.keySlot, node.child);
    this.#writer = new RowWriter(writeTarget(run, node.table, checks));
  }

  protected override modify(): MaybePromise<void> {
    return this.collected();
  }

  protected override write(rows: readonly Row[]): MaybePromise<void> {
    const groups = this.#grouped(rows);
    let at = 0;
    return repeat(this.run, () => {
      const group = groups[at++];
      if (group === undefined) return false;
      const written = this.apply(() => this.#perform(group), group.rows);
      return isPromise(written) ? written.then(() => true) : true;
    });
  }

  #grouped(rows: readonly Row[]): readonly ActionRows[] {
    const { actions, node } = this.#compiled;
    const groups: ActionRows[] = [];
    for (const row of rows) {
      const action = actions[Number(row[node.actionSlot])];
      if (action === undefined || action.command === "nothing") continue;
      const last = groups.at(-1);
      if (last?.action === action) last.rows.push(row);
      else groups.push({ action, rows: [row] });
    }
    return groups;
  }

  #perform({ action, rows }: ActionRows): MaybePromise<void> {
    switch (action.command) {
      case "insert":
        return this.#insert(action, rows);
      case "update":
        return this.#update(action, rows);
      case "delete":
        for (const row of rows) this.#writer.delete(this.#claim(row), this.#targets.columns(row));
        return undefined;
      case "nothing":
        return undefined;
    }
  }

  #insert(action: CompiledAction, rows: readonly Row[]): MaybePromise<void> {
    const { evaluation } = this.run;
    const inserted = rows.map((row) => {
      const values = action.row.map((value) => value(row, evaluation));
      return withGenerated(values, this.#compiled.generated, evaluation);
    });
    return this.#writer.insert(inserted);
  }

  #update(action: CompiledAction, rows: readonly Row[]): MaybePromise<void> {
    const { evaluation } = this.run;
    const updates = rows.map((row) => {
      const key = this.#claim(row);
      const before = this.#targets.columns(row);
      const assigned = [...before];
      for (const { column, value } of action.assignments) assigned[column] = value(row, evaluation);
      return { key, before, after: withGenerated(assigned, this.#compiled.generated, evaluation) };
    });
    return this.#writer.update(updates, action.changed);
  }

  #claim(row: Row): Key {
    const key = this.#targets.claim(row);
    if (key !== undefined) return key;
    throw new SqlError("21000", "MERGE command cannot affect row a second time", {
      hint: "Ensure that not more than one source row matches any one target row.",
    });
  }
}

export function openMerge(node: MergeNode, child: Opener): Opener {
  const generated = compileValues(node.generated);
  const compiled: CompiledMerge = {
    node,
    generated,
    checks: compileChecks(node.checks),
    actions: node.actions.map(({ command, assignments, row }) => {
      const values = compileValues(assignments);
      return {
        command,
        assignments: values,
        row: row.map((expr) => compileExpr(expr)),
        changed: new Set([...values, ...generated].map((each) => each.column)),
      };
    }),
  };
  return (run) => new Merge(run, compiled, child(run));
}
