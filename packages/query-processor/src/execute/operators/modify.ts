/**
 * INSERT, UPDATE and DELETE. Rows are read to their end BEFORE the first write, so that a statement
 * never sees its own writes; RETURNING hands out rows once all writes are made. A statement whose
 * functions read what it has written goes row by row over reads as of its start.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { InvariantError, andThen, isPromise, keyFromLatin1 } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { BoundCheck } from "../../bind/query-tree.ts";
import type {
  DeleteNode,
  InsertNode,
  MergeNode,
  PlanNode,
  UpdateNode,
} from "../../plan/plan-node.ts";
import { ConflictWriter, compileConflict } from "../conflict-writer.ts";
import type { CompiledConflict } from "../conflict-writer.ts";
import type { CompiledValue } from "../column-values.ts";
import { compileValues, withGenerated } from "../column-values.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, drain, repeat } from "../operator.ts";
import { RowStore } from "../row-store.ts";
import type { CompiledCheck } from "../row-constraints.ts";
import { checkStorageLimit } from "../storage-limit.ts";
import type { RowUpdate } from "../row-writer.ts";
import { OverlaidTransaction } from "../overlaid-transaction.ts";
import { DeltaWriter } from "../delta-writer.ts";
import { RowDeltas } from "../row-deltas.ts";
import { RowWriter } from "../row-writer.ts";
import { writeTarget } from "../write-target.ts";

export function compileChecks(checks: readonly BoundCheck[]): CompiledCheck[] {
  return checks.map(({ name, expr, ofView }) => {
    const condition = compileExpr(expr);
    if (ofView === true) {
      return { name, ofView, holds: (row, context) => condition(row, context) === true };
    }
    return { name, holds: (row, context) => condition(row, context) !== false };
  });
}

/** Makes the writes that modifying CTEs have put off, in their order. */
export function flushDeferred(run: Run): MaybePromise<void> {
  if (run.deferredWrites.length === 0) return undefined;
  const writes = run.deferredWrites.splice(0);
  return repeat(run, () => {
    const write = writes.shift();
    if (write === undefined) return false;
    const written = write();
    return isPromise(written) ? written.then(() => true) : true;
  });
}

/** Rows written at one go. */
const CHUNK_ROWS = 512;

export abstract class Modify extends ProducingOperator {
  readonly #child: Operator;
  protected readonly isTop: boolean;
  /** Writes wait until all of the statement was read: in WITH, or for RETURNING's subqueries. */
  protected readonly defers: boolean;
  readonly #returning: boolean;
  #returned: RowStore | undefined;
  #returnedAt = 0;
  #written = false;

  constructor(run: Run, node: InsertNode | UpdateNode | DeleteNode | MergeNode, child: Operator) {
    super(run);
    this.#child = child;
    this.isTop = run.top === node;
    this.defers = !run.writesByRow && (!this.isTop || node.defersWrites === true);
    this.#returning = node.returning;
  }

  close(): void {
    this.#child.close();
    this.#returned?.free();
  }

  /** Reads and writes everything. */
  protected abstract modify(): MaybePromise<void>;

  protected override produce(): MaybePromise<boolean> {
    if (this.run.writesByRow) return this.#nextRow();
    if (this.#written) return this.#return();
    this.#written = true;
    const settled = andThen(this.modify(), () => this.#settled());
    return andThen(settled, () => this.#return());
  }

  #settled(): MaybePromise<void> {
    const steps = this.run.context.transaction.settling?.();
    if (steps === undefined) return undefined;
    return repeat(this.run, () => steps.next().done !== true);
  }

  #nextRow(): MaybePromise<boolean> {
    const write = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
      if (rows === undefined) return false;
      const written = this.write(rows);
      return isPromise(written) ? written.then(() => true) : true;
    };
    const rows = this.#child.next(1);
    return isPromise(rows) ? rows.then(write) : write(rows);
  }

  #return(): MaybePromise<boolean> {
    const rows = this.#returned?.read(this.#returnedAt, BATCH_ROWS) ?? [];
    return isPromise(rows)
      ? rows.then((each) => this.#emitReturned(each))
      : this.#emitReturned(rows);
  }

