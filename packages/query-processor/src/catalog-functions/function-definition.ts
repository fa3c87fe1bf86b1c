/** CREATE OR REPLACE FUNCTION of a built-in function (pg_get_functiondef). */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { procByOid, quoteIdentifier } from "@firstlight/sql";
import { bodyText } from "../catalog/routine-text.ts";
import { procRow } from "../catalog/virtual/pg-proc.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import type { NamedRow } from "../catalog/virtual/virtual-table.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { argumentsText, resultText } from "./signature-functions.ts";

const VOLATILITY: Readonly<Record<string, string>> = { i: " IMMUTABLE", s: " STABLE" };
const PARALLEL: Readonly<Record<string, string>> = {
  s: " PARALLEL SAFE",
  r: " PARALLEL RESTRICTED",
};
const ROWS_DEFAULT = 1000;
const COST_DEFAULT = 100;
const COST_DEFAULT_COMPILED = 1;

function text(row: NamedRow, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}

function languageOf(row: NamedRow): string {
  const found = systemRows("pg_language").find((each) => each["oid"] === row["prolang"]);
  return found === undefined ? "" : text(found, "lanname");
}

function optionsOf(row: NamedRow, language: string): string {
  const compiled = language === "internal" || language === "c";
  const support = Number(row["prosupport"] ?? 0);
  const rows = Number(row["prorows"] ?? 0);
  const cost = Number(row["procost"] ?? 0);
  return [
    row["prokind"] === "w" ? " WINDOW" : "",
    VOLATILITY[text(row, "provolatile")] ?? "",
    PARALLEL[text(row, "proparallel")] ?? "",
    row["proisstrict"] === true ? " STRICT" : "",
    row["prosecdef"] === true ? " SECURITY DEFINER" : "",
    row["proleakproof"] === true ? " LEAKPROOF" : "",
    cost === (compiled ? COST_DEFAULT_COMPILED : COST_DEFAULT) ? "" : ` COST ${cost}`,
    rows > 0 && rows !== ROWS_DEFAULT ? ` ROWS ${rows}` : "",
    support === 0 ? "" : ` SUPPORT ${procByOid(support)?.name ?? support}`,
  ].join("");
}

/** The body between dollar quotes whose tag is not in it. */
function quotedBody(source: string, kind: string): string {
  let tag = kind === "p" ? "procedure" : "function";
  while (source.includes(`$${tag}$`)) tag += "x";
  return `AS $${tag}$${source}$${tag}$\n`;
}

/** proconfig: lists of identifiers are quoted already, other values are literals. */
function settings(row: NamedRow): readonly string[] {
  const config = row["proconfig"];
  if (config === null || typeof config !== "object" || !("tag" in config)) return [];
  if (config.tag !== "array") return [];
  return config.elements.map((each) => {
    const [name = "", ...rest] = (typeof each === "string" ? each : "").split("=");
    const value = rest.join("=");
    const isList = name === "search_path" || name === "temp_tablespaces";
    const shown = isList ? quotedList(value) : `'${value.replaceAll("'", "''")}'`;
    return ` SET ${quoteIdentifier(name)} TO ${shown}\n`;
  });
}

function quotedList(value: string): string {
  const parts = value.match(/"(?:[^"]|"")*"|[^,]+/gu) ?? [];
  return parts
    .map((part) => part.trim())
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(", ");
}

function definition(call: CatalogCall, row: NamedRow): string {
  const kind = text(row, "prokind");
  const language = languageOf(row);
  const oid = row["oid"];
  const schema = call.image.schemaByOid(Number(row["pronamespace"]))?.name ?? "pg_catalog";
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(text(row, "proname"))}`;
  const word = kind === "p" ? "PROCEDURE" : "FUNCTION";
  const result = kind === "p" ? "" : ` RETURNS ${String(resultText(call, oid))}\n`;
  const options = optionsOf(row, language);
  const own = call.image.objects.get(Number(oid));
  const body = own?.kind === "function" ? (bodyText(call, own) ?? "") : text(row, "prosqlbody");
  return [
    `CREATE OR REPLACE ${word} ${name}(${argumentsText(call, oid, true) ?? ""})\n`,
    result,
    ` LANGUAGE ${quoteIdentifier(language)}\n`,
    options === "" ? "" : `${options}\n`,
    ...settings(row),
    body === "" ? quotedBody(text(row, "prosrc"), kind) : `${body}\n`,
  ].join("");
}

export const functionDefinition: CatalogFunction = (call, [oid]): Datum => {
  const row = procRow(call.image, Number(oid));
  if (row === undefined) return null;
  if (row["prokind"] !== "a") return definition(call, row);
  throw new SqlError("42809", `"${text(row, "proname")}" is an aggregate function`);
};

export const functionBody: CatalogFunction = (call, [oid]): Datum => {
  const own = call.image.objects.get(Number(oid));
  if (own?.kind === "function") return bodyText(call, own) ?? null;
  return procRow(call.image, Number(oid))?.["prosqlbody"] ?? null;
};
