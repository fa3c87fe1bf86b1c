/**
 * Expressions as SQL text, the way PostgreSQL's ruleutils prints them without pretty flags: every
 * operator in parentheses, implicit casts left out. For pg_get_expr, EXPLAIN, and constraint and
 * index definitions.
 */
import { formatType } from "../catalog/format-type.ts";
import { operatorByOid } from "../catalog/operator-catalog.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import { displayConst } from "./display-const.ts";
import { quoteIdentifier } from "./quote-identifier.ts";
import type { Expr } from "./tree.ts";

type Of<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** How the parts are named that only a query or plan knows. */
export interface DisplayNames {
  column(expr: Of<"var"> | Of<"slot">): string;
  execParam?(expr: Of<"execParam">): string;
  subLink?(expr: Of<"subLink">): string;
  window?(expr: Of<"window">): string;
}

/** "hide": an implicit cast at the top is left out; operands of operators and functions show theirs. */
export type ImplicitCasts = "show" | "hide";

type Show = (expr: Expr, implicit: ImplicitCasts) => string;

/** `implicit` is about the outermost node: "hide" for conditions, "show" for target lists. */
export function displayExpr(
  expr: Expr,
  names: DisplayNames,
  implicit: ImplicitCasts = "hide",
): string {
  const show: Show = (each, own) => display(each, names, show, own);
  return show(expr, implicit);
}

function list(exprs: readonly Expr[], show: Show, implicit: ImplicitCasts = "show"): string {
  return exprs.map((expr) => show(expr, implicit)).join(", ");
}

function display(expr: Expr, names: DisplayNames, show: Show, implicit: ImplicitCasts): string {
  switch (expr.kind) {
    case "const":
      return displayConst(expr);
    case "param":
      return `$${expr.number}`;
    case "var":
    case "slot":
      return names.column(expr);
    case "execParam":
      return names.execParam?.(expr) ?? `$${expr.id}`;
    case "subLink":
      return names.subLink?.(expr) ?? "(SubPlan)";
    case "caseTest":
      return "CASE_TEST_EXPR";
    case "default":
      return "DEFAULT";
    case "sqlValue":
      return displaySqlValue(expr);
    case "grouping":
      return `GROUPING(${expr.refs.join(", ")})`;
    case "call":
      return displayCall(expr, show, implicit);
    case "aggregate":
      return displayAggregate(expr, show);
    case "window":
      return `${displayAggregate({ ...expr, orderBy: [], directArgs: [] }, show)} OVER ${names.window?.(expr) ?? "(?)"}`;
    case "relabel":
    case "coerceViaIO":
    case "arrayCoerce":
      return expr.display === "implicitCast" && implicit === "hide"
        ? show(expr.arg, "hide")
        : displayCast(expr.arg, expr, show);
    case "case":
      return displayCase(expr, show);
    case "subscript":
      return displaySubscript(expr, show);
    case "and":
    case "or":
    case "not":
    case "isNull":
    case "isNotNull":
    case "booleanTest":
    case "distinct":
    case "notDistinct":
    case "nullif":
    case "scalarArrayOp":
    case "rowCompare":
      return displayTest(expr, show);
    case "coalesce":
    case "greatest":
    case "least":
      return `${expr.kind.toUpperCase()}(${list(expr.args, show)})`;
    case "array":
      return displayArray(expr, show);
    case "row":
      return `ROW(${list(expr.fields, show)})`;
    case "fieldSelect":
      return `(${show(expr.arg, "show")}).${quoteIdentifier(fieldName(expr))}`;
  }
}

function fieldName({ arg, field }: Of<"fieldSelect">): string {
  return (arg.kind === "row" ? arg.names[field] : undefined) ?? `f${field + 1}`;
}

function displayCast(arg: Expr, result: { type: number; typmod: number }, show: Show): string {
  const isPlain = arg.kind === "const" && arg.type === result.type && arg.typmod === -1;
  const inner = isPlain ? displayConst(arg, "never") : `(${show(arg, "hide")})`;
  return `${inner}::${formatType(result.type, result.typmod)}`;
}

function operatorName(oid: number): string {
  return operatorByOid(oid)?.name ?? "?";
}

function displayCall(expr: Of<"call">, show: Show, implicit: ImplicitCasts): string {
  const [first, second] = expr.args;
  const isCast = expr.display === "implicitCast" || expr.display === "explicitCast";
  if (isCast && first !== undefined) {
    const hidden = expr.display === "implicitCast" && implicit === "hide";
    return hidden ? show(first, "hide") : displayCast(first, expr, show);
  }
  if (expr.display === "operator" && first !== undefined) {
    const name = operatorName(expr.operator);
    if (second === undefined) return `(${name} ${show(first, "show")})`;
    return `(${show(first, "show")} ${name} ${show(second, "show")})`;
  }
  const args = expr.args.map((arg) => show(arg, "show"));
  if (expr.variadicArray === true) args.push(`VARIADIC ${args.pop() ?? ""}`);
  return `${quoteIdentifier(requireProc(expr.proc).name)}(${args.join(", ")})`;
}

