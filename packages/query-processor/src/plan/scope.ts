/**
 * One query level while it is planned: its range table, what its join columns and pulled-up
 * subqueries stand for, and the values that it takes from levels further out as ExecParams. Each
 * child scope has parameters of its own, so that a plan that is half pulled never sees them change.
 */
import type { Aggregate, Expr, Grouping, Var } from "@firstlight/sql";
import { mapChildrenInSteps, mapInSteps, quoteIdentifier } from "@firstlight/sql";
import { moveOutwards } from "../bind/deepen.ts";
import type { BoundQuery, BoundSelect, RangeTableEntry } from "../bind/query-tree.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { exprKey, mapChildren } from "./expression-map.ts";
import { CostModel } from "./cost-model.ts";
import type { ParamBinding, PlanNode, PlannedCte, Subplan } from "./plan-node.ts";
import type { JoinSearches } from "./join/join-searches.ts";
import type { ParameterTests } from "./parameter-tests.ts";
import type { PlanningOptions } from "./planning-options.ts";
import type { RunLimit } from "./run-condition.ts";
import { conditionsShare } from "./selectivity/clause.ts";
import type { RelationFacts } from "./selectivity/relation-facts.ts";
import { ScopeEstimation } from "./selectivity/scope-estimation.ts";

interface GivenIds {
  readonly params: number;
  readonly subplans: number;
  readonly ctes: number;
}

/** Numbers that are unique in one statement's plan. */
export class PlanIds {
  #params = 0;
  #subplans = 0;
  #ctes = 0;

  get paramCount(): number {
    return this.#params;
  }

  /** What has been given away so far. */
  get given(): GivenIds {
    return { params: this.#params, subplans: this.#subplans, ctes: this.#ctes };
  }

  /** As if these had been given away. */
  goOn({ params, subplans, ctes }: GivenIds): void {
    this.#params = params;
    this.#subplans = subplans;
    this.#ctes = ctes;
  }

  nextParam(): number {
    return this.#params++;
  }

  nextSubplan(): number {
    return this.#subplans++;
  }

  nextCte(): number {
    return this.#ctes++;
  }
}

export type CteState =
  | { readonly kind: "inline"; readonly query: BoundQuery }
  | {
      readonly kind: "planned";
      readonly id: number;
      readonly name: string;
      readonly dependencies: ReadonlySet<number>;
      /** Of a recursive one: what depends on its working table depends on this, too. */
      readonly working?: number;
      readonly rows: number;
      /** What is known of its columns. */
      readonly facts?: RelationFacts;
    };

/** The planners of whole queries, for the parts of a query that hold queries themselves. */
export interface QueryPlanners {
  select(scope: Scope, query: BoundSelect): PlanNode;
  modify(scope: Scope, query: Exclude<BoundQuery, BoundSelect>): PlanNode;
}

export interface PlanningContext {
  readonly ids: PlanIds;
  readonly catalog: Catalog;
  readonly planners: QueryPlanners;
  readonly options: PlanningOptions;
}

const raisedQueries = new WeakMap<object, Map<number, object>>();

/**
 * The expression as the query `levels` further out sees it. A subquery in it is always raised to the
 * same object, by which equal expressions are known.
 */
export function raised(expr: Expr, levels: number): Expr {
  if (levels === 0) return expr;
  if (expr.kind !== "subLink") {
    const inner = mapChildren(expr, (child) => raised(child, levels));
    const isOuter = inner.kind === "var" || inner.kind === "aggregate" || inner.kind === "grouping";
    return isOuter ? { ...inner, levelsUp: inner.levelsUp - levels } : inner;
  }
  const known = raisedQueries.get(expr.query) ?? new Map<number, object>();
  raisedQueries.set(expr.query, known);
  const moved = moveOutwards({ ...expr }, levels);
  if (moved.kind !== "subLink") throw new Error("a subquery stays one");
  const query = known.get(levels) ?? moved.query;
  known.set(levels, query);
  return { ...moved, query };
}

export class Scope {
  readonly ids: PlanIds;
  readonly #context: PlanningContext;
  readonly parent: Scope | undefined;
  readonly rangeTable: RangeTableEntry[];
  /** Columns that stand for other expressions of this level, by exprKey of the Var. */
  readonly aliases: Map<string, Expr> = new Map();
  readonly ctes: CteState[] = [];
  readonly plannedCtes: PlannedCte[] = [];
  readonly initPlans: { subplan: Subplan; param: number }[] = [];
  /** Parameters that this level reads and does not set: for the memo of its results. */
  readonly dependencies: Set<number> = new Set();
  readonly usedColumns: Map<number, Set<number>> = new Map();
  readonly #uses = new Map<number, number>();
  /** Which rows of its window the level around this one wants. */
  runLimit: RunLimit | undefined;
  /** What is known of this level's relations. */
  readonly estimation: ScopeEstimation;
  readonly cost: CostModel;
  readonly #outer = new Map<string, { readonly id: number; readonly expr: Expr }>();

