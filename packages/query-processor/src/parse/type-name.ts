/**
 * TypeName nodes to pg_type OIDs and type modifiers: PostgreSQL's typenameTypeIdAndMod with the
 * typmodin functions of the types that take modifiers. serial is the caller's.
 */
import { SqlError } from "@firstlight/common";
import { oids, arrayTypeOid, type TypeRow, typeRow, typesByName } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import { refuseFarName } from "../catalog/far-name.ts";
import { asTag, child, flag, int, list, locationOf, names, string } from "./node.ts";
import type { ParseNode } from "./parsed-statement.ts";
import { typmodOf } from "./type-modifier.ts";

export interface ResolvedType {
  readonly type: number;
  readonly typmod: number;
}

interface TypeNameContext {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
}

const PG_CATALOG_OID = 11;

/** Positions are 1-based byte offsets, as everywhere while binding. */
function typeError(sqlstate: string, message: string, location: number): SqlError {
  return new SqlError(sqlstate, message, location < 0 ? {} : { position: location + 1 });
}

function schemaOid(context: TypeNameContext, schema: string, location: number): number {
  const found = context.catalog.schemaByName(schema);
  if (found === undefined) throw typeError("3F000", `schema "${schema}" does not exist`, location);
  return found.oid;
}

/** Built-in types first in pg_catalog, then each schema of the path with all its types. */
function searchTypes(context: TypeNameContext, name: string): TypeRow | undefined {
  const candidates = typesByName(name);
  const temporary = temporaryType(context, name);
  if (temporary !== undefined) return temporary;
  const builtIn = candidates.find((row) => row.namespace === PG_CATALOG_OID);
  if (builtIn !== undefined && !context.searchPath.includes("pg_catalog")) return builtIn;
  for (const schema of context.searchPath) {
    const row = typeIn(context, schema, candidates, name);
    if (row !== undefined) return row;
  }
  return builtIn;
}

/** The number of the type that a name alone stands for. */
export function typeNamed(
  catalog: Catalog,
  searchPath: readonly string[],
  name: string,
): number | undefined {
  return searchTypes({ catalog, searchPath }, name)?.oid;
}

/** Types of temporary relations come first unless the path says where. */
function temporaryType(
  { catalog, searchPath }: TypeNameContext,
  name: string,
): TypeRow | undefined {
  const schema = catalog.temporarySchema?.name;
  if (schema === undefined || searchPath.includes("pg_temp") || searchPath.includes(schema)) {
    return undefined;
  }
  const oid = catalog.typeInSchema(schema, name);
  return oid === undefined ? undefined : typeRow(catalog.typeNumber(oid));
}

function typeIn(
  { catalog }: TypeNameContext,
  schema: string,
  candidates: readonly TypeRow[],
  name: string,
): TypeRow | undefined {
  const namespace = catalog.schemaByName(schema)?.oid;
  const builtIn = candidates.find((row) => row.namespace === namespace);
  if (builtIn !== undefined) return builtIn;
  const oid = catalog.typeInSchema(schema, name);
  return oid === undefined ? undefined : typeRow(catalog.typeNumber(oid));
}

function lookUp(
  context: TypeNameContext,
  parts: readonly string[],
  location: number,
): TypeRow | undefined {
  refuseFarName(context.catalog, parts);
  const name = parts.at(-1) ?? "";
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  if (schema === undefined) return searchTypes(context, name);
  const namespace = schema === "pg_catalog" ? PG_CATALOG_OID : schemaOid(context, schema, location);
  const builtIn = typesByName(name).find((row) => row.namespace === namespace);
  return builtIn ?? typeIn(context, schema, [], name);
}

/** In stored expressions user-defined types go by OID (ddl/pin-types.ts). */
function pinnedType(context: TypeNameContext, fields: ParseNode): TypeRow | undefined {
  const oid = fields["typeOid"];
  return typeof oid === "number" ? typeRow(context.catalog.typeNumber(oid)) : undefined;
}

/** A TypeName as errors print it. */
function display(parts: readonly string[], isArray: boolean): string {
  return parts.join(".") + (isArray ? "[]" : "");
}

/**
 * Resolves the fields of a TypeName; 42704 when there is no such type. Positions of its errors are
 * 1-based byte offsets, see withSource in bind/errors.ts.
 */
export function resolveTypeName(
  fields: ParseNode,
  catalog: Catalog,
  searchPath: readonly string[],
): ResolvedType {
  const context: TypeNameContext = { catalog, searchPath };
  const location = locationOf(fields);
  const parts = names(fields, "names");
  const isArray = list(fields, "arrayBounds").length > 0;
  if (flag(fields, "pct_type")) {
    throw typeError("0A000", "%TYPE references are not supported", location);
  }
  const row = pinnedType(context, fields) ?? lookUp(context, parts, location);
  if (row === undefined) {
    throw typeError("42704", `type "${display(parts, isArray)}" does not exist`, location);
  }
  const typmod = typmodOf(row, list(fields, "typmods"), parts.join("."), location);
  if (!isArray) return { type: row.oid, typmod };
  // An array of arrays is the same multidimensional array type.
  const array = row.category === "A" && row.subscript !== 0 ? row.oid : arrayTypeOid(row.oid);
  if (array === 0) {
    throw typeError("42704", `could not find array type for data type ${row.name}`, location);
  }
  return { type: array, typmod };
}

/** Whether a TypeName is written SETOF, which only function definitions may. */
export function isSetOf(fields: ParseNode): boolean {
  return flag(fields, "setof");
}

const SERIALS: Readonly<Record<string, number>> = {
  serial: oids.INT4,
  serial4: oids.INT4,
  bigserial: oids.INT8,
  serial8: oids.INT8,
  smallserial: oids.INT2,
  serial2: oids.INT2,
};

/** The integer type behind serial and its kin, undefined for other type names. */
export function serialType(fields: ParseNode): number | undefined {
  const parts = names(fields, "names");
  const [name] = parts;
  if (name === undefined || parts.length !== 1 || !Object.hasOwn(SERIALS, name)) return undefined;
  return SERIALS[name];
}

/** Value of an integer constant node, undefined for anything else. */
export function integerConstant(node: ParseNode): number | undefined {
  const constant = asTag(node, "A_Const");
  const value = constant === undefined ? undefined : child(constant, "ival");
  return value === undefined ? undefined : int(value, "ival");
}

/** Text of a string constant node, undefined for anything else. */
export function stringConstant(node: ParseNode): string | undefined {
  const constant = asTag(node, "A_Const");
  const value = constant === undefined ? undefined : child(constant, "sval");
  return value === undefined ? undefined : string(value, "sval");
}
