/**
 * The conditions of a domain: parse trees over VALUE, bound as an expression over a row that has
 * nothing else, and compiled when the first value is checked.
 */
import type {
  CompiledExpr,
  DomainChecker,
  DomainDefinition,
  EvaluationContext,
  Expr,
  InputSettings,
} from "@firstlight/sql";
import { compileExpr, rewriteExpr } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { schemaEvaluation } from "./schema-evaluation.ts";
import { bindColumnExpression, type ColumnExpressionOptions } from "./schema-expressions.ts";

/** The row that a domain's condition is over. */
function valueRow(type: number, typmod: number): TableDescriptor {
  const column = { number: 1, name: "value", type, typmod, notNull: false, dropped: false };
  return {
    kind: "table",
    oid: 0,
    name: "",
    schema: 0,
    owner: 0,
    storageId: 0,
    columns: [column],
    indexes: [],
    checks: [],
    nextColumn: 2,
    nextIndex: 1,
    typeOid: 0,
  };
}

/** A condition with VALUE as Var 0 of rte 0. */
export function bindDomainCondition(
  expression: string | ParseNode,
  base: { readonly type: number; readonly typmod: number },
  options: Omit<ColumnExpressionOptions, "kind">,
): Expr {
  const row = valueRow(base.type, base.typmod);
  return bindColumnExpression(expression, row, { ...options, kind: "check" });
}

function overValue(expr: Expr): Expr {
  return rewriteExpr(expr, (node) => {
    if (node.kind !== "var") return node;
    const { type, typmod, position } = node;
    return { kind: "slot", index: 0, type, typmod, position };
  });
}

function compileCondition(
  expression: string,
  domain: DomainDefinition,
  catalog: Catalog,
): CompiledExpr {
  const base = { type: domain.baseType, typmod: domain.baseTypmod };
  const searchPath = [domain.schemaName, "public"];
  return compileExpr(overValue(bindDomainCondition(expression, base, { catalog, searchPath })));
}

/** As PostgreSQL, in the order of their names. */
export function domainChecker(domain: DomainDefinition, catalog: Catalog): DomainChecker {
  const checks = domain.checks
    .map(({ name, expression }) => ({ name, holds: compileCondition(expression, domain, catalog) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let fallback: EvaluationContext | undefined;
  return (value, settings: InputSettings) => {
    const context = settings.evaluation ?? (fallback ??= schemaEvaluation(catalog, []));
    return checks.find(({ holds }) => holds([value], context) === false)?.name;
  };
}
