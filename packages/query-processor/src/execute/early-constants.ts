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
  childrenOf,
  compileExpr,
  foldConstants,
  procOf,
  readsFormat,
  replaceExpr,
  someExpr,
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
  const bare = withoutParams(expr);
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
    isOpen = children.some((child) => this.#open(child));
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
      for (const child of childrenOf(expr)) this.expr(child);
    }
  }

  /** What follows a value that is known may be skipped because of it. */
  #upToClosed(args: readonly Expr[]): void {
    for (const arg of args) {
      this.expr(arg);
      if (this.#isClosed(arg)) return;
    }
  }

  #case({ arg, whens, otherwise }: Extract<Expr, { kind: "case" }>): void {
    if (arg !== undefined) this.expr(arg);
    if (arg !== undefined && this.#isClosed(arg)) return;
    for (const { condition, result } of whens) {
      this.expr(condition);
      if (this.#isClosed(condition)) return;
      this.expr(result);
    }
    this.expr(otherwise);
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
      for (const each of value) this.node(each);
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
  let found: readonly Candidate[] | undefined;
  return (context) => {
    if (found === undefined) {
      const collector = new Collector();
      collector.node(plan);
      found = collector.found;
    }
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
