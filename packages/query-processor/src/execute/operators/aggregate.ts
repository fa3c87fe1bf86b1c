/**
 * Grouping by hash, one table per grouping set; without GROUP BY there is always one group. Rows of
 * groups that no table had room for are grouped afterwards, partition by partition.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import { compileExpr, volatility } from "@firstlight/sql";
import type { AggregateNode } from "../../plan/plan-node.ts";
import { TapeRows } from "../../spill/tape-rows.ts";
import { compileAggregate, isGathering } from "../aggregate-calls.ts";
import { hasLongKey } from "../flat-values.ts";
import { groupKey } from "../hash-key.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import { ProducingOperator, drain, repeat } from "../operator.ts";
import type { CompiledGrouping, CompiledSet, WaitingGroups } from "./aggregate-table.ts";
import { AggregateTable } from "./aggregate-table.ts";
import { GroupAggregate } from "./group-aggregate.ts";

class HashAggregate extends ProducingOperator {
  readonly #compiled: CompiledGrouping;
  readonly #waiting: WaitingGroups[] = [];
  readonly #emit = (row: Row): void => this.emit(row);
  #child: Operator;
  #tables: readonly AggregateTable[];
  #at = 0;
  #read = false;
  #batches = 1;
  #diskBytes = 0;
  #peakBytes = 0;

  constructor(run: Run, compiled: CompiledGrouping, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#tables = compiled.sets.map((set) => new AggregateTable(run, compiled, set, 0));
  }

  close(): void {
    this.#child.close();
    for (const table of this.#tables) table.free();
    for (const { tape } of this.#waiting) tape.free();
    this.#waiting.length = 0;
  }

  report(): OperatorReport | undefined {
    if (!this.#read || !this.#isGrouped) return undefined;
    return {
      kind: "aggregate",
      batches: this.#batches,
      memoryBytes: Math.max(this.#peakBytes, this.#tableBytes()),
      diskBytes: this.#diskBytes,
    };
  }

  get #isGrouped(): boolean {
    return this.#compiled.sets.some((set) => set.key !== undefined);
  }

  #tableBytes(): number {
    return this.#tables.reduce((bytes, table) => bytes + table.peakBytes, 0);
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#read) return this.#emitGroups();
    const read = drain(this.run, this.#child, (rows) => this.#add(rows));
    return isPromise(read) ? read.then(() => this.#finish()) : this.#finish();
  }

  #add(rows: readonly Row[]): MaybePromise<void> {
    return this.#eachTable((table) => {
      const added = table.add(rows);
      return isPromise(added) ? added.then(() => table.relieve()) : table.relieve();
    });
  }

  /** One after the other: all that wait for their turn would get it at the same time. */
  #eachTable(step: (table: AggregateTable) => MaybePromise<void>): MaybePromise<void> {
    const tables = this.#tables;
    const [first] = tables;
    if (first !== undefined && tables.length === 1) return step(first);
    let at = 0;
    return repeat(this.run, () => {
      const table = tables[at++];
      const done = table === undefined ? undefined : step(table);
      return isPromise(done) ? done.then(() => at < tables.length) : at < tables.length;
    });
  }

  #finish(): MaybePromise<boolean> {
    const finished = this.#eachTable((table) => table.finish());
    this.#read = true;
    this.#at = 0;
    return isPromise(finished) ? finished.then(() => true) : true;
  }

  #emitGroups(): MaybePromise<boolean> {
    const table = this.#tables[this.#at];
    if (table === undefined) return this.#goOn();
    const more = table.emit(this.#emit);
    return isPromise(more) ? more.then((each) => this.#emitted(each)) : this.#emitted(more);
  }

  #emitted(more: boolean): true {
    if (!more) this.#at++;
    return true;
  }

  /** The tables are through: goes on with what waits; false when nothing does. */
  #goOn(): boolean {
    this.#peakBytes = Math.max(this.#peakBytes, this.#tableBytes());
    for (const table of this.#tables) {
      for (const each of table.waiting()) {
        this.#waiting.push(each);
        this.#batches++;
        this.#diskBytes += each.tape.bytes;
      }
      table.free();
    }
    this.#tables = [];
    const next = this.#waiting.pop();
    if (next === undefined) return false;
    this.#child.close();
    this.#child = new TapeRows(next.tape, true);
    this.#tables = [new AggregateTable(this.run, this.#compiled, next.set, next.level)];
    this.#read = false;
    return true;
  }
}

function compileSet(node: AggregateNode, columns: readonly number[]): CompiledSet {
  const telling = node.telling ?? columns;
  const keys = telling.map((at) => node.groupBy[at]).filter((expr) => expr !== undefined);
  const grouped = new Set(columns);
  return {
    key: keys.length === 0 ? undefined : groupKey(keys),
    hasLongKey: hasLongKey(keys),
    left: node.groupBy.map((_, at) => !grouped.has(at)),
    groupings: node.groupings.map((refs) =>
      refs.reduce((bits, ref) => bits * 2 + (grouped.has(ref) ? 0 : 1), 0),
    ),
  };
}

function isStable(expr: Expr): boolean {
  return volatility(expr) !== "volatile";
}

/** Some gather values, and none does what must be done once. */
function hasLongResults({ aggregates }: AggregateNode): boolean {
  return (
    aggregates.some((call) => isGathering(call)) &&
    aggregates.every(
      ({ routine, directArgs }) => routine === undefined && directArgs.every(isStable),
    )
  );
}

/** One call, which takes what it was given only once all of that was computed. */
function isRepeatable({ groupBy, groupingSets, aggregates }: AggregateNode): boolean {
  const [call, another] = aggregates;
  if (groupingSets.length !== 1 || call === undefined || another !== undefined) return false;
  const { args, filter, orderBy, routine } = call;
  return (
    routine === undefined &&
    [...groupBy, ...args, ...orderBy.map(({ expr }) => expr)].every(isStable) &&
    (filter === undefined || isStable(filter))
  );
}

export function openAggregate(node: AggregateNode, child: Opener): Opener {
  const compiled: CompiledGrouping = {
    values: node.groupBy.map((expr) => compileExpr(expr)),
    aggregates: node.aggregates.map((call) => compileAggregate(call)),
    sets: node.groupingSets.map((columns) => compileSet(node, columns)),
    isRepeatable: isRepeatable(node),
    hasLongResults: hasLongResults(node),
  };
  const [set] = compiled.sets;
  if (node.sorted === true && set !== undefined) {
    return (run) => new GroupAggregate(run, compiled, set, child(run));
  }
  return (run) => new HashAggregate(run, compiled, child(run));
}