  constructor(
    context: PlanningContext,
    parent: Scope | undefined,
    rangeTable: readonly RangeTableEntry[],
  ) {
    this.ids = context.ids;
    this.#context = context;
    this.parent = parent;
    this.rangeTable = [...rangeTable];
    const { facts, settings, remote } = context.options;
    this.estimation = new ScopeEstimation(facts);
    this.cost = parent?.cost ?? new CostModel(settings, remote);
  }

  get parameterTests(): ParameterTests | undefined {
    return this.#context.options.tests;
  }

  get searches(): JoinSearches | undefined {
    return this.#context.options.searches;
  }

  get catalog(): Catalog {
    return this.#context.catalog;
  }

  /** The share of rows that satisfy all of the conditions, which are over Vars of this level. */
  selectivity(quals: readonly Expr[]): number {
    return conditionsShare(this.estimation, quals, undefined);
  }

  child(rangeTable: readonly RangeTableEntry[]): Scope {
    return new Scope(this.#context, this, rangeTable);
  }

  planSelect(query: BoundSelect): PlanNode {
    return this.#context.planners.select(this, query);
  }

  planModify(query: Exclude<BoundQuery, BoundSelect>): PlanNode {
    return this.#context.planners.modify(this, query);
  }

  /** Values to set from the parent's row before this level's plan runs, over the parent's Vars. */
  get outerParams(): readonly ParamBinding[] {
    return [...this.#outer.values()];
  }

  rte(index: number): RangeTableEntry {
    const rte = this.rangeTable[index];
    if (rte === undefined) throw new Error(`range table has no entry ${index}`);
    return rte;
  }

  /** An expression of this level over the columns of real relations and ExecParams only. */
  flatten(expr: Expr): Expr {
    if (expr.kind === "var") return expr.levelsUp === 0 ? this.#own(expr) : this.#outside(expr);
    if ((expr.kind === "aggregate" || expr.kind === "grouping") && expr.levelsUp > 0) {
      return this.#outside(expr);
    }
    // Of levels further in it also makes parameters.
    return this.parent === undefined
      ? mapChildrenInSteps("flattened", expr, (child) => this.flatten(child))
      : mapChildren(expr, (child) => this.flatten(child));
  }

  /** Of a long list some at a time. */
  flattenAll(site: string, exprs: readonly Expr[]): readonly Expr[] {
    return this.parent === undefined
      ? mapInSteps(site, exprs, (expr) => this.flatten(expr))
      : exprs.map((expr) => this.flatten(expr));
  }

  #own(variable: Var): Expr {
    const alias = this.aliases.get(exprKey(variable));
    if (alias !== undefined) return this.flatten(alias);
    const rte = this.rangeTable[variable.rte];
    if (rte?.kind !== "join") return variable;
    const value = rte.values[variable.column];
    if (value === undefined) throw new Error(`join has no column ${variable.column}`);
    return this.flatten(value);
  }

  /** A parameter that the parent sets; unlike a Var of its own level it is constant here. */
  #outside(outer: Var | Aggregate | Grouping): Expr {
    const constant = this.#constantAround(outer);
    if (constant !== undefined) return constant;
    const id = this.paramAcross(raised(outer, outer.levelsUp), outer.levelsUp);
    const { type, typmod, position } = outer;
    const label = this.#labelAround(outer);
    return { kind: "execParam", id, type, typmod, position, ...label };
  }

