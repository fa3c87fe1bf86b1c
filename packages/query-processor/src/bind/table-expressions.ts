/**
 * Expressions that belong to the schema: defaults, generation expressions, CHECK conditions. They
 * are kept as SQL text, bound with the table as rte 0, and cached by descriptor.
 */
import { SqlError } from "@firstlight/common";
import {
  assignExpr,
  baseTypeOid,
  coerceToBoolean,
  definitionOf,
  type EvaluationContext,
  type Expr,
  type Steps,
  isUserType,
  typeOid,
} from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { CheckDescriptor, ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, list, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { parse } from "../parse/parser.ts";
import { makeSchemaContext, topScope } from "./context.ts";
import { addTable } from "./entries.ts";
import { bindError, withoutPositions } from "./errors.ts";
import type { ExpressionKind } from "./expression-kind.ts";
import type { LongLists } from "./long-lists.ts";
import type { Pins } from "./pins.ts";
import type { BoundCheck, ColumnAssignment } from "./query-tree.ts";
import type { Binders } from "./scope.ts";
import { schemaEvaluation } from "./schema-evaluation.ts";
import { visitExpr } from "./walk.ts";
import { resolveUnknown } from "./sort-key.ts";
import { storedNode } from "./stored-node.ts";

export interface ColumnExpressionOptions {
  readonly catalog: Catalog;
  readonly kind: ExpressionKind;
  /** Type to be assigned to, if any; CHECK is always boolean. */
  readonly column?: Pick<ColumnDescriptor, "name" | "type" | "typmod">;
  readonly searchPath?: readonly string[];
  /** Of the session that writes the expression; without it literals are read canonically. */
  readonly evaluation?: EvaluationContext;
  /** For what its names mean, where it will be stored. */
  readonly pins?: Pins;
}

/** Of SQL text, or of a parse node as it is stored. */
export function expressionNode(source: string | ParseNode): ParseNode {
  if (typeof source !== "string") return source;
  // No SQL expression begins with a brace: this is a parse node as DDL stores it.
  if (source.startsWith("{")) return storedNode(source);
  const [statement] = parse(`SELECT ${source}`);
  const [target] = statement === undefined ? [] : list(statement.node, "targetList");
  return requiredChild(asTag(target, "ResTarget") ?? {}, "val");
}

function schemaOf(options: ColumnExpressionOptions, table: TableDescriptor): readonly string[] {
  if (options.searchPath !== undefined) return options.searchPath;
  const name = options.catalog.schemaByOid(table.schema)?.name;
  return name === undefined ? ["public"] : [name, "public"];
}

/** Binds an expression (text or parse node) over one row of the table, as Vars of rte 0. */
export function bindTableExpression(
  binders: Binders,
  source: string | ParseNode,
  table: TableDescriptor,
  options: ColumnExpressionOptions,
): Expr {
  const path = schemaOf(options, table);
  const { catalog, evaluation = schemaEvaluation(catalog, path), pins } = options;
  const own = makeSchemaContext(binders, catalog, path, evaluation);
  const context = { ...own, ...(pins === undefined ? {} : { pins }), overOneRow: true as const };
  const scope = topScope(context);
  scope.namespace = [addTable(scope, table, undefined)];
  const bound = scope.expr(expressionNode(source), options.kind);
  const { column, kind } = options;
  if (kind === "generated") checkGeneration(bound, table);
  if (kind === "check") return coerceToBoolean(context.resolve, bound, "CHECK");
  if (kind === "copyWhere") refuseGenerated(bound, table);
  if (kind === "indexPredicate" || kind === "copyWhere") {
    return coerceToBoolean(context.resolve, bound, "WHERE");
  }
  // Without a type of its own it has no order.
  if (kind === "statisticsExpression" || kind === "indexExpression") return bound;
  if (column === undefined) return resolveUnknown(scope, bound);
  return assignDefault(context.resolve, bound, column);
}

function assignDefault(
  resolve: Parameters<typeof assignExpr>[0],
  bound: Expr,
  { type, typmod, name }: Pick<ColumnDescriptor, "name" | "type" | "typmod">,
): Expr {
  try {
    return assignExpr(resolve, bound, type, typmod, name);
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== "42804") throw error;
    const text = error.message.replace(/ but expression is of /u, " but default expression is of ");
    throw new SqlError("42804", text, { ...error.fields, position: undefined, routine: undefined });
  }
}

/** A generated column must not depend on another one, nor on itself by way of the whole row. */
function checkGeneration(expr: Expr, table: TableDescriptor): void {
  visitExpr(expr, (each) => {
    if (each.kind !== "var") return true;
    const column = table.columns[each.column];
    if (column?.generated === undefined) return true;
    const text = `cannot use generated column "${column.name}" in column generation expression`;
    throw bindError("42P17", text, each.position, {
      detail: "A generated column cannot reference another generated column.",
    });
  });
}

/** Generated columns are computed after the condition has chosen the rows. */
function refuseGenerated(expr: Expr, table: TableDescriptor): void {
  visitExpr(expr, (each) => {
    if (each.kind !== "var") return true;
    const column = table.columns[each.column];
    if (column?.generated === undefined) return true;
    const text = "generated columns are not supported in COPY FROM WHERE conditions";
    throw new SqlError("42P10", text, {
      detail: `Column "${column.name}" is a generated column.`,
    });
  });
}

