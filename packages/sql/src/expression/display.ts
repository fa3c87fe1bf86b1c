/**
 * Expressions as SQL text, the way PostgreSQL's ruleutils prints them without pretty flags: every
 * operator in parentheses, implicit casts left out; or pretty, with the parentheses that it takes.
 * For pg_get_expr, EXPLAIN, and constraint and index definitions.
 */
import { aggregateByProc } from "../catalog/aggregate-catalog.ts";
import { formatType, isVisibleSchema, nameInSchema } from "../catalog/format-type.ts";
import { operatorByOid } from "../catalog/operator-catalog.ts";
import type { ProcRow } from "../catalog/proc-catalog.ts";
import { baseTypeOid, isComposite } from "../catalog/type-catalog.ts";
import { definitionOf } from "../types/user/define-type.ts";
import { procOf } from "../catalog/proc-of.ts";
import { displayConst } from "./display-const.ts";
import { DEFAULT_FORMAT, type FormatSettings } from "./evaluation-context.ts";
import { displaySqlSyntax } from "./display-sql-syntax.ts";
import { isSimpleIn } from "./needless-parentheses.ts";
import { quoteIdentifier } from "./quote-identifier.ts";
import type { CollationName, Distinct, Expr, NullTest } from "./tree.ts";

type Of<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** How the parts are named that only a query or plan knows. */
export interface DisplayNames {
  column(expr: Of<"var"> | Of<"slot">): string;
  execParam?(expr: Of<"execParam">): string;
  subLink?(expr: Of<"subLink">, printer: ExprPrinter): string;
  window?(expr: Of<"window">, printer: ExprPrinter): string;
  /** What an aggregate's values are ordered by. */
  sortKey?(expr: Expr): string;
  /** Text for expressions that stand for something else in their query; undefined for others. */
  special?(expr: Expr, printer: ExprPrinter): string | undefined;
  /** Of the line that the text begins on, for the lines below it. */
  readonly indent?: number;
  /** As FormatSettings.objectName, for constants. */
  objectName?(type: number, oid: number): string | undefined;
  /** That constants are written in, if not the default one. */
  readonly format?: FormatSettings | undefined;
  /** Without needless parentheses. */
  readonly pretty?: boolean;
  /** With CASE on lines of its own. */
  readonly lines?: boolean;
}

/** Prints what belongs to the same text. */
export interface ExprPrinter {
  (expr: Expr, implicit: ImplicitCasts): string;
  /** Columns by which lines are indented. */
  readonly indent: number;
}

/** "hide": an implicit cast at the top is left out; operands of operators and functions show theirs. */
export type ImplicitCasts = "show" | "hide";

/** Where `parent` is given, pretty text has parentheses if it takes them there. */
interface Show {
  (expr: Expr, implicit: ImplicitCasts, parent?: Expr): string;
  readonly pretty: boolean;
  readonly lines: boolean;
  readonly format: FormatSettings;
  /** Columns by which lines of CASE are indented. */
  indent: number;
}

/** `implicit` is about the outermost node: "hide" for conditions, "show" for target lists. */
export function displayExpr(
  expr: Expr,
  names: DisplayNames,
  implicit: ImplicitCasts = "hide",
): string {
  const pretty = names.pretty ?? false;
  const own = names.format ?? DEFAULT_FORMAT;
  const format: FormatSettings =
    names.objectName === undefined
      ? own
      : { ...own, objectName: (type, oid) => names.objectName?.(type, oid) };
  const show: Show = Object.assign(
    (each: Expr, own: ImplicitCasts, parent?: Expr): string => {
      const text = names.special?.(each, show) ?? display(each, names, show, own);
      if (!pretty || parent === undefined || isSimpleIn(each, parent)) return text;
      return `(${text})`;
    },
    { pretty, lines: names.lines ?? false, format, indent: names.indent ?? 0 },
  );
  const text = show(expr, implicit);
  return show.lines ? text.replace(/ +\n/gu, "\n") : text;
}

/** The name as SQL has it. */
export function collationText({ name, schema }: CollationName): string {
  return schema === undefined ? quoteIdentifier(name) : nameInSchema(schema, name);
}

