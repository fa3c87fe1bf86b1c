/**
 * Puts expressions onto a relation: Vars become slots, and subqueries become columns that an Apply
 * node appends to each row (or ExecParams set once when they depend on nothing of the row).
 * Subqueries in branches of CASE, AND, OR and COALESCE get a guard, so that they only run where
 * PostgreSQL would run them.
 */
import type { Call, Expr, SubLink } from "@firstlight/sql";
import { operatorByOid, procOf, returnsSet, someInSteps } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type { BoundSelect } from "../bind/query-tree.ts";
import { planBatch } from "./batched-subplan.ts";
import { conjunction, conjuncts, exprKey, mapChildren, someNode } from "./expression-map.ts";
import { ONE_ROW, perRow } from "./estimate.ts";
import { hashAlike, isEqualityCall, isHashEquality } from "./equality.ts";
import type { Relation } from "./layout.ts";
import { Layout, slot, toSlots } from "./layout.ts";
import type { ParamBinding, PlanNode, Subplan, SubplanBatch } from "./plan-node.ts";
import { plannedApart } from "./planned-apart.ts";
import { orderedQuals } from "./qual-order.ts";
import { isVolatileQuery, refersOutside, subLinkQuery } from "./query-walk.ts";
import type { Scope } from "./scope.ts";

export const NEXTVAL_PROC = 1574;
const BOOL_TYPE = 16;

export interface Attached {
  readonly relation: Relation;
  readonly exprs: readonly Expr[];
}

/** Flattens the expressions and turns them into expressions over the relation that is returned. */
export function attach(
  scope: Scope,
  relation: Relation,
  exprs: readonly Expr[],
  /** Over the relation's slots: subqueries run only for rows where it holds. */
  guard?: Expr,
): Attached {
  const attacher = new Attacher(scope, relation);
  const converted = exprs.map((expr) => attacher.convert(scope.flatten(expr), guard));
  return { relation: attacher.finish(), exprs: converted };
}

export function needsSubplan(expr: Expr): boolean {
  return someInSteps(
    "subplans",
    expr,
    (node) =>
      node.kind === "subLink" ||
      (node.kind === "call" && (node.proc === NEXTVAL_PROC || isPlannedCall(node))),
  );
}

/** A user's function that reads or writes data, for one value. */
export function isPlannedCall({ routine }: Call): boolean {
  return routine !== undefined && !routine.returnsSet && routine.implementation === undefined;
}

/** A strict function of NULL: nothing of its other arguments is looked at. */
function isAlwaysNull(expr: Expr): boolean {
  if (expr.kind !== "call" || returnsSet(expr) || !procOf(expr).strict) return false;
  return expr.args.some((arg) => arg.kind === "const" && arg.value === null);
}

function nullOf({ type, typmod, position }: Expr): Expr {
  return { kind: "const", type, typmod, position, value: null };
}

/** What is evaluated whatever the row has in it: no branch guards these nodes' operands. */
const UNGUARDED: ReadonlySet<Expr["kind"]> = new Set(["call", "relabel", "coerceViaIO", "not"]);

/**
 * The condition with its subqueries that depend on nothing as parameters, which are set before the
 * plan runs: then it is a condition like any other, which a scan can have.
 */
export function withInitPlans(scope: Scope, expr: Expr): Expr {
  if (!needsSubplan(expr)) return expr;
  if (isAlwaysNull(expr)) return nullOf(expr);
  if (expr.kind !== "subLink") {
    if (!UNGUARDED.has(expr.kind)) return expr;
    return mapChildren(expr, (child) => withInitPlans(scope, child));
  }
  if (expr.link === "any" || expr.link === "all") return expr;
  const query = subLinkQuery(expr.query);
  if (refersOutside(query)) return expr;
  const nothing: Relation = {
    node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
    layout: new Layout(0),
  };
  return attach(scope, nothing, [expr]).exprs[0] ?? expr;
}

/** A relation filtered by these conditions; the cheap ones come first. */
export function filterRelation(scope: Scope, relation: Relation, quals: readonly Expr[]): Relation {
  let filtered = relation;
  const cheap = orderedQuals(quals.filter((qual) => !needsSubplan(qual)));
  const dear = quals.filter((qual) => needsSubplan(qual));
  for (const group of [cheap, dear]) {
    if (group.length === 0) continue;
    const attached = attach(scope, filtered, group);
    filtered = withFilter(attached.relation, attached.exprs, scope.selectivity(group));
  }
  return filtered;
}