  #emitReturned(rows: readonly Row[]): boolean {
    this.emitAll(rows);
    this.#returnedAt += rows.length;
    return this.#returnedAt < (this.#returned?.length ?? 0);
  }

  protected abstract write(rows: readonly Row[]): MaybePromise<void>;

  protected done(rows: readonly Row[]): MaybePromise<void> {
    if (this.isTop) this.run.affected += rows.length;
    if (!this.#returning || rows.length === 0) return undefined;
    if (this.run.writesByRow) {
      this.emitAll(rows);
      return undefined;
    }
    this.#returned ??= new RowStore(this.run.memory);
    this.#returned.add(rows);
    return this.#returned.relieved();
  }

  /**
   * Runs the write, or puts it off if this is a modifying CTE: the rest of the statement must not
   * see it. The statement's own writes come AFTER those of its CTEs.
   */
  protected apply(write: () => MaybePromise<void>, rows: readonly Row[]): MaybePromise<void> {
    if (this.defers) {
      this.run.deferredWrites.push(write);
      return this.done(rows);
    }
    const flushed = flushDeferred(this.run);
    const written = isPromise(flushed) ? flushed.then(write) : write();
    return isPromise(written) ? written.then(() => this.done(rows)) : this.done(rows);
  }

  /** Writes batches as they come: for sources that read no table. */
  protected streamed(): MaybePromise<void> {
    return drain(this.run, this.#child, (rows) => this.write(rows));
  }

  protected collected(): MaybePromise<void> {
    const all = new RowStore(this.run.memory);
    const read = drain(this.run, this.#child, (rows) => {
      all.add(rows);
      return all.relieved();
    });
    const write = (): MaybePromise<void> => {
      const written = this.#writeChunks(all);
      return isPromise(written) ? written.then(() => all.free()) : all.free();
    };
    return isPromise(read) ? read.then(write) : write();
  }

  #writeChunks(rows: RowStore): MaybePromise<void> {
    if (rows.length === 0) return undefined;
    if (rows.length <= CHUNK_ROWS && rows.inMemory !== undefined) return this.write(rows.inMemory);
    let at = 0;
    const write = (chunk: readonly Row[]): MaybePromise<boolean> => {
      at += chunk.length;
      const written = this.write(chunk);
      const more = at < rows.length;
      return isPromise(written) ? written.then(() => more) : more;
    };
    return repeat(this.run, () => {
      const chunk = rows.read(at, CHUNK_ROWS);
      return isPromise(chunk) ? chunk.then(write) : write(chunk);
    });
  }
}

class Insert extends Modify {
  readonly #node: InsertNode;
  readonly #generated: readonly CompiledValue[];
  readonly #writer: RowWriter;
  readonly #conflicts: ConflictWriter | undefined;
  readonly #overlaid: OverlaidTransaction | undefined;

