/**
 * How stable an expression's value is: the worst of its functions. An immutable one may be folded
 * and pushed down, a stable one has one value per statement.
 */
import { procByOid, type ProcRow, requireProc } from "../catalog/proc-catalog.ts";
import { procOf } from "../catalog/proc-of.ts";
import { baseElementTypeOid, typeRow } from "../catalog/type-catalog.ts";
import type { Expr } from "./tree.ts";
import { mapInSteps, someInSteps } from "./list-steps.ts";
import { childrenOf } from "./walk.ts";

export type Volatility = ProcRow["volatility"];

const RANK: Readonly<Record<Volatility, number>> = { immutable: 0, stable: 1, volatile: 2 };

function worse(a: Volatility, b: Volatility): Volatility {
  return RANK[a] >= RANK[b] ? a : b;
}

/** array_in is stable for the sake of elements like timestamptz; here the element decides. */
function ioVolatility(type: number, side: "input" | "output"): Volatility {
  const element = baseElementTypeOid(type);
  if (element !== 0) return ioVolatility(element, side);
  const row = typeRow(type);
  return (row === undefined ? undefined : procByOid(row[side])?.volatility) ?? "volatile";
}

function ownVolatility(expr: Expr): Volatility {
  switch (expr.kind) {
    case "call":
      return procOf(expr).volatility;
    case "distinct":
    case "notDistinct":
    case "nullif":
    case "scalarArrayOp":
      return requireProc(expr.proc).volatility;
    case "greatest":
    case "least":
      return requireProc(expr.proc).volatility;
    case "rowCompare":
      return expr.procs.map((proc) => requireProc(proc).volatility).reduce(worse, "immutable");
    case "coerceViaIO":
      return worse(ioVolatility(expr.arg.type, "output"), ioVolatility(expr.type, "input"));
    case "coerceToDomain":
    // What values print depends on settings.
    case "jsonConstructor":
    case "sqlValue":
    case "param":
    case "execParam":
      return "stable";
    case "subLink":
    case "aggregate":
    case "window":
    case "grouping":
    case "default":
      return "volatile";
    case "const":
    case "var":
    case "slot":
    case "caseTest":
    case "and":
    case "or":
    case "not":
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "isJson":
    case "case":
    case "coalesce":
    case "array":
    case "row":
    case "subscript":
    case "fieldSelect":
    case "fieldStore":
    case "relabel":
    case "arrayCoerce":
      return "immutable";
  }
}

/** Nodes with more children than this are asked more than once, by all that plan and compile. */
const KEPT_FROM = 64;
const kept = new WeakMap<Expr, Volatility>();

/** Of functions and values; columns count as immutable, parameters as stable. */
export function volatility(expr: Expr): Volatility {
  const children = childrenOf(expr);
  if (children.length < KEPT_FROM) return worstOf(expr, children);
  const known = kept.get(expr) ?? worstOfMany(expr, children);
  kept.set(expr, known);
  return known;
}

function worstOfMany(expr: Expr, children: readonly Expr[]): Volatility {
  return mapInSteps("volatility", children, volatility).reduce(worse, ownVolatility(expr));
}

function worstOf(expr: Expr, children: readonly Expr[]): Volatility {
  let result = ownVolatility(expr);
  for (const child of children) {
    if (result === "volatile") return result;
    result = worse(result, volatility(child));
  }
  return result;
}

/** Types whose output functions read a setting although pg_proc calls them immutable. */
const FORMATTED: ReadonlySet<number> = new Set([17, 700, 701, 1186]);

/**
 * Functions that are called immutable, and look at a setting: age(timestamptz, timestamptz) at local
 * times, quote_ident at quote_all_identifiers.
 */
const READS_SETTING: ReadonlySet<number> = new Set([1199, 1282]);

/**
 * Whether the value depends on the session's output settings (IntervalStyle, bytea_output,
 * extra_float_digits): such an expression is evaluated with the session's context only.
 */
export function readsFormat(expr: Expr): boolean {
  return someInSteps("reads format", expr, (node) => {
    if (node.kind === "call") return READS_SETTING.has(node.proc);
    if (node.kind !== "coerceViaIO") return false;
    const element = baseElementTypeOid(node.arg.type);
    return FORMATTED.has(element === 0 ? node.arg.type : element);
  });
}
