/**
 * Errors of what no row has a part in: PostgreSQL computes constants, and what is made of parameters,
 * while it plans, so `1/0` fails though no row gets there. What AND, OR, CASE and COALESCE may skip by
 * values that are known then is left alone.
 */
import {
  type CompiledExpr,
  type Datum,
  type EvaluationContext,
  type Expr,
  allInSteps,
  childrenOf,
  compileExpr,
  foldConstants,
  mapInSteps,
  procOf,
  readsFormat,
  replaceExpr,
  someExpr,
  someInSteps,
  volatility,
} from "@firstlight/sql";
import type { PlanNode } from "../plan/plan-node.ts";
import { StatementLongCalls } from "./statement-long-calls.ts";

interface Candidate {
  readonly value: CompiledExpr;
  /** Numbers of the parameters in it. */
  readonly params: readonly number[];
}

/** Descriptors, and expressions that only rows that are written come to. */
const DESCRIPTORS = ["table", "index", "checks", "generated", "defaults"];
const OPAQUE: ReadonlySet<string> = new Set([...DESCRIPTORS, "estimate", "labels"]);

const NEVER_CLOSED: ReadonlySet<Expr["kind"]> = new Set([
  "slot",
  "var",
  "execParam",
  "caseTest",
  "subLink",
  "aggregate",
  "window",
  "grouping",
  "default",
]);

/** As a planner sees it that knows the parameters. */
function withoutParams(expr: Expr): Expr {
  return replaceExpr(expr, (node) => {
    if (node.kind !== "param") return undefined;
    const { type, typmod, position } = node;
    return { kind: "const", type, typmod, position, value: null };
  });
}

/**
 * Users' functions are not computed early: they may call themselves. Nor is what is not the same
 * each time, whatever it is made of.
 */
function isOpenNode(node: Expr): boolean {
  if (NEVER_CLOSED.has(node.kind)) return true;
  if (node.kind !== "call") return false;
  if (node.routine !== undefined) return true;
  const proc = procOf(node);
  return proc.returnsSet || proc.volatility !== "immutable";
}

function isClosedNode(expr: Expr): boolean {
  const takesParams = someInSteps("params", expr, ({ kind }) => kind === "param");
  const bare = takesParams ? withoutParams(expr) : expr;
  return volatility(bare) === "immutable" && !readsFormat(bare);
}

const CANNOT_FAIL: ReadonlySet<Expr["kind"]> = new Set(["const", "param", "relabel", "row"]);

/** Arrays of arrays may differ in their dimensions. */
function mayFail(node: Expr): boolean {
  return node.kind === "array" ? node.multidims : !CANNOT_FAIL.has(node.kind);
}

/** What most of a long list is. */
function isHarmless(expr: Expr): boolean {
  return !someExpr(expr, mayFail);
}

/** Shorter lists are looked through at one go. */
const MANY = 64;

class Collector {
  readonly found: Candidate[] = [];
  /** Of nodes with others below them: each is asked again with every node that it is in. */
  readonly #isOpen = new Map<Expr, boolean>();

  #open(expr: Expr): boolean {
    if (isOpenNode(expr)) return true;
    const children = childrenOf(expr);
    if (children.length === 0) return false;
    let isOpen = this.#isOpen.get(expr);
    if (isOpen !== undefined) return isOpen;
    const closed = (child: Expr): true | undefined => (this.#open(child) ? undefined : true);
    isOpen = allInSteps("closed parts", children, closed) === undefined;
    this.#isOpen.set(expr, isOpen);
    return isOpen;
  }