/** Conditions are over the relation's slots already. */
export function withFilter(
  relation: Relation,
  quals: readonly Expr[],
  share: number = 1 / 3,
): Relation {
  const condition = conjunction(quals);
  if (condition === undefined) return relation;
  const { node } = relation;
  return {
    node: {
      kind: "filter",
      child: node,
      condition,
      estimate: perRow(
        node.estimate,
        node.estimate.rows * share,
        node.estimate.width,
        quals.length,
      ),
      labels: node.labels,
    },
    layout: relation.layout,
  };
}

class Attacher {
  readonly #scope: Scope;
  readonly #relation: Relation;
  readonly #subplans: Subplan[] = [];
  readonly #known = new Map<string, Expr>();

  constructor(scope: Scope, relation: Relation) {
    this.#scope = scope;
    this.#relation = relation;
  }

  get #width(): number {
    return this.#relation.layout.width + this.#subplans.length;
  }

  finish(): Relation {
    const { node, layout } = this.#relation;
    if (this.#subplans.length === 0) return this.#relation;
    const inner = this.#subplans.reduce(
      (sum, each) => sum + (each.plan?.estimate.total ?? 0.01),
      0,
    );
    return {
      node: {
        kind: "apply",
        child: node,
        subplans: this.#subplans,
        childWidth: layout.width,
        estimate: {
          ...node.estimate,
          total: node.estimate.total + node.estimate.rows * inner,
        },
        labels: [...node.labels, ...this.#subplans.map((each) => `(SubPlan ${each.id + 1})`)],
      },
      layout: layout.widened(this.#subplans.length),
    };
  }

  convert(expr: Expr, guard: Expr | undefined): Expr {
    const { layout } = this.#relation;
    const found = layout.get(expr);
    if (found !== undefined) return slot(found, expr);
    if (!needsSubplan(expr)) return toSlots(expr, layout);
    if (isAlwaysNull(expr)) return nullOf(expr);
    if (expr.kind === "subLink") {
      const any = asAny(expr);
      if (any === undefined) return this.#subLink(expr, guard);
      const { type, typmod, position } = expr;
      return { kind: "not", args: [this.#subLink(any, guard)], type, typmod, position };
    }
    if (expr.kind === "call" && expr.proc === NEXTVAL_PROC) return this.#nextval(expr, guard);
    if (expr.kind === "call" && isPlannedCall(expr)) return this.#routine(expr, guard);
    if (expr.kind === "case") return this.#case(expr, guard);
    if (expr.kind === "and" || expr.kind === "or" || expr.kind === "coalesce") {
      return this.#sequence(expr, guard);
    }
    return mapChildren(expr, (child) => this.convert(child, guard));
  }

  #case(expr: Extract<Expr, { kind: "case" }>, guard: Expr | undefined): Expr {
    // Conditions of a CASE with an operand contain caseTest, which means nothing outside of it.
    if (expr.arg !== undefined) return mapChildren(expr, (child) => this.convert(child, guard));
    let here = guard;
    const whens = expr.whens.map((when) => {
      const condition = this.convert(when.condition, here);
      const result = this.convert(when.result, both(here, condition));
      here = both(here, truth("isNotTrue", condition));
      return { condition, result };
    });
    return { ...expr, whens, otherwise: this.convert(expr.otherwise, here) };
  }

  #sequence(
    expr: Extract<Expr, { kind: "and" | "or" | "coalesce" | "not" | "greatest" | "least" }>,
    guard: Expr | undefined,
  ): Expr {
    let here = guard;
    const args: Expr[] = [];
    // Cheap arguments first: AND and OR may be evaluated in any order.
    const ordered =
      expr.kind === "coalesce"
        ? expr.args
        : expr.args.toSorted((a, b) => Number(needsSubplan(a)) - Number(needsSubplan(b)));
    for (const arg of ordered) {
      const converted = this.convert(arg, here);
      args.push(converted);
      if (expr.kind === "and") here = both(here, truth("isNotFalse", converted));
      else if (expr.kind === "or") here = both(here, truth("isNotTrue", converted));
      else here = both(here, nullTest(converted));
    }
    return { ...expr, args } as Expr;
  }

  #append(subplan: Subplan, like: { type: number; typmod: number }): Expr {
    const at = this.#width;
    this.#subplans.push(subplan);
    return slot(at, like);
  }

  #nextval(call: Extract<Expr, { kind: "call" }>, guard: Expr | undefined): Expr {
    const [sequence] = call.args;
    return this.#append(
      {
        kind: "nextval",
        id: this.#scope.ids.nextSubplan(),
        plan: undefined,
        type: call.type,
        params: [],
        dependencies: [],
        test: sequence === undefined ? undefined : this.convert(sequence, guard),
        hashKeys: undefined,
        guard,
      },
      call,
    );
  }

  /** Each call runs, as often as it is written: it may have effects. */
  #routine(call: Call, guard: Expr | undefined): Expr {
    const args = call.args.map((arg) => this.convert(arg, guard));
    return this.#append(
      {
        kind: "routine",
        id: this.#scope.ids.nextSubplan(),
        plan: undefined,
        type: call.type,
        params: [],
        dependencies: [],
        test: undefined,
        hashKeys: undefined,
        call: { ...call, args },
        guard,
      },
      call,
    );
  }

  #subLink(link: SubLink, guard: Expr | undefined): Expr {
    const key = exprKey(link) + (guard === undefined ? "" : exprKey(guard));
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const expr = this.#planLink(link, guard);
    this.#known.set(key, expr);
    return expr;
  }

  #planLink(link: SubLink, guard: Expr | undefined): Expr {
    const whole = subLinkQuery(link.query);
    const query = link.link === "exists" ? withoutTargets(whole) : whole;
    const child = this.#scope.child(query.rangeTable);
    const node = plannedApart("subqueries", child, query, whole);
    const params: ParamBinding[] = child.outerParams.map(({ id, expr }) => ({
      id,
      expr: this.convert(expr, guard),
    }));
    const own = new Set(params.map((param) => param.id));
    const dependencies = [...child.dependencies].filter((id) => !own.has(id));
    const base = { id: this.#scope.ids.nextSubplan(), plan: node, type: link.type, params };
    const isVolatile = params.length > 0 && isVolatileQuery(query);
    const batch = isVolatile ? undefined : this.#batch(link, query, node, params, guard);
    const common = {
      ...base,
      dependencies,
      guard,
      ...(isVolatile ? { isVolatile } : {}),
      ...(batch === undefined ? {} : { batch }),
    };
    if (link.link === "any" || link.link === "all") {
      const test = this.#test(link, guard);
      return this.#append({ ...common, kind: link.link, ...test }, link);
    }
    const subplan: Subplan = { ...common, kind: link.link, test: undefined, hashKeys: undefined };
    if (params.length > 0 || guard !== undefined) return this.#append(subplan, link);
    const param = this.#scope.ids.nextParam();
    this.#scope.initPlans.push({ subplan, param });
    return { kind: "execParam", id: param, type: link.type, typmod: link.typmod, position: -1 };
  }

  #batch(
    link: SubLink,
    query: BoundSelect,
    plan: PlanNode,
    params: readonly ParamBinding[],
    guard: Expr | undefined,
  ): SubplanBatch | undefined {
    if (params.length === 0) return undefined;
    const { rows } = this.#relation.node.estimate;
    const planned = planBatch(this.#scope, link.link, query, { plan, rows });
    if (planned === undefined) return undefined;
    const values = planned.values.map((value) => this.convert(value, guard));
    return { ...planned, values };
  }

  /** The test over the row so far followed by the subquery's columns. */
  #test(link: SubLink, guard: Expr | undefined): Pick<Subplan, "test" | "hashKeys" | "innerKeys"> {
    if (link.test === undefined) throw featureNotSupported("this form of subquery comparison");
    // Subqueries inside the test come first: they widen the row that the test's slots count from.
    const prepared = this.#convertAroundSlots(link.test, guard);
    const base = this.#width;
    const test = shiftSlots(prepared, base);
    const keys = conjuncts(test).map((each) => keysOf(each, base));
    if (keys.some((each) => each === undefined)) return { test, hashKeys: undefined };
    const pairs = keys.flatMap((each) => each ?? []);
    return {
      test,
      hashKeys: pairs.map((each) => each.outer),
      innerKeys: pairs.map((each) => each.inner),
    };
  }

  #convertAroundSlots(expr: Expr, guard: Expr | undefined): Expr {
    if (expr.kind === "slot") return { ...expr, index: -1 - expr.index };
    if (!hasOwnSlot(expr)) return this.convert(expr, guard);
    return mapChildren(expr, (child) => this.#convertAroundSlots(child, guard));
  }
}

