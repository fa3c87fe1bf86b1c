/**
 * Visiting and rewriting expression trees without knowing their kinds. A SubLink's query is opaque:
 * only its test is visited, whoever owns the query walks it.
 */
import type { Expr, SortKey } from "./tree.ts";

type Rewrite = (expr: Expr) => Expr;

function mapList(list: readonly Expr[], fn: Rewrite): readonly Expr[] {
  let changed: Expr[] | undefined;
  let index = 0;
  for (const expr of list) {
    const next = fn(expr);
    if (next !== expr || changed !== undefined) {
      changed ??= list.slice(0, index);
      changed.push(next);
    }
    index++;
  }
  return changed ?? list;
}

function mapOptional(
  list: readonly (Expr | undefined)[],
  fn: Rewrite,
): readonly (Expr | undefined)[] {
  const next = list.map((expr) => (expr === undefined ? undefined : fn(expr)));
  return next.every((expr, index) => expr === list[index]) ? list : next;
}

function mapSortKeys(keys: readonly SortKey[], fn: Rewrite): readonly SortKey[] {
  const next = keys.map((key) => {
    const expr = fn(key.expr);
    return expr === key.expr ? key : { ...key, expr };
  });
  return next.every((key, index) => key === keys[index]) ? keys : next;
}

/** Fields of a node that hold expressions, rewritten; undefined when none changed. */
function changedFields<T extends object>(node: T, changes: Partial<T>): T {
  for (const key of Object.keys(changes) as (keyof T)[]) {
    if (changes[key] !== node[key]) return { ...node, ...changes };
  }
  return node;
}

function mapCase(expr: Extract<Expr, { kind: "case" }>, fn: Rewrite): Expr {
  const whens = expr.whens.map((when) => {
    const condition = fn(when.condition);
    const result = fn(when.result);
    return condition === when.condition && result === when.result ? when : { condition, result };
  });
  const same = whens.every((when, index) => when === expr.whens[index]);
  const rest = {
    whens: same ? expr.whens : whens,
    otherwise: fn(expr.otherwise),
  };
  return expr.arg === undefined
    ? changedFields(expr, rest)
    : changedFields(expr, { ...rest, arg: fn(expr.arg) });
}

function mapSubscript(expr: Extract<Expr, { kind: "subscript" }>, fn: Rewrite): Expr {
  const changes = { container: fn(expr.container), upper: mapOptional(expr.upper, fn) };
  const lower = expr.lower === undefined ? {} : { lower: mapOptional(expr.lower, fn) };
  const value = expr.value === undefined ? {} : { value: fn(expr.value) };
  return changedFields(expr, { ...changes, ...lower, ...value });
}

function mapAggregate(expr: Extract<Expr, { kind: "aggregate" }>, fn: Rewrite): Expr {
  const filter = expr.filter === undefined ? {} : { filter: fn(expr.filter) };
  return changedFields(expr, {
    args: mapList(expr.args, fn),
    orderBy: mapSortKeys(expr.orderBy, fn),
    directArgs: mapList(expr.directArgs, fn),
    ...filter,
  });
}

/** The node with each child replaced by `fn(child)`; the same object when nothing changed. */
export function mapChildren(expr: Expr, fn: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case "const":
    case "param":
    case "var":
    case "slot":
    case "execParam":
    case "caseTest":
    case "sqlValue":
    case "grouping":
    case "default":
      return expr;
    case "call":
    case "and":
    case "or":
    case "not":
    case "coalesce":
    case "greatest":
    case "least":
    case "jsonConstructor": {
      const args = mapList(expr.args, fn);
      return args === expr.args ? expr : { ...expr, args };
    }
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "isJson":
    case "fieldSelect":
    case "relabel":
    case "coerceViaIO":
    case "coerceToDomain": {
      const arg = fn(expr.arg);
      return arg === expr.arg ? expr : { ...expr, arg };
    }
    case "fieldStore":
      return changedFields(expr, { arg: fn(expr.arg), values: mapList(expr.values, fn) });
    case "distinct":
    case "notDistinct":
    case "nullif": {
      const args = [fn(expr.args[0]), fn(expr.args[1])] as const;
      return args[0] === expr.args[0] && args[1] === expr.args[1] ? expr : { ...expr, args };
    }
    case "case":
      return mapCase(expr, fn);
    case "array":
      return changedFields(expr, { elements: mapList(expr.elements, fn) });
    case "row":
      return changedFields(expr, { fields: mapList(expr.fields, fn) });
    case "rowCompare":
      return changedFields(expr, { left: mapList(expr.left, fn), right: mapList(expr.right, fn) });
    case "scalarArrayOp":
      return changedFields(expr, { scalar: fn(expr.scalar), array: fn(expr.array) });
    case "subscript":
      return mapSubscript(expr, fn);
    case "arrayCoerce":
      return changedFields(expr, { arg: fn(expr.arg), element: fn(expr.element) });
    case "aggregate":
      return mapAggregate(expr, fn);
    case "window": {
      const filter = expr.filter === undefined ? {} : { filter: fn(expr.filter) };
      return changedFields(expr, { args: mapList(expr.args, fn), ...filter });
    }
    case "subLink":
      return expr.test === undefined ? expr : changedFields(expr, { test: fn(expr.test) });
  }
}

const NO_CHILDREN: readonly Expr[] = [];

/** The children of a node, in the order of evaluation. */
export function childrenOf(expr: Expr): readonly Expr[] {
  const { kind } = expr;
  if (kind === "const" || kind === "param" || kind === "var" || kind === "slot") {
    return NO_CHILDREN;
  }
  if (kind === "call" || kind === "and" || kind === "or") return expr.args;
  if (kind === "array") return expr.elements;
  return kind === "row" ? expr.fields : gatheredChildren(expr);
}

function gatheredChildren(expr: Expr): readonly Expr[] {
  const children: Expr[] = [];
  mapChildren(expr, (child) => {
    children.push(child);
    return child;
  });
  return children;
}

/** Rewrites bottom-up: `fn` sees a node whose children are rewritten already. */
export function rewriteExpr(expr: Expr, fn: (expr: Expr) => Expr): Expr {
  return fn(mapChildren(expr, (child) => rewriteExpr(child, fn)));
}

/** Rewrites top-down: where `fn` gives a node it stands as it is, else its children are visited. */
export function replaceExpr(expr: Expr, fn: (expr: Expr) => Expr | undefined): Expr {
  return fn(expr) ?? mapChildren(expr, (child) => replaceExpr(child, fn));
}

/** Calls `fn` on every node, parents first. */
export function visitExpr(expr: Expr, fn: (expr: Expr) => void): void {
  fn(expr);
  for (const child of childrenOf(expr)) visitExpr(child, fn);
}

/** Whether any node satisfies the predicate. */
export function someExpr(expr: Expr, predicate: (expr: Expr) => boolean): boolean {
  if (predicate(expr)) return true;
  for (const child of childrenOf(expr)) if (someExpr(child, predicate)) return true;
  return false;
}

/** The conditions of nested ANDs, flat; [] for a constant true. */
export function splitConjunction(expr: Expr): readonly Expr[] {
  if (expr.kind === "and") return expr.args.flatMap(splitConjunction);
  return expr.kind === "const" && expr.value === true ? [] : [expr];
}

/** One condition of several; undefined for none. */
export function joinConjunction(conditions: readonly Expr[]): Expr | undefined {
  const [first, ...others] = conditions;
  if (first === undefined || others.length === 0) return first;
  return { kind: "and", type: 16, typmod: -1, position: -1, args: conditions };
}
