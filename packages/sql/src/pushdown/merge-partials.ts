/** Puts the partial aggregates of pages and shards together in the query processor. */
import { InvariantError } from "@firstlight/common";
import type { AggregateFunction } from "../aggregates/aggregate-function.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Datum, Row } from "../values/datum.ts";
import { type GroupKey, groupKeyOf } from "./group-keys.ts";
import { type PushedAggregate, pushedAggregate, type ScanProgram } from "./scan-program.ts";

interface MergedGroup {
  readonly values: readonly Datum[];
  readonly states: unknown[];
}

export interface PartialMerger {
  keyOf(row: Row): GroupKey;
  /** A row as scanResultTypes(program) describes it. */
  add(row: Row, key?: GroupKey): void;
  has(key: GroupKey): boolean;
  /** Group values and finished aggregates, in the order in which the groups first came. */
  results(context: EvaluationContext): IterableIterator<Datum[]>;
}

interface MergedAggregate {
  readonly aggregate: AggregateFunction;
  /** Where the partial state starts in a row, and where it ends. */
  readonly start: number;
  readonly end: number;
}

function layOut(
  groupColumns: number,
  aggregates: readonly PushedAggregate[],
): readonly MergedAggregate[] {
  let start = groupColumns;
  return aggregates.map((pushed) => {
    const aggregate = pushedAggregate(pushed);
    const end = start + (aggregate.partialTypes?.length ?? 0);
    const merged = { aggregate, start, end };
    start = end;
    return merged;
  });
}

function stateOf({ aggregate, start, end }: MergedAggregate, row: Row): unknown {
  if (aggregate.fromPartial === undefined) {
    throw new InvariantError("an aggregate without partial form was pushed");
  }
  return aggregate.fromPartial(row.slice(start, end));
}

export function mergePartials(program: ScanProgram): PartialMerger {
  const { output } = program;
  if (output.kind !== "aggregate") throw new InvariantError("the program has no aggregates");
  const groupColumns = output.groupBy.length;
  const aggregates = layOut(groupColumns, output.aggregates);
  const keyOf = groupKeyOf(output.groupBy.map((expr) => expr.type));
  const groups = new Map<GroupKey, MergedGroup>();
  if (groupColumns === 0) {
    groups.set("", { values: [], states: aggregates.map((each) => each.aggregate.init()) });
  }
  return {
    keyOf,
    has: (key) => groups.has(key),
    add: (row, key = keyOf(row)) => {
      const states = aggregates.map((each) => stateOf(each, row));
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, { values: row.slice(0, groupColumns), states });
        return;
      }
      for (const [index, { aggregate }] of aggregates.entries()) {
        group.states[index] = aggregate.merge(group.states[index], states[index]);
      }
    },
    *results(context) {
      for (const group of groups.values()) {
        yield [
          ...group.values,
          ...aggregates.map(({ aggregate }, index) =>
            aggregate.result(group.states[index], context),
          ),
        ];
      }
    },
  };
}