/** EXISTS asks for rows, not for what is in them (simplify_EXISTS_query). */
function withoutTargets(query: BoundSelect): BoundSelect {
  const isPlain =
    query.setOperation === undefined &&
    !query.hasAggregates &&
    query.groupingSets === undefined &&
    query.having === undefined &&
    query.groupBy.length === 0 &&
    query.windows.length === 0 &&
    query.limit === undefined &&
    query.offset === undefined &&
    query.rowMarks.length === 0 &&
    !query.targets.some(({ expr }) => someNode(expr, (node) => returnsSet(node)));
  return isPlain ? { ...query, targets: [], orderBy: [], distinct: false } : query;
}

/** Slots in the test of a nested subquery are about that one's columns. */
function hasOwnSlot(expr: Expr): boolean {
  if (expr.kind === "slot" || expr.kind === "subLink") return expr.kind === "slot";
  let found = false;
  mapChildren(expr, (child) => {
    found ||= hasOwnSlot(child);
    return child;
  });
  return found;
}

/** Slots of the subquery's columns are held as -1 - n until the row's width is known. */
function shiftSlots(expr: Expr, base: number): Expr {
  if (expr.kind === "slot" && expr.index < 0) return { ...expr, index: base - 1 - expr.index };
  return mapChildren(expr, (child) => shiftSlots(child, base));
}