/** A user's function may be replaced, and a type or operator renamed, while the table stays as it is. */
function usesOthers(bound: Expr): boolean {
  let found = false;
  visitExpr(bound, (expr) => {
    const isOwn = "operatorName" in expr && expr.operatorName !== undefined;
    found ||= isOwn || isUserType(expr.type) || (expr.kind === "call" && "routine" in expr);
    return !found;
  });
  return found;
}

const defaults = new WeakMap<ColumnDescriptor, Expr>();

/** A condition means what the columns are that it is of: their types may change under it. */
interface CheckOfColumns {
  readonly columns: TableDescriptor["columns"];
  readonly expr: Expr;
}

const checks = new WeakMap<CheckDescriptor, CheckOfColumns>();

/** Default or generation expression of a column, undefined when it is NULL. */
export function bindDefault(
  binders: Binders,
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): Expr | undefined {
  const text = column.default;
  if (text === undefined) return undefined;
  const cached = defaults.get(column);
  if (cached !== undefined) return cached;
  const kind = column.generated === undefined ? "default" : "generated";
  const bound = withoutPositions(() =>
    bindTableExpression(binders, text, table, { catalog, kind, column }),
  );
  if (!usesOthers(bound)) defaults.set(column, bound);
  return bound;
}

/**
 * What a column without a value gets: its default, or that of its domain, or NULL where the domain
 * has a say on NULL and is asked; undefined for a plain NULL.
 */
export function insertedDefault(
  binders: Binders,
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
  domains: "judge" | "stay silent" = "judge",
): Expr | undefined {
  const own = bindDefault(binders, column, table, catalog);
  const isFed = column.sequence !== undefined || column.generated !== undefined;
  if (own !== undefined || isFed || !isUserType(column.type)) return own;
  const found = domainDefault(binders, column, table, catalog);
  return domains === "judge" ? (found.default ?? found.judgedNull) : found.default;
}

interface DomainDefault {
  readonly default?: Expr;
  /** NULL as the domains judge it; undefined where they have nothing to say. */
  readonly judgedNull?: Expr;
}

function domainDefault(
  binders: Binders,
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): DomainDefault {
  let isConstrained = false;
  let { type } = column;
  while (definitionOf(type)?.kind === "domain") {
    const owner = catalog.typeOwner(typeOid(type));
    if (owner?.kind !== "type" || owner.definition.kind !== "domain") break;
    const { definition } = owner;
    isConstrained ||= definition.notNull || definition.checks.length > 0;
    const text = type === column.type ? definition.default : undefined;
    if (text !== undefined) {
      const options = { catalog, kind: "default", column } as const;
      return {
        default: withoutPositions(() => bindTableExpression(binders, text, table, options)),
      };
    }
    type = definition.baseType;
  }
  if (!isConstrained) return {};
  const nothing = { typmod: -1, position: -1 } as const;
  const arg: Expr = { kind: "const", type: baseTypeOid(type), ...nothing, value: null };
  const coerced = { kind: "coerceToDomain", type: column.type, ...nothing, arg } as const;
  return { judgedNull: { ...coerced, display: "implicitCast" } };
}

function isBound(check: CheckDescriptor, { columns }: TableDescriptor): boolean {
  return checks.get(check)?.columns === columns;
}

export function bindCheck(
  binders: Binders,
  check: CheckDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): Expr {
  const { columns } = table;
  const cached = checks.get(check);
  if (cached !== undefined && isBound(check, table)) return cached.expr;
  const bound = withoutPositions(() =>
    bindTableExpression(binders, check.expression, table, { catalog, kind: "check" }),
  );
  if (!usesOthers(bound)) checks.set(check, { columns, expr: bound });
  return bound;
}

/** Fewer are bound at one go, and so are those that are not kept. */
const MANY_CHECKS = 64;
const CHECKS_PER_STEP = 16;

/** Whatever is wrong with one shows where it is bound in its place. */
function* checkSteps(bind: (check: CheckDescriptor) => Expr, table: TableDescriptor): Steps<void> {
  for (const [at, check] of table.checks.entries()) {
    try {
      bind(check);
    } catch (error) {
      if (error instanceof SqlError) return;
      throw error;
    }
    if (at % CHECKS_PER_STEP === 0) yield;
  }
}

/** `lists`: of a statement that may be bound in turns. */
export function boundChecks(
  binders: Binders,
  table: TableDescriptor,
  catalog: Catalog,
  lists?: LongLists,
): readonly BoundCheck[] {
  if (table.checks.length >= MANY_CHECKS && !table.checks.every((each) => isBound(each, table))) {
    const bind = (check: CheckDescriptor): Expr => bindCheck(binders, check, table, catalog);
    lists?.bound(table.checks, () => checkSteps(bind, table));
  }
  return table.checks.map((check) => ({
    name: check.name,
    expr: bindCheck(binders, check, table, catalog),
  }));
}

export function boundDefaults(
  binders: Binders,
  table: TableDescriptor,
  catalog: Catalog,
): readonly (Expr | undefined)[] {
  return table.columns.map((column) =>
    column.dropped ? undefined : insertedDefault(binders, column, table, catalog),
  );
}

/** Generated columns with their expressions. */
export function generatedColumns(
  binders: Binders,
  table: TableDescriptor,
  catalog: Catalog,
): readonly ColumnAssignment[] {
  return table.columns.flatMap((column, index) => {
    if (column.dropped || column.generated === undefined) return [];
    const expr = bindDefault(binders, column, table, catalog);
    return expr === undefined ? [] : [{ column: index, expr }];
  });
}
