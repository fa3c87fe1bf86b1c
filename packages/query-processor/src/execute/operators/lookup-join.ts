/**
 * Joins by point reads: the keys of a whole batch of left rows are read from the right table at
 * once, by its primary key or by a unique index.
 */
import { countScans } from "../../statistics/activity-counters.ts";
import type { Key, KeyBits, MaybePromise } from "@firstlight/common";
import { InvariantError, isPromise, keyFromLatin1 } from "@firstlight/common";
import type { CompiledExpr, CompiledPredicate, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate } from "@firstlight/sql";
import type { LookupJoinNode } from "../../plan/plan-node.ts";
import type { IndexLayout, KeyPart, TableLayout } from "../../plan/table-layout.ts";
import { rowKeyOf, tableLayout } from "../../plan/table-layout.ts";
import { keyEncoder } from "../../plan/codec.ts";
import { fitKeyValue } from "../key-ranges.ts";
import type { Opener, Operator, Probe, Run } from "../operator.ts";
import { ProducingOperator, tallied } from "../operator.ts";
import { nulls } from "./hash-join.ts";

type Found = readonly (Uint8Array | undefined)[];

interface Compiled {
  readonly node: LookupJoinNode;
  readonly layout: TableLayout;
  readonly secondary: IndexLayout | undefined;
  readonly keys: readonly CompiledExpr[];
  readonly parts: readonly KeyPart[];
  readonly encode: (values: Row) => string;
  readonly decode: (bytes: Uint8Array) => Row;
  /** Of the index that keys are looked up in. */
  readonly countedOid: number;
  readonly suffix: ((entry: Uint8Array) => Row) | undefined;
  readonly filter: CompiledPredicate | undefined;
  readonly condition: CompiledPredicate | undefined;
}

