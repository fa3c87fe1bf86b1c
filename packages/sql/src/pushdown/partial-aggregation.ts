/** Groups and their aggregate states on a storage node, and the rows of partial states they give. */
import {
  compileExpr,
  compilePredicate,
  compileProjection,
  type CompiledExpr,
} from "../expression/compile.ts";
import type { Expr } from "../expression/tree.ts";
import type { AggregateFunction } from "../aggregates/aggregate-function.ts";
import type { Datum } from "../values/datum.ts";
import { type GroupKey, groupKeyOf } from "./group-keys.ts";
import { PUSHDOWN_CONTEXT } from "./pushdown-context.ts";
import { type PushedAggregate, pushedAggregate } from "./scan-program.ts";
import { InvariantError } from "@firstlight/common";

interface CompiledAggregate {
  readonly aggregate: AggregateFunction;
  readonly argument: CompiledExpr | undefined;
  readonly passes: ((row: readonly Datum[]) => boolean) | undefined;
}

interface Group {
  readonly values: readonly Datum[];
  readonly states: unknown[];
}

export interface GroupingPlan {
  readonly groupBy: readonly Expr[];
  readonly aggregates: readonly PushedAggregate[];
}

export interface PartialAggregation {
  add(row: readonly Datum[]): void;
  readonly groups: number;
  /** One row per group: its values, then the partial states. Without GROUP BY always one row. */
  rows(): Datum[][];
}

function compileAggregate(pushed: PushedAggregate): CompiledAggregate {
  const [argument] = pushed.args;
  const filter = pushed.filter === undefined ? undefined : compilePredicate(pushed.filter);
  return {
    aggregate: pushedAggregate(pushed),
    argument: argument === undefined ? undefined : compileExpr(argument),
    passes: filter === undefined ? undefined : (row) => filter(row, PUSHDOWN_CONTEXT),
  };
}

function partialOf({ aggregate }: CompiledAggregate, state: unknown): readonly Datum[] {
  if (aggregate.toPartial === undefined) {
    throw new InvariantError("an aggregate without partial form was pushed");
  }
  return aggregate.toPartial(state);
}

function addRow(
  group: Group,
  aggregates: readonly CompiledAggregate[],
  row: readonly Datum[],
): void {
  for (let index = 0; index < aggregates.length; index += 1) {
    const each = aggregates[index];
    if (each === undefined || (each.passes !== undefined && !each.passes(row))) continue;
    const value = each.argument === undefined ? null : each.argument(row, PUSHDOWN_CONTEXT);
    group.states[index] = each.aggregate.add(group.states[index], value, null, PUSHDOWN_CONTEXT);
  }
}

/** Compiled once per program; a fresh set of groups per page. */
export function partialAggregation({
  groupBy,
  aggregates,
}: GroupingPlan): () => PartialAggregation {
  const compiled = aggregates.map(compileAggregate);
  const project = groupBy.length === 0 ? undefined : compileProjection(groupBy);
  const keyOf = groupKeyOf(groupBy.map((expr) => expr.type));
  const newGroup = (values: readonly Datum[]): Group => ({
    values,
    states: compiled.map((each) => each.aggregate.init()),
  });
  return () => {
    const groups = new Map<GroupKey, Group>();
    if (project === undefined) groups.set("", newGroup([]));
    return {
      add: (row) => {
        const values = project === undefined ? [] : project(row, PUSHDOWN_CONTEXT);
        const key = project === undefined ? "" : keyOf(values);
        let group = groups.get(key);
        if (group === undefined) {
          group = newGroup(values);
          groups.set(key, group);
        }
        addRow(group, compiled, row);
      },
      get groups() {
        return groups.size;
      },
      rows: () =>
        [...groups.values()].map((group) => [
          ...group.values,
          ...compiled.flatMap((each, index) => partialOf(each, group.states[index])),
        ]),
    };
  };
}
