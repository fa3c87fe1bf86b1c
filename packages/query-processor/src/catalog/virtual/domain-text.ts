/** Conditions and defaults of domains as SQL text. */
import type { Expr } from "@firstlight/sql";
import { displayExpr } from "@firstlight/sql";
import { bindDomainCondition } from "../../bind/domain-checker.ts";
import { bindColumnExpression } from "../../bind/schema-expressions.ts";
import type { Catalog } from "../catalog.ts";
import type {
  DomainCheckDescriptor,
  DomainType,
  TableDescriptor,
  TypeDescriptor,
} from "../descriptors.ts";
import { type PrintOptions, type StoredExpression, storedExpression } from "./expression-text.ts";

function schemaPath(catalog: Catalog, type: TypeDescriptor): readonly string[] {
  return [catalog.schemaByOid(type.schema)?.name ?? "public", "public"];
}

function text(expr: Expr, options: PrintOptions): string {
  return displayExpr(expr, { column: () => "VALUE", lines: true, ...options });
}

/** A condition as pg_get_constraintdef prints it. */
export function domainCheckText(
  catalog: Catalog,
  type: TypeDescriptor,
  check: DomainCheckDescriptor,
  options: PrintOptions,
): string {
  const { definition } = type;
  if (definition.kind !== "domain") return "";
  const base = { type: definition.baseType, typmod: definition.baseTypmod };
  const searchPath = schemaPath(catalog, type);
  const bound = bindDomainCondition(check.expression, base, { catalog, searchPath });
  return `CHECK (${text(bound, options)})${check.validated ? "" : " NOT VALID"}`;
}

/** The row that a default is over: it has nothing. */
const NO_ROW: TableDescriptor = {
  kind: "table",
  name: "",
  oid: 0,
  schema: 0,
  owner: 0,
  storageId: 0,
  typeOid: 0,
  columns: [],
  indexes: [],
  checks: [],
  nextColumn: 1,
  nextIndex: 1,
};

const defaults = new WeakMap<Catalog, WeakMap<DomainType, StoredExpression>>();

/** What pg_type.typdefaultbin is the text of; undefined without a default. */
export function domainDefaultExpression(
  catalog: Catalog,
  type: TypeDescriptor,
): StoredExpression | undefined {
  const { definition: domain } = type;
  if (domain.kind !== "domain" || domain.default === undefined) return undefined;
  let known = defaults.get(catalog);
  if (known === undefined) defaults.set(catalog, (known = new WeakMap()));
  const cached = known.get(domain);
  if (cached !== undefined) return cached;
  const column = { name: type.name, type: domain.baseType, typmod: domain.baseTypmod };
  const options = {
    catalog,
    kind: "default" as const,
    searchPath: schemaPath(catalog, type),
    column,
  };
  const bound = bindColumnExpression(domain.default, NO_ROW, options);
  const stored = storedExpression(bound, NO_ROW, catalog);
  known.set(domain, stored);
  return stored;
}
