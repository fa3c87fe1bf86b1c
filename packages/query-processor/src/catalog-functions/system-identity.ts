/** Kinds of objects of which there are PostgreSQL's own only, as pg_identify_object shows them. */
import type { SystemCatalogName } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import type { NamedRow } from "../catalog/virtual/virtual-table.ts";
import { fullTypeName } from "./full-type-name.ts";

import { typeName } from "./object-names.ts";
import type { ObjectKind } from "./identified-object.ts";
import { operatorSignatureOf, procSignatureOf } from "./builtin-signatures.ts";

function rowOf(catalog: SystemCatalogName, oid: number): NamedRow | undefined {
  return systemRows(catalog).find((row) => row["oid"] === oid);
}

/** Of a column of text or a number. */
export function textOf(row: NamedRow | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Named alone: of no schema. */
function plain(type: string, catalog: SystemCatalogName, column: string): ObjectKind {
  const read: ObjectKind["read"] = (_scope, { objectId: oid }) => {
    const row = rowOf(catalog, oid);
    if (row === undefined) return undefined;
    const own = textOf(row, column);
    const name = quoteIdentifier(own);
    return { type, name, identity: name, names: [own], args: [] };
  };
  const describe: ObjectKind["describe"] = (_scope, { objectId }) =>
    `${type} ${textOf(rowOf(catalog, objectId), column)}`;
  return { type, read, describe };
}

/** Of pg_catalog, with a name of its own there. */
function inCatalog(type: string, catalog: SystemCatalogName, column: string): ObjectKind {
  const read: ObjectKind["read"] = (_scope, { objectId: oid }) => {
    const row = rowOf(catalog, oid);
    if (row === undefined) return undefined;
    const own = textOf(row, column);
    const name = quoteIdentifier(own);
    const identity = `pg_catalog.${name}`;
    const names = ["pg_catalog", own];
    return { type, schema: "pg_catalog", name, identity, names, args: [] };
  };
  const describe: ObjectKind["describe"] = (_scope, { objectId }) =>
    `${type} ${quoteIdentifier(textOf(rowOf(catalog, objectId), column))}`;
  return { type, read, describe };
}

interface OfMethod {
  readonly method: string;
  readonly name: string;
}

function ofMethod(catalog: SystemCatalogName, prefix: string, oid: number): OfMethod | undefined {
  const row = rowOf(catalog, oid);
  if (row === undefined) return undefined;
  const method = textOf(rowOf("pg_am", Number(row[`${prefix}method`])), "amname");
  return { method, name: textOf(row, `${prefix}name`) };
}

function methodKind(type: string, catalog: SystemCatalogName, prefix: string): ObjectKind {
  const read: ObjectKind["read"] = (_scope, { objectId: oid }) => {
    const found = ofMethod(catalog, prefix, oid);
    if (found === undefined) return undefined;
    const { method, name: own } = found;
    const name = quoteIdentifier(own);
    return {
      type,
      schema: "pg_catalog",
      name,
      identity: `pg_catalog.${name} USING ${quoteIdentifier(method)}`,
      names: [method, "pg_catalog", own],
      args: [],
    };
  };
  const describe: ObjectKind["describe"] = (_scope, { objectId }) => {
    const found = ofMethod(catalog, prefix, objectId);
    return found && `${type} ${quoteIdentifier(found.name)} for access method ${found.method}`;
  };
  return { type, read, describe };
}

interface Member {
  readonly word: "operator" | "function";
  readonly catalog: SystemCatalogName;
  readonly family: string;
  readonly number: string;
  readonly left: string;
  readonly right: string;
  readonly refers: string;
}

/** A member of an operator family. */
function memberKind(member: Member, signature: (oid: number) => string): ObjectKind {
  const type = `${member.word} of access method`;
  const read: ObjectKind["read"] = (scope, { objectId: oid }) => {
    const row = rowOf(member.catalog, oid);
    const family = ofMethod("pg_opfamily", "opf", Number(row?.[member.family]));
    if (row === undefined || family === undefined) return undefined;
    const types = [Number(row[member.left]), Number(row[member.right])];
    const full = types.map((each) => fullTypeName(scope, each));
    const number = textOf(row, member.number);
    const { method, name } = family;
    const own = quoteIdentifier(name);
    return {
      type,
      identity: `${member.word} ${number} (${full.join(", ")}) of pg_catalog.${own} USING ${method}`,
      names: [method, "pg_catalog", name, number],
      args: full,
    };
  };
  const describe: ObjectKind["describe"] = (scope, { objectId }) => {
    const row = rowOf(member.catalog, objectId);
    const family = ofMethod("pg_opfamily", "opf", Number(row?.[member.family]));
    if (row === undefined || family === undefined) return undefined;
    const types = [Number(row[member.left]), Number(row[member.right])];
    const shown = types.map((each) => typeName(scope, each)).join(", ");
    const of = `operator family ${quoteIdentifier(family.name)} for access method ${family.method}`;
    const what = signature(Number(row[member.refers]));
    return `${member.word} ${textOf(row, member.number)} (${shown}) of ${of}: ${what}`;
  };
  return { type, read, describe };
}

const OPERATORS: Member = {
  word: "operator",
  catalog: "pg_amop",
  family: "amopfamily",
  number: "amopstrategy",
  left: "amoplefttype",
  right: "amoprighttype",
  refers: "amopopr",
};

const FUNCTIONS: Member = {
  word: "function",
  catalog: "pg_amproc",
  family: "amprocfamily",
  number: "amprocnum",
  left: "amproclefttype",
  right: "amprocrighttype",
  refers: "amproc",
};

/** By OID of the catalog. */
export const SYSTEM_KINDS: ReadonlyMap<number, ObjectKind> = new Map([
  [2601, plain("access method", "pg_am", "amname")],
  [2612, plain("language", "pg_language", "lanname")],
  [2607, inCatalog("conversion", "pg_conversion", "conname")],
  [3602, inCatalog("text search configuration", "pg_ts_config", "cfgname")],
  [3600, inCatalog("text search dictionary", "pg_ts_dict", "dictname")],
  [3601, inCatalog("text search parser", "pg_ts_parser", "prsname")],
  [3764, inCatalog("text search template", "pg_ts_template", "tmplname")],
  [2616, methodKind("operator class", "pg_opclass", "opc")],
  [2753, methodKind("operator family", "pg_opfamily", "opf")],
  [2602, memberKind(OPERATORS, operatorSignatureOf)],
  [2603, memberKind(FUNCTIONS, procSignatureOf)],
]);
