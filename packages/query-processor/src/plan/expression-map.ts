/**
 * Structural work on expression trees that planning needs: mapping over children, walking, and a key
 * under which equal expressions meet. Positions in the statement's text never count.
 */
import type { Expr } from "@firstlight/sql";

type Visit = (child: Expr) => Expr;

function mapList(list: readonly Expr[], visit: Visit): readonly Expr[] {
  let changed = false;
  const mapped = list.map((each) => {
    const next = visit(each);
    if (next !== each) changed = true;
    return next;
  });
  return changed ? mapped : list;
}

function mapOptional(list: readonly (Expr | undefined)[], visit: Visit): (Expr | undefined)[] {
  return list.map((each) => (each === undefined ? undefined : visit(each)));
}

/** The same node over mapped children; a SubLink's query is not entered, its test is. */
export function mapChildren(expr: Expr, visit: Visit): Expr {
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
    case "least": {
      const args = mapList(expr.args, visit);
      return args === expr.args ? expr : { ...expr, args };
    }
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "fieldSelect":
    case "relabel":
    case "coerceViaIO":
    case "arrayCoerce": {
      // An arrayCoerce's `element` works on a caseTest only.
      const arg = visit(expr.arg);
      return arg === expr.arg ? expr : { ...expr, arg };
    }
    case "distinct":
    case "notDistinct":
    case "nullif":
      return { ...expr, args: [visit(expr.args[0]), visit(expr.args[1])] };
    case "array":
      return { ...expr, elements: mapList(expr.elements, visit) };
    case "row":
      return { ...expr, fields: mapList(expr.fields, visit) };
    case "rowCompare":
      return { ...expr, left: mapList(expr.left, visit), right: mapList(expr.right, visit) };
    case "scalarArrayOp":
      return { ...expr, scalar: visit(expr.scalar), array: visit(expr.array) };
    case "case":
      return {
        ...expr,
        ...(expr.arg === undefined ? {} : { arg: visit(expr.arg) }),
        whens: expr.whens.map(({ condition, result }) => ({
          condition: visit(condition),
          result: visit(result),
        })),
        otherwise: visit(expr.otherwise),
      };
    case "subscript":
      return {
        ...expr,
        container: visit(expr.container),
        upper: mapOptional(expr.upper, visit),
        ...(expr.lower === undefined ? {} : { lower: mapOptional(expr.lower, visit) }),
        ...(expr.value === undefined ? {} : { value: visit(expr.value) }),
      };
    case "aggregate":
      return {
        ...expr,
        args: mapList(expr.args, visit),
        directArgs: mapList(expr.directArgs, visit),
        orderBy: expr.orderBy.map((key) => ({ ...key, expr: visit(key.expr) })),
        ...(expr.filter === undefined ? {} : { filter: visit(expr.filter) }),
      };
    case "window":
      return {
        ...expr,
        args: mapList(expr.args, visit),
        ...(expr.filter === undefined ? {} : { filter: visit(expr.filter) }),
      };
    case "subLink":
      return expr.test === undefined ? expr : { ...expr, test: visit(expr.test) };
  }
}

/** Calls `visit` on every node, parents first; children are skipped where it returns false. */
export function walk(expr: Expr, visit: (node: Expr) => boolean | void): void {
  if (visit(expr) === false) return;
  mapChildren(expr, (child) => {
    walk(child, visit);
    return child;
  });
}

export function someNode(expr: Expr, test: (node: Expr) => boolean): boolean {
  let found = false;
  walk(expr, (node) => {
    if (!found && test(node)) found = true;
    return !found;
  });
  return found;
}

const queryIds = new WeakMap<object, number>();
let nextQueryId = 1;

function queryId(query: object): number {
  let id = queryIds.get(query);
  if (id === undefined) {
    id = nextQueryId++;
    queryIds.set(query, id);
  }
  return id;
}

/** Equal for expressions that compute the same value from the same row. */
export function exprKey(expr: Expr): string {
  if (expr.kind === "var") return `v${expr.levelsUp}.${expr.rte}.${expr.column}`;
  return JSON.stringify(expr, (name, value: unknown) => {
    if (name === "position") return undefined;
    if (name === "query" && typeof value === "object" && value !== null) return queryId(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && !Number.isFinite(value)) return `${value}f`;
    return value;
  });
}

/** The operands of nested ANDs. */
export function conjuncts(expr: Expr | undefined): Expr[] {
  if (expr === undefined) return [];
  if (expr.kind === "and") return expr.args.flatMap((arg) => conjuncts(arg));
  if (expr.kind === "const" && expr.value === true) return [];
  return [expr];
}

const BOOL_TYPE = 16;

export function conjunction(quals: readonly Expr[]): Expr | undefined {
  const [first] = quals;
  if (first === undefined || quals.length === 1) return first;
  return { kind: "and", type: BOOL_TYPE, typmod: -1, position: -1, args: quals };
}
