/** From a bound statement to something that can be executed any number of times. */
import { onceInSteps } from "@firstlight/sql";
import type { BindResult, BoundQuery } from "../bind/query-tree.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { wantsLiterals } from "../plan/literal-sensitivity.ts";
import type { RowKey } from "../plan/cursor-keys.ts";
import type { PlanNode } from "../plan/plan-node.ts";
import { supportsBackwardScan } from "../plan/backward-scan.ts";
import { childrenOf } from "../plan/plan-children.ts";
import type { ParameterTests } from "../plan/parameter-tests.ts";
import type { PlannedStatement } from "../plan/plan-statement.ts";
import { planStatement } from "../plan/plan-statement.ts";
import type { PlanningOptions } from "../plan/planning-options.ts";
import { PLANNING_DEFAULTS } from "../plan/planning-options.ts";
import type { Executable } from "./executable.ts";
import { explainExecutable } from "./explain/explain-executable.ts";
import { tellsLiteralsApart } from "../bind/literal-identity.ts";
import { callsVolatile, callsWriters } from "../bind/routine/writing-routines.ts";
import { earlyConstants } from "./early-constants.ts";
import { openPlan } from "./open-plan.ts";
import { SilentExecution } from "./silent-execution.ts";
import type { CompiledPlan } from "./plan-execution.ts";
import { PlanExecution } from "./plan-execution.ts";

const MODIFIES: ReadonlySet<PlanNode["kind"]> = new Set(["insert", "update", "delete", "merge"]);

function isModify(node: PlanNode): boolean {
  return MODIFIES.has(node.kind);
}

const WRAPPERS: ReadonlySet<PlanNode["kind"]> = new Set([
  "project",
  "projectSet",
  "apply",
  "initPlans",
  "with",
]);

/** The statement's own modification, below RETURNING and WITH. */
function topModify(node: PlanNode): PlanNode | undefined {
  if (isModify(node)) return node;
  return WRAPPERS.has(node.kind) && "child" in node ? topModify(node.child) : undefined;
}

function modifies(node: PlanNode): boolean {
  if (isModify(node)) return true;
  if (node.kind === "with" && node.ctes.some((cte) => cte.modifies || modifies(cte.plan))) {
    return true;
  }
  return childrenOf(node).some((child) => modifies(child));
}

/** What a session keeps to itself is written in read-only transactions, too. */
function modifiesShared(node: PlanNode): boolean {
  if (isModify(node)) return !("table" in node && isTemporaryOid(node.table.oid));
  if (node.kind === "with" && node.ctes.some((cte) => modifiesShared(cte.plan))) return true;
  return childrenOf(node).some((child) => modifiesShared(child));
}

function locks(node: PlanNode): boolean {
  if (node.kind === "lockRows") return true;
  if (node.kind === "with" && node.ctes.some((cte) => locks(cte.plan))) return true;
  return childrenOf(node).some((child) => locks(child));
}

/** Calls of nextval and its kin change something beyond the result. */
function advancesSequence(node: PlanNode): boolean {
  if (node.kind === "apply" && node.subplans.some((each) => each.kind === "nextval")) return true;
  return childrenOf(node).some((child) => advancesSequence(child));
}

interface PlanWithKeys extends CompiledPlan {
  readonly rowKeys: readonly RowKey[];
}

export function compilePlan(
  query: BoundQuery,
  catalog: Catalog,
  keepsRowKeys = false,
  options: PlanningOptions = PLANNING_DEFAULTS,
): PlanWithKeys {
  return compiled(query, planStatement(query, catalog, keepsRowKeys, options));
}

function compiled(query: BoundQuery, planned: PlannedStatement): PlanWithKeys {
  const { node, paramCount, rowKeys } = planned;
  const top = query.kind === "select" ? undefined : topModify(node);
  return {
    node,
    open: openPlan(node),
    paramCount,
    top,
    modifies: modifies(node),
    callsWriters: onceInSteps("writers", query, () => callsWriters(query)),
    writesByRow: modifies(node) && onceInSteps("volatile calls", query, () => callsVolatile(query)),
    compile: compilePlan,
    rowKeys,
  };
}

/** A statement with a plan that is not compiled yet, and how long planning took. */
export interface PlannedQuery extends PlannedStatement {
  readonly micros: number;
}

/** The first half of planQuery. */
export function planBound(
  { query }: BindResult,
  catalog: Catalog,
  keepsRowKeys = false,
  options: PlanningOptions = PLANNING_DEFAULTS,
): PlannedQuery {
  const { evaluation } = options.facts;
  const now = (): bigint => evaluation?.clockTime() ?? 0n;
  if (query.kind !== "explain") {
    return { ...planStatement(query, catalog, keepsRowKeys, options), micros: 0 };
  }
  const from = now();
  const planned = planStatement(query.query, catalog, false, options);
  return { ...planned, micros: Number(now() - from) };
}

export function planQuery(
  bound: BindResult,
  catalog: Catalog,
  keepsRowKeys = false,
  options: PlanningOptions = PLANNING_DEFAULTS,
): Executable {
  return compileQuery(bound, planBound(bound, catalog, keepsRowKeys, options), {
    keepsRowKeys,
    tests: options.tests,
  });
}

function isToldApart(query: BoundQuery): boolean {
  return onceInSteps("literals", query, () => tellsLiteralsApart(query));
}

/** The second half of planQuery. */
export function compileQuery(
  bound: BindResult,
  planned: PlannedQuery,
  about: { readonly keepsRowKeys: boolean; readonly tests: ParameterTests | undefined },
): Executable {
  const { query, paramTypes, columns } = bound;
  if (query.kind === "explain") {
    const plan = compiled(query.query, planned);
    const explained = explainExecutable(query, plan, bound, planned.micros);
    const failEarly = earlyConstants(plan.node);
    return {
      ...explained,
      execute: (context) => {
        failEarly(context.evaluation);
        return explained.execute(context);
      },
    };
  }
  const { keepsRowKeys, tests } = about;
  // What the closure below captures lives as long as the plan: not the bound query.
  const isSilent = bound.isCall === true && columns === undefined;
  const plan = compiled(query, planned);
  const failEarly = earlyConstants(plan.node);
  const { node } = plan;
  const keepsShared = !modifiesShared(node) && !locks(node) && !advancesSequence(node);
  return {
    kind: bound.isCall === true ? "call" : query.kind,
    rowKeys: plan.rowKeys,
    goesBack: keepsRowKeys && supportsBackwardScan(node),
    columns,
    paramTypes,
    readsOnly: keepsShared && !plan.modifies && !plan.callsWriters,
    callsWriters: plan.callsWriters,
    refusesItself: keepsShared && (plan.modifies || plan.callsWriters),
    wantsLiterals: wantsLiterals(node) || (paramTypes.length > 0 && isToldApart(query)),
    tests: tests?.isEmpty === false ? tests : undefined,
    execute: (context) => {
      failEarly(context.evaluation);
      const execution = new PlanExecution(plan, context);
      return isSilent ? new SilentExecution(execution) : execution;
    },
  };
}
