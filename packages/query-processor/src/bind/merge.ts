/**
 * MERGE (transformMergeStmt): the source joined with the target, and a list of actions of which the
 * first whose condition holds applies to each joined row. The target is entry 0.
 */
import type { Expr } from "@firstlight/sql";
import { coerceToBoolean } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, list, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { bindFrom } from "./from.ts";
import { bindInsertRow, overridingOf } from "./insert.ts";
import { openTarget } from "./modification-target.ts";
import type { BoundMerge, FromItem, MergeAction } from "./query-tree.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { bindCondition } from "./select.ts";
import { boundChecks, boundDefaults, generatedColumns } from "./table-expressions.ts";
import { bindAssignments } from "./update-targets.ts";
import { bindWith, boundCtes } from "./with.ts";

const COMMANDS: Readonly<Record<string, MergeAction["command"]>> = {
  CMD_INSERT: "insert",
  CMD_UPDATE: "update",
  CMD_DELETE: "delete",
};

/** An action after one without condition would never be reached. */
function checkReachable(clauses: readonly ParseNode[]): void {
  const ended = new Set<boolean>();
  for (const clause of clauses) {
    const matched = flag(clause, "matched");
    if (ended.has(matched)) {
      throw bindError(
        "42601",
        "unreachable WHEN clause specified after unconditional WHEN clause",
        -1,
      );
    }
    if (child(clause, "condition") === undefined) ended.add(matched);
  }
}

function bindMergeSource(scope: Scope, target: NamespaceItem, node: ParseNode): FromItem {
  scope.namespace = [];
  const [source] = bindFrom(scope, [node]);
  if (source === undefined) throw new Error("MERGE has a source");
  const clash = scope.namespace.find((item) => item.relationVisible && item.name === target.name);
  if (clash === undefined) return source;
  throw bindError("42712", `name "${target.name}" specified more than once`, -1, {
    detail: "The name is used both as MERGE target table and data source.",
  });
}

function bindAction(scope: Scope, table: TableDescriptor, clause: ParseNode): MergeAction {
  const matched = flag(clause, "matched");
  const command = COMMANDS[string(clause, "commandType")] ?? "nothing";
  const condition = bindCondition(scope, child(clause, "condition"), "mergeWhen");
  const none = { matched, condition, command, columns: [], values: [], assignments: [] };
  const nodes = list(clause, "targetList");
  if (command === "update") {
    return { ...none, assignments: bindAssignments(scope, table, nodes) };
  }
  if (command !== "insert") return none;
  const row = bindInsertRow(scope, table, clause, overridingOf(clause));
  return { ...none, ...row };
}

/** What is not matched has no row of the target that an action could name. */
function bindActions(
  scope: Scope,
  table: TableDescriptor,
  target: NamespaceItem,
  clauses: readonly ParseNode[],
): readonly MergeAction[] {
  const sources = scope.namespace.filter((item) => item.rte !== target.rte);
  const hidden = { ...target, relationVisible: false, columnsVisible: false };
  return clauses.map((clause) => {
    scope.namespace = [...sources, flag(clause, "matched") ? target : hidden];
    return bindAction(scope, table, clause);
  });
}

function joinCondition(scope: Scope, target: NamespaceItem, fields: ParseNode): Expr {
  scope.namespace = [...scope.namespace, target];
  const bound = scope.expr(requiredChild(fields, "joinCondition"), "joinOn");
  return coerceToBoolean(scope.context.resolve, bound, "JOIN/ON");
}

export function bindMerge(scope: Scope, fields: ParseNode): BoundMerge {
  const withClause = child(fields, "withClause");
  if (withClause !== undefined && flag(withClause, "recursive")) {
    throw bindError("42601", "WITH RECURSIVE is not supported for MERGE statement", -1);
  }
  bindWith(scope, fields);
  const clauses = list(fields, "mergeWhenClauses").map(
    (node) => asTag(node, "MergeWhenClause") ?? {},
  );
  checkReachable(clauses);
  const { table, item } = openTarget(scope, fields, "merge");
  const source = bindMergeSource(scope, item, requiredChild(fields, "sourceRelation"));
  const condition = joinCondition(scope, item, fields);
  const actions = bindActions(scope, table, item, clauses);
  const { binders, catalog, lists } = scope.context;
  return {
    kind: "merge",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    source,
    condition,
    actions,
    defaults: boundDefaults(binders, table, catalog),
    generated: generatedColumns(binders, table, catalog),
    checks: boundChecks(binders, table, catalog, lists),
    returning: [],
  };
}
