/**
 * Names of built-in objects that the reg* types print and read: types, functions, operators. Names
 * of tables and roles take the session's catalog and are not known here.
 */
import { SqlError } from "@firstlight/common";
import { quoteIdentifier } from "../expression/quote-identifier.ts";
import { formatType } from "./format-type.ts";
import { lazy } from "./lazy.ts";
import { operatorByOid, operatorsByName } from "./operator-catalog.ts";
import { procByOid, procsByName } from "./proc-catalog.ts";
import type { SystemCatalogName } from "./system-catalogs.ts";
import { systemCatalogText } from "./system-catalogs.ts";
import { arrayTypeOid, typeByName, typeRow } from "./type-catalog.ts";

const REGPROC = 24;
const REGPROCEDURE = 2202;
const REGOPER = 2203;
const REGOPERATOR = 2204;
const REGTYPE = 2206;
const REGCONFIG = 3734;
const REGDICTIONARY = 3769;

/** Objects of text search: PostgreSQL's own only. */
const TEXT_SEARCH = {
  [REGCONFIG]: lazy(() => namesOf("pg_ts_config", "cfgname")),
  [REGDICTIONARY]: lazy(() => namesOf("pg_ts_dict", "dictname")),
} as const;

function namesOf(catalog: SystemCatalogName, column: string): ReadonlyMap<number, string> {
  const rows = systemCatalogText(catalog).rows();
  return new Map(rows.map((row) => [row.number("oid"), row.text(column)]));
}

function textSearchOid(names: ReadonlyMap<number, string>, text: string): number | undefined {
  const wanted = withoutSchema(text).toLowerCase();
  for (const [oid, name] of names) if (name === wanted) return oid;
  return undefined;
}

function procedureName(oid: number): string | undefined {
  const proc = procByOid(oid);
  return (
    proc &&
    `${quoteIdentifier(proc.name)}(${proc.argTypes.map((type) => formatType(type)).join(",")})`
  );
}

/** Qualified where the name alone would not be read as this function. */
function procName(oid: number): string | undefined {
  const name = procByOid(oid)?.name;
  if (name === undefined) return undefined;
  const quoted = quoteIdentifier(name);
  return procsByName(name).length > 1 ? `${quoteIdentifier("pg_catalog")}.${quoted}` : quoted;
}

/** Qualified as that of a function. */
function operatorNameAlone(oid: number): string | undefined {
  const name = operatorByOid(oid)?.name;
  if (name === undefined) return undefined;
  return operatorsByName(name).length > 1 ? `${quoteIdentifier("pg_catalog")}.${name}` : name;
}

function operatorName(oid: number): string | undefined {
  const operator = operatorByOid(oid);
  const side = (type: number | undefined): string =>
    type === undefined || type === 0 ? "NONE" : formatType(type);
  return operator && `${operator.name}(${side(operator.left)},${side(operator.right)})`;
}

/** The name that a value of a reg* type prints as; undefined when it is no built-in object. */
export function registeredName(registeredType: number, oid: number): string | undefined {
  switch (registeredType) {
    case REGTYPE:
      return typeRow(oid) === undefined ? undefined : formatType(oid);
    case REGPROC:
      return procName(oid);
    case REGPROCEDURE:
      return procedureName(oid);
    case REGOPER:
      return operatorNameAlone(oid);
    case REGOPERATOR:
      return operatorName(oid);
    case REGCONFIG:
    case REGDICTIONARY:
      return TEXT_SEARCH[registeredType]().get(oid);
    default:
      return undefined;
  }
}

/** SQL spellings that are not pg_type.typname. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["boolean", "bool"],
  ["bigint", "int8"],
  ["smallint", "int2"],
  ["integer", "int4"],
  ["int", "int4"],
  ["real", "float4"],
  ["float", "float8"],
  ["double precision", "float8"],
  ["decimal", "numeric"],
  ["dec", "numeric"],
  ["character varying", "varchar"],
  ["character", "bpchar"],
  ["char", "bpchar"],
  ['"char"', "char"],
  ["time without time zone", "time"],
  ["time with time zone", "timetz"],
  ["timestamp without time zone", "timestamp"],
  ["timestamp with time zone", "timestamptz"],
  ["bit varying", "varbit"],
]);

function withoutSchema(name: string): string {
  return name.trim().replace(/^pg_catalog\./, "");
}

/** What has no end of a word so far is no built-in type. */
const HEAD_LENGTH = 4096;

