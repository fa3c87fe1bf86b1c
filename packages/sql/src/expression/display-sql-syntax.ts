/** Calls as the SQL standard writes them: EXTRACT(year FROM d) (get_func_sql_syntax). */
import { procOf } from "../catalog/proc-of.ts";
import type { Call, Expr } from "./tree.ts";

type Show = (expr: Expr, implicit: "show" | "hide", parent?: Expr) => string;

/** A constant argument that is a word of the syntax. */
function word(expr: Expr | undefined): string {
  return expr?.kind === "const" && typeof expr.value === "string" ? expr.value : "";
}

function joined(texts: readonly string[], words: readonly string[]): string {
  return texts.map((text, index) => (index === 0 ? text : `${words[index - 1]} ${text}`)).join(" ");
}

function trimWords(texts: readonly string[], side: string): string {
  const [text = "", characters] = texts;
  return characters === undefined
    ? `TRIM(${side} FROM ${text})`
    : `TRIM(${side} ${characters} FROM ${text})`;
}

const TRIM_SIDES: Readonly<Record<string, string>> = {
  btrim: "BOTH",
  ltrim: "LEADING",
  rtrim: "TRAILING",
};

function atTimeZone(call: Call, show: Show): string | undefined {
  const [zone, time] = call.args;
  if (zone === undefined || time === undefined) return undefined;
  return `(${show(time, "hide", call)} AT TIME ZONE ${show(zone, "hide", call)})`;
}

/** A default has no place in the statement. */
function isWritten(expr: Expr | undefined): boolean {
  return expr !== undefined && expr.position >= 0;
}

function isNormalized(call: Call, show: Show): string | undefined {
  const [text, form] = call.args;
  if (text === undefined) return undefined;
  const shown = isWritten(form) ? ` ${word(form)}` : "";
  return `(${show(text, "hide", call)} IS${shown} NORMALIZED)`;
}

/** Undefined for calls that the syntax does not have. */
export function displaySqlSyntax(call: Call, show: Show): string | undefined {
  const { args } = call;
  const texts = args.map((arg) => show(arg, "hide"));
  const [first = "", second = "", third = "", fourth = ""] = texts;
  const { name } = procOf(call);
  switch (name) {
    case "timezone":
      return args.length === 2 ? atTimeZone(call, show) : undefined;
    case "overlaps":
      return `((${first}, ${second}) OVERLAPS (${third}, ${fourth}))`;
    case "extract":
      return `EXTRACT(${word(args[0])} FROM ${second})`;
    case "normalize":
      return `NORMALIZE(${first}${isWritten(args[1]) ? `, ${word(args[1])}` : ""})`;
    case "is_normalized":
      return isNormalized(call, show);
    case "pg_collation_for":
      return `COLLATION FOR (${first})`;
    case "system_user":
      return "SYSTEM_USER";
    case "overlay":
      return `OVERLAY(${joined(texts, ["PLACING", "FROM", "FOR"])})`;
    case "position":
      return `POSITION((${second}) IN (${first}))`;
    case "substring": {
      const similar = args.length === 3 && isText(args[1]);
      if (args.length === 2 && isText(args[1])) return undefined;
      return `SUBSTRING(${joined(texts, similar ? ["SIMILAR", "ESCAPE"] : ["FROM", "FOR"])})`;
    }
    case "btrim":
    case "ltrim":
    case "rtrim":
      return trimWords(texts, TRIM_SIDES[name] ?? "BOTH");
    default:
      return undefined;
  }
}

const TEXT = 25;

function isText(expr: Expr | undefined): boolean {
  return expr?.type === TEXT;
}
