/**
 * MERGE: the source joined with the target, a column that says which action each joined row gets,
 * and the values of every action. Subqueries and nextval of an action run for its own rows only.
 */
import type { Expr } from "@firstlight/sql";
import type { BoundMerge, FromItem, MergeAction } from "../bind/query-tree.ts";
import { perRow } from "./estimate.ts";
import { conjunction } from "./expression-map.ts";
import type { Relation } from "./layout.ts";
import { slot } from "./layout.ts";
import { planCtes } from "./plan-ctes.ts";
import { planFrom } from "./plan-from.ts";
import { entryLayout } from "./plan-leaf.ts";
import {
  checksOver,
  completeRow,
  keyVarOf,
  nullExpr,
  positions,
  valuesOver,
} from "./modified-row.ts";
import type { PlanNode, PlannedMergeAction } from "./plan-node.ts";
import { walkOwnVars } from "./query-walk.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";
import { wrapScope } from "./wrap-scope.ts";

const BOOL = { type: 16, typmod: -1, position: -1 } as const;
const INT4 = { type: 23, typmod: -1, position: -1 } as const;
const INT4_EQUAL = { proc: 65, operator: 96 } as const;

function actionNumber(value: number): Expr {
  return { kind: "const", value, ...INT4 };
}

/** Unmatched rows of the source are kept only if something may be inserted for them. */
function joined(scope: Scope, query: BoundMerge): Relation {
  const target: FromItem = { kind: "rte", rte: 0 };
  const options = { keys: new Set([0]) };
  if (!query.actions.some((action) => action.command === "insert")) {
    return planFrom(scope, [query.source, target], query.condition, options);
  }
  const join: FromItem = {
    kind: "join",
    type: "left",
    left: query.source,
    right: target,
    condition: query.condition,
    rte: -1,
  };
  return planFrom(scope, [join], undefined, options);
}

function applies(action: MergeAction): Expr {
  const key = keyVarOf(0);
  const matched: Expr = { kind: action.matched ? "isNotNull" : "isNull", arg: key, ...BOOL };
  if (action.condition === undefined) return matched;
  return conjunction([matched, action.condition]) ?? matched;
}

/** The relation with the number of each row's action behind it. */
function withAction(scope: Scope, relation: Relation, actions: readonly MergeAction[]): Relation {
  const choice: Expr = {
    kind: "case",
    whens: actions.map((action, at) => ({ condition: applies(action), result: actionNumber(at) })),
    otherwise: actionNumber(-1),
    ...INT4,
  };
  const attached = attach(scope, relation, [choice]);
  const { node, layout } = attached.relation;
  const all = Array.from({ length: layout.width }, (_, at) => slot(at, { type: 0, typmod: -1 }));
  return {
    node: {
      kind: "project",
      child: node,
      exprs: [...all, attached.exprs[0] ?? choice],
      estimate: perRow(node.estimate, node.estimate.rows, node.estimate.width + 4),
      labels: [...node.labels, "action"],
    },
    layout: layout.widened(1),
  };
}

interface PlannedActions {
  readonly relation: Relation;
  readonly actions: readonly PlannedMergeAction[];
}

function planActions(
  scope: Scope,
  query: BoundMerge,
  source: Relation,
  actionSlot: number,
): PlannedActions {
  let relation = source;
  const actions = query.actions.map((action, at): PlannedMergeAction => {
    const { table, defaults } = query;
    const { command, columns, assignments } = action;
    const row =
      command === "insert"
        ? completeRow({ table, columns, defaults }, (index) => action.values[index] ?? nullExpr())
        : [];
    const guard: Expr = {
      kind: "call",
      args: [slot(actionSlot, INT4), actionNumber(at)],
      display: "operator",
      ...INT4_EQUAL,
      ...BOOL,
    };
    const all = [...assignments.map(({ expr }) => expr), ...row];
    const attached = attach(scope, relation, all, guard);
    relation = attached.relation;
    return {
      command,
      assignments: assignments.map(({ column }, i) => ({
        column,
        expr: attached.exprs[i] ?? nullExpr(),
      })),
      row: attached.exprs.slice(assignments.length),
    };
  });
  return { relation, actions };
}

export function planMerge(scope: Scope, query: BoundMerge): PlanNode {
  const { table } = query;
  planCtes(scope, query.ctes);
  walkOwnVars(query, (variable) => {
    scope.use(variable.rte, variable.column);
  });
  table.columns.forEach((column, at) => {
    if (!column.dropped) scope.use(0, at);
  });
  const source = withAction(scope, joined(scope, query), query.actions);
  const actionSlot = source.layout.width - 1;
  const { relation, actions } = planActions(scope, query, source, actionSlot);
  const slotOf = (column: number): number => relation.layout.get({ ...keyVarOf(0), column }) ?? -1;
  const layout = entryLayout(0, positions(table));
  return wrapScope(scope, {
    kind: "merge",
    table,
    alias: scope.rte(0).alias,
    child: relation.node,
    returning: false,
    targetSlots: table.columns.map((column, at) => (column.dropped ? -1 : slotOf(at))),
    keySlot: slotOf(-1),
    actionSlot,
    actions,
    generated: valuesOver(scope, layout, query.generated, "a generated column"),
    checks: checksOver(scope, layout, query.checks),
    estimate: relation.node.estimate,
    labels: relation.node.labels,
  });
}
