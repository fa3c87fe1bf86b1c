/**
 * Which expressions read the same without parentheses inside another one: ruleutils' isSimpleNode.
 * When in doubt they keep them.
 */
import { operatorByOid } from "../catalog/operator-catalog.ts";
import type { Expr } from "./tree.ts";

type Call = Extract<Expr, { kind: "call" }>;

const LOW = "+-";
const HIGH = "*/%";

function isCast(expr: Expr): boolean {
  return (
    expr.kind === "call" && (expr.display === "implicitCast" || expr.display === "explicitCast")
  );
}

/** "low", "high" or undefined for operators whose precedence nobody remembers. */
function priority(expr: Call): "low" | "high" | undefined {
  if (expr.args.length !== 2) return undefined;
  const name = operatorByOid(expr.operator)?.name ?? "";
  if (name.length !== 1) return undefined;
  if (LOW.includes(name)) return "low";
  return HIGH.includes(name) ? "high" : undefined;
}

function isSimpleOperand(expr: Call, parent: Call): boolean {
  const own = priority(expr);
  const outer = priority(parent);
  if (own === undefined || outer === undefined) return false;
  if (own !== outer) return own === "high";
  return parent.args[0] === expr;
}

const SEPARATING: ReadonlySet<Expr["kind"]> = new Set<Expr["kind"]>([
  "subscript",
  "array",
  "row",
  "coalesce",
  "greatest",
  "least",
  "jsonConstructor",
  "nullif",
  "aggregate",
  "grouping",
  "window",
  "case",
]);

function isBoolean(expr: Expr): expr is Extract<Expr, { kind: "and" | "or" | "not" }> {
  return expr.kind === "and" || expr.kind === "or" || expr.kind === "not";
}

/** Arguments of functions and such: the parent's own punctuation separates them. */
function isSeparated(parent: Expr): boolean {
  if (parent.kind === "call") {
    return parent.display === "function" && !isCast(parent) && parent.sqlSyntax !== true;
  }
  return SEPARATING.has(parent.kind);
}

function isSimpleBoolean(expr: Expr, parent: Expr): boolean {
  if (!isBoolean(parent)) return isSeparated(parent);
  if (expr.kind === "or") return parent.kind === "or";
  return parent.kind !== "not";
}

export function isSimpleIn(expr: Expr, parent: Expr): boolean {
  switch (expr.kind) {
    case "call":
      if (expr.display !== "operator") return true;
      if (parent.kind === "call" && parent.display === "operator") {
        return isSimpleOperand(expr, parent);
      }
      return isBoolean(parent) || isSeparated(parent);
    case "relabel":
      // COLLATE is no cast: what it stands in decides, as for any simple expression.
      if (expr.collate !== undefined) return isSeparated(parent) || isBoolean(parent);
      return isSimpleIn(expr.arg, expr);
    case "coerceViaIO":
    case "coerceToDomain":
    case "arrayCoerce":
      return isSimpleIn(expr.arg, expr);
    case "fieldSelect":
      return parent.kind !== "fieldSelect";
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "distinct":
    case "subLink":
      return isBoolean(parent) || isSeparated(parent);
    case "and":
    case "or":
    case "not":
    case "notDistinct":
      return isSimpleBoolean(expr, parent);
    case "isJson":
    case "scalarArrayOp":
    case "rowCompare":
      return false;
    case "aggregate":
    case "array":
    case "case":
    case "caseTest":
    case "fieldStore":
    case "coalesce":
    case "const":
    case "default":
    case "execParam":
    case "greatest":
    case "grouping":
    case "jsonConstructor":
    case "least":
    case "nullif":
    case "param":
    case "row":
    case "slot":
    case "sqlValue":
    case "subscript":
    case "var":
    case "window":
      return true;
  }
}