/** Parentheses that only plain text has. */
function wrapped(text: string, show: Show): string {
  return show.pretty ? text : `(${text})`;
}

function list(exprs: readonly Expr[], show: Show, implicit: ImplicitCasts = "show"): string {
  return exprs.map((expr) => show(expr, implicit)).join(", ");
}

type Conversion = Extract<
  Expr,
  { kind: "relabel" | "coerceViaIO" | "coerceToDomain" | "arrayCoerce" }
>;

/** A row that is not looked into is not the same as NULL, but may be NULL by its fields. */
function isScalarOfRow({ shallow, arg }: NullTest): boolean {
  return shallow === true && (arg.kind === "row" || isComposite(arg.type));
}

function displayConversion(expr: Conversion, show: Show, implicit: ImplicitCasts): string {
  if (expr.kind === "relabel" && expr.collate !== undefined) {
    return wrapped(`${show(expr.arg, "show", expr)} COLLATE ${collationText(expr.collate)}`, show);
  }
  const isTwin = expr.kind === "relabel" && expr.twin === true;
  if (isTwin) return show(expr.arg, implicit, expr);
  return expr.display === "implicitCast" && implicit === "hide"
    ? show(expr.arg, "hide", expr)
    : displayCast(expr.arg, expr, show, expr);
}

function display(expr: Expr, names: DisplayNames, show: Show, implicit: ImplicitCasts): string {
  switch (expr.kind) {
    case "const":
      return displayConst(expr, "auto", show.format);
    case "param":
      return `$${expr.number}`;
    case "var":
    case "slot":
      return names.column(expr);
    case "execParam":
      return names.execParam?.(expr) ?? `$${expr.id}`;
    case "subLink":
      return names.subLink?.(expr, show) ?? "(SubPlan)";
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
      return displayAggregate(expr, names, show);
    case "window":
      return `${displayAggregate({ ...expr, orderBy: [], directArgs: [] }, names, show)} OVER ${names.window?.(expr, show) ?? "(?)"}`;
    case "relabel":
    case "coerceViaIO":
    case "coerceToDomain":
    case "arrayCoerce":
      return displayConversion(expr, show, implicit);
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
    case "jsonConstructor":
      return displayJson(expr, show);
    case "isJson":
      return displayJsonTest(expr, show);
    case "array":
      return displayArray(expr, show);
    case "row": {
      const text = `ROW(${list(expr.fields, show)})`;
      return expr.display === undefined ? text : `${text}::${formatType(expr.type)}`;
    }
    case "fieldSelect":
      return `(${show(expr.arg, "show")}).${quoteIdentifier(fieldName(expr))}`;
    case "fieldStore":
      return list(expr.values, show);
  }
}

function displayJson(expr: Of<"jsonConstructor">, show: Show): string {
  const { construct, args, absentOnNull, uniqueKeys, type } = expr;
  const isObject = construct === "object";
  const text = args.map((arg, i) => {
    const before = i === 0 ? "" : isObject && i % 2 === 1 ? " : " : ", ";
    return before + show(arg, "show", expr);
  });
  const nulls = isObject === absentOnNull ? ` ${isObject ? "ABSENT" : "NULL"} ON NULL` : "";
  const unique = uniqueKeys ? " WITH UNIQUE KEYS" : "";
  const name = `JSON_${construct.toUpperCase()}`;
  return `${name}(${text.join("")}${nulls}${unique} RETURNING ${formatType(type)})`;
}

function displayJsonTest(expr: Of<"isJson">, show: Show): string {
  const item = expr.item === "any" ? "" : ` ${expr.item.toUpperCase()}`;
  const unique = expr.uniqueKeys ? " WITH UNIQUE KEYS" : "";
  return wrapped(`${show(expr.arg, "show", expr)} IS JSON${item}${unique}`, show);
}

function fieldName({ arg, field, name }: Of<"fieldSelect">): string {
  const definition = definitionOf(baseTypeOid(arg.type));
  const known = definition?.kind === "composite" ? definition.attributes[field]?.name : undefined;
  return known ?? name ?? (arg.kind === "row" ? arg.names[field] : undefined) ?? `f${field + 1}`;
}

