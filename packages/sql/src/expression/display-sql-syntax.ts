/** Calls as the SQL standard writes them: EXTRACT(year FROM d) (get_func_sql_syntax). */
import { procOf } from "../catalog/proc-of.ts";
import type { Call, Expr } from "./tree.ts";

type Show = (expr: Expr, implicit: "show" | "hide") => string;

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

/** Undefined for calls that the syntax does not have. */
export function displaySqlSyntax(call: Call, show: Show): string | undefined {
  const { args } = call;
  const texts = args.map((arg) => show(arg, "hide"));
  const [first = "", second = "", third = "", fourth = ""] = texts;
  const { name } = procOf(call);
  switch (name) {
    case "timezone":
      return args.length === 2 ? `(${second} AT TIME ZONE ${first})` : undefined;
    case "overlaps":
      return `((${first}, ${second}) OVERLAPS (${third}, ${fourth}))`;
    case "extract":
      return `EXTRACT(${word(args[0])} FROM ${second})`;
    case "normalize":
      return `NORMALIZE(${first}${args.length === 2 ? `, ${word(args[1])}` : ""})`;
    case "is_normalized":
      return `((${first}) IS${args.length === 2 ? ` ${word(args[1])}` : ""} NORMALIZED)`;
    case "overlay":
      return `OVERLAY(${joined(texts, ["PLACING", "FROM", "FOR"])})`;
    case "position":
      return `POSITION((${second}) IN (${first}))`;
    case "substring": {
      const similar = args.length === 3 && isText(args[1]);
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