  #isClosed(expr: Expr): boolean {
    return !this.#open(expr) && isClosedNode(expr);
  }

  expr(expr: Expr): void {
    if (isHarmless(expr)) return;
    if (this.#isClosed(expr)) {
      this.#add(expr);
      return;
    }
    if (expr.kind === "and" || expr.kind === "or" || expr.kind === "coalesce") {
      this.#upToClosed(expr.args);
    } else if (expr.kind === "case") {
      this.#case(expr);
    } else {
      this.#each(childrenOf(expr), (collector, child) => collector.expr(child));
    }
  }

  /** `collect` for each; of a long list some at a time. */
  #each<T extends object>(list: readonly T[], collect: (to: Collector, item: T) => void): void {
    if (list.length < MANY) {
      for (const item of list) collect(this, item);
      return;
    }
    const found = mapInSteps("early constants", list, (item) => {
      const collector = new Collector();
      collect(collector, item);
      return collector.found;
    });
    for (const each of found) this.found.push(...each);
  }

  /** What follows a value that is known may be skipped because of it. */
  #upToClosed(args: readonly Expr[]): void {
    const upTo = this.#firstClosed(args, (arg) => arg);
    const reached = upTo === undefined ? args : args.slice(0, upTo + 1);
    this.#each(reached, (collector, arg) => collector.expr(arg));
  }

  #firstClosed<T extends object>(
    list: readonly T[],
    exprOf: (item: T) => Expr,
  ): number | undefined {
    const open = (item: T): true | undefined => (this.#isClosed(exprOf(item)) ? undefined : true);
    if (allInSteps("open terms", list, open) !== undefined) return undefined;
    return list.findIndex((item) => this.#isClosed(exprOf(item)));
  }

  #case({ arg, whens, otherwise }: Extract<Expr, { kind: "case" }>): void {
    if (arg !== undefined) this.expr(arg);
    if (arg !== undefined && this.#isClosed(arg)) return;
    const upTo = this.#firstClosed(whens, ({ condition }) => condition);
    this.#each(upTo === undefined ? whens : whens.slice(0, upTo), (collector, when) => {
      collector.expr(when.condition);
      collector.expr(when.result);
    });
    const closed = upTo === undefined ? undefined : whens[upTo];
    this.expr(closed?.condition ?? otherwise);
  }

  #add(expr: Expr): void {
    const folded = foldConstants(expr);
    if (isHarmless(folded)) return;
    // What takes long is computed once, and then only if it is needed.
    if (someExpr(folded, (node) => node.kind === "call" && node.once === true)) return;
    const params = new Set<number>();
    someExpr(folded, (node) => {
      if (node.kind === "param") params.add(node.number);
      return false;
    });
    this.found.push({ value: compileExpr(folded), params: [...params] });
  }

  node(value: unknown): void {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
    if (Array.isArray(value)) {
      const nodes = value.filter(isObject);
      this.#each(nodes, (collector, each) => collector.node(each));
      return;
    }
    if (isExpr(value)) {
      this.expr(value);
      return;
    }
    // The rows of VALUES are computed anyway.
    if ("kind" in value && value.kind === "values") return;
    if (Object.getPrototypeOf(value) !== Object.prototype) return;
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in fields) if (!OPAQUE.has(key)) this.node(fields[key]);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Expressions, and nothing else in a plan, have a type and a place. */
function isExpr(value: object): value is Expr {
  return "kind" in value && "type" in value && "position" in value && "typmod" in value;
}

const LONG = 1000;

/** To compute it twice may cost more than the error is worth. */
function isLong(value: Datum | undefined): boolean {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length > LONG;
  return typeof value === "object" && value !== null && "elements" in value
    ? value.elements.length > LONG
    : false;
}

export type EarlyConstants = (context: EvaluationContext) => void;

/** Throws what one of the plan's constants throws. */
export function earlyConstants(plan: PlanNode): EarlyConstants {
  const collector = new Collector();
  collector.node(plan);
  const { found } = collector;
  return (context) => {
    if (found.length === 0) return;
    const { longCalls } = context;
    const calls = longCalls instanceof StatementLongCalls ? longCalls : undefined;
    for (const { value, params } of found) {
      if (params.some((number) => isLong(context.params[number - 1]))) continue;
      // What computes for long is left to the row that needs it, beside which others have turns.
      if (calls === undefined) value([], context);
      else calls.unlessLong(() => value([], context));
    }
  };
}
