/** Grouping by hash, one table per grouping set; without GROUP BY there is always one group. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledExpr, Datum, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { AggregateNode } from "../../plan/plan-node.ts";
import type { CallState, CompiledAggregate } from "../aggregate-calls.ts";
import { compileAggregate } from "../aggregate-calls.ts";
import type { MapKey } from "../hash-key.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { ProducingOperator, drain } from "../operator.ts";

interface CompiledSet {
  readonly key: ReturnType<typeof groupKey> | undefined;
  /** Whether each group column is NULL because this set does not group by it. */
  readonly left: readonly boolean[];
  /** Values of the GROUPING(...) calls in this set. */
  readonly groupings: readonly number[];
}

interface Compiled {
  readonly values: readonly CompiledExpr[];
  readonly aggregates: readonly CompiledAggregate[];
  readonly sets: readonly CompiledSet[];
}

interface Group {
  readonly values: readonly Datum[];
  readonly states: readonly CallState[];
}

const STATE_BYTES = 64;

class HashAggregate extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #child: Operator;
  readonly #tables: readonly Map<MapKey, Group>[];
  readonly #memory: MemoryShare;
  #result: Iterator<Row> | undefined;

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#memory = new MemoryShare(run.memory);
    this.#tables = compiled.sets.map(() => new Map());
  }

  close(): void {
    this.#child.close();
    for (const table of this.#tables) table.clear();
    this.#memory.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#result !== undefined) return this.emitFrom(this.#result);
    const read = drain(this.run, this.#child, (rows) => this.#add(rows));
    return isPromise(read) ? read.then(() => this.#start()) : this.#start();
  }

  #start(): boolean {
    this.#result = this.#results();
    return true;
  }

  #add(rows: readonly Row[]): void {
    const { evaluation } = this.run;
    const memory = this.#memory;
    const { aggregates, sets } = this.#compiled;
    for (let at = 0; at < sets.length; at++) {
      const set = sets[at];
      const table = this.#tables[at];
      if (set === undefined || table === undefined) continue;
      for (const row of rows) {
        const key = set.key === undefined ? null : set.key(row, evaluation);
        const group = table.get(key) ?? this.#newGroup(table, key, set, row);
        for (let i = 0; i < aggregates.length; i++) {
          const state = group.states[i];
          if (state !== undefined) aggregates[i]?.add(state, row, evaluation, memory);
        }
      }
    }
  }

  #newGroup(table: Map<MapKey, Group>, key: MapKey, set: CompiledSet, row: Row): Group {
    const { values, aggregates } = this.#compiled;
    const { evaluation } = this.run;
    const group = {
      values: values.map((value, at) => (set.left[at] === true ? null : value(row, evaluation))),
      states: aggregates.map((aggregate) => aggregate.start()),
    };
    this.#memory.take(
      rowBytes(group.values) + keyBytes(key) + STATE_BYTES * (1 + aggregates.length),
    );
    table.set(key, group);
    return group;
  }

  *#results(): Generator<Row> {
    const { aggregates, sets, values } = this.#compiled;
    const { evaluation } = this.run;
    for (const [at, set] of sets.entries()) {
      const table = this.#tables[at];
      // A set without columns has its group even when there was no row.
      if (set.key === undefined && table?.size === 0) {
        const states = aggregates.map((aggregate) => aggregate.start());
        table.set(null, { values: values.map(() => null), states });
      }
      for (const group of table?.values() ?? []) {
        const results = group.states.map(
          (state, i) => aggregates[i]?.result(state, evaluation) ?? null,
        );
        yield [...group.values, ...results, ...set.groupings];
      }
      table?.clear();
    }
  }
}

function compileSet(node: AggregateNode, columns: readonly number[]): CompiledSet {
  const keys = columns.map((at) => node.groupBy[at]).filter((expr) => expr !== undefined);
  const grouped = new Set(columns);
  return {
    key: keys.length === 0 ? undefined : groupKey(keys),
    left: node.groupBy.map((_, at) => !grouped.has(at)),
    groupings: node.groupings.map((refs) =>
      refs.reduce((bits, ref) => bits * 2 + (grouped.has(ref) ? 0 : 1), 0),
    ),
  };
}

export function openAggregate(node: AggregateNode, child: Opener): Opener {
  const compiled: Compiled = {
    values: node.groupBy.map((expr) => compileExpr(expr)),
    aggregates: node.aggregates.map((call) => compileAggregate(call)),
    sets: node.groupingSets.map((columns) => compileSet(node, columns)),
  };
  return (run) => new HashAggregate(run, compiled, child(run));
}