  /** What a column of a level further out stands for there, if that is a constant. */
  #constantAround(outer: Var | Aggregate | Grouping): Expr | undefined {
    if (outer.kind !== "var") return undefined;
    const value = this.around(outer.levelsUp)?.flatten({ ...outer, levelsUp: 0 });
    return value?.kind === "const" ? value : undefined;
  }

  #labelAround(outer: Var | Aggregate | Grouping): { readonly label?: string } {
    if (outer.kind !== "var") return {};
    return this.around(outer.levelsUp)?.labelOf({ ...outer, levelsUp: 0 }) ?? {};
  }

  /** The scope so many levels out. */
  around(levels: number): Scope | undefined {
    return levels === 0 ? this : this.parent?.around(levels - 1);
  }

  /** A column of this level with its relation's name, for EXPLAIN. */
  labelOf(expr: Expr): { readonly label?: string } {
    const plain = this.flatten(expr);
    if (plain.kind !== "var" || plain.levelsUp > 0) return {};
    const rte = this.rangeTable[plain.rte];
    const name = rte?.columns[plain.column]?.name;
    if (rte === undefined || name === undefined) return {};
    const relation = rte.kind === "values" ? `"*VALUES*"` : quoteIdentifier(rte.alias);
    return { label: `${relation}.${quoteIdentifier(name)}` };
  }

  /** The parameter for a value `levels` further out; every level in between depends on it. */
  paramAcross(outer: Expr, levels: number): number {
    if (levels > 1 && this.parent === undefined) {
      throw new Error("a column refers outside the statement");
    }
    const id =
      levels > 1 && this.parent !== undefined
        ? this.parent.paramAcross(outer, levels - 1)
        : this.paramFor(outer);
    this.dependencies.add(id);
    return id;
  }

  /** The parameter for a column or an aggregate of the parent. */
  paramFor(parentExpr: Expr): number {
    const key = exprKey(parentExpr);
    const known = this.#outer.get(key);
    if (known !== undefined) return known.id;
    if (this.parent === undefined) throw new Error("a column refers outside the statement");
    const id = this.ids.nextParam();
    this.#outer.set(key, { id, expr: this.parent.flatten(parentExpr) });
    return id;
  }

  /** How often columns of the entry are mentioned. */
  useCount(rte: number): number {
    return this.#uses.get(rte) ?? 0;
  }

  use(rte: number, column: number): void {
    const entry = this.rangeTable[rte];
    if (entry?.kind === "join") {
      const value = entry.values[column];
      if (value !== undefined) this.useVars(value);
      return;
    }
    let columns = this.usedColumns.get(rte);
    if (columns === undefined) {
      columns = new Set();
      this.usedColumns.set(rte, columns);
    }
    columns.add(column);
    this.#uses.set(rte, this.useCount(rte) + 1);
  }

  useVars(expr: Expr): void {
    if (expr.kind === "var") {
      if (expr.levelsUp === 0) this.use(expr.rte, expr.column);
      return;
    }
    mapChildren(expr, (child) => {
      this.useVars(child);
      return child;
    });
  }

  /** Whether the key of the entry's row is asked for, as its column -1. */
  usesKey(rte: number): boolean {
    return this.usedColumns.get(rte)?.has(-1) === true;
  }

  /** Columns of an entry that anything uses, in order. */
  columnsOf(rte: number): number[] {
    const used = [...(this.usedColumns.get(rte) ?? [])].filter((column) => column >= 0);
    return used.toSorted((a, b) => a - b);
  }
}
