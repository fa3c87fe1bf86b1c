/** Collations by name: PostgreSQL's own, in pg_catalog, and those of users. */
import { SqlError } from "@firstlight/common";
import { type CollationName, isKnownLocale } from "@firstlight/sql";
import type { Catalog } from "./catalog.ts";
import type { CollationDescriptor } from "./descriptors.ts";
import { systemRows } from "./virtual/system-rows.ts";

export interface FoundCollation {
  readonly name: CollationName;
  /** pg_collation.collprovider: d for the database's own. */
  readonly provider: string;
  readonly deterministic: boolean;
  /** Of the database, or -1: any. */
  readonly encoding: number;
  readonly collate?: string | undefined;
  readonly ctype?: string | undefined;
  readonly icuLocale?: string | undefined;
  readonly icuRules?: string | undefined;
}

const PG_CATALOG = "pg_catalog";

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

function systemCollation(name: string): FoundCollation | undefined {
  const row = systemRows("pg_collation").find((each) => each["collname"] === name);
  if (row === undefined) return undefined;
  const rules = {
    provider: textOf(row["collprovider"]) ?? "d",
    deterministic: row["collisdeterministic"] === true,
    encoding: Number(row["collencoding"]),
    collate: textOf(row["collcollate"]),
    ctype: textOf(row["collctype"]),
    icuLocale: textOf(row["colliculocale"]),
  };
  return { ...rules, name: { oid: Number(row["oid"]), name, ...icuOf(rules) } };
}

function userCollation(
  catalog: Catalog,
  schema: string,
  name: string,
): CollationDescriptor | undefined {
  const oid = catalog.schemaByName(schema)?.oid;
  for (const object of catalog.objects.values()) {
    if (object.kind === "collation" && object.schema === oid && object.name === name) return object;
  }
  return undefined;
}

export function foundOf(object: CollationDescriptor, schema: string): FoundCollation {
  const { oid, name, kind: _, schema: __, owner: ___, ...rules } = object;
  return { name: { oid, name, schema, ...icuOf(rules) }, ...rules };
}

export function findCollation(
  catalog: Catalog,
  searchPath: readonly string[],
  parts: readonly string[],
): FoundCollation | undefined {
  const name = parts.at(-1) ?? "";
  const given = parts.at(-2);
  const path = searchPath.includes(PG_CATALOG) ? searchPath : [PG_CATALOG, ...searchPath];
  for (const schema of given === undefined ? path : [given]) {
    if (schema === PG_CATALOG) {
      const found = systemCollation(name);
      if (found !== undefined) return found;
      continue;
    }
    const object = userCollation(catalog, schema, name);
    if (object !== undefined) return foundOf(object, schema);
  }
  return undefined;
}

let icuVersion: string | undefined;

/** Of the library that compares by the provider's collations; null where it never changes. */
export function collationVersion(provider: unknown): string | null {
  if (provider !== "i") return null;
  icuVersion ??= textOf(
    systemRows("pg_collation").find((row) => row["collprovider"] === "i")?.["collversion"],
  );
  return icuVersion ?? null;
}

export function missingCollation(
  catalog: Catalog,
  parts: readonly string[],
  position: number | undefined,
): SqlError {
  const at = position === undefined ? {} : { position };
  const schema = parts.at(-2);
  if (schema !== undefined && catalog.schemaByName(schema) === undefined) {
    return new SqlError("3F000", `schema "${schema}" does not exist`, at);
  }
  const text = `collation "${parts.join(".")}" for encoding "UTF8" does not exist`;
  return new SqlError("42704", text, at);
}

/** As trees hold it, with what decides an order that is not that of bytes. */
function icuOf(found: Omit<FoundCollation, "name">): Pick<CollationName, "icu"> {
  const { provider, icuLocale, deterministic } = found;
  if (provider !== "i" || icuLocale === undefined) return {};
  return { icu: { locale: icuLocale, deterministic } };
}

const BYTEWISE: ReadonlySet<string | undefined> = new Set(["C", "POSIX", "C.utf8", "C.UTF-8"]);

/** Collations that sort by code point, and those whose order Node's ICU has. */
export function isUsable({ name, provider, collate, icuRules }: FoundCollation): boolean {
  if (name.icu === undefined)
    return provider === "d" || (provider === "c" && BYTEWISE.has(collate));
  return icuRules === undefined && isKnownLocale(name.icu.locale);
}
