/**
 * INSERT ... ON CONFLICT, row by row: each row sees what the rows before it did. A row that this
 * command has inserted or updated may not be updated by it again.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { InvariantError, SqlError, isPromise } from "@firstlight/common";
import type { CompiledPredicate, Row } from "@firstlight/sql";
import { compilePredicate } from "@firstlight/sql";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import type { PlanNode, PlannedConflict } from "../plan/plan-node.ts";
import type { TableLayout } from "../plan/table-layout.ts";
import { rowKeyOf } from "../plan/table-layout.ts";
import type { CompiledValue } from "./column-values.ts";
import { compileValues, withGenerated } from "./column-values.ts";
import type { Opener, Run } from "./operator.ts";
import { repeat } from "./operator.ts";
import { DeltaWriter } from "./delta-writer.ts";
import { RowDeltas } from "./row-deltas.ts";
import { checkRow } from "./row-constraints.ts";
import type { RowWriter, RowWriterTarget, UniqueClaim } from "./row-writer.ts";
import { uniqueClaims } from "./row-writer.ts";

export interface CompiledConflict {
  readonly action: "nothing" | "update";
  readonly arbiters: ReadonlySet<number>;
  /** Widens both rows by the values of subqueries. */
  readonly row: { readonly id: number; readonly open: Opener } | undefined;
  readonly where: CompiledPredicate | undefined;
  readonly assignments: readonly CompiledValue[];
  readonly generated: readonly CompiledValue[];
  readonly changed: ReadonlySet<number>;
  readonly deltas: RowDeltas | undefined;
  readonly tellsFound: boolean;
}

export function compileConflict(
  conflict: PlannedConflict,
  tellsFound: boolean,
  openPlan: (node: PlanNode) => Opener,
): CompiledConflict {
  const assignments = compileValues(conflict.assignments);
  const generated = compileValues(conflict.generated);
  return {
    action: conflict.action,
    arbiters: new Set(conflict.arbiters),
    row:
      conflict.row === undefined
        ? undefined
        : { id: conflict.row.id, open: openPlan(conflict.row.plan) },
    where: conflict.where === undefined ? undefined : compilePredicate(conflict.where),
    assignments,
    generated,
    changed: new Set([...assignments, ...generated].map((each) => each.column)),
    deltas: conflict.deltas === undefined ? undefined : new RowDeltas(conflict.deltas),
    tellsFound,
  };
}

/** The stored form of the entry that a claim found taken. */
interface Taken {
  readonly claim: UniqueClaim;
  readonly entry: Uint8Array;
}

export class ConflictWriter {
  readonly #target: RowWriterTarget;
  readonly #writer: RowWriter;
  readonly #conflict: CompiledConflict;
  readonly #touched = new Set<Key>();
  readonly #deltas: DeltaWriter | undefined;

  /** `run` is given if amounts may be sent instead of rows. */
  constructor(
    target: RowWriterTarget,
    writer: RowWriter,
    conflict: CompiledConflict,
    run: Run | undefined,
  ) {
    this.#target = target;
    this.#writer = writer;
    this.#conflict = conflict;
    if (run !== undefined && conflict.deltas !== undefined) {
      this.#deltas = DeltaWriter.over(run, conflict.deltas, target.layout.table);
    }
  }

  /** The rows inserted or updated, as stored. */
  write(run: Run, rows: readonly Row[]): MaybePromise<readonly Row[]> {
    const stored: Row[] = [];
    let at = 0;
    const done = repeat(run, () => {
      const row = rows[at++];
      if (row === undefined) return false;
      const written = this.#writeRow(run, row);
      const note = (result: Row | undefined): boolean => {
        if (result !== undefined) stored.push(result);
        return true;
      };
      return isPromise(written) ? written.then(note) : note(written);
    });
    return isPromise(done) ? done.then(() => stored) : stored;
  }