/** Of `name(list)`. Without a pattern, which would go back and forth in a long text of blanks. */
export function nameAndList(text: string): readonly [name: string, list: string] | undefined {
  const open = text.indexOf("(");
  const whole = text.trimEnd();
  if (open < 0 || !whole.endsWith(")")) return undefined;
  return [text.slice(0, open).trimEnd(), whole.slice(open + 1, -1)];
}

/** A type by its SQL name with modifiers left out: `numeric(5,2)`, `integer[]`. */
export function typeFromSqlName(text: string): number | undefined {
  if (text.length > HEAD_LENGTH && !/[\s([]/.test(text.slice(0, HEAD_LENGTH))) return undefined;
  const spelled = withoutSchema(text)
    .toLowerCase()
    .replace(/\([^()]*\)/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const bare = spelled.replace(/(\s*\[\s*\d*\s*\])+$/, "");
  const row = typeByName(SPELLINGS.get(bare) ?? bare.replace(/^"(.*)"$/, "$1"));
  if (row === undefined) return undefined;
  return bare === spelled ? row.oid : arrayTypeOid(row.oid);
}

function procedureOid(text: string): number | undefined {
  const parts = nameAndList(text);
  if (parts === undefined) return undefined;
  const [name, args] = parts;
  const types = args.trim() === "" ? [] : args.split(",").map(typeFromSqlName);
  const found = procsByName(withoutSchema(name)).find(
    (proc) =>
      proc.argTypes.length === types.length &&
      proc.argTypes.every((type, index) => type === types[index]),
  );
  return found?.oid;
}

function operatorOid(text: string): number | undefined {
  const [name = "", list = ""] = nameAndList(text) ?? [];
  const comma = list.indexOf(",");
  if (comma < 0) return undefined;
  const [left, right] = [list.slice(0, comma), list.slice(comma + 1)];
  const type = (side: string): number | undefined =>
    side.trim().toLowerCase() === "none" ? 0 : typeFromSqlName(side);
  return operatorsByName(withoutSchema(name)).find(
    (each) => each.left === type(left) && each.right === type(right),
  )?.oid;
}

function onlyOne(list: readonly { readonly oid: number }[]): number | undefined {
  return list.length === 1 ? list[0]?.oid : undefined;
}

/** The built-in object that a reg* type reads from a name; undefined when there is none of it. */
export function registeredOid(registeredType: number, text: string): number | undefined {
  switch (registeredType) {
    case REGTYPE:
      return typeFromSqlName(text);
    case REGPROC:
      return onlyOne(procsByName(withoutSchema(text)));
    case REGPROCEDURE:
      return procedureOid(text);
    case REGOPER:
      return onlyOne(operatorsByName(withoutSchema(text)));
    case REGOPERATOR:
      return operatorOid(text);
    case REGCONFIG:
    case REGDICTIONARY:
      return textSearchOid(TEXT_SEARCH[registeredType](), text);
    default:
      return undefined;
  }
}

/** Why a name means no built-in object; undefined for types whose names only the session knows. */
export function registeredNameError(registeredType: number, text: string): SqlError | undefined {
  const name = withoutSchema(text);
  switch (registeredType) {
    case REGTYPE:
      return new SqlError("42704", `type "${text}" does not exist`);
    case REGPROC:
      return procsByName(name).length > 1
        ? new SqlError("42725", `more than one function named "${text}"`)
        : new SqlError("42883", `function "${text}" does not exist`);
    case REGPROCEDURE:
      return text.includes("(")
        ? new SqlError("42883", `function "${text}" does not exist`)
        : new SqlError("22P02", "expected a left parenthesis");
    case REGOPER:
      return operatorsByName(name).length > 1
        ? new SqlError("42725", `more than one operator named ${text}`)
        : new SqlError("42883", `operator does not exist: ${text}`);
    case REGOPERATOR:
      return new SqlError("42883", `operator does not exist: ${text}`);
    case REGCONFIG:
      return new SqlError("42704", `text search configuration "${text}" does not exist`);
    case REGDICTIONARY:
      return new SqlError("42704", `text search dictionary "${text}" does not exist`);
    default:
      return undefined;
  }
}