  constructor(run: Run, compiled: CompiledInsert, child: Operator) {
    super(run, compiled.node, child);
    checkStorageLimit(run.context.catalog);
    const { node, checks, conflict } = compiled;
    this.#node = node;
    this.#generated = compiled.generated;
    // What is stored is only known once it is written: a CTE writes over the transaction at first.
    this.#overlaid =
      conflict === undefined || !this.defers
        ? undefined
        : new OverlaidTransaction(run.context.transaction);
    const target = writeTarget(run, node.table, checks, this.#overlaid);
    this.#writer = new RowWriter(target);
    this.#conflicts =
      conflict === undefined
        ? undefined
        : new ConflictWriter(target, this.#writer, conflict, this.isTop ? run : undefined);
  }

  protected override modify(): MaybePromise<void> {
    return this.#node.readsTables ? this.collected() : this.streamed();
  }

  protected override write(rows: readonly Row[]): MaybePromise<void> {
    const complete =
      this.#generated.length === 0
        ? rows
        : rows.map((row) => withGenerated(row, this.#generated, this.run.evaluation));
    if (this.#conflicts !== undefined) {
      return this.#writeConflicting(this.#conflicts, complete);
    }
    return this.apply(() => this.#writer.insert(complete), complete);
  }

  #writeConflicting(conflicts: ConflictWriter, rows: readonly Row[]): MaybePromise<void> {
    const overlaid = this.#overlaid;
    const finish = (stored: readonly Row[]): MaybePromise<void> => {
      if (overlaid !== undefined) {
        this.run.deferredWrites.push(() => {
          overlaid.replay();
        });
      }
      return this.done(stored);
    };
    const write = (): MaybePromise<void> => {
      const stored = conflicts.write(this.run, rows);
      return isPromise(stored) ? stored.then(finish) : finish(stored);
    };
    const flushed = this.defers ? undefined : flushDeferred(this.run);
    return isPromise(flushed) ? flushed.then(write) : write();
  }
}

interface CompiledInsert {
  readonly node: InsertNode;
  readonly generated: readonly CompiledValue[];
  readonly checks: readonly CompiledCheck[];
  readonly conflict: CompiledConflict | undefined;
}

export function openInsert(
  node: InsertNode,
  child: Opener,
  openPlan: (node: PlanNode) => Opener,
): Opener {
  const compiled: CompiledInsert = {
    node,
    generated: compileValues(node.generated),
    checks: compileChecks(node.checks),
    conflict:
      node.conflict === undefined
        ? undefined
        : compileConflict(node.conflict, node.tellsFound, openPlan),
  };
  return (run) => new Insert(run, compiled, child(run));
}

/** A row comes once where nothing is joined. */
function comesOnce(node: PlanNode): boolean {
  if (node.kind === "project" || node.kind === "filter") return comesOnce(node.child);
  return node.kind === "scan";
}

/** Picks the target's columns and key out of the child's rows; each row counts once. */
export class TargetRows {
  readonly #slots: readonly number[];
  readonly #keySlot: number;
  readonly #identity: boolean;
  /** Undefined where no row comes twice: a set of a million keys is dear. */
  readonly #seen: Set<Key> | undefined;

  constructor(slots: readonly number[], keySlot: number, source: PlanNode) {
    this.#slots = slots;
    this.#seen = comesOnce(source) ? undefined : new Set();
    this.#keySlot = keySlot;
    this.#identity = slots.every((slot, at) => slot === at);
  }

  /** The row's key, undefined if the statement has changed this row before. */
  claim(row: Row): Key | undefined {
    const value = row[this.#keySlot];
    if (typeof value !== "string") throw new InvariantError("a target row without its key");
    const key = keyFromLatin1(value);
    if (this.#seen?.has(key) === true) return undefined;
    this.#seen?.add(key);
    return key;
  }

  columns(row: Row): Datum[] {
    if (this.#identity) return row.slice(0, this.#slots.length);
    return this.#slots.map((slot) => (slot < 0 ? null : (row[slot] ?? null)));
  }

  /** The child's row with the new values of the target's columns. */
  replaced(row: Row, after: Row): Row {
    const output = [...row];
    this.#slots.forEach((slot, at) => {
      if (slot >= 0) output[slot] = after[at] ?? null;
    });
    return output;
  }
}

interface CompiledUpdate {
  readonly node: UpdateNode;
  readonly deltas: RowDeltas | undefined;
  readonly assignments: readonly CompiledValue[];
  readonly generated: readonly CompiledValue[];
  readonly checks: readonly CompiledCheck[];
  readonly changed: ReadonlySet<number>;
}

class Update extends Modify {
  readonly #compiled: CompiledUpdate;
  readonly #writer: RowWriter;
  readonly #targets: TargetRows;
  readonly #deltas: DeltaWriter | undefined;

  constructor(run: Run, compiled: CompiledUpdate, child: Operator) {
    super(run, compiled.node, child);
    checkStorageLimit(run.context.catalog);
    this.#compiled = compiled;
    const { node, checks } = compiled;
    if (compiled.deltas !== undefined && this.isTop) {
      this.#deltas = DeltaWriter.over(run, compiled.deltas, node.table);
    }
    this.#targets = new TargetRows(node.targetSlots, node.keySlot, node.child);
    this.#writer = new RowWriter(writeTarget(run, node.table, checks));
  }

  protected override modify(): MaybePromise<void> {
    return this.collected();
  }

  protected override write(rows: readonly Row[]): MaybePromise<void> {
    const { assignments, generated, changed, node } = this.#compiled;
    const { evaluation } = this.run;
    const updates: RowUpdate[] = [];
    const outputs: Row[] = [];
    const deltas = this.#deltas?.begin();
    for (const row of rows) {
      const key = this.#targets.claim(row);
      if (key === undefined) continue;
      const before = this.#targets.columns(row);
      const assigned = [...before];
      for (const { column, value } of assignments) assigned[column] = value(row, evaluation);
      const after = withGenerated(assigned, generated, evaluation);
      if (deltas?.takes(key, before, after) !== true) updates.push({ key, before, after });
      outputs.push(node.returning ? this.#targets.replaced(row, after) : after);
    }
    const write = (): MaybePromise<void> => {
      deltas?.write();
      return updates.length === 0 ? undefined : this.#writer.update(updates, changed);
    };
    return this.apply(write, outputs);
  }
}

export function openUpdate(node: UpdateNode, child: Opener): Opener {
  const assignments = compileValues(node.assignments);
  const generated = compileValues(node.generated);
  const compiled: CompiledUpdate = {
    node,
    deltas: node.deltas === undefined ? undefined : new RowDeltas(node.deltas),
    assignments,
    generated,
    checks: compileChecks(node.checks),
    changed: new Set([...assignments, ...generated].map((each) => each.column)),
  };
  return (run) => new Update(run, compiled, child(run));
}

class Delete extends Modify {
  readonly #writer: RowWriter;
  readonly #targets: TargetRows;

  constructor(run: Run, node: DeleteNode, child: Operator) {
    super(run, node, child);
    this.#targets = new TargetRows(node.targetSlots, node.keySlot, node.child);
    this.#writer = new RowWriter(writeTarget(run, node.table, []));
  }

  protected override modify(): MaybePromise<void> {
    return this.collected();
  }

  protected override write(rows: readonly Row[]): MaybePromise<void> {
    const deleted: { key: Key; row: Row }[] = [];
    for (const row of rows) {
      const key = this.#targets.claim(row);
      if (key !== undefined) deleted.push({ key, row });
    }
    const write = (): void => {
      for (const { key, row } of deleted) this.#writer.delete(key, this.#targets.columns(row));
    };
    return this.apply(
      write,
      deleted.map((each) => each.row),
    );
  }
}

export function openDelete(node: DeleteNode, child: Opener): Opener {
  return (run) => new Delete(run, node, child(run));
}