interface KeyPair {
  readonly outer: Expr;
  readonly inner: Expr;
}

/** The sides of `key = column of the subquery` where both are of one type. */
function keysOf(test: Expr, base: number): KeyPair | undefined {
  if (test.kind !== "call" || test.display !== "operator" || test.args.length !== 2) {
    return undefined;
  }
  const [outer, inner] = test.args;
  if (outer === undefined || inner === undefined) return undefined;
  const isInner = (node: Expr): boolean => node.kind === "slot" && node.index >= base;
  const plain = inner.kind === "relabel" ? inner.arg : inner;
  if (!isInner(plain) || someNode(outer, isInner)) return undefined;
  if (!hashAlike(outer, inner) || !isEqualityCall(test)) return undefined;
  return { outer, inner: shiftedBack(inner, base) };
}

function shiftedBack(expr: Expr, base: number): Expr {
  if (expr.kind === "slot") return { ...expr, index: expr.index - base };
  return mapChildren(expr, (child) => shiftedBack(child, base));
}

/** `x <> ALL (...)` is `NOT x = ANY (...)`, which is looked up by hash. */
function asAny(link: SubLink): SubLink | undefined {
  if (link.link !== "all" || link.test === undefined) return undefined;
  const test = negated(link.test);
  return test === undefined ? undefined : { ...link, link: "any", test };
}

/** The equality, or equalities, that the inequality denies. */
function negated(test: Expr): Expr | undefined {
  if (test.kind === "or") {
    const args = test.args.map(negated);
    if (args.some((arg) => arg === undefined)) return undefined;
    return conjunction(args.flatMap((arg) => arg ?? []));
  }
  if (test.kind !== "call" || test.display !== "operator") return undefined;
  const operator = operatorByOid(test.operator)?.negator ?? 0;
  const proc = operatorByOid(operator)?.proc ?? 0;
  return proc !== 0 && isHashEquality(operator, test.args[0]?.type ?? 0)
    ? { ...test, operator, proc }
    : undefined;
}

function both(a: Expr | undefined, b: Expr): Expr {
  return conjunction(a === undefined ? [b] : [a, b]) ?? b;
}

function truth(test: "isNotTrue" | "isNotFalse", arg: Expr): Expr {
  return { kind: "booleanTest", test, arg, type: BOOL_TYPE, typmod: -1, position: -1 };
}

function nullTest(arg: Expr): Expr {
  return { kind: "isNull", arg, type: BOOL_TYPE, typmod: -1, position: -1 };
}