function displayCast(
  arg: Expr,
  result: { type: number; typmod: number },
  show: Show,
  parent: Expr,
): string {
  const isPlain = arg.kind === "const" && arg.type === result.type && arg.typmod === -1;
  const inner = isPlain
    ? displayConst(arg, "never", show.format)
    : wrapped(show(arg, "hide", parent), show);
  return `${inner}::${formatType(result.type, result.typmod)}`;
}

function operatorName(oid: number): string {
  return operatorByOid(oid)?.name ?? "?";
}

/** generate_operator_name: with the schema where the name alone would not be found. */
export function operatorText(expr: Of<"call"> | Of<"scalarArrayOp">): string {
  const { operator, operatorName: own, operatorSchema: schema } = expr;
  if (own === undefined) return operatorName(operator);
  return schema === undefined || isVisibleSchema(schema)
    ? own
    : `OPERATOR(${quoteIdentifier(schema)}.${own})`;
}

function displayCall(expr: Of<"call">, show: Show, implicit: ImplicitCasts): string {
  const [first, second] = expr.args;
  if (expr.routine?.shownAs === "argument" && first !== undefined) return show(first, "show", expr);
  const isCast = expr.display === "implicitCast" || expr.display === "explicitCast";
  if (isCast && first !== undefined) {
    const hidden = expr.display === "implicitCast" && implicit === "hide";
    return hidden ? show(first, "hide", expr) : displayCast(first, expr, show, expr);
  }
  if (expr.display === "operator" && first !== undefined) {
    const name = operatorText(expr);
    const left = show(first, "show", expr);
    if (second === undefined) return wrapped(`${name} ${left}`, show);
    return wrapped(`${left} ${name} ${show(second, "show", expr)}`, show);
  }
  if (expr.routine?.shownAs === "column")
    return displaySystemColumn(expr.routine.name, first, show);
  const standard = expr.sqlSyntax === true ? displaySqlSyntax(expr, show) : undefined;
  if (standard !== undefined) return standard;
  const args = displayArguments(expr, show);
  if (expr.variadicArray === true) args.push(`VARIADIC ${args.pop() ?? ""}`);
  return `${functionName(expr)}(${args.join(", ")})`;
}

function displayArguments({ args, written }: Of<"call">, show: Show): string[] {
  if (written === undefined) return args.map((arg) => show(arg, "show"));
  return written.flatMap(({ at, name }) => {
    const arg = args[at];
    if (arg === undefined) return [];
    const shown = show(arg, "show");
    return [name === undefined ? shown : `${quoteIdentifier(name)} => ${shown}`];
  });
}

const QUALIFIED = /^(.*\.)(?:"(?:[^"]|"")*"|[^".]+)$/su;

/** With the relation where its columns are shown with it. */
function displaySystemColumn(name: string, column: Expr | undefined, show: Show): string {
  const shown = column === undefined ? "" : show(column, "show");
  return `${QUALIFIED.exec(shown)?.[1] ?? ""}${name}`;
}

/** The constructors of a user's range type are those of a built-in one, under the type's name. */
function functionName(expr: Of<"call">): string {
  const { source } = procOf(expr);
  const definition = definitionOf(expr.type);
  const isRange = definition?.kind === "range" && /^(?:multi)?range_constructor/u.test(source);
  return isRange ? formatType(expr.type) : routineName(procOf(expr));
}

function routineName({ name, schemaName }: ProcRow): string {
  return schemaName === undefined ? quoteIdentifier(name) : nameInSchema(schemaName, name);
}

