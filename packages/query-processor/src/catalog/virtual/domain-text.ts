/** Conditions and defaults of domains as SQL text. */
import type { Expr } from "@firstlight/sql";
import { displayExpr } from "@firstlight/sql";
import { bindDomainCondition } from "../../bind/domain-checker.ts";
import { bindColumnExpression } from "../../bind/schema-expressions.ts";
import type { Catalog } from "../catalog.ts";
import type { DomainCheckDescriptor, DomainType, TypeDescriptor } from "../descriptors.ts";
import type { PrintOptions } from "./expression-text.ts";

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

/** pg_type.typdefault; null without a default. */
export function domainDefaultText(
  catalog: Catalog,
  type: TypeDescriptor,
  domain: DomainType,
): string | null {
  if (domain.default === undefined) return null;
  const column = { name: type.name, type: domain.baseType, typmod: domain.baseTypmod };
  const nowhere = { oid: 0, schema: 0, owner: 0, storageId: 0, typeOid: 0 };
  const lists = { columns: [], indexes: [], checks: [], nextColumn: 1, nextIndex: 1 };
  const bound = bindColumnExpression(
    domain.default,
    { kind: "table", name: "", ...nowhere, ...lists },
    { catalog, kind: "default", searchPath: schemaPath(catalog, type), column },
  );
  return text(bound, { pretty: false, objectName: () => undefined });
}