class LookupJoin extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #left: Operator;
  /** Of this batch, for whoever measures. */
  readonly #dropped = new Set<Key>();

  constructor(run: Run, compiled: Compiled, left: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#left = left;
  }

  restrict(slot: number, keys: KeyBits): void {
    const { left } = this.#compiled.node;
    if (slot < left.labels.length) this.#left.restrict?.(slot, keys);
  }

  close(): void {
    this.#left.close();
  }

  protected override produce(): MaybePromise<boolean> {
    const batch = this.#left.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#join(rows)) : this.#join(batch);
  }

  #join(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    if (rows === undefined) return false;
    const keyOfRow = rows.map((row) => this.#key(row));
    const distinct = [...new Set(keyOfRow.filter((key) => key !== undefined))];
    if (distinct.length === 0) return this.#answer(rows, keyOfRow, new Map());
    const found = this.#read(distinct);
    return isPromise(found)
      ? found.then((map) => this.#answer(rows, keyOfRow, map))
      : this.#answer(rows, keyOfRow, found);
  }

  #key(row: Row): Key | undefined {
    const { keys, parts, encode, layout, secondary } = this.#compiled;
    const values = [];
    for (const [at, key] of keys.entries()) {
      const value = key(row, this.run.evaluation);
      if (value === null) return undefined;
      const fitted = fitKeyValue(value, parts[at]?.type ?? 0);
      if (fitted === undefined) return undefined;
      values.push(fitted);
    }
    return keyFromLatin1((secondary?.prefix ?? layout.prefix) + encode(values));
  }

  /** Row keys and rows by the key looked up. */
  #read(keys: readonly Key[]): MaybePromise<Map<Key, Row>> {
    const { transaction } = this.run.context;
    const counters = this.run.context.activity?.scansOf(this.#compiled.countedOid);
    countScans(counters, this.run.evaluation.statementTime, keys.length);
    const first = transaction.read(keys);
    const next = (found: Found): MaybePromise<Map<Key, Row>> => this.#follow(keys, found);
    return isPromise(first) ? first.then(next) : next(first);
  }

  #follow(keys: readonly Key[], found: Found): MaybePromise<Map<Key, Row>> {
    const { secondary, suffix, layout } = this.#compiled;
    if (secondary === undefined) return this.#decode(keys, keys, found);
    const present: Key[] = [];
    const rowKeys: Key[] = [];
    found.forEach((entry, at) => {
      const key = keys[at];
      if (entry === undefined || key === undefined) return;
      const bytes = suffix?.(entry)[0];
      if (!(bytes instanceof Uint8Array)) throw new InvariantError("index entry without row key");
      present.push(key);
      rowKeys.push(rowKeyOf(layout, bytes));
    });
    if (rowKeys.length === 0) return new Map();
    const rows = this.run.reads.read(rowKeys);
    return isPromise(rows)
      ? rows.then((values) => this.#decode(present, rowKeys, values))
      : this.#decode(present, rowKeys, rows);
  }

  #decode(keys: readonly Key[], rowKeys: readonly Key[], values: Found): Map<Key, Row> {
    const { decode, filter, node } = this.#compiled;
    const rows = new Map<Key, Row>();
    this.#count(values);
    values.forEach((value, at) => {
      const key = keys[at];
      if (value === undefined || key === undefined) return;
      let row = decode(value);
      if (node.right.withKey) row = row.concat(rowKeys[at] ?? null);
      if (filter === undefined || filter(row, this.run.evaluation)) rows.set(key, row);
      else if (this.run.probe !== undefined) this.#dropped.add(key);
    });
    return rows;
  }

  #count(values: Found): void {
    const counters = this.run.context.activity?.scansOf(this.#compiled.countedOid);
    if (counters === undefined) return;
    const count = values.reduce((sum, value) => (value === undefined ? sum : sum + 1), 0);
    counters.rows += count;
    counters.fetched += count;
  }

  #answer(
    rows: readonly Row[],
    keys: readonly (Key | undefined)[],
    found: ReadonlyMap<Key, Row>,
  ): boolean {
    rows.forEach((left, at) => {
      const key = keys[at];
      this.#emitRow(left, key === undefined ? undefined : found.get(key));
    });
    if (this.run.probe !== undefined) this.#tell(this.run.probe, keys, found);
    return true;
  }

  /** As if each left row had looked for itself. */
  #tell(probe: Probe, keys: readonly (Key | undefined)[], found: ReadonlyMap<Key, Row>): void {
    const tally = { loops: keys.length, rows: 0, removed: 0 };
    for (const key of keys) {
      if (key === undefined) continue;
      if (found.has(key)) tally.rows++;
      else if (this.#dropped.has(key)) tally.removed++;
    }
    probe.tally(this.#compiled.node.right, tally);
    this.#dropped.clear();
  }

  #emitRow(left: Row, right: Row | undefined): void {
    const { node, condition } = this.#compiled;
    const joined = right === undefined ? undefined : left.concat(right);
    const matched =
      joined !== undefined && (condition === undefined || condition(joined, this.run.evaluation));
    if (node.type === "semi" || node.type === "anti") {
      if (matched === (node.type === "semi")) this.emit(left);
    } else if (matched && joined !== undefined) {
      this.emit(joined);
    } else if (node.type === "left") {
      this.emit(left.concat(nulls(node.right.labels.length)));
    }
  }
}

export function openLookupJoin(node: LookupJoinNode, left: Opener): Opener {
  const layout = tableLayout(node.right.table);
  const secondary = layout.secondary.find((each) => each.descriptor === node.index);
  const parts = secondary?.keyParts ?? layout.primaryParts;
  const { filter } = node.right;
  const compiled: Compiled = {
    node,
    layout,
    secondary,
    countedOid: (secondary?.descriptor ?? layout.primary)?.oid ?? node.right.table.oid,
    keys: node.keys.map((key) => compileExpr(key)),
    parts,
    encode: keyEncoder(parts),
    decode: layout.decoder(node.right.columns),
    suffix: secondary?.decoder([secondary.stored.length]),
    filter: filter === undefined ? undefined : compilePredicate(filter),
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
  };
  return (run) => new LookupJoin(run, tallied(run, compiled), left(run));
}