interface AggregateParts {
  readonly proc: number;
  readonly args: readonly Expr[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: Of<"aggregate">["orderBy"];
  readonly directArgs: readonly Expr[];
  readonly filter?: Expr;
}

function displayOrderBy(keys: Of<"aggregate">["orderBy"], show: Show): string {
  return keys
    .map(({ expr, descending, nullsFirst }) => {
      const direction = descending ? " DESC" : "";
      const nulls = nullsFirst === descending ? "" : nullsFirst ? " NULLS FIRST" : " NULLS LAST";
      return `${show(expr, "show")}${direction}${nulls}`;
    })
    .join(", ");
}

function displayAggregate(expr: AggregateParts, show: Show): string {
  const name = quoteIdentifier(requireProc(expr.proc).name);
  const filter = expr.filter === undefined ? "" : ` FILTER (WHERE ${show(expr.filter, "hide")})`;
  const order = displayOrderBy(expr.orderBy, show);
  if (expr.directArgs.length > 0) {
    return `${name}(${list(expr.directArgs, show)}) WITHIN GROUP (ORDER BY ${order})${filter}`;
  }
  const distinct = expr.distinct ? "DISTINCT " : "";
  const args = expr.star ? "*" : list(expr.args, show);
  return `${name}(${distinct}${args}${order === "" ? "" : ` ORDER BY ${order}`})${filter}`;
}

/** CASE x WHEN v: the condition is held as caseTest = v and printed as v. */
function displayWhen(expr: Of<"case">, condition: Expr, show: Show): string {
  const isTest = expr.arg !== undefined && condition.kind === "call";
  const [left, right] = isTest ? condition.args : [];
  return left?.kind === "caseTest" && right !== undefined
    ? show(right, "hide")
    : show(condition, "hide");
}

function displayCase(expr: Of<"case">, show: Show): string {
  const arg = expr.arg === undefined ? "" : ` ${show(expr.arg, "show")}`;
  const whens = expr.whens.map(
    (when) => ` WHEN ${displayWhen(expr, when.condition, show)} THEN ${show(when.result, "show")}`,
  );
  return `CASE${arg}${whens.join("")} ELSE ${show(expr.otherwise, "show")} END`;
}

function displaySubscript(expr: Of<"subscript">, show: Show): string {
  const { container, upper, lower } = expr;
  const isName =
    container.kind === "var" || container.kind === "slot" || container.kind === "param";
  const base = isName ? show(container, "show") : `(${show(container, "show")})`;
  const bound = (each: Expr | undefined): string => (each === undefined ? "" : show(each, "hide"));
  const parts = upper.map((each, index) =>
    lower === undefined ? `[${bound(each)}]` : `[${bound(lower[index])}:${bound(each)}]`,
  );
  return base + parts.join("");
}

function displayArray(expr: Of<"array">, show: Show): string {
  const text = `ARRAY[${list(expr.elements, show)}]`;
  return expr.elements.length === 0 ? `${text}::${formatType(expr.type)}` : text;
}

const BOOLEAN_TESTS: Readonly<Record<Of<"booleanTest">["test"], string>> = {
  isTrue: "IS TRUE",
  isNotTrue: "IS NOT TRUE",
  isFalse: "IS FALSE",
  isNotFalse: "IS NOT FALSE",
  isUnknown: "IS UNKNOWN",
  isNotUnknown: "IS NOT UNKNOWN",
};

type TestNode =
  | Extract<Expr, { kind: "and" | "or" | "not" }>
  | Extract<Expr, { kind: "isNull" | "isNotNull" }>
  | Of<"booleanTest">
  | Extract<Expr, { kind: "distinct" | "notDistinct" | "nullif" }>
  | Of<"scalarArrayOp">
  | Of<"rowCompare">;

function displayTest(expr: TestNode, show: Show): string {
  switch (expr.kind) {
    case "and":
    case "or":
      return `(${expr.args.map((arg) => show(arg, "hide")).join(expr.kind === "and" ? " AND " : " OR ")})`;
    case "not":
      return `(NOT ${list(expr.args, show, "hide")})`;
    case "isNull":
      return `(${show(expr.arg, "show")} IS NULL)`;
    case "isNotNull":
      return `(${show(expr.arg, "show")} IS NOT NULL)`;
    case "booleanTest":
      return `(${show(expr.arg, "hide")} ${BOOLEAN_TESTS[expr.test]})`;
    case "distinct":
      return `(${show(expr.args[0], "show")} IS DISTINCT FROM ${show(expr.args[1], "show")})`;
    case "notDistinct":
      return `(NOT (${show(expr.args[0], "show")} IS DISTINCT FROM ${show(expr.args[1], "show")}))`;
    case "nullif":
      return `NULLIF(${list(expr.args, show)})`;
    case "scalarArrayOp": {
      const word = expr.any ? "ANY" : "ALL";
      return `(${show(expr.scalar, "show")} ${operatorName(expr.operator)} ${word} (${show(expr.array, "show")}))`;
    }
    case "rowCompare":
      return `(ROW(${list(expr.left, show)}) ${expr.operator} ROW(${list(expr.right, show)}))`;
  }
}

function displaySqlValue(expr: Of<"sqlValue">): string {
  const name = expr.name.toUpperCase();
  return expr.typmod >= 0 && /time/.test(expr.name) ? `${name}(${expr.typmod})` : name;
}