  #isArbiter(index: IndexDescriptor): boolean {
    const { arbiters } = this.#conflict;
    return arbiters.size === 0 || arbiters.has(index.oid);
  }

  #refuseDeferrable(): void {
    for (const index of this.#target.layout.table.indexes) {
      if (index.deferrable === undefined || !this.#isArbiter(index)) continue;
      const text =
        "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters";
      const { schema, layout } = this.#target;
      const fields = { schema, table: layout.table.name, constraint: index.name };
      throw new SqlError("55000", text, fields);
    }
  }

  #writeRow(run: Run, values: Row): MaybePromise<Row | undefined> {
    const { layout, transaction } = this.#target;
    this.#refuseDeferrable();
    checkRow(this.#target, values);
    const key = layout.rowKey(values, this.#writer.rowIds);
    const claims = uniqueClaims(layout, values, key);
    const judge = (found: readonly (Uint8Array | undefined)[]): MaybePromise<Row | undefined> =>
      this.#judge(run, values, key, claims, found);
    if (claims.length === 0) return judge([]);
    const found = transaction.read(claims.map((claim) => claim.key));
    return isPromise(found) ? found.then(judge) : judge(found);
  }

  #judge(
    run: Run,
    values: Row,
    key: Key,
    claims: readonly UniqueClaim[],
    found: readonly (Uint8Array | undefined)[],
  ): MaybePromise<Row | undefined> {
    const taken = claims.flatMap((claim, at): Taken[] => {
      const entry = found[at];
      return entry === undefined ? [] : [{ claim, entry }];
    });
    const arbitrated = taken.find((each) => this.#isArbiter(each.claim.index));
    if (arbitrated !== undefined) {
      return this.#conflict.action === "nothing"
        ? undefined
        : this.#update(run, values, arbitrated);
    }
    const [other] = taken;
    if (other !== undefined) throw this.#writer.duplicate(other.claim.index, values);
    this.#writer.store(values, key);
    this.#touched.add(key);
    return this.#told(values, false);
  }

  #told(row: Row, isFound: boolean): Row {
    return this.#conflict.tellsFound ? row.concat(isFound) : row;
  }

  #update(run: Run, values: Row, { claim, entry }: Taken): MaybePromise<Row | undefined> {
    const { layout, transaction } = this.#target;
    const all = layout.types.map((_, at) => at);
    const decode = layout.decoder(all);
    if (claim.index.number === 0) {
      return this.#apply(run, values, claim.key, decode(entry));
    }
    const key = this.#rowKeyOf(layout, claim.index, entry);
    const found = transaction.read([key]);
    const next = ([bytes]: readonly (Uint8Array | undefined)[]): MaybePromise<Row | undefined> => {
      if (bytes === undefined) throw new InvariantError("index entry without a row");
      return this.#apply(run, values, key, decode(bytes));
    };
    return isPromise(found) ? found.then(next) : next(found);
  }

  #rowKeyOf(layout: TableLayout, index: IndexDescriptor, entry: Uint8Array): Key {
    const secondary = layout.secondary.find((each) => each.descriptor === index);
    const suffix = secondary?.decoder([secondary.stored.length])(entry)[0];
    if (!(suffix instanceof Uint8Array)) throw new InvariantError("index entry without row key");
    return rowKeyOf(layout, suffix);
  }

  #apply(run: Run, values: Row, key: Key, existing: Row): MaybePromise<Row | undefined> {
    if (this.#touched.has(key)) {
      throw new SqlError("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time", {
        hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.",
      });
    }
    const both = this.#widened(run, [...existing, ...values]);
    if (isPromise(both)) return both.then((row) => this.#assign(row, key, existing));
    return this.#assign(both, key, existing);
  }

  /** Both rows with the values of the subqueries that are about them. */
  #widened(run: Run, both: Row): MaybePromise<Row> {
    const { row } = this.#conflict;
    if (row === undefined) return both;
    run.working.set(row.id, { read: (from) => (from === 0 ? [both] : []) });
    const operator = row.open(run);
    const take = (batch: readonly Row[] | undefined): Row => {
      operator.close();
      const [widened] = batch ?? [];
      if (widened === undefined) throw new InvariantError("a conflict without its row");
      return widened;
    };
    const batch = operator.next(1);
    return isPromise(batch) ? batch.then(take) : take(batch);
  }

  #assign(both: Row, key: Key, existing: Row): MaybePromise<Row | undefined> {
    const { where, assignments, generated, changed } = this.#conflict;
    const { evaluation, layout } = this.#target;
    if (where !== undefined && !where(both, evaluation)) return undefined;
    const assigned = [...existing];
    for (const { column, value } of assignments) assigned[column] = value(both, evaluation);
    const after = withGenerated(assigned, generated, evaluation);
    const deltas = this.#deltas?.begin();
    if (deltas?.takes(key, existing, after, both) === true) {
      deltas.write();
      this.#touched.add(key);
      return this.#told(after, true);
    }
    const written = this.#writer.update([{ key, before: existing, after }], changed);
    const done = (): Row => {
      this.#touched.add(key);
      if (layout.primary !== undefined)
        this.#touched.add(layout.rowKey(after, this.#writer.rowIds));
      return this.#told(after, true);
    };
    return isPromise(written) ? written.then(done) : done();
  }
}