interface AggregateParts {
  readonly proc: number;
  readonly routine?: ProcRow;
  readonly args: readonly Expr[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: Of<"aggregate">["orderBy"];
  readonly directArgs: readonly Expr[];
  readonly filter?: Expr;
}

function displayOrderBy(keys: Of<"aggregate">["orderBy"], names: DisplayNames, show: Show): string {
  return keys
    .map(({ expr, descending, nullsFirst }) => {
      const direction = descending ? " DESC" : "";
      const nulls = nullsFirst === descending ? "" : nullsFirst ? " NULLS FIRST" : " NULLS LAST";
      return `${names.sortKey?.(expr) ?? show(expr, "show")}${direction}${nulls}`;
    })
    .join(", ");
}

function displayAggregate(expr: AggregateParts, names: DisplayNames, show: Show): string {
  const proc = procOf(expr);
  const name = routineName(proc);
  const filter = expr.filter === undefined ? "" : ` FILTER (WHERE ${show(expr.filter, "hide")})`;
  const order = displayOrderBy(expr.orderBy, names, show);
  if ((aggregateByProc(proc.oid)?.kind ?? "n") !== "n") {
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

/** CASE, its arms and END on lines of their own, where the text has lines. */
function displayCase(expr: Of<"case">, show: Show): string {
  if (!show.lines) return displayPlainCase(expr, show);
  const outer = `\n${" ".repeat(show.indent)}`;
  show.indent += CASE_INDENT;
  const inner = `\n${" ".repeat(show.indent)}`;
  const arg = expr.arg === undefined ? "" : ` ${show(expr.arg, "show")}`;
  const whens = expr.whens.map(
    (when) =>
      `${inner}WHEN ${displayWhen(expr, when.condition, show)} THEN ${show(when.result, "show")}`,
  );
  const otherwise = `${inner}ELSE ${show(expr.otherwise, "show")}`;
  show.indent -= CASE_INDENT;
  return `${outer}CASE${arg}${whens.join("")}${otherwise}${outer}END`;
}

const CASE_INDENT = 4;

function displayPlainCase(expr: Of<"case">, show: Show): string {
  const arg = expr.arg === undefined ? "" : ` ${show(expr.arg, "show")}`;
  const whens = expr.whens.map(
    (when) => ` WHEN ${displayWhen(expr, when.condition, show)} THEN ${show(when.result, "show")}`,
  );
  return `CASE${arg}${whens.join("")} ELSE ${show(expr.otherwise, "show")} END`;
}

function displaySubscript(expr: Of<"subscript">, show: Show): string {
  const { container, upper, lower } = expr;
  const isName = container.kind === "var" || container.kind === "slot";
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

function displayDistinct(expr: Distinct, show: Show): string {
  const [left, right] = expr.args;
  return `${show(left, "show", expr)} IS DISTINCT FROM ${show(right, "show", expr)}`;
}

function displayTest(expr: TestNode, show: Show): string {
  switch (expr.kind) {
    case "and":
    case "or":
      return wrapped(
        expr.args
          .map((arg) => show(arg, "hide", expr))
          .join(expr.kind === "and" ? " AND " : " OR "),
        show,
      );
    case "not":
      return wrapped(`NOT ${expr.args.map((arg) => show(arg, "hide", expr)).join(", ")}`, show);
    case "isNull":
      return wrapped(
        `${show(expr.arg, "show", expr)} ${isScalarOfRow(expr) ? "IS NOT DISTINCT FROM NULL" : "IS NULL"}`,
        show,
      );
    case "isNotNull":
      return wrapped(
        `${show(expr.arg, "show", expr)} ${isScalarOfRow(expr) ? "IS DISTINCT FROM NULL" : "IS NOT NULL"}`,
        show,
      );
    case "booleanTest":
      return wrapped(`${show(expr.arg, "hide", expr)} ${BOOLEAN_TESTS[expr.test]}`, show);
    case "distinct":
      return wrapped(displayDistinct(expr, show), show);
    case "notDistinct":
      return wrapped(`NOT ${wrapped(displayDistinct(expr, show), show)}`, show);
    case "nullif":
      return `NULLIF(${list(expr.args, show)})`;
    case "scalarArrayOp": {
      const word = expr.any ? "ANY" : "ALL";
      const scalar = show(expr.scalar, "show", expr);
      const written = show(expr.array, "show", expr);
      // Else it would be read as ANY (subquery).
      const array =
        expr.array.kind === "subLink" ? `${written}::${formatType(expr.array.type)}` : written;
      return wrapped(`${scalar} ${operatorText(expr)} ${word} (${array})`, show);
    }
    case "rowCompare":
      return `(ROW(${list(expr.left, show)}) ${expr.operator} ROW(${list(expr.right, show)}))`;
  }
}

function displaySqlValue(expr: Of<"sqlValue">): string {
  const name = expr.name.toUpperCase();
  return expr.typmod >= 0 && /time/.test(expr.name) ? `${name}(${expr.typmod})` : name;
}
